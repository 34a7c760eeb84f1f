"""When to look and at whose turn: six looks over a year, spread, by earliest deadline, no host asked oftener than its pace. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from openiru.stages.evidence.rules import Pace, take_turn

_H, _D = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One look of the schedule: it is due somewhere in `spread` after `after`, and must be made within `slack` of that."""

    after: timedelta
    spread: timedelta
    slack: timedelta


STEPS = (
    Step(1 * _H, 1 * _H, 4 * _H),
    Step(24 * _H, 4 * _H, 8 * _H),
    Step(7 * _D, 1 * _D, 1 * _D),
    Step(30 * _D, 3 * _D, 2 * _D),
    Step(90 * _D, 7 * _D, 4 * _D),
    Step(365 * _D, 14 * _D, 7 * _D),
)
HINT = Step(timedelta(0), timedelta(minutes=15), 4 * _H)
"""Something was said: an answer came, or a person asked to look sooner."""


@dataclass(frozen=True, slots=True)
class Slot:
    """When one look is due, and by when it must have been made."""

    due: datetime
    deadline: datetime


def slots(sent_at: datetime, key: str, steps: Iterable[Step] = STEPS) -> tuple[Slot, ...]:
    """The looks after a notice, spread by the account's own key: the same on every run, and not all at the full hour."""
    found = []
    for number, step in enumerate(steps):
        raw = hashlib.blake2b(f"{number}:{key}".encode(), digest_size=4).digest()
        due = sent_at + step.after + step.spread * (int.from_bytes(raw, "big") / 2**32)
        found.append(Slot(due, due + step.slack))
    return tuple(found)


@dataclass(slots=True)
class Turns:
    """Whose turn it is: the next due time of each host, and its pace."""

    pace_of: Callable[[str], Pace]
    due: dict[str, datetime | None] = field(default_factory=dict)
    closed: dict[str, datetime] = field(default_factory=dict)

    def grant(self, host: str, now: datetime) -> datetime | None:
        """Take a turn at a host: None when it is granted, else the time from which it may be asked."""
        shut = self.closed.get(host)
        if shut is not None and shut > now:
            return shut
        may, stands = take_turn(self.due.get(host), now, self.pace_of(host))
        if not may:
            return stands
        self.due[host] = stands
        return None

    def spend(self, host: str, now: datetime) -> None:
        """A canary asked this host: it counts like any other request."""
        self.due[host] = max(self.due.get(host) or now, now) + self.pace_of(host).every
