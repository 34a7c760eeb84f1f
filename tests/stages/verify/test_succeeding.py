"""Whose successor an account may be: among what is gone, of what one may see, with each signal, and nothing decided."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiru.stages.cases.models import Case
from openiru.stages.intake.models import Account, Item, Report
from openiru.stages.verify import succeeding
from openiru.stages.verify.models import Conclusion, Reappearance
from openiru.terms import Verified
from tests import builders
from tests.builders import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    builders.an_installation()
    return builders.a_cast()


def gone(cast: Cast, handle: str, verified: Verified = Verified.GONE) -> Account:
    """An account of Ana's agency that we saw to be gone ten days ago."""
    account = builders.a_case(cast).account
    Account.objects.filter(id=account.id).update(handle=handle, first_seen=NOW - timedelta(days=90))
    Conclusion.objects.create(account=account, verified=verified, since=NOW - timedelta(days=10), why="seen")
    return Account.objects.get(id=account.id)


def new(handle: str) -> Account:
    return builders.an_account(handle=handle, first_seen=NOW - timedelta(days=2))


def test_the_same_handle_with_a_counter_is_only_possible(cast: Cast) -> None:
    earlier = gone(cast, "kharu_voice")
    found = succeeding.earlier_than(new("kharu_voice_2"), cast.ana)
    assert [(one.account, one.successor.standing) for one in found] == [(earlier, "possible")]
    assert found[0].successor.signals[0].name == "counter"


def test_with_two_rare_links_in_common_it_is_probable(cast: Cast) -> None:
    earlier, later = gone(cast, "kharu_voice"), new("kharu_voice_2")
    text = "pay here https://example.org/fund and read https://example.net/fund"
    Item.objects.filter(account=earlier).update(text=text)
    builders.an_item(later, text=text)
    (found,) = succeeding.earlier_than(later, cast.ana)
    assert found.successor.standing == "probable"
    assert {signal.family for signal in found.successor.signals} == {"names", "links"}


def test_who_was_there_before_is_not_probable_and_a_live_account_has_no_successor(cast: Cast) -> None:
    gone(cast, "kharu_voice", Verified.STILL_LIVE)
    assert succeeding.earlier_than(new("kharu_voice_2"), cast.ana) == []


def test_eve_learns_of_no_case_of_another_agency(cast: Cast) -> None:
    gone(cast, "kharu_voice")
    assert succeeding.earlier_than(new("kharu_voice_2"), cast.eve) == []


def test_looking_files_and_decides_nothing(cast: Cast) -> None:
    gone(cast, "kharu_voice")
    later = new("kharu_voice_2")
    before = Case.objects.count(), Report.objects.count()
    succeeding.earlier_than(later, cast.ana)
    assert (Case.objects.count(), Report.objects.count()) == before
    assert not Reappearance.objects.exists()
