"""Direct lines: as little of a person as is needed, never longer than its date, and only in their own agencies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from openiru.ledger.models import Entry
from openiru.people.models import User
from openiru.stages.notices import direct_lines
from openiru.stages.notices.counterparts import DirectLine
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

UNTIL = date(2026, 8, 1)


def a_line(cast: Cast, **changes: Any) -> DirectLine:
    plain = {"platform": "telegram", "name": "Ines Beispiel", "reach": "+000 line", "hours": "Mon-Fri 9-17 UTC"}
    new = direct_lines.NewLine(**{**plain, "retain_until": UNTIL, "post": "Liaison", **changes})
    return direct_lines.add(new, actor=cast.cleo, now=NOW)


def test_what_was_agreed_is_logged_and_stands_beside_the_notice(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    line = a_line(cast)
    direct_lines.note(line.id, "They look at ours within a day.", notice_id=notice.id, actor=cast.cleo, now=LATER)
    browser = Client()
    browser.force_login(User.objects.get(id=cast.cleo.user_id))
    for path in (f"/notices/{notice.id}", "/lines"):
        page = browser.get(path).content.decode()
        assert "Ines Beispiel" in page and "within a day" in page
    for statement in ("update notices_linenote set text = 'x'", "delete from notices_linenote"):
        with refused_by_the_database("never changed"):
            sql(statement)


def test_another_agency_sees_none_and_changes_none(cast: Cast) -> None:
    line = a_line(cast)
    assert list(direct_lines.lines(cast.ana)) == [line] and not direct_lines.lines(cast.eve)
    for do in (
        lambda: direct_lines.note(line.id, "x", actor=cast.eve, now=NOW),
        lambda: direct_lines.change(line.id, hours="x", retain_until=UNTIL, actor=cast.eve, now=NOW),
        lambda: direct_lines.forget(line.id, actor=cast.eve, now=NOW),
    ):
        with refused("not_found"):
            do()


@pytest.mark.parametrize("until", [NOW.date(), NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=366)])
def test_a_contact_is_kept_for_a_time_and_a_year_at_most(cast: Cast, until: date) -> None:
    with refused("line_end_date"):
        a_line(cast, retain_until=until)


@pytest.mark.parametrize("lacking", ["name", "reach", "hours", "platform"])
def test_what_is_needed_to_reach_them_is_asked_for(cast: Cast, lacking: str) -> None:
    with refused("form_incomplete"):
        a_line(cast, **{lacking: " "})


def test_on_its_date_the_person_is_forgotten_and_the_agreement_stays(cast: Cast) -> None:
    line = a_line(cast)
    direct_lines.note(line.id, "Within a day.", actor=cast.cleo, now=NOW)
    assert direct_lines.forget_due(actor=SYSTEM, now=NOW) == 0
    assert direct_lines.forget_due(actor=SYSTEM, now=NOW + timedelta(days=200)) == 1
    line.refresh_from_db()
    assert (line.name, line.reach, line.post) == ("(forgotten)", "(forgotten)", "")
    assert line.notes.count() == 1 and not direct_lines.lines(cast.cleo)
    with refused("not_found"):
        direct_lines.note(line.id, "x", actor=cast.cleo, now=NOW)


def test_the_ledger_holds_no_name(cast: Cast) -> None:
    a_line(cast)
    assert "Ines" not in str(list(Entry.objects.values_list("record", "leaf")))
