"""What was ours to fix adds up, is never more than was missed, and says how far one unconfirmed rule carries it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from openiru.faces.console.practices import ours, together

NUMBERS = st.integers(0, 1000)


def test_the_part_that_was_ours_is_what_complete_requests_reached_besides() -> None:
    row = ours(
        {"reported": 40, "gone": 12}, {"gone": 30, "withheld_here": 2, "not_referred": 6}, [12, 36], platform="x"
    )
    assert row is not None
    assert (row.missed, row.reached, row.share, row.low, row.high) == (28, 20, 71, 0, 20)
    assert (row.left_alone, row.theirs) == (6, 2)
    assert together([row, row]).reached == 40


def test_a_practice_that_was_not_run_says_nothing() -> None:
    assert ours({}, {"gone": 3}, [], platform="x") is None and ours({"reported": 3}, {}, [], platform="x") is None
    whole = ours({"reported": 3, "gone": 3}, {"gone": 3}, [], platform="x")
    assert whole is not None and whole.share is None


@given(reported=NUMBERS, gone=NUMBERS, got=NUMBERS, left=NUMBERS, without=st.lists(NUMBERS, max_size=5))
def test_the_parts_never_exceed_the_whole(reported: int, gone: int, got: int, left: int, without: list[int]) -> None:
    gone, without = min(gone, reported), [min(one, reported) for one in without]
    row = ours({"reported": reported, "gone": gone}, {"gone": got, "not_referred": left}, without, platform="x")
    assert row is not None and 0 <= row.low <= row.reached <= row.high
    assert row.reached + row.left_alone + row.theirs == row.missed
