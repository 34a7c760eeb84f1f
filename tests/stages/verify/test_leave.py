"""No machine opens a platform's pages before two people of an agency with a case said on what basis; its pace is theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from openiru.errors import Refused
from openiru.faces import tools
from openiru.stages.evidence import pacing
from openiru.stages.evidence import work as capturing
from openiru.stages.evidence.models import Host
from openiru.stages.intake.watching import services as leave
from openiru.stages.verify import work
from openiru.stages.verify.models import Lookup, Observation
from openiru.terms import Mode
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.laws.asking import refused
from tests.stages.verify.seeing import LIVE, pages
from tests.stages.verify.test_looking import a_due_look

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return builders.a_cast()


def a_leave(cast: Cast, name: str = "pages.telegram", **changes: Any) -> None:
    plain = {"legal_basis": "Example Act 2012, s. 3", "per_hour": 600, "ends_on": (NOW + 90 * 24 * HOUR).date()}
    new = leave.NewPermit(name, **(plain | changes))
    permit = leave.propose_permit(new, agency_id=cast.ana.agency_id or 0, actor=cast.ana, now=NOW)
    leave.approve_permit(permit.id, actor=cast.ben, now=NOW)


def test_no_look_is_made_without_leave_and_the_reason_is_kept(cast: Cast) -> None:
    due = a_due_look(cast)
    outside = pages(lambda _: LIVE, at_home=False)
    work.look_due(fetcher=outside, actor=SYSTEM, now=NOW)
    due.refresh_from_db()
    assert (outside.asked, due.done_at) == ([], None) and "no_leave" in due.error
    with refused("no_leave"):
        work.look_now(due.account, fetcher=outside, actor=cast.cleo, now=NOW)
    with refused("no_leave"):
        capturing.by_http(due.account, due.account.url, fetcher=outside, actor=cast.ana, now=NOW)
    with refused("no_leave"):
        capturing.by_browser(due.account, due.account.url, fetcher=outside, actor=cast.ana, now=NOW)
    assert outside.asked == []


def test_with_leave_a_look_is_made_at_its_pace(cast: Cast) -> None:
    first = a_due_look(cast)
    for _ in range(9):
        account = builders.a_sent_notice(cast).case.account
        Lookup.objects.create(account=account, vantage="outside", due_at=NOW, deadline=NOW + HOUR)
    a_leave(cast, per_hour=60)
    outside = pages(lambda _: LIVE, at_home=False)
    work.look_due(fetcher=outside, actor=SYSTEM, now=NOW)
    assert 0 < Observation.objects.count() < 10 and Lookup.objects.filter(done_at=None).exists()
    held = Host.objects.get(name="t.me")
    assert held.due_at is not None and held.due_at - NOW > timedelta(minutes=4), "one a minute, after the burst"
    assert first.account_id


def test_the_leave_of_an_agency_without_a_case_is_none(cast: Cast) -> None:
    due = a_due_look(cast)
    new = leave.NewPermit("pages.telegram", "Another Act", 60, (NOW + 24 * HOUR).date())
    asked = leave.propose_permit(new, agency_id=cast.eve.agency_id or 0, actor=cast.eve, now=NOW)
    type(asked).objects.filter(id=asked.id).update(approved_by=cast.ben.user_id, approved_at=NOW)
    with refused("no_leave"):
        pacing.with_leave(due.account, fetcher=pages(lambda _: LIVE, at_home=False), actor=SYSTEM, now=NOW)


def test_a_platform_that_lets_no_machine_in_needs_a_word_on_its_terms(cast: Cast) -> None:
    with refused("watch_terms_missing"):
        a_leave(cast, "pages.x")
    a_leave(cast, "pages.x", terms="a warrant of the Example Court")


def test_stand_ins_need_no_leave(cast: Cast) -> None:
    due = a_due_look(cast)
    assert work.look_due(fetcher=pages(lambda _: LIVE), actor=SYSTEM, now=NOW) == 1
    due.refresh_from_db()
    assert due.done_at == NOW


def test_a_live_machine_looks_from_one_place_and_knows_of_the_others(db: None, settings: Settings) -> None:
    builders.an_installation(Mode.LIVE)
    settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_VANTAGE": "outside,ZZ", "OPENIRU_SANDBOX": ""}
    with pytest.raises(Refused, match="one_vantage"):
        tools.fetchers()
    settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_VANTAGE": "ZZ", "OPENIRU_VANTAGES": "outside, ZZ"}
    assert [one.vantage for one in tools.fetchers()] == ["ZZ"]
    assert tools.vantages() == ("outside", "ZZ")
