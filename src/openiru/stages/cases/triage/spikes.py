"""When something matches far more than before: pure, with its reason in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from scipy.stats import binom

WINDOW = timedelta(hours=1)
HISTORY = timedelta(days=7)
LEAST_SEEN = 20
TIMES = 4.0
CHANCE = 1e-6
"""A quarantine trips from so many matches in a window, so many times the usual, and where chance alone would do it this rarely."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What matched in the last window out of how many, and in the days before."""

    seen: int
    of: int
    seen_before: int
    of_before: int

    @property
    def usual(self) -> float:
        """How many matches the days before would lead one to expect; a short history counts as a few cases with one match."""
        return self.of * self.rate

    @property
    def rate(self) -> float:
        """The part that matched before, with one match in twenty cases added, so that no history is never taken for zero."""
        return (self.seen_before + 1) / (self.of_before + 20)


def suddenly(tally: Tally) -> bool:
    """Whether this is far more than before; without a before nothing is said."""
    if tally.seen < LEAST_SEEN or tally.of_before < LEAST_SEEN or tally.seen <= TIMES * tally.usual:
        return False
    return bool(binom.sf(tally.seen - 1, max(tally.of, tally.seen), min(1.0, tally.rate)) < CHANCE)
