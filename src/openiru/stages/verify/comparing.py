"""Claimed beside verified: every pair has a name and a next step; a claim never enters the verified column (law 9). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from openiru.terms import ACTED, DECLINED, Outcome, Verified


class Claim(StrEnum):
    """What a platform says, in seven kinds."""

    REMOVED = "claimed_removed"
    LOCAL = "claimed_local"
    GONE_BEFORE = "claimed_gone_before"
    DECLINED = "claimed_declined"
    ASKED = "claimed_question"
    CORRECTED = "claimed_corrected"
    SILENT = "claimed_nothing"


class Step(StrEnum):
    """What a person does next; nothing of it happens by itself (law 5)."""

    DONE = "step_done"
    BACK = "step_back_to_platform"
    LOOK_AGAIN = "step_look_again"
    SECOND_LEG = "step_leg_two_done_leg_one_open"
    LADDER = "step_next_leg"
    ANSWER = "step_answer_the_question"
    REMIND = "step_remind"
    NOTE_UNANSWERED = "step_count_as_unanswered"
    ASK_WHY = "step_ask_why"
    CHECK_OURSELVES = "step_check_our_own_notice"


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair's name, as the table and the glossary have it, and the next step."""

    name: str
    step: Step


_GLOBAL = frozenset({Outcome.REMOVED_GLOBAL, Outcome.ACCOUNT_DISABLED, Outcome.LINK_REVOKED})
_CORRECTED = frozenset({Outcome.REVERSED, Outcome.PLATFORM_ERROR_CORRECTED})
_V = Verified

PAIRS: dict[tuple[Claim, Verified], Pair] = {
    (Claim.REMOVED, _V.GONE): Pair("removed_and_confirmed", Step.DONE),
    (Claim.REMOVED, _V.NOT_VISIBLE): Pair("removed_as_it_seems", Step.DONE),
    (Claim.REMOVED, _V.WITHHELD_HERE): Pair("removed_but_only_withheld", Step.BACK),
    (Claim.REMOVED, _V.STILL_LIVE): Pair("removed_but_live", Step.BACK),
    (Claim.REMOVED, _V.UNKNOWN): Pair("removed_unconfirmed", Step.LOOK_AGAIN),
    (Claim.LOCAL, _V.GONE): Pair("local_but_gone_everywhere", Step.DONE),
    (Claim.LOCAL, _V.NOT_VISIBLE): Pair("local_but_no_longer_visible", Step.LOOK_AGAIN),
    (Claim.LOCAL, _V.WITHHELD_HERE): Pair("withheld_and_confirmed", Step.SECOND_LEG),
    (Claim.LOCAL, _V.STILL_LIVE): Pair("local_but_live", Step.BACK),
    (Claim.LOCAL, _V.UNKNOWN): Pair("local_unconfirmed", Step.LOOK_AGAIN),
    (Claim.GONE_BEFORE, _V.GONE): Pair("gone_before_and_confirmed", Step.DONE),
    (Claim.GONE_BEFORE, _V.NOT_VISIBLE): Pair("gone_before_as_it_seems", Step.DONE),
    (Claim.GONE_BEFORE, _V.WITHHELD_HERE): Pair("gone_before_but_only_withheld", Step.BACK),
    (Claim.GONE_BEFORE, _V.STILL_LIVE): Pair("gone_before_but_live", Step.BACK),
    (Claim.GONE_BEFORE, _V.UNKNOWN): Pair("gone_before_unconfirmed", Step.LOOK_AGAIN),
    (Claim.DECLINED, _V.GONE): Pair("declined_but_gone", Step.DONE),
    (Claim.DECLINED, _V.NOT_VISIBLE): Pair("declined_and_no_longer_visible", Step.LOOK_AGAIN),
    (Claim.DECLINED, _V.WITHHELD_HERE): Pair("declined_but_withheld", Step.SECOND_LEG),
    (Claim.DECLINED, _V.STILL_LIVE): Pair("declined_and_live", Step.LADDER),
    (Claim.DECLINED, _V.UNKNOWN): Pair("declined_unconfirmed", Step.LOOK_AGAIN),
    (Claim.ASKED, _V.GONE): Pair("asked_and_gone_meanwhile", Step.NOTE_UNANSWERED),
    (Claim.ASKED, _V.NOT_VISIBLE): Pair("asked_and_no_longer_visible", Step.ANSWER),
    (Claim.ASKED, _V.WITHHELD_HERE): Pair("asked_and_withheld", Step.ANSWER),
    (Claim.ASKED, _V.STILL_LIVE): Pair("asked_and_live", Step.ANSWER),
    (Claim.ASKED, _V.UNKNOWN): Pair("asked_unconfirmed", Step.ANSWER),
    (Claim.CORRECTED, _V.GONE): Pair("reinstated_but_gone", Step.ASK_WHY),
    (Claim.CORRECTED, _V.NOT_VISIBLE): Pair("reinstated_but_not_visible", Step.ASK_WHY),
    (Claim.CORRECTED, _V.WITHHELD_HERE): Pair("reinstated_but_withheld", Step.ASK_WHY),
    (Claim.CORRECTED, _V.STILL_LIVE): Pair("reinstated_and_live", Step.CHECK_OURSELVES),
    (Claim.CORRECTED, _V.UNKNOWN): Pair("reinstated_unconfirmed", Step.LOOK_AGAIN),
    (Claim.SILENT, _V.GONE): Pair("gone_without_answer", Step.NOTE_UNANSWERED),
    (Claim.SILENT, _V.NOT_VISIBLE): Pair("no_longer_visible_cause_unknown", Step.NOTE_UNANSWERED),
    (Claim.SILENT, _V.WITHHELD_HERE): Pair("withheld_without_answer", Step.SECOND_LEG),
    (Claim.SILENT, _V.STILL_LIVE): Pair("silent_and_live", Step.REMIND),
    (Claim.SILENT, _V.UNKNOWN): Pair("silent_unconfirmed", Step.LOOK_AGAIN),
}


def claim_of(outcome: str) -> Claim:
    """The kind of what a platform said; nothing said, or nothing done, is silence."""
    if outcome in _GLOBAL:
        return Claim.REMOVED
    if outcome in ACTED:
        return Claim.LOCAL
    if outcome in {Outcome.ALREADY_GONE, Outcome.DUPLICATE}:
        return Claim.GONE_BEFORE
    if outcome in DECLINED:
        return Claim.DECLINED
    if outcome in _CORRECTED:
        return Claim.CORRECTED
    return Claim.ASKED if outcome == Outcome.CLARIFICATION_ASKED else Claim.SILENT


def compare(outcome: str, verified: str) -> Pair:
    """The pair of what is claimed and what is verified."""
    return PAIRS[claim_of(outcome), Verified(verified or Verified.UNKNOWN)]
