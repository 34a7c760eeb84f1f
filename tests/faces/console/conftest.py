"""The invented world and browsers of its people, for the console's tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from openiru import clock
from openiru.people.models import User
from tests.faces.console import stand as standing
from tests.faces.console.stand import Stand


@pytest.fixture
def moment() -> datetime:
    """The pages read the installation's own clock, so the world is made at its time."""
    return clock.now()


@pytest.fixture
def stand(db: None, moment: datetime, settings: Settings) -> Stand:
    """The cast and the designations. Slow password hashes are not what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return standing.build(moment)


@pytest.fixture
def browser() -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
