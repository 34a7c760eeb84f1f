"""The number of queries of a page does not grow with the number of cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from openiru.people.models import User
from tests.faces.console import stand as standing
from tests.faces.console.stand import Stand

Browser = Callable[[User], Client]
BOUNDS = {"queue": 20, "platforms": 45, "today": 60, "notices": 20, "register": 25}


@pytest.mark.parametrize(("name", "bound"), BOUNDS.items())
def test_pages_ask_a_bounded_number_of_queries(
    name: str, bound: int, stand: Stand, moment: datetime, browser: Browser
) -> None:
    standing.report(stand, moment, number=5)
    client = browser(stand.cleo)
    address = reverse(name) + ("?state=all" if name == "queue" else "")
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert client.get(address).status_code == 200
    standing.report(stand, moment, number=60, start=5)
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).status_code == 200
    assert len(many) <= len(few) + 1
    assert len(many) <= bound
