"""Finds signs of reporting, quotation, condemnation, satire, education and rights documentation, each with its very words. Pure."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

import ahocorasick_rs

AROUND = 60
"""Characters shown on each side of the words found."""
MOST = 12
"""Signs kept of one case: enough to be read."""
LONGEST = 20_000
"""Characters of one text that are read."""


class SignKind(StrEnum):
    """What a text may do with a group's name instead of speaking for it."""

    REPORTING = "reporting"
    QUOTATION = "quotation"
    CONDEMNATION = "condemnation"
    SATIRE = "satire"
    EDUCATION = "education"
    RIGHTS_DOCUMENTATION = "rights_documentation"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: its kind, the words, what stands around them, the language of the list, and where: `front`, or an item's id."""

    kind: SignKind
    words: str
    before: str
    after: str
    language: str
    where: str
    reviewed: bool

    @property
    def on_front(self) -> bool:
        """Whether the account says it of itself, in its name or description."""
        return self.where == FRONT


FRONT = "front"


@dataclass(frozen=True, slots=True)
class _Cues:
    version: str
    automaton: Any
    meanings: tuple[tuple[SignKind, str, bool], ...]


def version() -> str:
    """The version of the words."""
    return _cues().version


def languages() -> dict[str, bool]:
    """The languages that have words, and whether a reader of the language checked them."""
    return {name: bool(one["reviewed"]) for name, one in _data()["languages"].items()}


def find(texts: Iterable[tuple[str, str]]) -> tuple[Sign, ...]:
    """The signs in texts, given as pairs of where and text; each kind and words once, those on the front first."""
    found: dict[tuple[SignKind, str, bool], Sign] = {}
    for where, text in texts:
        for sign in _in_text(text[:LONGEST], where):
            found.setdefault((sign.kind, sign.words, sign.on_front), sign)
    return tuple(sorted(found.values(), key=lambda one: (not one.on_front, one.kind, one.words))[:MOST])


def stops(signs: Iterable[Sign]) -> bool:
    """Whether what the account says of itself needs a senior reviewer first."""
    return any(sign.on_front for sign in signs)


def as_json(signs: Sequence[Sign]) -> list[dict[str, Any]]:
    """The signs as they are kept with a case."""
    return [
        {"kind": str(one.kind), "words": one.words, "before": one.before, "after": one.after,
         "language": one.language, "where": one.where, "reviewed": one.reviewed}
        for one in signs
    ]  # fmt: skip


def _in_text(text: str, where: str) -> Iterable[Sign]:
    cues, folded = _cues(), _folded(text)
    for number, start, end in cues.automaton.find_matches_as_indexes(folded, overlapping=True):
        if _inside_a_word(folded, start, end):
            continue
        kind, language, reviewed = cues.meanings[number]
        before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
        yield Sign(kind, text[start:end], before, after, language, where, reviewed)


def _folded(text: str) -> str:
    """The text as it is compared, letter for letter as long as it was, so that places stay where they are."""
    return "".join(_one(letter) for letter in text)


@lru_cache(maxsize=4096)
def _one(letter: str) -> str:
    folded = unicodedata.normalize("NFKC", letter).casefold()
    return folded if len(folded) == 1 else letter


def _inside_a_word(text: str, start: int, end: int) -> bool:
    return (start > 0 and _letter(text[start - 1])) or (end < len(text) and _letter(text[end]))


def _letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(files("openiru.stages.cases.signs").joinpath("signs.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _cues() -> _Cues:
    data, words, meanings = _data(), [], []
    for language, lists in data["languages"].items():
        for kind in SignKind:
            for cue in lists.get(kind, ()):
                words.append(_folded(cue))
                meanings.append((kind, language, bool(lists["reviewed"])))
    return _Cues(data["version"], ahocorasick_rs.AhoCorasick(words), tuple(meanings))
