"""What is asked at the door for many at once: it never says yes where the door, asked for one, says no."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiru.errors import Refused
from openiru.stages.cases import protections
from openiru.stages.cases.models import Assessment, Decision, Protection
from openiru.stages.cases.protections import NewProtection
from openiru.stages.notices import services as sending
from openiru.stages.notices.clearance import surely_clear
from openiru.stages.notices.door import check_may_send
from openiru.stages.notices.models import Notice
from openiru.terms import ProtectionKind
from tests import builders
from tests.builders import LATER, NOW, Cast


@pytest.fixture
def notices(cast: Cast) -> list[Notice]:
    return [builders.a_queued_notice(cast) for _ in range(3)]


def clear(notices: list[Notice]) -> set[int]:
    loaded = Decision.objects.select_related("assessment__case__account").filter(notice__in=notices)
    return set(surely_clear(loaded, LATER))


def door(notice: Notice) -> str:
    try:
        check_may_send(Decision.objects.get(id=notice.decision_id), LATER)
    except Refused as error:
        return error.code
    return ""


def recalled(notice: Notice, _cast: Cast) -> None:
    Decision.objects.filter(id=notice.decision_id).update(recalled_at=NOW)


def replaced(notice: Notice, _cast: Cast) -> None:
    Assessment.objects.filter(decision=notice.decision_id).update(replaced=True)


def _protect(cast: Cast, **words: str) -> None:
    new = NewProtection(ProtectionKind.PRESS, words.get("name", ""), "a register", words.get("key", ""))
    protections.add(new, actor=cast.ana, now=NOW)


def protected_by_key(notice: Notice, cast: Cast) -> None:
    _protect(cast, key=notice.case.account.key, name="A paper")


def protected_by_handle(notice: Notice, cast: Cast) -> None:
    _protect(cast, name=notice.case.account.handle.upper())


def delisted(notice: Notice, _cast: Cast) -> None:
    organisation = notice.decision.assessment.organisation
    assert organisation
    organisation.listings.update(ended_on=NOW.date(), ended_noticed_at=NOW)


def withdrawn_as_wrong(notice: Notice, cast: Cast) -> None:
    sending.withdraw(notice.id, reason="A mistake.", wrong=True, actor=cast.cleo, now=LATER)


AGAINST = (recalled, replaced, protected_by_key, protected_by_handle, delisted, withdrawn_as_wrong)


@pytest.mark.parametrize("against", AGAINST, ids=lambda one: one.__name__)
def test_what_the_door_refuses_is_not_clear(notices: list[Notice], cast: Cast, against) -> None:  # type: ignore[no-untyped-def]
    assert clear(notices) == {one.decision_id for one in notices}
    against(notices[0], cast)
    for notice in notices:
        notice.refresh_from_db()
        assert door(notice) == "" or notice.decision_id not in clear(notices)
    assert door(notices[0]) and notices[0].decision_id not in clear(notices)
    if against is not delisted:
        assert clear(notices) == {one.decision_id for one in notices[1:]}


def test_what_rests_on_one_source_is_left_to_the_door(notices: list[Notice]) -> None:
    organisation = notices[0].decision.assessment.organisation
    assert organisation
    listing = organisation.listings.exclude(published_list__authority="Assembly").get()
    type(listing).objects.filter(id=listing.id).update(ended_on=NOW.date() - timedelta(days=1))
    found = clear(notices)
    assert found in (set(), {one.decision_id for one in notices})
    assert all(door(one) == "" for one in notices if one.decision_id in found)


def test_an_ended_protection_stands_against_nobody(notices: list[Notice], cast: Cast) -> None:
    protected_by_key(notices[0], cast)
    Protection.objects.update(ended_at=NOW, ended_by_id=cast.rio.person)
    assert clear(notices) == {one.decision_id for one in notices}


def test_the_questions_do_not_grow_with_the_messages(cast: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    notices = [builders.a_queued_notice(cast) for _ in range(8)]
    loaded = list(Decision.objects.select_related("assessment__case__account").filter(notice__in=notices))
    with django_assert_max_num_queries(10):
        surely_clear(loaded, LATER)
