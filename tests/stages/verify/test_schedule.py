"""The schedule is spread, the same on every run, and every pair of claimed and verified has a name and a next step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.stages.evidence.rules import Pace
from openiru.stages.verify import comparing, schedule
from openiru.stages.verify.comparing import PAIRS, Claim, Step, compare
from openiru.terms import Outcome, Verified
from tests.builders import NOW


@given(st.uuids())
def test_six_looks_each_in_its_own_window(key: object) -> None:
    found = schedule.slots(NOW, str(key))
    assert found == schedule.slots(NOW, str(key)) and len(found) == 6
    for slot, step in zip(found, schedule.STEPS, strict=True):
        assert step.after <= slot.due - NOW < step.after + step.spread
        assert slot.deadline - slot.due == step.slack
    assert [one.due for one in found] == sorted(one.due for one in found)


def test_looks_of_many_are_spread_over_the_window() -> None:
    hours = [schedule.slots(NOW, f"{number}")[3].due - NOW - timedelta(days=30) for number in range(3_000)]
    for third in range(3):
        share = sum(timedelta(days=third) <= one < timedelta(days=third + 1) for one in hours) / 3_000
        assert 0.28 < share < 0.39


@given(st.lists(st.integers(min_value=0, max_value=5), max_size=60))
def test_a_turn_that_is_not_granted_says_when_and_then_is(waits: list[int]) -> None:
    turns, now = schedule.Turns(lambda _: Pace(30, 2)), NOW
    for wait in waits:
        now += timedelta(seconds=wait)
        later = turns.grant("t.me", now)
        if later is not None:
            assert later > now
            assert turns.grant("t.me", later) is None
            now = later


def test_a_closed_host_waits_and_others_do_not() -> None:
    shut = NOW + timedelta(hours=1)
    turns = schedule.Turns(lambda _: Pace(30, 2), closed={"t.me": shut})
    assert turns.grant("t.me", NOW) == shut
    assert turns.grant("www.youtube.com", NOW) is None
    assert turns.grant("t.me", shut) is None


def test_every_pair_has_its_own_name_and_a_next_step() -> None:
    assert set(PAIRS) == {(claim, verified) for claim in Claim for verified in Verified}
    assert len({pair.name for pair in PAIRS.values()}) == len(PAIRS)


@pytest.mark.parametrize(
    ("outcome", "verified", "name", "step"),
    [
        (Outcome.REMOVED_GLOBAL, Verified.STILL_LIVE, "removed_but_live", Step.BACK),
        ("", Verified.GONE, "gone_without_answer", Step.NOTE_UNANSWERED),
        ("", Verified.NOT_VISIBLE, "no_longer_visible_cause_unknown", Step.NOTE_UNANSWERED),
        (Outcome.WITHHELD, Verified.WITHHELD_HERE, "withheld_and_confirmed", Step.SECOND_LEG),
        (Outcome.ACCOUNT_DISABLED, "", "removed_unconfirmed", Step.LOOK_AGAIN),
    ],
)
def test_the_pairs_of_the_issue(outcome: str, verified: str, name: str, step: Step) -> None:
    assert compare(outcome, verified) == comparing.Pair(name, step)


@pytest.mark.parametrize("outcome", ["", *Outcome])
def test_nothing_that_a_platform_says_makes_unknown_into_gone(outcome: str) -> None:
    assert compare(outcome, Verified.UNKNOWN).step is not Step.DONE
    assert compare(outcome, Verified.STILL_LIVE).step is not Step.DONE
