"""Pure: how answers to single items add up to what may be said of a whole notice. It never counts for more than its least."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from openiru.platforms.shapes import Reply
from openiru.terms import Outcome

LEAST_FIRST = (
    Outcome.NO_ANSWER,
    Outcome.CLARIFICATION_ASKED,
    Outcome.REVERSED,
    Outcome.PLATFORM_ERROR_CORRECTED,
    Outcome.DECLINED_INVALID,
    Outcome.DECLINED_NO_VIOLATION,
    Outcome.NO_VISIBLE_CHANGE,
    Outcome.DUPLICATE,
    Outcome.ALREADY_GONE,
    Outcome.RESTRICTED,
    Outcome.WITHHELD,
    Outcome.LINK_REVOKED,
    Outcome.REMOVED_GLOBAL,
    Outcome.ACCOUNT_DISABLED,
)
"""Outcomes from the least that was done to the most: a notice whose items differ counts as the first of theirs."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands after an answer: what may be said of the whole, whether it is only a part, and how many items are open."""

    overall: Outcome
    partial: bool
    open: int


def least(outcomes: Iterable[Outcome]) -> Outcome:
    """The least of several outcomes; there must be one."""
    return min(outcomes, key=LEAST_FIRST.index)


def standing(items: Sequence[Mapping[str, object]], earlier: Sequence[Mapping[str, str]], reply: Reply) -> Standing:
    """Add an answer to what earlier parts said, newest last. An answer that names no item of ours is one to the whole."""
    assert reply.outcome is not None
    wanted = [str(one["url"]) for one in items]
    said = {url: outcome for url, outcome in reply.items.items() if url in wanted}
    if not said or len(said) != len(reply.items):
        return Standing(reply.outcome, False, 0)
    known: dict[str, Outcome] = {}
    for part in (*({url: Outcome(word) for url, word in one.items()} for one in earlier), said):
        known |= {url: outcome for url, outcome in part.items() if url in wanted}
    missing = len(set(wanted) - set(known))
    return Standing(least(known.values()), missing > 0, missing)
