"""Pure decisions of triage: what a queue asks for and in which order, when a case is due, when a hold may be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from openiru.errors import Refused

HOLD = timedelta(minutes=30)
SEEN = timedelta(seconds=90)
"""So long somebody is shown as looking at a case after their page last said so."""
DUE = timedelta(days=7)
DUE_URGENT = timedelta(hours=1)
"""When somebody should have acted on a case: our own goal; for an imminent threat the hour of Regulation (EU) 2021/784, Art. 3(3)."""


class Order(StrEnum):
    """How a queue is sorted; imminent threats come first in either."""

    SCORE = "score"
    OLDEST = "oldest"


class Clock(StrEnum):
    """Which cases by their clock."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"


MINE, ALL = "mine", "all"
STATES = frozenset({MINE, ALL, "open", "assessed", "approved", "declined", "closed"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a queue asks for; empty means anything. `skill`: only languages that the person reads, or of which none is known."""

    state: str = MINE
    text: str = ""
    platform: str = ""
    language: str = ""
    organisation: int | None = None
    agency: int | None = None
    clock: str = ""
    skill: bool = False
    graphic: bool = True
    order: str = Order.SCORE

    def as_json(self) -> dict[str, Any]:
        """What is saved: only what differs from asking nothing."""
        return {name: value for name, value in asdict(self).items() if value != getattr(NOTHING, name)}


NOTHING = Wanted()


def wanted(asked: Mapping[str, Any]) -> Wanted:
    """A query read from a form or a saved one; raises `form_invalid` for what cannot be asked."""
    found = Wanted(
        state=str(asked.get("state") or MINE),
        text=str(asked.get("text") or "").strip()[:200],
        platform=str(asked.get("platform") or "")[:20],
        language=str(asked.get("language") or "").strip()[:10],
        organisation=_number(asked.get("organisation")),
        agency=_number(asked.get("agency")),
        clock=str(asked.get("clock") or ""),
        skill=str(asked.get("skill") or "") in {"1", "True", "true"},
        graphic=str(asked.get("graphic", "")) not in {"no", "False"},
        order=str(asked.get("order") or Order.SCORE),
    )
    if found.state not in STATES or found.order not in list(Order) or found.clock not in {"", *Clock}:
        raise Refused("form_invalid", field="state, order or clock")
    return found


def _number(value: object) -> int | None:
    return int(str(value)) if value is not None and str(value).isdecimal() and len(str(value)) < 16 else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a queue ended: the keys of its last case, in the queue's own order."""

    urgent: bool
    key: str
    case_id: int

    def __str__(self) -> str:
        return f"{int(self.urgent)}~{self.key}~{self.case_id}"


def place(text: str) -> Place | None:
    """A place read from an address; None for none or one that is not ours."""
    parts = text.split("~")
    if len(parts) != 3 or parts[0] not in {"0", "1"} or not parts[2].isdecimal() or len(parts[2]) > 18:
        return None
    return Place(parts[0] == "1", parts[1], int(parts[2]))


def due(opened_at: datetime, *, urgent: bool, urgent_at: datetime | None = None) -> datetime:
    """Until when somebody should have acted."""
    return (urgent_at or opened_at) + DUE_URGENT if urgent else opened_at + DUE


def until(clock: str, now: datetime) -> datetime | None:
    """The last moment of a clock's choice; None for any."""
    if not clock:
        return None
    return (
        now + {Clock.OVERDUE: timedelta(0), Clock.TODAY: timedelta(days=1), Clock.WEEK: timedelta(days=7)}[Clock(clock)]
    )


def check_hold(held_by: int | None, held_until: datetime | None, *, person: int, now: datetime) -> None:
    """Raise `held_by_other` while a colleague holds the case."""
    if held_by is not None and held_by != person and held_until is not None and held_until > now:
        raise Refused("held_by_other")
