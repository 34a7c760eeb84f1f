"""Screening a name against the lists: matches apart from near ones, across scripts, with a sentence; weak aliases never alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from openiru.stages.register.blocking import Blocks
from openiru.stages.register.folding import fold as fold
from openiru.stages.register.folding import skeleton as skeleton
from openiru.stages.register.likeness import compare
from openiru.stages.register.naming import Name, Rarity, read
from openiru.stages.register.sounds import SoundIndex
from openiru.terms import AliasQuality

MATCH = 94.0
"""From 0 to 100, letter by letter: a match is all but the same spelling; whatever is less is for a person to judge."""

VOWELS = 84.0
"""Names with the same consonants, such as spellings of one foreign word, may differ by so much and still match."""

SHORTEST_FUZZY = 9
"""Shorter names differ in meaning when they differ in a letter: they match exactly or not at all."""

NEAR = 0.55
"""The likeness (0 to 1) from which a name is shown to a person (benchmarks/screening.py)."""

SOUND, SHORTEST_SOUND = 85, 4
"""How alike the consonants of two scripts must be, and how many there must be at least."""

SYLLABLES = frozenset({"Han", "Kana", "Hangul"})
"""Scripts whose signs are read with their vowels, so that letters tell more than consonants."""

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
    """A listed name like the one asked for; `why`: `same`, `spelling`, `weak_alias`, `sound`, `part` or `close`.

    `score` is from 0 to 100; `sentence` says which words met and which were left over.
    """

    subject: int
    name: str
    quality: AliasQuality
    score: float
    why: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening found, best first, one hit per listing. Only `matches` say that the name is listed."""

    query: str
    matches: tuple[Hit, ...]
    near: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One name of the index, made ready."""

    listed: IndexedName
    quality: AliasQuality
    folded: str
    bones: str
    ready: Name


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
    _entries: list[_Entry] = field(default_factory=list)
    _same: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _blocks: Blocks = field(default_factory=Blocks)
    _sounds: SoundIndex = field(default_factory=SoundIndex)
    _rarity: Rarity = field(default_factory=Rarity)

    def __post_init__(self) -> None:
        for entry in self.names:
            for name, quality in _variants(entry):
                folded = fold(name)
                if folded:
                    self._same[folded].append(len(self._entries))
                    self._entries.append(_Entry(entry, quality, folded, skeleton(name), read(name)))
                    self._blocks.add(read(name))
                    self._sounds.add(name)
        self._rarity = Rarity(entry.ready for entry in self._entries)

    def screen(self, query: str) -> Screening:
        """Find the listed names that are the same as this one, and those that are near."""
        found: dict[int, Hit] = {}
        for hit in self._hits(query, fold(query)) if fold(query) else ():
            older = found.get(hit.subject)
            if older is None or _rank(hit) > _rank(older):
                found[hit.subject] = hit
        ordered = sorted(found.values(), key=_rank, reverse=True)
        matches = tuple(hit for hit in ordered if hit.why in MATCHING)
        near = tuple(hit for hit in ordered if hit.why not in MATCHING)
        return Screening(query, matches, near[:MOST_NEAR])

    def _hits(self, query: str, folded: str) -> Iterator[Hit]:
        asked, bones = read(query), skeleton(query)
        sounds = {at: share for at, share in self._sounds.alike(query) if _across(asked, self._entries[at].ready)}
        same = self._same.get(folded, ())
        for at in dict.fromkeys((*same, *self._blocks.candidates(asked), *sounds)):
            entry = self._entries[at]
            likeness = compare(asked, entry.ready, self._rarity)
            across = _across(asked, entry.ready)
            spelt = _spelling(folded, query, entry)
            sound = max(sounds.get(at, 0.0), _sound(bones, entry.bones)) if across else 0.0
            if not spelt and not sound and likeness.score < NEAR:
                continue
            why = spelt or ("sound" if across else "part" if likeness.inside else "close")
            score = _score(why, fuzz.ratio(folded, entry.folded), max(likeness.score, sound))
            listed = entry.listed
            yield Hit(listed.subject, listed.name, entry.quality, score, _why(why, entry.quality), likeness.sentence)


MATCHING = frozenset({"same", "spelling"})


def _across(one: Name, other: Name) -> bool:
    """Whether two names are in scripts that share only the sound: one writes other letters, or no vowels."""
    return one.script != other.script and not {one.script, other.script} & SYLLABLES


def _sound(bones: str, listed: str) -> float:
    """How alike the consonants of two whole names are, or nothing if there are too few or they differ."""
    enough = min(len(bones.replace(" ", "")), len(listed.replace(" ", ""))) >= SHORTEST_SOUND
    return fuzz.ratio(bones, listed, score_cutoff=SOUND) / 100 if enough else 0.0


def _score(why: str, letters: float, likeness: float) -> float:
    """From 0 to 100; what is only near stays below what matches."""
    return round(letters if why in MATCHING else min(MATCH, 100 * likeness) * 0.95, 1)


def _spelling(folded: str, query: str, entry: _Entry) -> str:
    """`same`, `spelling`, or nothing when the names differ by more than their spelling."""
    if folded == entry.folded:
        return "same"
    name = entry.folded
    score = fuzz.ratio(folded, name)
    if score < VOWELS or min(len(folded), len(name)) < SHORTEST_FUZZY:
        return ""
    bones = skeleton(query)
    vowels_only = len(bones) >= SHORTEST_FUZZY and bones == entry.bones
    numbers_agree = re.findall(r"\d+", folded) == re.findall(r"\d+", name)
    same_words = folded.count(" ") == name.count(" ") or folded.replace(" ", "") == name.replace(" ", "")
    return "spelling" if (score >= MATCH or vowels_only) and numbers_agree and same_words else ""


def _why(why: str, quality: AliasQuality) -> str:
    """A weak alias never matches by itself, however alike."""
    return "weak_alias" if quality in _NEVER and why in MATCHING else why


def _rank(hit: Hit) -> tuple[bool, float, bool]:
    return hit.why in MATCHING, hit.score, hit.quality == AliasQuality.PRIMARY
