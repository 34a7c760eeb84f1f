"""Agreement between readers, with its interval, and drift; pure, formulas with their sources."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, norm

LEAST = 10
"""Below so many readings no figure is given: it would say more about chance than about people."""
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of `n` readings: the share that agree, kappa and its interval (None where it is not defined)."""

    n: int
    agreed: float
    kappa: float | None
    low: float | None
    high: float | None


def cohen(pairs: Sequence[tuple[Hashable, Hashable]]) -> Agreement:
    """Cohen's kappa of two readers, with the large-sample interval of Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72, 323.

    Undefined where both always said the same one thing; a figure of fewer than LEAST readings has no interval.
    """
    n = len(pairs)
    if not n:
        return Agreement(0, 0.0, None, None, None)
    names = sorted({str(one) for pair in pairs for one in pair})
    table = np.zeros((len(names), len(names)))
    for first, second in pairs:
        table[names.index(str(first)), names.index(str(second))] += 1
    p = table / n
    rows, columns, agreed = p.sum(axis=1), p.sum(axis=0), float(np.trace(p))
    chance = float(rows @ columns)
    if chance >= 1.0:
        return Agreement(n, agreed, None, None, None)
    kappa = (agreed - chance) / (1 - chance)
    if n < LEAST:
        return Agreement(n, agreed, kappa, None, None)
    half = norm.ppf((1 + CONFIDENCE) / 2) * math.sqrt(_variance(p, agreed, chance) / n)
    return Agreement(n, agreed, kappa, max(-1.0, kappa - half), min(1.0, kappa + half))


def _variance(p: np.ndarray, agreed: float, chance: float) -> float:
    """The asymptotic variance times n: their equation 13, in the form of Fleiss, Levin and Paik (2003), eq. 18.15 to 18.18."""
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    kappa = (agreed - chance) / (1 - chance)
    diagonal = sum(p[i, i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in range(len(p)))
    beside = (1 - kappa) ** 2 * sum(
        p[i, j] * (columns[i] + rows[j]) ** 2 for i in range(len(p)) for j in range(len(p)) if i != j
    )
    last = (kappa - chance * (1 - kappa)) ** 2
    return max(0.0, float(diagonal + beside - last) / (1 - chance) ** 2)


def fleiss(subjects: Sequence[Sequence[Hashable]], *, rounds: int = 1000) -> Agreement:
    """Fleiss' kappa of many readers on golden cases (Fleiss 1971, Psychological Bulletin 76, 378), each read by two or more.

    Readers may be of different number a case. The interval is a percentile bootstrap over cases with a fixed seed.
    """
    read = [list(map(str, one)) for one in subjects if len(one) > 1]
    if not read:
        return Agreement(0, 0.0, None, None, None)
    agreed, kappa = _fleiss(read)
    if kappa is None or len(read) < LEAST:
        return Agreement(len(read), agreed, kappa, None, None)
    rng = np.random.default_rng(7)
    drawn = [_fleiss([read[i] for i in rng.integers(0, len(read), len(read))])[1] for _ in range(rounds)]
    values = [one for one in drawn if one is not None]
    low, high = np.percentile(values, [2.5, 97.5])
    return Agreement(len(read), agreed, kappa, float(low), float(high))


def _fleiss(read: Sequence[Sequence[str]]) -> tuple[float, float | None]:
    totals: Counter[str] = Counter()
    shares = []
    for one in read:
        counts, n = Counter(one), len(one)
        totals.update(one)
        shares.append(sum(count * (count - 1) for count in counts.values()) / (n * (n - 1)))
    number = sum(totals.values())
    chance = sum((count / number) ** 2 for count in totals.values())
    agreed = sum(shares) / len(shares)
    return agreed, None if chance >= 1.0 else (agreed - chance) / (1 - chance)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its interval (Wilson, 1927)."""

    part: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share itself; 0 of nothing."""
        return self.part / self.of if self.of else 0.0


def rate(part: int, of: int) -> Rate:
    """A share with its 95 % interval; of nothing everything is possible."""
    if not of:
        return Rate(0, 0, 0.0, 1.0)
    found = binomtest(part, of).proportion_ci(CONFIDENCE, method="wilson")
    return Rate(part, of, float(found.low), float(found.high))


def differ(one: Rate, other: Rate) -> bool:
    """Whether two shares differ so that their intervals do not meet; with fewer than LEAST on a side nothing is said."""
    return min(one.of, other.of) >= LEAST and (one.low > other.high or other.low > one.high)


@dataclass(frozen=True, slots=True)
class Drift:
    """Agreement of late against before: the two shares, and whether they differ."""

    before: Rate
    late: Rate

    @property
    def is_there(self) -> bool:
        """Whether something changed that chance does not explain."""
        return differ(self.before, self.late)


def drift(before: Sequence[bool], late: Sequence[bool]) -> Drift:
    """Hold the late readings' agreement against those before."""
    return Drift(rate(sum(before), len(before)), rate(sum(late), len(late)))
