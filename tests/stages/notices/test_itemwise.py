"""Answers to single items: a part leaves the clock running, a whole counts for its least, and every later word corrects with history."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.platforms.shapes import Reply
from openiru.stages.notices import answers, itemwise
from openiru.stages.notices.models import Notice
from openiru.terms import ACTED, Outcome
from tests import builders
from tests.builders import LATER, NOW, Cast

URLS = [f"https://t.me/x/{number}" for number in range(4)]
ITEMS = [{"url": url} for url in URLS]


def test_every_outcome_has_its_place() -> None:
    assert sorted(itemwise.LEAST_FIRST) == sorted(Outcome)


@given(st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=9))
def test_a_whole_never_counts_for_more_than_any_of_its_items(outcomes: list[Outcome]) -> None:
    whole = itemwise.least(outcomes)
    assert whole in outcomes
    assert whole not in ACTED or set(outcomes) <= ACTED


PARTS = st.lists(
    st.dictionaries(st.sampled_from(URLS), st.sampled_from(sorted(ACTED)), min_size=1), min_size=1, max_size=5
)


@given(PARTS)
def test_parts_add_up_in_the_order_in_which_they_came(parts: list[dict[str, Outcome]]) -> None:
    *earlier, last = parts
    found = itemwise.standing(ITEMS, earlier, Reply(itemwise.least(last.values()), False, "", "", "x", last))
    known: dict[str, Outcome] = {}
    for part in parts:
        known |= part
    assert (found.open, found.partial) == (4 - len(known), len(known) < 4)
    assert found.overall == itemwise.least(known.values())


def test_what_names_no_item_of_ours_is_said_of_the_whole() -> None:
    for items in ({}, {"https://t.me/another": Outcome.WITHHELD}):
        found = itemwise.standing(ITEMS, [], Reply(Outcome.WITHHELD, False, "", "", "x", items))
        assert (found.overall, found.partial) == (Outcome.WITHHELD, False)


@pytest.fixture
def notice(cast: Cast) -> Notice:
    return builders.a_sent_notice(cast, items=2)


def say(notice: Notice, cast: Cast, outcome: Outcome, *numbers: int) -> None:
    urls = [one["url"] for one in notice.facts["items"]]
    items = {urls[number]: outcome for number in numbers}
    answers.record(notice.id, answers.NewAnswer(outcome, "Their words.", items=items), actor=cast.cleo, now=LATER)
    notice.refresh_from_db()


def test_a_part_is_kept_and_the_clock_runs_on_for_the_rest(notice: Notice, cast: Cast) -> None:
    say(notice, cast, Outcome.REMOVED_GLOBAL, 0)
    assert (notice.state, notice.claimed, notice.answered_at) == ("received", "", None) and notice.due_at is not None
    say(notice, cast, Outcome.DECLINED_NO_VIOLATION, 1)
    assert (notice.state, notice.claimed) == ("answered", Outcome.DECLINED_NO_VIOLATION)
    assert list(notice.answers.order_by("id").values_list("partial", flat=True)) == [True, False]


def test_a_reversal_and_a_platforms_error_correct_and_nothing_is_overwritten(notice: Notice, cast: Cast) -> None:
    said = (Outcome.ACCOUNT_DISABLED, Outcome.REVERSED, Outcome.PLATFORM_ERROR_CORRECTED)
    for outcome in said:
        say(notice, cast, outcome)
        assert notice.claimed == outcome
    assert tuple(notice.answers.order_by("id").values_list("outcome", flat=True)) == said
    assert notice.sent_at == NOW
