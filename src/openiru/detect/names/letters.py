"""Two alphabets of one byte a letter: variants of a letter share a code; in the second also whatever looks like it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

Codes = NDArray[np.uint8]

BREAK, SPACE, ZERO, LATIN, ARABIC, OTHER = 0, 1, 2, 12, 38, 150
"""A code is: the end of a phrase, a gap between words, then letters: ten digits, 26 Latin, Arabic ones, all others."""

APOSTROPHE, EXPANDED, DROPPED = 253, 254, 255
"""What the tables say of characters that are no single letter; none of the three stands in a folded text."""

_OTHERS = 100
_HIGHEST = 0x110000
_APOSTROPHES = "'’‘ʼ`´ʻʾʿʹ＇"
_GAPS = "_\t\u2212"
_VARIANTS_OF = {
    "ا": "أإآٱٲٳ",
    "و": "ؤۇۆۈۋۊۉ",
    "ی": "يىېۍئێےۓۑۦ",
    "ک": "كڪڬ",
    "گ": "ګڭ",
    "ہ": "هھةۃۂۀە",
    "ن": "ں",
    "": "ءـ",
}
"""One letter of a name in the keyboards of Arabic, Persian, Urdu, Pashto, Balochi and Kurdish; letters of another sound are none."""

_VARIANTS = {variant: letter for letter, variants in _VARIANTS_OF.items() for variant in variants}
_LEET = {"0": "o", "1": "i", "2": "z", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"}
_SYMBOLS = {"@": "a", "$": "s", "!": "i", "|": "i", "€": "e", "£": "l", "(": "c", "+": "t"}
_ALIKE = {"l": "i"}
_CLOSE = {
    "в": "b",
    "к": "k",
    "м": "m",
    "н": "h",
    "т": "t",
    "я": "r",
    "и": "n",
    "κ": "k",
    "η": "n",
    "τ": "t",
    "ε": "e",
    "χ": "x",
    "β": "b",
}
"""Small letters that Unicode does not call confusable, and that are put for Latin ones all the same; our own list."""

_SQUARES = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
"""Where 26 framed letters or flags' letters begin, which no decomposition gives."""


@dataclass(frozen=True)
class Alphabet:
    """`table[code point]` is a code; the few characters that are several letters stand in `longer`, sorted."""

    table: Codes
    longer: NDArray[np.uint32]
    lengths: NDArray[np.int64]
    letters: Codes


@lru_cache(maxsize=1)
def plain() -> Alphabet:
    """Variants of a letter made one: the alphabet of running text."""
    table = np.full(_HIGHEST, BREAK, np.uint8)
    longer: dict[int, bytes] = {}
    for point in range(_HIGHEST):
        if 0xD800 <= point <= 0xF8FF or 0x20000 <= point < 0xE0000 or point >= 0xE0200:
            continue
        table[point] = _code(point, longer)
    table[0x20000:0x33000] = OTHER
    return _alphabet(table, longer)


@lru_cache(maxsize=1)
def alike() -> Alphabet:
    """Look-alikes made one too, digits read as letters, and everything between letters left out."""
    first = plain()
    translation = np.arange(256, dtype=np.uint8)
    translation[[BREAK, SPACE, APOSTROPHE]] = DROPPED
    for written, meant in (_LEET | _ALIKE).items():
        translation[_ascii(written)] = _ascii(meant)
    table = translation[first.table]
    for character, letter in looks().items():
        table[ord(character)] = translation[_ascii(letter)]
    return Alphabet(table, first.longer, first.lengths, translation[first.letters])


@lru_cache(maxsize=1)
def disguises() -> NDArray[np.bool_]:
    """Per code point: whether it is a stranger that looks like a Latin letter, or a sign or digit that is read as one."""
    table = np.zeros(_HIGHEST, np.bool_)
    for character in [*looks(), *_LEET]:
        table[ord(character)] = True
    return table


def points(text: str) -> NDArray[np.uint32]:
    """The code points of a text; half a surrogate pair is one like any other."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def spelt(text: str) -> tuple[str, ...]:
    """A text letter by letter, as exactly as `plain` ought to have it: where two rare letters share a code, they differ here."""
    return tuple(letter for character in text for letter in _folded(character) if letter.isalnum())


def _code(point: int, longer: dict[int, bytes]) -> int:
    character = chr(point)
    if character in _APOSTROPHES:
        return APOSTROPHE
    folded = _folded(character)
    if len(folded) == 1:
        return _letter(folded)
    if not folded:
        return DROPPED
    longer[point] = bytes(_letter(one) for one in folded)
    return EXPANDED


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """One character as small letters without marks, a space for a gap, a full stop for the end of a phrase."""
    if character in _VARIANTS:
        return _VARIANTS[character]
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf"}:
        return ""
    if category in {"Zs", "Pd"} or character in _GAPS:
        return " "
    if character.isascii():
        return character.lower() if character.isalnum() else "."
    return _decomposed(character, category)


def _decomposed(character: str, category: str) -> str:
    broken = unicodedata.normalize("NFKD", character).casefold()
    letters = [one for one in broken if unicodedata.category(one)[0] != "M"]
    if category[0] == "M":
        return character
    if not any(one.isalnum() for one in letters):
        return "."
    return "".join(_plain_letter(one) for one in letters)


def _plain_letter(letter: str) -> str:
    if letter in _VARIANTS:
        return _VARIANTS[letter]
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    if not letter.isascii() and unicodedata.name(letter, "").startswith("LATIN"):
        return "".join(one for one in anyascii(letter).lower() if one.isalnum())
    return letter if letter.isalnum() or letter == " " else "."


def _letter(letter: str) -> int:
    if letter == " ":
        return SPACE
    if not letter.isalnum() and unicodedata.category(letter) != "Mc":
        return BREAK
    if letter.isascii():
        return _ascii(letter)
    return _arabic().get(letter) or OTHER + ord(letter) % _OTHERS


def _ascii(letter: str) -> int:
    return ZERO + int(letter) if letter.isdigit() else LATIN + ord(letter) - ord("a")


@lru_cache(maxsize=1)
def _arabic() -> dict[str, int]:
    block = [chr(point) for point in range(0x620, 0x6D6)]
    letters = [one for one in block if unicodedata.category(one) == "Lo" and one not in _VARIANTS]
    return {letter: ARABIC + place for place, letter in enumerate(letters[: OTHER - ARABIC])}


@lru_cache(maxsize=1)
def looks() -> dict[str, str]:
    """Signs that look like a Latin letter or a digit, and which: Unicode's confusables, symbols, framed letters."""
    found = _SYMBOLS | _CLOSE
    data = files("openiru.detect") / "data" / "confusables.txt"
    for line in data.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            letter, _, numbers = line.partition("\t")
            found |= {chr(int(number, 16)): letter for number in numbers.split()}
    framed = {chr(start + place): chr(ord("a") + place) for start in _SQUARES for place in range(26)}
    return framed | found


def _alphabet(table: Codes, longer: dict[int, bytes]) -> Alphabet:
    order = sorted(longer)
    lengths = np.array([len(longer[point]) for point in order], np.int64)
    widest = int(lengths.max(initial=1))
    letters = np.array([list(longer[point].ljust(widest, b"\x00")) for point in order], np.uint8)
    return Alphabet(table, np.array(order, np.uint32), lengths, letters.reshape(len(order), widest))
