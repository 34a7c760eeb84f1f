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


def retry_after(attempts: int) -> timedelta:
    """How long to wait before the next try of something that surely was not sent: 1, 2, 4 … at most 60 minutes."""
    return timedelta(minutes=min(60, 2 ** max(0, attempts - 1)))


class Proposal(StrEnum):
    """What the clock proposes to a person."""

    REMIND = "remind"
    NEXT_LEG = "next_leg"
    LIAISON = "liaison_line"
    SUPERVISOR = "to_supervisor"
    ORDER = "order_by_authority"
    ANSWER_QUESTION = "answer_question"
    LOOK_IN_DOUBT = "look_in_doubt"
    CLOSE = "close"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Clock:
    """A notice as the clock sees it. `taken` are further steps that people asked for already; `may_order`: the agency has the power."""

    state: str
    leg: Leg
    due_at: datetime | None
    reminded_at: datetime | None
    claimed: Outcome | None
    taken: frozenset[str] = frozenset()
    may_order: bool = False
    kind: NoticeKind = NoticeKind.REFERRAL


STEP_AFTER = timedelta(hours=24)
"""How long after a reminder the next step is proposed."""

SUPERVISOR_AFTER = timedelta(days=7)
"""How late an answer is when the supervisor should know (our own choice: no platform publishes a time)."""


def propose(notice: Clock, now: datetime) -> Proposal:
    """The first thing a person could do next. Nothing is done by this: each leg and each step needs its own two people."""
    return (*proposals(notice, now), Proposal.NONE)[0]


def proposals(notice: Clock, now: datetime) -> tuple[Proposal, ...]:
    """All that the policy proposes for a notice now, in the order of the ladder."""
    if notice.state == "in_doubt":
        return (Proposal.LOOK_IN_DOUBT,)
    if notice.state == "paused":
        return (Proposal.ANSWER_QUESTION,)
    if notice.state == "answered":
        return _after_answer(notice)
    if not is_overdue(notice.state, notice.due_at, now) or notice.due_at is None:
        return ()
    if notice.reminded_at is None:
        return (Proposal.REMIND,)
    if now - notice.reminded_at < STEP_AFTER:
        return ()
    late = now - notice.due_at >= SUPERVISOR_AFTER
    further = (Proposal.LIAISON, *((Proposal.SUPERVISOR,) if late else ()))
    return (*_next_leg(notice), *(step for step in further if step.value not in notice.taken))


def _next_leg(notice: Clock) -> tuple[Proposal, ...]:
    """The local-law leg after the platform's own rules; after that an order, by an authority that may give one."""
    if notice.kind is NoticeKind.ORDER:
        return ()
    if notice.leg is Leg.PLATFORM_POLICY:
        return (Proposal.NEXT_LEG,)
    return (Proposal.ORDER,) if notice.may_order else ()


def is_overdue(state: str, due: datetime | None, now: datetime) -> bool:
    """Whether an answer is late; a paused clock is never late, an answered notice is not either."""
    return state in {"sent", "received"} and due is not None and now > due


def check_nondisclosure(start: date, until: date, earlier: int) -> None:
    """Raise `nondisclosure_too_long` beyond six weeks, and for a third time."""
    if earlier >= 2 or until <= start or until - start > NONDISCLOSURE:
        raise Refused("nondisclosure_too_long")


def _after_answer(notice: Clock) -> tuple[Proposal, ...]:
    if notice.claimed in DECLINED or notice.claimed is Outcome.NO_ANSWER:
        return _next_leg(notice) or (Proposal.CLOSE,)
    return ()
