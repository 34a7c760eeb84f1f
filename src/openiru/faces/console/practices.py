"""What of the naive practice's misses was ours to fix, as the simulation has it, with its sensitivity to each unconfirmed rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ours:
    """Of the accounts that the naive practice left standing, how many the full one reached; with the rules as they are, and without each.

    `low` and `high` are the least and the most that `reached` becomes when one unconfirmed rule at a time does not hold for the
    naive practice; the full practice is not run again for that, so they say how far the naive figure carries the difference.
    """

    platform: str
    missed: int
    reached: int
    left_alone: int
    low: int
    high: int

    @property
    def share(self) -> int | None:
        """The part in percent, rounded down; None where nothing was missed."""
        return 100 * self.reached // self.missed if self.missed else None

    @property
    def theirs(self) -> int:
        """What stands after a complete request as well, and was not left alone on purpose: the platform's own decision or silence."""
        return max(0, self.missed - self.reached - self.left_alone)


def ours(naive: Row, full: Row, without: Sequence[int], *, platform: str) -> Ours | None:
    """One platform's row; None where one of the practices was not run. `without`: gone in the naive practice without a rule each."""
    if not naive or not full:
        return None
    reported, gone = _whole(naive.get("reported")), _whole(naive.get("gone"))
    got = _whole(full.get("gone")) + _whole(full.get("withheld_here"))
    each = [_reached(reported, other, got) for other in (gone, *without)]
    missed = reported - gone
    left = min(_whole(full.get("not_referred")), missed - each[0])
    return Ours(platform, missed, each[0], left, min(each), max(each))


def together(rows: Sequence[Ours]) -> Ours:
    """The sum of all platforms; the range is the sum of the ranges, so it is wider than any one rule would make it."""
    return Ours(
        "",
        *(sum(getattr(row, name) for row in rows) for name in ("missed", "reached", "left_alone", "low", "high")),
    )


def _reached(reported: int, gone: int, got: int) -> int:
    """How many more the full practice reached, never more than were missed."""
    return max(0, min(reported - gone, got - gone))


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
