"""Screening a name against the lists: folded across scripts, matches apart from near ones, weak aliases never alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz import fuzz, process

from openiru.stages.register.formats.text import script_of
from openiru.terms import AliasQuality

MATCH = 94.0
NEAR = 78.0
"""From 0 to 100. A match is all but the same spelling; near is for a person to judge (benchmarks/screening.py)."""

VOWELS = 84.0
"""Names with the same consonants, such as spellings of one foreign word, may differ by so much and still match."""

SHORTEST_FUZZY = 9
"""Shorter names differ in meaning when they differ in a letter: they match exactly or not at all."""

MOST_NEAR = 25

_LATIN_WORDS = ("the", "of", "and", "in", "for", "a", "an", "la", "le", "les", "de", "des", "du", "et")
_ARABIC_WORDS = ("al", "el", "ul", "ad", "ar", "as", "ash", "at", "e", "i", "o", "wa", "wal", "fi")
_WEAK_WORDS = frozenset(_LATIN_WORDS + _ARABIC_WORDS)
_NEVER = frozenset({AliasQuality.WEAK})
_TOKEN = re.compile(r"[a-z0-9]+")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_ARTICLE = re.compile(r"\b[وبف]?ال(?=\w{3})")
_POSSESSIVE = re.compile(r"[’'`ʼ‘]")
_SOUNDS = str.maketrans({"q": "k", "c": "k", "z": "s", "x": "s", "v": "f", "p": "b", "g": "j"})
_DROPPED = re.compile(r"[aeiouhwy]")
_DOUBLE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class IndexedName:
    """A listed name, and the number of the listing it stands on."""

    name: str
    quality: AliasQuality
    subject: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed name like the one asked for; `why`: `same`, `spelling`, `weak_alias`, `sound`, `part` or `close`."""

    subject: int
    name: str
    quality: AliasQuality
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening found, best first, one hit per listing. Only `matches` say that the name is listed."""

    query: str
    matches: tuple[Hit, ...]
    near: tuple[Hit, ...]


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """The name in small Latin letters, without marks and weak words, words in order of the alphabet."""
    words = _words(name)
    return " ".join(sorted(words))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = _POSSESSIVE.sub("", _ARTICLE.sub("", plain))
    words = _TOKEN.findall(anyascii(plain).lower().replace("'", "").replace("`", ""))
    return [word for word in words if word not in _WEAK_WORDS] or words


@lru_cache(maxsize=65_536)
def skeleton(name: str) -> str:
    """The consonants of a name, alike ones made one: what two scripts have in common of a name."""
    bones = (_DOUBLE.sub(r"\1", _DROPPED.sub("", word).translate(_SOUNDS)) for word in _words(name))
    return " ".join(sorted(bone for bone in bones if bone))


def _variants(entry: IndexedName) -> Iterator[tuple[str, AliasQuality]]:
    """The name whole and without its brackets; an abbreviation inside the brackets is a weak name."""
    yield entry.name, entry.quality
    inside = _BRACKETS.findall(entry.name)
    if inside:
        yield _BRACKETS.sub(" ", entry.name), entry.quality
        for part in inside:
            yield part, AliasQuality.WEAK


@dataclass(slots=True)
class Index:
    """Listed names made ready for screening; build it once for many queries."""

    names: Iterable[IndexedName]
    _entries: list[tuple[IndexedName, AliasQuality]] = field(default_factory=list)
    _folded: list[str] = field(default_factory=list)
    _bones: list[str] = field(default_factory=list)
    _latin: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        for entry in self.names:
            for name, quality in _variants(entry):
                folded = fold(name)
                if folded:
                    self._entries.append((entry, quality))
                    self._folded.append(folded)
                    self._bones.append(skeleton(name))
                    self._latin.append(script_of(name) in ("Latin", ""))

    def screen(self, query: str) -> Screening:
        """Find the listed names that are the same as this one, and those that are near."""
        folded = fold(query)
        found: dict[int, Hit] = {}
        for at, score, why in self._candidates(query, folded) if folded else ():
            entry, quality = self._entries[at]
            hit = Hit(entry.subject, entry.name, quality, round(score, 1), _why(why, quality))
            older = found.get(entry.subject)
            if older is None or _rank(hit) > _rank(older):
                found[entry.subject] = hit
        ordered = sorted(found.values(), key=_rank, reverse=True)
        matches = tuple(hit for hit in ordered if hit.why in MATCHING)
        near = tuple(hit for hit in ordered if hit.why not in MATCHING)
        return Screening(query, matches, near[:MOST_NEAR])

    def _candidates(self, query: str, folded: str) -> Iterator[tuple[int, float, str]]:
        bones = skeleton(query)
        for _, score, at in process.extract(folded, self._folded, scorer=fuzz.ratio, score_cutoff=NEAR, limit=None):
            vowels_only = score >= VOWELS and len(bones) >= SHORTEST_FUZZY and bones == self._bones[at]
            yield at, score, _closeness(folded, self._folded[at], MATCH if vowels_only and score < MATCH else score)
        if " " in folded:
            for _, score, at in process.extract(
                folded, self._folded, scorer=fuzz.token_set_ratio, score_cutoff=95, limit=200
            ):
                if " " in self._folded[at]:
                    yield at, min(score, MATCH) * 0.9, "part"
        yield from self._by_sound(query)

    def _by_sound(self, query: str) -> Iterator[tuple[int, float, str]]:
        """Names in another script whose consonants are the same; a suggestion, since many names share consonants."""
        bones, latin = skeleton(query), script_of(query) in ("Latin", "")
        if len(bones) < 4:
            return
        for _, score, at in process.extract(bones, self._bones, scorer=fuzz.ratio, score_cutoff=85, limit=200):
            if self._latin[at] != latin:
                yield at, min(score, MATCH) * 0.9, "sound"


MATCHING = frozenset({"same", "spelling"})


def _closeness(query: str, name: str, score: float) -> str:
    if query == name:
        return "same"
    numbers_agree = re.findall(r"\d+", query) == re.findall(r"\d+", name)
    long = min(len(query), len(name)) >= SHORTEST_FUZZY
    same_words = query.count(" ") == name.count(" ") or query.replace(" ", "") == name.replace(" ", "")
    return "spelling" if score >= MATCH and numbers_agree and long and same_words else "close"


def _why(why: str, quality: AliasQuality) -> str:
    """A weak alias never matches by itself, however alike."""
    return "weak_alias" if quality in _NEVER and why in MATCHING else why


def _rank(hit: Hit) -> tuple[bool, float, bool]:
    return hit.why in MATCHING, hit.score, hit.quality == AliasQuality.PRIMARY
