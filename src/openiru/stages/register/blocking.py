"""Finds the few listed names that are worth a close look: by words, their sound, their meaning, and words one letter off."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from openiru.stages.register.naming import Name, bones, meaning
from openiru.stages.register.vocabulary import PARTICLES, TITLES

SHORTEST_OFF = 5
"""Shorter words one letter off are other words."""

SHORTEST_SOUND_OFF = 4
"""The same for the consonants of a word."""

MOST = 48
"""Names that are looked at closely for one query."""

WORTH = 0.4
"""What shares less than this part of what the best shares is not looked at."""

COMMONEST = 4_000
"""A key that more names have finds nothing by itself."""


@lru_cache(maxsize=131_072)
def keys(word: str) -> frozenset[str]:
    """What a word is found by: itself, its consonants (`~`), its meaning (`=`), and itself without each letter (`-`)."""
    found = {word}
    if len(sound := bones(word)) >= 2:
        found.add(f"~{sound}")
    if len(sound) >= SHORTEST_SOUND_OFF:
        found.update(f"~{sound[:at]}{sound[at + 1 :]}" for at in range(len(sound)))
    if means := meaning(word):
        found.add(means)
    if len(word) >= SHORTEST_OFF and not word.isdigit():
        found.add(f"-{word}")
        found.update(f"-{word[:at]}{word[at + 1 :]}" for at in range(len(word)))
    return frozenset(found)


def _units(name: Name) -> Iterator[str]:
    """The words a name is found by, neighbours also as one: `goodwill` finds `good will`."""
    telling = [word for word in name.words if word not in PARTICLES and word not in TITLES]
    words = telling or list(name.words)
    yield from words
    yield from (one + other for one, other in pairwise(words))
    if len(words) > 2:
        yield "".join(words)


@dataclass(slots=True)
class Blocks:
    """Names by the keys of their words. Add all names, then ask."""

    _count: int = 0
    _having: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: Name) -> None:
        """Take a name; its number is how many came before it."""
        for key in frozenset().union(*map(keys, _units(name))):
            self._having[key].append(self._count)
        self._count += 1

    def candidates(self, query: Name) -> list[int]:
        """The numbers of the names that share most with the query, rare keys counting more; at most MOST."""
        shared: dict[int, float] = defaultdict(float)
        for unit in _units(query):
            best: dict[int, float] = {}
            for key in keys(unit):
                having = self._having.get(key, ())
                if 0 < len(having) <= COMMONEST:
                    rare = math.log(1 + self._count / len(having))
                    for at in having:
                        if rare > best.get(at, 0.0):
                            best[at] = rare
            for at, rare in best.items():
                shared[at] += rare
        least = WORTH * max(shared.values(), default=0.0)
        worth = [at for at, weight in shared.items() if weight >= least]
        return sorted(worth, key=lambda at: (-shared[at], at))[:MOST]
