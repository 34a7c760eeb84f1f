"""Business calendars: which days work in a country, and where a number of hours ends when it is counted by such a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

SATURDAY_SUNDAY = frozenset({5, 6})
FRIDAY_SATURDAY = frozenset({4, 5})
_DAY = timedelta(days=1)


class Counting(StrEnum):
    """How a deadline's hours are counted (docs/clock.md).

    `running`: every hour counts, as in law that speaks of hours (TCO Art. 3(3)). `rolled`: every hour counts, and an end on
    a day off moves to the same time of the next working day (the idea of Regulation 1182/71, Art. 3(4)).
    `working`: the hours of days off do not count.
    """

    RUNNING = "running"
    ROLLED = "rolled"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off of one country: its weekend, its public holidays by the `holidays` library (none for an empty country), its zone."""

    country: str = ""
    weekend: frozenset[int] = SATURDAY_SUNDAY
    zone: str = "UTC"

    def works_on(self, day: date) -> bool:
        """Whether people work on this day there."""
        return day.weekday() not in self.weekend and day not in _holidays(self.country, day.year)


EVERY_DAY = Calendar(weekend=frozenset())


def end_of(start: datetime, length: timedelta, counting: Counting, calendar: Calendar) -> datetime:
    """When `length` that begins at `start` ends; both aware, the end in UTC as the start is."""
    if counting is Counting.RUNNING:
        return start + length
    if counting is Counting.ROLLED:
        return rolled(start + length, calendar)
    return _worked(start, length, calendar)


def rolled(moment: datetime, calendar: Calendar) -> datetime:
    """The moment itself on a working day, else the same time of the day on the next one."""
    local = moment.astimezone(ZoneInfo(calendar.zone))
    while not calendar.works_on(local.date()):
        local += _DAY  # wall-clock arithmetic: the same time of the day, across a change of the hour too
    return local.astimezone(moment.tzinfo)


def _worked(start: datetime, length: timedelta, calendar: Calendar) -> datetime:
    zone = ZoneInfo(calendar.zone)
    now, left = start, length
    while True:
        local = now.astimezone(zone)
        midnight = datetime.combine(local.date() + _DAY, time(), zone).astimezone(start.tzinfo)
        works = calendar.works_on(local.date())
        if works and left <= midnight - now:
            return now + left
        left -= midnight - now if works else timedelta(0)
        now = midnight


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of one year; those that follow the moon are estimates of the library until they are declared."""
    return frozenset(holidays.country_holidays(country, years=year)) if country else frozenset()
