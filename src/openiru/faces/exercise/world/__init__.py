"""The exercise's invented world: the same for the same seed and size, and written into a folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, islice
from pathlib import Path
from random import Random

from openiru.faces.exercise.world import files
from openiru.faces.exercise.world.accounts import Share, accounts_of
from openiru.faces.exercise.world.mix import MIXES, scaled
from openiru.faces.exercise.world.shapes import Planted, Wrong

SMALLEST = 60
START = datetime(2025, 9, 1, 8, tzinfo=UTC)
_FULL = 850
_WRONG_KINDS = tuple(kind for kind in Wrong if kind)


@dataclass(frozen=True, slots=True)
class World:
    """All invented accounts, and the moment at which the stand-ins' clock begins."""

    accounts: tuple[Planted, ...]
    start: datetime = START

    def write(self, folder: Path) -> None:
        """Write the sandbox's world, the agency's file, the lists, the protections, the canaries and the truth."""
        folder.mkdir(parents=True, exist_ok=True)
        files.write(folder, self.accounts, self.start)


def build(seed: int = 7, size: int = _FULL) -> World:
    """Make a world of `size` accounts. Raises ValueError below 60, where the proportions no longer hold."""
    if size < SMALLEST:
        raise ValueError(f"a world has at least {SMALLEST} accounts")
    rng = Random(seed)  # noqa: S311  reproducible on purpose, nothing secret
    totals = scaled({mix.platform: mix.accounts for mix in MIXES}, size)
    wrong = scaled({mix.platform: mix.wrong for mix in MIXES}, max(len(_WRONG_KINDS), round(size * 0.04)))
    kinds = iter([_WRONG_KINDS[index % len(_WRONG_KINDS)] for index in range(sum(wrong.values()))])
    firsts = [0, *accumulate(totals.values())]
    shares = [
        Share(mix, totals[mix.platform], tuple(islice(kinds, wrong[mix.platform])), firsts[index])
        for index, mix in enumerate(MIXES)
    ]
    return World(tuple(one for share in shares for one in accounts_of(share, START, rng)))
