"""A name made ready to be compared: its words in small Latin letters, what they sound like, its legal form."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from openiru.stages.register.folding import ARTICLE, opened
from openiru.stages.register.formats.text import script_of
from openiru.stages.register.sounds import meaning as meaning
from openiru.stages.register.vocabulary import PARTICLES, TITLES, with_numbers, without_form

SMALL, INITIAL, COMMON = 0.15, 0.3, 0.3
"""How much a particle or title, a single letter, and the commonest word weigh beside a word that no list has (1)."""

MOST_KEPT = 262_144
"""Weights kept of so many words and names; more are worked out again, so that names asked for fill no memory."""

_DOTTED = re.compile(r"\b(?:[^\W\d_]\.\s?)+(?:[^\W\d_]\b)\.?")
_SYLLABLE = re.compile(r"([\u4e00-\u9fff\uac00-\ud7a3])")
_QUOTE = re.compile(r"[’'`ʼ‘\"]")
_NO_QUOTES = str.maketrans(dict.fromkeys("'`\""))
_WORD = re.compile(r"[a-z0-9]+")
_ABJAD = re.compile("[\u0590-\u07ff\ufb1d-\ufdff\ufe70-\ufeff]")
_DOUBLE = re.compile(r"(.)\1+")
_SOFT_G = re.compile(r"g(?=[eiy])")
_WITH_H = (
    ("tsch", "s"), ("sch", "s"), ("sh", "s"), ("ch", "s"), ("kh", "k"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("zh", "j"),
)  # fmt: skip
_SOUNDS = str.maketrans(
    {"q": "k", "c": "k", "z": "s", "x": "ks", "v": "f", "p": "b", "g": "k", "d": "t"} | dict.fromkeys("aeiouhwy")
)
"""Spellings of one sound made one, vowels and half-vowels left out."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in `words`; `families` of legal forms it names; `abjad`: its script writes no vowels."""

    words: tuple[str, ...]
    joined: str
    families: frozenset[str]
    abjad: bool
    script: str


@lru_cache(maxsize=65_536)
def read(name: str) -> Name:
    """Make a name ready: no marks, no quotes, dotted letters joined, Han and Hangul by syllable, numbers in digits."""
    text = opened(name)
    if "." in text:
        text = _DOTTED.sub(lambda match: re.sub(r"[.\s]", "", match[0]) + " ", text)
    text = text.replace("%", " percent").replace("&", " and ")
    if not text.isascii():
        text = anyascii(_QUOTE.sub("", ARTICLE.sub("", _SYLLABLE.sub(r"\1 ", text).replace("-", " ")))).lower()
    kept, families = without_form(with_numbers(_WORD.findall(text.translate(_NO_QUOTES))))
    single = tuple(word for at, word in enumerate(kept) if not at or kept[at - 1] != word)
    return Name(single, "".join(single), families, bool(_ABJAD.search(name)), script_of(name) or "Latin")


@lru_cache(maxsize=131_072)
def bones(word: str) -> str:
    """What a word sounds like without its vowels, spellings of one sound made one."""
    word = {"x": "s", "w": "v"}.get(word[:1], word[:1]) + word[1:]
    if "g" in word:
        word = _SOFT_G.sub("j", word)
    if "h" in word:
        for cluster, sound in _WITH_H:
            word = word.replace(cluster, sound)
    return _DOUBLE.sub(r"\1", word.replace("dj", "j").replace("ck", "k").translate(_SOUNDS))


@lru_cache(maxsize=65_536)
def undoubled(word: str) -> str:
    """A word with each doubled letter made single."""
    return _DOUBLE.sub(r"\1", word)


class Rarity:
    """How much a word of a name weighs: the rarer it is in the names learned from, the more, between COMMON and 1."""

    def __init__(self, names: Iterable[Name] = ()) -> None:
        self._seen: Counter[str] = Counter()
        self._names = 1
        self._known: dict[str, float] = {}
        self._names_known: dict[tuple[str, ...], tuple[tuple[float, ...], float]] = {}
        for name in names:
            self._seen.update(set(name.words))
            self._names += 1

    def weight(self, word: str) -> float:
        """The weight of a word, from 0 to 1."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            found = self._known[word] = self._weigh(word)
        return found

    def weights(self, words: tuple[str, ...]) -> tuple[tuple[float, ...], float]:
        """The weight of each word of a name, and their sum."""
        found = self._names_known.get(words)
        if found is None:
            if len(self._names_known) >= MOST_KEPT:
                self._names_known.clear()
            each = tuple(self.weight(word) for word in words)
            found = self._names_known[words] = each, sum(each)
        return found

    def _weigh(self, word: str) -> float:
        if word in PARTICLES or word in TITLES:
            return SMALL
        if len(word) == 1:
            return INITIAL
        if self._names == 1:
            return 1.0
        rare = math.log((1 + self._names) / (1 + self._seen[word])) / math.log(1 + self._names)
        return COMMON + (1 - COMMON) * min(1.0, rare)
