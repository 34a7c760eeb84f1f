"""The product's clock. Only faces read it; everything below takes `now` as an argument. An exercise may run it ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_offset: Callable[[], timedelta] = timedelta
_latest = datetime.min.replace(tzinfo=UTC)


def use_offset(read: Callable[[], timedelta]) -> None:
    """Let an installation say how far its clock is ahead of the wall (zero unless it is an exercise)."""
    global _offset
    _offset = read


def now() -> datetime:
    """The time of this installation, aware, in UTC. A wall clock that jumps back stands still here until it has caught up."""
    global _latest
    _latest = max(_latest, datetime.now(UTC))
    return _latest + _offset()
