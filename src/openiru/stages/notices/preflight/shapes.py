"""What a preflight says: how complete a notice is, what stops it, and what is left to the officer."""

from __future__ import annotations

from dataclasses import dataclass

from openiru.platforms.shapes import Gap, Weight


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the elements that apply are there: `score` is the share in whole percent, rounded down."""

    have: int
    of: int
    missing: tuple[str, ...]

    @property
    def score(self) -> int:
        """0 to 100; 100 only where nothing is missing."""
        return 100 * self.have // self.of


@dataclass(frozen=True, slots=True)
class Report:
    """All gaps, what the laws say first and hard ones before soft ones, and the completeness."""

    gaps: tuple[Gap, ...]
    completeness: Completeness

    @property
    def stops(self) -> bool:
        """Whether the notice cannot be sent."""
        return any(gap.weight is Weight.HARD for gap in self.gaps)
