"""Folds a name: small Latin letters without marks and weak words, and the consonants that two scripts have in common."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_LATIN_WORDS = ("the", "of", "and", "in", "for", "a", "an", "la", "le", "les", "de", "des", "du", "et")
_ARABIC_WORDS = ("al", "el", "ul", "ad", "ar", "as", "ash", "at", "e", "i", "o", "wa", "wal", "fi", "fy")
_WEAK_WORDS = frozenset(_LATIN_WORDS + _ARABIC_WORDS)
_TOKEN = re.compile(r"[a-z0-9]+")
ARTICLE = re.compile(r"\b(?:[وبفك]?ال|لل)(?=\w{3})")
_POSSESSIVE = re.compile(r"[’'`ʼ‘]")
_SOUNDS = str.maketrans(
    {"q": "k", "c": "k", "z": "s", "x": "s", "v": "f", "p": "b", "g": "j"} | dict.fromkeys("aeiouhwy")
)
_DOUBLE = re.compile(r"(.)\1+")


_MIXED = re.compile(r"\w+")
_LATIN = re.compile(r"[a-z]")
_MASKS = str.maketrans("авекмнорстухіјѕԁһԛԝαβεικνορτυχ", "abekmhopctyxijsdhqwabeikvoptux")
"""Cyrillic and Greek letters that are taken for Latin ones; inside a Latin word they are masks, elsewhere letters."""

_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][\W_]){3,}[^\W\d_](?!\w)")
_BETWEEN = re.compile(r"[\W_]")
"""A word spelt out by four letters or more, with a space, a point or another sign between each two: `T.T.P.X.` is TTPX."""


def unmasked(text: str) -> str:
    """A text in small letters without masks: look-alike letters inside Latin words, and words spelt out letter by letter."""
    text = _together(text)
    return text if text.isascii() else _MIXED.sub(_unmasked, text)


def _together(text: str) -> str:
    return _SPACED.sub(lambda found: _BETWEEN.sub("", found[0]), text)


def _unmasked(found: re.Match[str]) -> str:
    return found[0].translate(_MASKS) if _LATIN.search(found[0]) else found[0]


@lru_cache(maxsize=65_536)
def opened(name: str) -> str:
    """The name in small letters of one form, without masks."""
    return unmasked(name.lower() if name.isascii() else unicodedata.normalize("NFKC", name).casefold())


def latin(name: str) -> str:
    """The name in small Latin letters: no marks, no quotes, no Arabic article."""
    text = opened(name)
    return text if text.isascii() else anyascii(_POSSESSIVE.sub("", ARTICLE.sub("", text))).lower()


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """The name in small Latin letters, without marks and weak words, words in order of the alphabet."""
    return " ".join(sorted(_together(" ".join(sorted(words(name)))).split()))


@lru_cache(maxsize=65_536)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in small Latin letters, weak ones left out unless there are no others."""
    found = _TOKEN.findall(latin(name).replace("'", "").replace("`", ""))
    return tuple(word for word in found if word not in _WEAK_WORDS) or tuple(found)


@lru_cache(maxsize=65_536)
def skeleton(name: str) -> str:
    """The consonants of a name, alike ones made one: what two scripts have in common of a name."""
    return " ".join(sorted(filter(None, map(consonants, words(name)))))


@lru_cache(maxsize=131_072)
def consonants(word: str) -> str:
    """The consonants of one word in small Latin letters, alike ones made one."""
    return _DOUBLE.sub(r"\1", word.translate(_SOUNDS))
