"""Reads Python literals as other programs print them, within bounds, and never runs them: dicts, lists, texts, numbers, dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from openiru.errors import Unreadable

DEEPEST = 20
LONGEST = 64 * 1024
_SPACE = re.compile(r"\s*")
_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?)"""
    r"""|(?P<word>None|True|False|nan)\b|(?P<date>datetime\.datetime\([^()]{0,200}(?:\([^()]{0,40}(?:\([^()]{0,60}\))?[^()]{0,40}\)[^()]{0,40})?\))""",
    re.S,
)
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.S)
_SIGNS = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "\n": "",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
}
_WORDS = {"None": None, "True": True, "False": False, "nan": None}


def literal(text: str) -> object:
    """The value that a printed Python literal stands for; raises Unreadable `not_a_literal` (with the place) for anything else.

    No name is looked up and nothing is called; `datetime.datetime(…)` is read as the date it prints, UTC where it names no zone.
    """
    if len(text) > LONGEST:
        raise Unreadable("too_long", value=text)
    found, end = _value(text, 0, 0)
    if text[end:].strip():
        raise _wrong(text, end)
    return found


def _value(text: str, at: int, depth: int) -> tuple[object, int]:
    at = _past(text, at)
    opening = text[at : at + 1]
    if depth > DEEPEST:
        raise _wrong(text, at)
    if opening == "{":
        return _pairs(text, at + 1, depth + 1)
    if opening in {"[", "("}:
        return _list(text, at + 1, "]" if opening == "[" else ")", depth + 1)
    return _single(text, at)


def _single(text: str, at: int) -> tuple[object, int]:
    found = _TOKEN.match(text, at)
    if not found:
        raise _wrong(text, at)
    read = found[0]
    if found["text"]:
        return _ESCAPE.sub(_sign, read[1:-1]), found.end()
    if found["number"]:
        return (float(read) if set(read) & set(".eE") else int(read)), found.end()
    return (_date(text, at, read) if found["date"] else _WORDS[read]), found.end()


def _list(text: str, at: int, closing: str, depth: int) -> tuple[list[object], int]:
    found: list[object] = []
    while not _closes(text, at, closing):
        value, at = _value(text, at, depth)
        found.append(value)
        at = _separated(text, at, closing)
    return found, _past(text, at) + 1


def _pairs(text: str, at: int, depth: int) -> tuple[dict[object, object], int]:
    found: dict[object, object] = {}
    while not _closes(text, at, "}"):
        key, at = _single(text, _past(text, at))
        at = _past(text, at)
        if text[at : at + 1] != ":" or key in found:
            raise _wrong(text, at)
        found[key], at = _value(text, at + 1, depth)
        at = _separated(text, at, "}")
    return found, _past(text, at) + 1


def _closes(text: str, at: int, closing: str) -> bool:
    return text[_past(text, at) : _past(text, at) + 1] == closing


def _separated(text: str, at: int, closing: str) -> int:
    at = _past(text, at)
    if text[at : at + 1] == ",":
        return at + 1
    if text[at : at + 1] != closing:
        raise _wrong(text, at)
    return at


def _past(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]


def _sign(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "�"
    return _SIGNS.get(found[4], found[0])


def _date(text: str, at: int, read: str) -> datetime:
    plain, _, zone = read.partition("tzinfo=")
    numbers = [int(part) for part in re.findall(r"\d{1,6}", plain)] + [0] * 7
    parts = {name: int(part) for name, part in re.findall(r"(days|hours|seconds)=(-?\d{1,6})", zone)}
    year, month, day, hour, minute, second, micro, *_ = numbers
    try:
        return datetime(year, month, day, hour, minute, second, micro, UTC) - timedelta(**parts)
    except (ValueError, OverflowError) as error:
        raise _wrong(text, at) from error


def _wrong(text: str, at: int) -> Unreadable:
    return Unreadable("not_a_literal", where=f"column {at + 1}", value=text[max(0, at - 20) : at + 40])
