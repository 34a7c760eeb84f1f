"""How 256 bits are cut into parts, and how far each part is searched: the generalised pigeonhole principle.

If a hash lies within distance r of the query and the bits are cut into m parts, give the parts r + 1 units in all. With u_p units for
part p, some part differs in fewer than u_p bits: if every part differed in u_p or more, the whole would differ in r + 1 or more.
So it is enough to look, in each part, at the keys within distance u_p − 1 (its threshold), and a part without units is not looked at.
Source: Norouzi et al., "Fast Exact Search in Hamming Space with Multi-Index Hashing" (2014); Qin et al., "GPH" (2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

BITS = 256
RADIUS = 31
"""The greatest radius an index answers: Meta's published threshold for PDQ."""
PARTS = range(11, 18)
SMALL = 10_000
"""Hashes."""
WIDEST = 24
"""Bits of a part at most: its table has 2^width bits and a rank for each 32 of them (4 MB)."""


@dataclass(frozen=True)
class Plan:
    """Widths of the parts in bits (sum 256), in the order in which they are cut from the hash."""

    widths: tuple[int, ...]
    count: int

    @property
    def starts(self) -> tuple[int, ...]:
        """First bit of each part."""
        return tuple(int(one) for one in np.cumsum((0, *self.widths[:-1])))

    @lru_cache(maxsize=256)  # noqa: B019 (plans are few and small)
    def units(self, radius: int) -> tuple[int, ...]:
        """For each part how many units of the radius + 1 it gets: always the one whose next ring of keys costs least."""
        if not 0 <= radius <= RADIUS:
            raise ValueError(f"radius {radius} is not between 0 and {RADIUS}")
        given = [0] * len(self.widths)
        for _ in range(radius + 1):
            nexts = [ring_cost(width, units, self.count) for width, units in zip(self.widths, given, strict=True)]
            given[nexts.index(min(nexts))] += 1
        return tuple(given)


def ring_cost(width: int, ring: int, count: int) -> float:
    """Cost of looking at all keys of a part at exactly this distance: 1 for each key, 1.2 for each row found (measured at a million)."""
    return comb(width, ring) * (1 + 1.2 * count / float(1 << width))


def plan_for(count: int) -> Plan:
    """The cheapest cut for a segment of so many hashes at the full radius; one for all small ones, since finding it takes a while."""
    return _cheapest(max(count, SMALL))


@lru_cache(maxsize=64)
def _cheapest(count: int) -> Plan:
    return min((_cut(parts, count) for parts in PARTS), key=_cost)


def _cost(plan: Plan) -> float:
    return sum(
        ring_cost(width, ring, plan.count)
        for width, units in zip(plan.widths, plan.units(RADIUS), strict=True)
        for ring in range(units)
    )


def _cut(parts: int, count: int) -> Plan:
    """Spread the units evenly, then hand out the bits one by one to the part that gains most from one more."""
    units = [(RADIUS + 1) // parts + (place < (RADIUS + 1) % parts) for place in range(parts)]
    widths = [8] * parts
    for _ in range(BITS - 8 * parts):
        gains = [
            sum(ring_cost(width, ring, count) - ring_cost(width + 1, ring, count) for ring in range(unit))
            if width < WIDEST
            else float("-inf")
            for width, unit in zip(widths, units, strict=True)
        ]
        widths[gains.index(max(gains))] += 1
    return Plan(tuple(widths), count)


@lru_cache(maxsize=512)
def ball(width: int, units: int) -> NDArray[np.uint32]:
    """All masks of a part with fewer than `units` ones, ascending, so that those that share a cache line stand together."""
    masks = [sum(1 << bit for bit in bits) for ones in range(units) for bits in combinations(range(width), ones)]
    return np.array(sorted(masks), dtype=np.uint32)
