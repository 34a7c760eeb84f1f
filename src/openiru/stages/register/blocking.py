"""Finds the few listed names that are worth a close look: by words, their sound, their meaning, and words one letter off."""

from __future__ import annotations

import math
from array import array
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
"""A word that more names have finds nothing by itself."""


@lru_cache(maxsize=65_536)
def keys(word: str, joined: bool = False) -> tuple[str, ...]:
    """What a word is found by: itself, its consonants (`~`), its meaning (`=`), and itself without each letter (`-`).

    Two words as one (`joined`) only by themselves and their consonants.
    """
    found = {word}
    sound = bones(word)
    if len(sound) >= 2:
        found.add(f"~{sound}")
    if joined:
        return tuple(found)
    if len(sound) >= SHORTEST_SOUND_OFF:
        found.update(f"~{sound[:at]}{sound[at + 1 :]}" for at in range(len(sound)))
    if means := meaning(word):
        found.add(means)
    if len(word) >= SHORTEST_OFF and not word.isdigit():
        found.add(f"-{word}")
        found.update(f"-{word[:at]}{word[at + 1 :]}" for at in range(len(word)))
    return tuple(found)


def _units(name: Name) -> Iterator[tuple[str, bool]]:
    """The words a name is found by, neighbours also as one: `goodwill` finds `good will`; and whether it is joined."""
    telling = [word for word in name.words if word not in PARTICLES and word not in TITLES]
    words = telling or list(name.words)
    yield from ((word, False) for word in words)
    yield from ((one + other, True) for one, other in pairwise(words))
    if len(words) > 2:
        yield "".join(words), True


@dataclass(slots=True)
class Blocks:
    """Names by their words, and words by their keys. Add all names, then ask.

    Arrays and texts of words with spaces between, not lists: the collector of garbage need not walk a hundred thousand.
    """

    _count: int = 0
    _having: dict[str, array[int]] = field(default_factory=dict)
    _words: dict[str, str] = field(default_factory=dict)

    def add(self, name: Name) -> None:
        """Take a name; its number is how many came before it."""
        words = self._words
        for unit, joined in dict.fromkeys(_units(name)):
            having = self._having.get(unit)
            if having is None:
                having = self._having[unit] = array("L")
                for key in keys(unit, joined):
                    before = words.get(key)
                    words[key] = f"{before} {unit}" if before else unit
            having.append(self._count)
        self._count += 1

    def candidates(self, query: Name) -> list[int]:
        """The numbers of the names that share most with the query, rare words counting more; at most MOST."""
        shared: dict[int, float] = defaultdict(float)
        for unit, _ in _units(query):
            for at, rare in self._like(unit).items():
                shared[at] += rare
        least = WORTH * max(shared.values(), default=0.0)
        worth = [at for at, weight in shared.items() if weight >= least]
        return sorted(worth, key=lambda at: (-shared[at], at))[:MOST]

    def _like(self, unit: str) -> dict[int, float]:
        """The names that have a word like this one, and how rare the rarest such word is."""
        best: dict[int, float] = {}
        for word in {word for key in keys(unit) for word in self._words.get(key, "").split()}:
            having = self._having[word]
            if len(having) > COMMONEST:
                continue
            rare = math.log(1 + self._count / len(having))
            for at in having:
                if rare > best.get(at, 0.0):
                    best[at] = rare
        return best
