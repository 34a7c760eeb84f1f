"""The names to look for, as plain values, and the book of patterns that is made of them once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from openiru.detect.names.folding import fold_text
from openiru.detect.names.letters import ARABIC, LATIN, OTHER, SPACE, ZERO, alike, plain

SHORTEST = 2
LONGEST = 200
SHORT = 4
"""An alias of so few letters is an ordinary word or somebody else's initials somewhere: it needs context."""

FREQUENT = 1.0
"""Occurrences in a million words of ordinary language from which a word says nothing alone."""

_FEW = 2
_JOINED_FROM = 8
_ARTICLE = "ال"
_HALF_GAP = "\u200c"


class Quality(StrEnum):
    """How a list qualifies an alias. `low` is the UN's word for what others call weak; `previous` a former name."""

    STRONG = "strong"
    PREVIOUS = "previous"
    WEAK = "weak"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Alias:
    """A name of the organisation `subject` (an opaque id), as a list has it. The script is for people; letters decide."""

    subject: str
    text: str
    quality: Quality = Quality.STRONG
    script: str = ""


@dataclass(frozen=True, slots=True)
class ContextWord:
    """A word beside which a short or ambiguous alias of the subject may count; without a subject, of any."""

    text: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Protected:
    """A phrase that holds a name and is none of the organisation: what stands inside it is set aside for this reason."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A pattern that is not looked for, and why: empty, matches_everything or too_long. The others are."""

    pattern: Alias | ContextWord | Protected
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading of a pattern. `joined`: without its gaps; `rare`: to be compared again, for rare letters share codes."""

    source: Alias | ContextWord | Protected
    ambiguous: bool = False
    joined: bool = False
    rare: bool = False


@dataclass
class Book:
    """All patterns by the bytes that the engine looks for, in both alphabets, and what was rejected."""

    plain: dict[bytes, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    alike: dict[bytes, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    rejected: list[Rejected] = field(default_factory=list)


def book_of(sources: Iterable[Alias | ContextWord | Protected], background: Mapping[str, float]) -> Book:
    """Every pattern once, with all that it stands for. A bad one is set aside by name and stops no other."""
    book = Book()
    ordinary = ordinary_words() | {fold_text(word, plain()) for word, often in background.items() if often >= FREQUENT}
    for source in dict.fromkeys(sources):
        folded = fold_text(source.text, plain())
        reason = why_rejected(folded)
        if reason:
            book.rejected.append(Rejected(source, reason))
        else:
            _enter(book, source, folded, ordinary)
    return book


def why_rejected(folded: bytes) -> str:
    """Why a pattern cannot be looked for; empty where it can."""
    letters = sum(code >= ZERO for code in folded)
    if not letters:
        return "empty"
    if letters < SHORTEST:
        return "matches_everything"
    return "too_long" if len(folded) > LONGEST else ""


def words_of(folded: bytes) -> list[bytes]:
    """The words of a folded name."""
    return folded.replace(b"\x00", bytes((SPACE,))).split(bytes((SPACE,)))


def is_ambiguous(folded: bytes, ordinary: Collection[bytes]) -> bool:
    """Whether a name says nothing alone: four letters or fewer, or one or two words, all of them ordinary."""
    words = [word for word in words_of(folded) if word]
    return sum(map(len, words)) <= SHORT or (len(words) <= _FEW and all(word in ordinary for word in words))


def _enter(book: Book, source: Alias | ContextWord | Protected, folded: bytes, ordinary: Collection[bytes]) -> None:
    rare = any(code >= OTHER for code in folded)
    if not isinstance(source, Alias):
        book.plain[folded].append(Entry(source, rare=rare))
        return
    ambiguous = is_ambiguous(folded, ordinary)
    for variant, joined in _variants(source.text, folded).items():
        book.plain[variant].append(Entry(source, ambiguous, joined, rare))
    squeezed = fold_text(source.text, alike())
    if len(squeezed) > SHORTEST and any(code >= LATIN for code in squeezed):
        book.alike[squeezed].append(Entry(source, ambiguous, rare=rare))


def _variants(text: str, folded: bytes) -> dict[bytes, bool]:
    """The patterns of one name, and whether each is the name with its words joined."""
    joined = b"".join(words_of(folded))
    found = {folded: False}
    if _HALF_GAP in text:
        found[fold_text(text.replace(_HALF_GAP, " "), plain())] = False
    if text.startswith(_ARTICLE) and len(joined) > SHORT:
        # With the preposition لـ the article loses its alif.
        found[fold_text("لل" + text[len(_ARTICLE) :], plain())] = False
    if len(joined) >= _JOINED_FROM:
        found.setdefault(joined, True)
    return found


def is_arabic(folded: bytes) -> bool:
    """Whether a name begins with a letter of the Arabic script, to which particles are written without a gap."""
    return ARABIC <= folded[0] < OTHER


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[bytes]:
    """The words of our own list, folded."""
    lines = (files("openiru.detect") / "data" / "ordinary_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold_text(word, plain()) for line in lines if not line.startswith("#") for word in line.split())
