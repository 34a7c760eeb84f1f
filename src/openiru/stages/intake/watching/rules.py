"""Pure decisions of the watch lists: what may be proposed, what stands today, and how long a host is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from openiru.errors import Refused

LONGEST = timedelta(days=366)
"""A permit or a watch lasts a year at most; then two people look at it again."""

EVERY = timedelta(minutes=15)
"""Between two looks at a subject that has nothing more to show."""

FASTEST = 600
_PAUSES = (429, 503)
_LEAST = timedelta(minutes=1)
_MOST = timedelta(days=1)
_UNSAID = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a permit or a watch when it is asked whether it stands."""

    proposed_by: int
    approved_by: int | None
    ended: bool
    ends_on: date

    def on(self, day: date) -> bool:
        """Whether two people let it go on, on this day."""
        return self.approved_by is not None and not self.ended and day <= self.ends_on


def check_proposal(*, reasons: str, ends_on: date, today: date) -> None:
    """Raise `reasons_missing` without a word why, `watch_end_date` for no day within a year from today."""
    if not reasons.strip():
        raise Refused("reasons_missing")
    if not today <= ends_on <= today + LONGEST:
        raise Refused("watch_end_date", days=LONGEST.days)


def check_rate(per_hour: int) -> None:
    """Raise `watch_rate` for a rate that is none, or that no host should bear."""
    if not 1 <= per_hour <= FASTEST:
        raise Refused("watch_rate", most=FASTEST)


def check_approval(standing: Standing, *, by: int, today: date) -> None:
    """Raise `same_person`, `wrong_state` for what was approved or ended, `watch_end_date` for what is over."""
    if standing.proposed_by == by:
        raise Refused("same_person")
    if standing.approved_by is not None or standing.ended:
        raise Refused("wrong_state")
    if standing.ends_on < today:
        raise Refused("watch_end_date", days=LONGEST.days)


def spacing(per_hour: int) -> timedelta:
    """The time between two requests to one host."""
    return timedelta(hours=1) / per_hour


def again(attempts: int) -> timedelta:
    """How long after a failure it is tried again: longer each time, a day at most."""
    return min(EVERY * (1 << min(attempts, 8)), _MOST)


def pause(status: int, headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """How long a host asks to be left alone: `Retry-After` (RFC 9110, 10.2.3), or a limit that is used up; None: not at all."""
    given = {name.lower(): value.strip() for name, value in headers.items()}
    asked = _retry_after(given.get("retry-after", ""), now)
    if asked is None and status not in _PAUSES and "0" not in (_remaining(given), given.get("x-ratelimit-remaining")):
        return None
    if asked is None:
        asked = _until(given.get("x-ratelimit-reset") or given.get("ratelimit-reset", ""), now) or _UNSAID
    return min(max(asked, _LEAST), _MOST)


def _remaining(headers: Mapping[str, str]) -> str:
    return headers.get("ratelimit-remaining", "")


def _retry_after(text: str, now: datetime) -> timedelta | None:
    if text.isdecimal():
        return timedelta(seconds=min(int(text), int(_MOST.total_seconds())))
    try:
        return parsedate_to_datetime(text) - now if text else None
    except (ValueError, TypeError):
        return None


def _until(text: str, now: datetime) -> timedelta | None:
    """The end of a window, as seconds since 1970 (Bluesky) or as a moment (Mastodon)."""
    try:
        at = datetime.fromtimestamp(int(text), UTC) if text.isdecimal() else datetime.fromisoformat(text)
        return at - now
    except (ValueError, TypeError, OverflowError, OSError):
        return None
