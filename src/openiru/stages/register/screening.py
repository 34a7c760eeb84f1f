"""Screening a name against the lists: folded across scripts, matches apart from near ones, weak aliases never alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from openiru.stages.register.folding import fold as fold
from openiru.stages.register.folding import skeleton as skeleton
from openiru.stages.register.formats.text import script_of
from openiru.stages.register.sounds import SoundIndex
from openiru.terms import AliasQuality

MATCH = 94.0
NEAR = 78.0
"""From 0 to 100. A match is all but the same spelling; near is for a person to judge (benchmarks/screening.py)."""

VOWELS = 84.0
"""Names with the same consonants, such as spellings of one foreign word, may differ by so much and still match."""

SHORTEST_FUZZY = 9
"""Shorter names differ in meaning when they differ in a letter: they match exactly or not at all."""

SOUND, SHORTEST_SOUND = 85, 4
"""How alike the consonants of two scripts must be, and how many there must be at least."""

MOST_NEAR = 25

_NEVER = frozenset({AliasQuality.WEAK})
_BRACKETS = re.compile(r"\(([^()]*)\)")


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
    _sounds: SoundIndex = field(default_factory=SoundIndex)

    def __post_init__(self) -> None:
        for entry in self.names:
            for name, quality in _variants(entry):
                folded = fold(name)
                if folded:
                    self._entries.append((entry, quality))
                    self._folded.append(folded)
                    self._bones.append(skeleton(name))
                    self._latin.append(script_of(name) in ("Latin", ""))
                    self._sounds.add(name)

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
        if len(bones) >= SHORTEST_SOUND:
            for _, score, at in process.extract(bones, self._bones, scorer=fuzz.ratio, score_cutoff=SOUND, limit=200):
                if self._latin[at] != latin:
                    yield at, min(score, MATCH) * 0.9, "sound"
        for at, shared in self._sounds.alike(query):
            if self._latin[at] != latin:
                yield at, shared * MATCH * 0.9, "sound"


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
