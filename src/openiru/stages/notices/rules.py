"""Pure decisions of notices: which step may follow which, when an answer is due, and what the clock proposes (never does)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from openiru.errors import Refused
from openiru.platforms.shapes import Gap, Weight
from openiru.terms import ACTED, DECLINED, Leg, NoticeKind, Outcome

FLOW: Mapping[str, frozenset[str]] = {
    "drafted": frozenset({"queued", "closed", "withdrawn"}),
    "queued": frozenset({"sent", "in_doubt", "failed", "closed", "withdrawn"}),
    "in_doubt": frozenset({"sent", "queued", "withdrawn"}),
    "failed": frozenset({"queued", "closed", "withdrawn"}),
    "sent": frozenset({"received", "paused", "answered", "withdrawn", "closed"}),
    "received": frozenset({"paused", "answered", "withdrawn", "closed"}),
    "paused": frozenset({"received", "paused", "answered", "withdrawn", "closed"}),
    "answered": frozenset({"answered", "paused", "withdrawn", "closed"}),
    "withdrawn": frozenset({"withdrawn"}),
    "closed": frozenset({"answered", "withdrawn"}),
}
"""State → the states that may follow. What is not here is refused."""

RECEIPT_WITHIN = timedelta(hours=24)
REINSTATE_WITHIN = timedelta(hours=72)
WITHDRAW_WITHIN = timedelta(hours=24)
"""How long a person has to withdraw a notice whose organisation is designated no more."""

MOST_ATTEMPTS = 8
NONDISCLOSURE = timedelta(weeks=6)


def check_step(state: str, following: str) -> None:
    """Raise `wrong_state` unless a notice may go from one state to the other."""
    if following not in FLOW[state]:
        raise Refused("wrong_state", state=state, wanted=following)


def check_gaps(gaps: tuple[Gap, ...]) -> None:
    """Raise `notice_incomplete` with every hard gap; soft ones are shown and do not stop."""
    hard = tuple(gap.code for gap in gaps if gap.weight is Weight.HARD)
    if hard:
        raise Refused("notice_incomplete", missing=hard)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier notice of the same case, as far as the ladder asks."""

    leg: Leg
    outcome: Outcome | None
    overdue: bool
    withdrawn: bool = False


def check_ladder(kind: NoticeKind, leg: Leg, earlier: tuple[Earlier, ...]) -> None:
    """Raise `ladder_not_climbed` for a voluntary local-law step before the platform's own rules were tried; orders stand alone."""
    if kind is NoticeKind.ORDER or leg is Leg.PLATFORM_POLICY:
        return
    tried = (one for one in earlier if one.leg is Leg.PLATFORM_POLICY and not one.withdrawn)
    if not any(one.overdue or (one.outcome is not None and one.outcome not in ACTED) for one in tried):
        raise Refused("ladder_not_climbed")


def due_at(sent: datetime, received: datetime | None, paused_for: timedelta, hours: int) -> datetime:
    """When an answer is due: hours from the receipt (until there is one, from the time a receipt is due), pauses added."""
    start = received if received is not None else sent + RECEIPT_WITHIN
    return start + timedelta(hours=hours) + paused_for


def retry_after(attempts: int) -> timedelta:
    """How long to wait before the next try of something that surely was not sent: 1, 2, 4 … at most 60 minutes."""
    return timedelta(minutes=min(60, 2 ** max(0, attempts - 1)))


class Proposal(StrEnum):
    """What the clock proposes to a person."""

    REMIND = "remind"
    NEXT_LEG = "next_leg"
    ANSWER_QUESTION = "answer_question"
    LOOK_IN_DOUBT = "look_in_doubt"
    CLOSE = "close"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Clock:
    """A notice as the clock sees it."""

    state: str
    leg: Leg
    due_at: datetime | None
    reminded_at: datetime | None
    claimed: Outcome | None


def propose(notice: Clock, now: datetime) -> Proposal:
    """Say what a person could do next. Nothing is done by this: each leg needs its own two people."""
    if notice.state == "in_doubt":
        return Proposal.LOOK_IN_DOUBT
    if notice.state == "paused":
        return Proposal.ANSWER_QUESTION
    if notice.state == "answered":
        return _after_answer(notice)
    if notice.state in {"sent", "received"} and is_overdue(notice.state, notice.due_at, now):
        if notice.reminded_at is None:
            return Proposal.REMIND
        waited = now - notice.reminded_at >= timedelta(hours=24)
        return Proposal.NEXT_LEG if waited and notice.leg is Leg.PLATFORM_POLICY else Proposal.NONE
    return Proposal.NONE


def is_overdue(state: str, due: datetime | None, now: datetime) -> bool:
    """Whether an answer is late; a paused clock is never late, an answered notice is not either."""
    return state in {"sent", "received"} and due is not None and now > due


def check_nondisclosure(start: date, until: date, earlier: int) -> None:
    """Raise `nondisclosure_too_long` beyond six weeks, and for a third time."""
    if earlier >= 2 or until <= start or until - start > NONDISCLOSURE:
        raise Refused("nondisclosure_too_long")


def _after_answer(notice: Clock) -> Proposal:
    if notice.claimed in DECLINED or notice.claimed is Outcome.NO_ANSWER:
        return Proposal.NEXT_LEG if notice.leg is Leg.PLATFORM_POLICY else Proposal.CLOSE
    return Proposal.NONE
