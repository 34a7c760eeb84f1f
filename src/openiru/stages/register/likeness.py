"""How alike two names are: their words aligned, weighed by how rare they are, and said in a sentence.

Every part is a figure a person can follow: which word met which, what was left over on both sides, whether a legal form or
an order contradicts. WEIGHTS were fitted (logistic regression) on half of a public set of labelled pairs and rounded; the
other half is reported beside it (benchmarks/screening.py).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from openiru.stages.register.naming import Name, Rarity, bones, meaning, undoubled
from openiru.stages.register.vocabulary import LEGAL_FORMS, PARTICLES, SONS

MET, SURE, CONTENT = 0.5, 0.66, 0.3
"""Words less alike than MET have not met; below SURE one counts as left over; weights above CONTENT are content."""

SOUND, SOUND_SHORT, MEANS, INITIAL, CUT = 0.85, 0.75, 0.85, 0.7, 0.7
"""How alike words are that sound the same, that mean the same, a letter that begins a word, a word cut short."""

GLUED, SHORTEST_GLUED = 0.95, 5
"""A word with a legal form stuck to its end (`siemensag`), and how long the word must be."""

SPACED, SHORTEST_SPACED = 0.9, 8
"""Names that differ in where their words begin and in one letter at most, and how long they must be."""

MOST_SIGNS = 4
"""Names of at most so many signs that are syllables are compared sign by sign."""

WEIGHTS = {
    "most": 1.0,
    "least": 0.6,
    "worst_of_most": 2.6,
    "worst_of_least": 1.2,
    "letters": 1.0,
    "same_words": 0.6,
    "another_form": -3.0,
    "another_order": -3.0,
}
START = -3.7
_BY_EDITS = {
    1: ((8, 0.9), (5, 0.86), (4, 0.75), (3, 0.6), (0, 0.4)),
    2: ((10, 0.85), (8, 0.78), (6, 0.68), (0, 0.3)),
    3: ((10, 0.7), (9, 0.6), (0, 0.2)),
}
"""How alike two words of this length are after so many edits (a swap of neighbours is one)."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` from 0 to 1, and what it rests on: words that met, and those left over of the one and the other name."""

    score: float
    met: tuple[tuple[str, str], ...]
    left_here: tuple[str, ...]
    left_there: tuple[str, ...]

    @property
    def inside(self) -> bool:
        """Whether the name asked for stands in the listed one, which has more words."""
        return bool(self.left_there) and not self.left_here

    @property
    def sentence(self) -> str:
        """For a person who judges."""
        same = [one for one, other in self.met if one == other]
        like = [f"“{one}” is like “{other}”" for one, other in self.met if one != other]
        parts = [f"the same: {', '.join(same)}"] if same else []
        parts += like
        parts += [f"only in the name asked for: {', '.join(self.left_here)}"] if self.left_here else []
        parts += [f"only on the list: {', '.join(self.left_there)}"] if self.left_there else []
        return "; ".join(parts)


@lru_cache(maxsize=262_144)
def alike(one: str, other: str, across: bool = False) -> float:
    """How alike two words are, from 0 to 1; `across` scripts of which one writes no vowels, their sound decides."""
    if one == other:
        return 1.0
    if one.isdigit() or other.isdigit():
        return 0.0
    if len(one) == 1 or len(other) == 1:
        return INITIAL if one[0] == other[0] else 0.0
    if undoubled(one) == undoubled(other):
        return 0.95
    return max(_by_letters(one, other), _by_sound(one, other, across))


def _by_letters(one: str, other: str) -> float:
    edits, longest = OSA.distance(one, other), max(len(one), len(other))
    steps = _BY_EDITS.get(edits)
    found = next(value for size, value in steps if longest >= size) if steps else min(0.65, 1 - edits / longest)
    short, long = sorted((one, other), key=len)
    if len(short) < 3 or not long.startswith(short):
        return found
    glued = len(short) >= SHORTEST_GLUED and (long[len(short) :],) in LEGAL_FORMS
    return max(found, GLUED if glued else CUT)


def _by_sound(one: str, other: str, across: bool) -> float:
    if meaning(one) and meaning(one) == meaning(other):
        return MEANS
    if not across and (OSA.normalized_similarity(one, other) < 0.5 or not _same_start(one, other)):
        return 0.0
    here, there = bones(one), bones(other)
    if here == there and len(here) >= 2:
        return SOUND if len(here) >= 3 else SOUND_SHORT
    return SURE if min(len(here), len(there)) >= 4 and OSA.distance(here, there) == 1 else 0.0


def _same_start(one: str, other: str) -> bool:
    """Whether both begin with a vowel, or with the same consonant however spelt."""
    vowels = one[0] in "aeiou", other[0] in "aeiou"
    return all(vowels) or (not any(vowels) and (one[0] == other[0] or bones(one)[:1] == bones(other)[:1]))


class _Alignment:
    """Which word of the one name met which of the other, each at most once, the most alike first."""

    def __init__(self, here: Name, there: Name) -> None:
        self.words = here.words, there.words
        self.best: tuple[dict[int, float], dict[int, float]] = {}, {}
        self.pairs: list[tuple[str, str]] = []
        self._signs = _by_signs(here, there)
        found = sorted(self._met(here.abjad != there.abjad), reverse=True)
        for score, _, at, where in found:
            one, other = -at, -where
            if one not in self.best[0] and other not in self.best[1]:
                self.best[0][one] = self.best[1][other] = score
                self.pairs.append((self.words[0][one], self.words[1][other]))
        for side in (0, 1) if not self._signs else ():
            self._compounds(side)
            self._initials(side)
        if _all_but_spacing(here, there):
            for best, words in zip(self.best, self.words, strict=True):
                best.update({at: max(best.get(at, 0.0), SPACED) for at in range(len(words))})

    def _met(self, across: bool) -> Iterator[tuple[float, int, int, int]]:
        for at, one in enumerate(self.words[0]):
            for where, other in enumerate(self.words[1]):
                score = float(one == other) if self._signs else alike(one, other, across)
                if score >= MET:
                    yield score, -abs(at - where), -at, -where

    def _compounds(self, side: int) -> None:
        """One word that the other name writes as two or three: `goodwill`, `good will`."""
        others = self.words[1 - side]
        for at, word in enumerate(self.words[side]):
            if len(word) < 5 or self.best[side].get(at, 0) >= 0.9:
                continue
            for start in [start for start, other in enumerate(others[:-1]) if word.startswith(other[0])]:
                for joined, size in _joined(others, start, len(word)):
                    if alike(word, joined) >= 0.8:
                        self._join(side, at, (start, size), alike(word, joined))

    def _initials(self, side: int) -> None:
        """A few letters that begin the words of the other name: `jc`, `jean claude`."""
        others, best = self.words[1 - side], self.best[1 - side]
        for at, word in enumerate(self.words[side]):
            if not 2 <= len(word) <= 4 or self.best[side].get(at, 0) >= INITIAL:
                continue
            for start in range(len(others) - len(word) + 1):
                span = range(start, start + len(word))
                if others[start][0] != word[0] or [others[one][0] for one in span] != list(word):
                    continue
                if all(best.get(one, 0) < 0.9 for one in span):
                    self._join(side, at, (start, len(word)), SOUND_SHORT)

    def _join(self, side: int, at: int, span: tuple[int, int], score: float) -> None:
        if score <= self.best[side].get(at, 0):
            return
        self.best[side][at] = score
        start, size = span
        for other in range(start, start + size):
            self.best[1 - side][other] = max(score, self.best[1 - side].get(other, 0))
        pair = self.words[side][at], " ".join(self.words[1 - side][start : start + size])
        self.pairs.append(pair if side == 0 else (pair[1], pair[0]))

    def left(self, side: int) -> tuple[str, ...]:
        """The words of a side that met none, small ones apart."""
        words = enumerate(self.words[side])
        return tuple(word for at, word in words if self.best[side].get(at, 0) < MET and word not in PARTICLES)


def _by_signs(here: Name, there: Name) -> bool:
    """Whether two short names are of one script with a sign for each syllable: another sign is another name."""
    return here.script == there.script in ("Han", "Hangul") and max(len(here.words), len(there.words)) <= MOST_SIGNS


def _all_but_spacing(here: Name, there: Name) -> bool:
    """Whether two names have the same letters but for one, wherever their words begin."""
    if len(here.words) == len(there.words) or min(len(here.joined), len(there.joined)) < SHORTEST_SPACED:
        return False
    same_digits = re.findall(r"\d", here.joined) == re.findall(r"\d", there.joined)
    return same_digits and OSA.distance(here.joined, there.joined, score_cutoff=1) <= 1


def _joined(words: tuple[str, ...], start: int, length: int) -> Iterator[tuple[str, int]]:
    """Two and three words from here on as one, where that is about as long; and how many they are."""
    for size in (2, 3):
        together = words[start : start + size]
        if len(together) == size and abs(sum(map(len, together)) - length) <= 2:
            yield "".join(together), size


def compare(here: Name, there: Name, rarity: Rarity) -> Likeness:
    """Hold two names against each other."""
    if not here.words or not there.words:
        return Likeness(0.0, (), here.words, there.words)
    found = _Alignment(here, there)
    total = START + sum(WEIGHTS[part] * value for part, value in _parts(here, there, found, rarity).items())
    score = 1 / (1 + math.exp(-total))
    return Likeness(score, tuple(found.pairs), found.left(0), found.left(1))


def _parts(here: Name, there: Name, found: _Alignment, rarity: Rarity) -> dict[str, float]:
    covered, worst = _side(here.words, found.best[0], rarity)
    other_covered, other_worst = _side(there.words, found.best[1], rarity)
    return {
        "most": max(covered, other_covered),
        "least": min(covered, other_covered),
        "worst_of_most": _clear(max(worst, other_worst)),
        "worst_of_least": _clear(min(worst, other_worst)),
        "letters": fuzz.ratio(here.joined, there.joined) / 100,
        "same_words": float(sorted(here.words) == sorted(there.words)),
        "another_form": float(bool(here.families and there.families and not here.families & there.families)),
        "another_order": float(_another_order(here.words, there.words)),
    }


def _side(words: tuple[str, ...], best: dict[int, float], rarity: Rarity) -> tuple[float, float]:
    """How much of a name's weight met something, and how alike the worst of its content words is."""
    weights, total = rarity.weights(words)
    covered, worst = 0.0, 1.0
    for at, weight in enumerate(weights):
        score = best.get(at, 0.0)
        covered += weight * _clear(score)
        if weight > CONTENT and score < worst:
            worst = score
    content = any(weight > CONTENT for weight in weights)
    return covered / total, worst if content else 0.0


def _clear(score: float) -> float:
    """A likeness made clearer: nothing at MET, whole from 0.9."""
    return 0.0 if score <= MET else 1.0 if score >= 0.9 else (score - MET) / 0.4


def _another_order(here: tuple[str, ...], there: tuple[str, ...]) -> bool:
    """Whether two names that say whose child somebody is have the same words in another order."""
    if not (SONS & set(here) and SONS & set(there)):
        return False
    order = [at for word in here if word not in PARTICLES for at, other in enumerate(there) if word == other]
    return order != sorted(order)
