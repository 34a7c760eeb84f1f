"""The compliance page: its charts, tables and CSV have the same numbers, each with its errors beside it, and it can be printed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from openiru.people.models import User
from openiru.stages.notices import answers
from openiru.stages.notices import services as sending
from openiru.stages.transparency import survival, vector
from openiru.terms import Outcome, Platform
from tests import builders
from tests.builders import LATER, NOW, Cast

Browser = Callable[[User], Client]


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    """Everybody, in an exercise, with three notices that went out."""
    settings.EVIDENCE, settings.KEYS = tmp_path / "evidence", tmp_path / "keys"
    builders.an_installation()
    cast = builders.a_cast()
    acted = builders.a_sent_notice(cast)
    answers.record(acted.id, answers.NewAnswer(Outcome.ACCOUNT_DISABLED, "Gone."), actor=cast.cleo, now=LATER)
    wrong = builders.a_sent_notice(cast, platform=Platform.X)
    sending.withdraw(wrong.id, reason="A choir.", wrong=True, actor=cast.cleo, now=LATER)
    builders.a_sent_notice(cast, platform=Platform.X)
    return cast


def charts(page: str) -> dict[str, object]:
    found = re.search(r'<script id="charts" type="application/json">(.*?)</script>', page)
    assert found
    return dict(json.loads(found.group(1)))


def test_charts_table_and_csv_say_the_same(cast: Cast, browser: Browser) -> None:
    sue = browser(User.objects.get(id=cast.sue.user_id))
    page = sue.get(reverse("compliance")).content.decode()
    drawn = charts(page)
    weeks, lines = drawn["weeks"], drawn["survival"]
    assert isinstance(weeks, dict) and isinstance(lines, list)
    series = {one["name"]: sum(one["data"]) for one in weeks["series"]}
    cells = vector.cells(cast.sue)
    total = {name: sum(cell.counts[name] for cell in cells) for name in vector.COUNTS}
    assert (series["sent"], series["acted"], series["wrong"]) == (3, 1, 1)
    assert {"wrong", "withdrawn", "reversed"} <= set(series), "no chart without its errors"
    told = csv.DictReader(io.StringIO(sue.post(reverse("vector-csv")).content.decode()))
    rows = list(told)
    for name in ("sent", "answered", "acted", "wrong", "withdrawn", "reversed"):
        assert total[name] == sum(int(row[name]) for row in rows), name
    curves = survival.curves(cast.sue, now=NOW)
    assert [len(one["data"]) for one in lines] == [len(one.points) for one in curves]
    assert [f"({one.acted}/{one.notices})" in drawn["name"] for one, drawn in zip(curves, lines, strict=True)] == [
        True
    ] * 2


def test_what_would_raise_a_rate_is_listed_by_count(cast: Cast, browser: Browser) -> None:
    page = browser(User.objects.get(id=cast.sue.user_id)).get(reverse("compliance")).content.decode()
    assert "fewer than three items" in page and "few_items" in page
