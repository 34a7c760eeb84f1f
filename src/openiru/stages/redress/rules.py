"""Pure decisions of redress: who may decide an appeal, and by when."""

from __future__ import annotations

from datetime import timedelta

from openiru.errors import Refused

DECIDE_WITHIN = timedelta(hours=72)
LONGEST_TEXT = 10_000


def check_decider(person: int, *, had_part: frozenset[int], reasons: str) -> None:
    """Raise `same_person` for whoever assessed, approved or gave an opinion; a decision needs reasons."""
    if person in had_part:
        raise Refused("same_person")
    if not reasons.strip():
        raise Refused("reasons_missing")
