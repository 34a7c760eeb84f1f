"""The timer of one notice as values: what starts it, what stops it, when an answer is due. The written model is docs/clock.md."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from openiru.stages.notices.clock.calendars import EVERY_DAY, Calendar, Counting, end_of

RECEIPT_WITHIN = timedelta(hours=24)
"""A platform that says nothing is taken to have a notice after this."""


class AfterPause(StrEnum):
    """`extend`: the rest of the time runs on; `restart`: the whole time runs anew (TCO Art. 3(7) and (8))."""

    EXTEND = "extend"
    RESTART = "restart"


class PauseReason(StrEnum):
    """Why a clock stands: the platform asked something, or cannot act for a reason that is not its own."""

    CLARIFICATION = "clarification"
    FORCE_MAJEURE = "force_majeure"


@dataclass(frozen=True, slots=True)
class Timer:
    """A sent notice's time. `began` is set when the whole time runs anew; `held` is the time it stood, all pauses added."""

    sent: datetime
    hours: int
    received: datetime | None = None
    began: datetime | None = None
    stopped: datetime | None = None
    held: timedelta = timedelta(0)
    counting: Counting = Counting.RUNNING
    calendar: Calendar = EVERY_DAY
    after_pause: AfterPause = AfterPause.EXTEND

    @property
    def start(self) -> datetime:
        """From when the hours count: a restart, else the receipt, else when a receipt was due."""
        return self.began or self.received or self.sent + RECEIPT_WITHIN

    @property
    def due(self) -> datetime:
        """When an answer is due, as far as is known now."""
        return end_of(self.start, timedelta(hours=self.hours) + self.held, self.counting, self.calendar)


def receive(timer: Timer, now: datetime) -> Timer:
    """The platform has it; a second receipt changes nothing."""
    return replace(timer, received=timer.received or now)


def stop(timer: Timer, now: datetime) -> Timer:
    """The clock stands; whoever asks or cannot act has it. A second stop changes nothing."""
    return replace(receive(timer, now), stopped=timer.stopped or now)


def go(timer: Timer, now: datetime) -> Timer:
    """The clock runs again: on, or anew. One that runs is left as it is."""
    if timer.stopped is None:
        return timer
    if timer.after_pause is AfterPause.RESTART:
        return replace(timer, stopped=None, began=now, held=timedelta(0))
    return replace(timer, stopped=None, held=timer.held + max(now - timer.stopped, timedelta(0)))


def is_late(timer: Timer, now: datetime) -> bool:
    """Whether the answer is late; one that stands is never late."""
    return timer.stopped is None and now > timer.due
