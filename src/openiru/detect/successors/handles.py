"""How alike two handles are: what remains without counters and words such as “official”, and which rare letters they share."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler

from openiru.detect.successors.lookalikes import LEET, plain_letters

SHORTEST = 4
"""A stem of fewer letters says nothing about who holds it."""

SMALL_WORDS = (
    "official", "offical", "oficial", "backup", "back", "reserve", "channel", "page", "group", "account", "media", "news",
    "new", "again", "real", "the", "press", "office", "tv", "team", "main", "second", "part",
)  # fmt: skip
"""Words that a new account adds to an old name; alone they mean nobody."""

_GRAM = 3
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\da-zA-Z_]+")
_INSIDE = re.compile(r"(?<=[^\W\d_])\d{1,2}(?=[^\W\d_])")
"""A digit or two between letters imitate letters; more of them are a number."""

_REPEATED = re.compile(r"(.)\1+")


@lru_cache(maxsize=65_536)
def flat(text: str) -> str:
    """Small Latin letters and digits: look-alikes and leet read as what they imitate, marks and signs gone."""
    return "".join(sign for sign in plain_letters(unicodedata.normalize("NFKC", text).casefold()) if sign.isalnum())


@lru_cache(maxsize=65_536)
def stem(handle: str) -> str:
    """A handle without counters, years, doubled letters and small words; all of it where nothing else would remain."""
    read = _INSIDE.sub(lambda digits: digits[0].translate(LEET), unicodedata.normalize("NFKC", handle))
    words = [flat(word) for word in _WORDS.findall(read)]
    kept = "".join(word for word in words if word and not word.isdigit() and word not in SMALL_WORDS)
    whole = flat(handle)
    return _REPEATED.sub(r"\1", _without_affixes(kept or whole) or whole)


def _without_affixes(text: str) -> str:
    """Without digits at the ends and without small words written to them in small letters: `kharunews2` is `kharu`."""
    for _ in range(3):
        text = text.strip("0123456789")
        for word in SMALL_WORDS:
            if len(text) - len(word) >= SHORTEST:
                text = text.removesuffix(word) if text.endswith(word) else text.removeprefix(word)
    return text


def same_but_for_a_counter(one: str, other: str) -> bool:
    """Whether one handle is the other with a number, a year, a small word or a doubled letter."""
    here, there = stem(one), stem(other)
    return here == there and len(here) >= SHORTEST and here not in SMALL_WORDS


@lru_cache(maxsize=262_144)
def grams(text: str) -> tuple[str, ...]:
    """Threes of neighbouring letters, the ends marked."""
    marked = f"^{text}$"
    return tuple(dict.fromkeys(marked[at : at + _GRAM] for at in range(max(1, len(marked) - _GRAM + 1))))


class Rarity:
    """How much three letters tell: minus the logarithm of the share of handles that have them (self-information, in nats)."""

    def __init__(self, handles: Iterable[str]) -> None:
        self._seen: Counter[str] = Counter()
        self._count = 1
        for handle in handles:
            self._seen.update(grams(stem(handle)))
            self._count += 1

    def weight(self, gram: str) -> float:
        """From nearly 0 for what everybody has to ln(n) for what nobody has."""
        return math.log((self._count + 1) / (self._seen[gram] + 1))

    def alike(self, one: str, other: str) -> float:
        """From 0 to 1: the rare letters shared, and the order of letters, in equal parts."""
        here, there = stem(one), stem(other)
        if not here or not there:
            return 0.0
        if here == there:
            return 1.0
        mine, theirs = set(grams(here)), set(grams(there))
        shared = sum(map(self.weight, mine & theirs))
        every = sum(map(self.weight, mine)) + sum(map(self.weight, theirs))
        return (2 * shared / every + JaroWinkler.similarity(here, there)) / 2 if every else 0.0
