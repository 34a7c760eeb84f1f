"""Reads a JSON document piece by piece: one value at a time is in memory, and what is wrong is named by line and column."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats.lines import encoding_of
from openiru.stages.intake.formats.shapes import shown

LONGEST_VALUE = 32 * 1024 * 1024
"""Characters of one value that is read whole (a message, a page of posts)."""
DEEPEST = 64
MOST_KEYS = 100_000
_CHUNK = 256 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
_NEAR = 16
"""A fault so near to the end of what is in memory may be only the end of what is in memory."""
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|.)", re.S)


class Repeated(ValueError):
    """An object names a key twice: two programs would read two different things in it."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise Repeated(next(key for key in keys if keys.count(key) > 1))
    return found


def _constant(name: str) -> object:
    raise ValueError(name)


DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
"""Strict JSON: no key twice, no NaN. Numbers with a point stay floats, so that an id written as one can be refused."""


class Document:
    """A cursor in a JSON document. Each method reads what stands at the cursor; `members` and `elements` go inside.

    Inside a `for` over `members` or `elements` exactly one value must be read before the next turn. All raise Unreadable
    with line and column: `not_json`, `json_cut`, `json_too_deep`, `duplicate_key`, `record_too_long`, `not_utf-8`,
    `expected_object`, `expected_array`. With `repair`, the escape `\\xNN`, which Telegram Desktop writes, is read as `\\u00NN`.
    """

    def __init__(self, stream: BinaryIO, *, repair: bool = False) -> None:
        first = stream.read(_CHUNK)
        encoding, skip = encoding_of(first)
        self._stream, self._encoding, self._repair = stream, encoding, repair
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._text, self._at, self._line, self._column, self._carry, self._ended = "", 0, 1, 1, "", False
        self._depth = 0
        self._add(first[skip:], last=not first)

    def peek(self) -> str:
        """The next sign that is no space; empty at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def value(self) -> object:
        """Read the value at the cursor whole."""
        if not self.peek():
            raise self.wrong("json_cut")
        while True:
            try:
                found, end = DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._may_be_cut(error) and self._more():
                    continue
                raise self._fault(error) from error
            except (Repeated, ValueError, RecursionError) as error:
                raise self._refused(error) from error
            if end == len(self._text) and isinstance(found, int | float) and self._more():
                continue
            self._at = end
            return found

    def members(self) -> Iterator[str]:
        """Go into an object: each key in turn, its value at the cursor."""
        self._enter("{", "expected_object")
        seen: set[str] = set()
        while self.peek() != "}":
            if seen:
                self._take(",")
            if self.peek() != '"':
                raise self.wrong("not_json" if self.peek() else "json_cut")
            key = str(self.value())
            if key in seen or len(seen) >= MOST_KEYS:
                raise self.wrong("duplicate_key" if key in seen else "record_too_long", key)
            seen.add(key)
            self._take(":")
            yield key
        self._leave()

    def elements(self) -> Iterator[int]:
        """Go into an array: each place in turn from 1, its value at the cursor."""
        self._enter("[", "expected_array")
        place = 0
        while self.peek() != "]":
            if place:
                self._take(",")
            place += 1
            yield place
        self._leave()

    def skip(self) -> None:
        """Pass over the value at the cursor, however large, keeping nothing of it."""
        opening = self.peek()
        if self._skipped():
            return
        if opening == "{":
            for _ in self.members():
                self.skip()
        elif opening == "[":
            for _ in self.elements():
                self.skip()
        else:
            self.value()

    def _skipped(self) -> bool:
        """Whether the whole value stood in memory already and was passed over at once."""
        try:
            _, end = DECODER.raw_decode(self._text, self._at)
        except ValueError:
            return False
        except RecursionError as error:
            raise self.wrong("json_too_deep") from error
        if end == len(self._text):
            return False
        self._at = end
        return True

    def end(self) -> None:
        """Make sure that nothing follows."""
        if self.peek():
            raise self.wrong("not_json")

    def wrong(self, reason: str, value: str = "") -> Unreadable:
        """An error at the cursor, to be raised."""
        return self._wrong_at(self._at, reason, value)

    def _enter(self, opening: str, otherwise: str) -> None:
        if self.peek() != opening:
            raise self.wrong(otherwise if self.peek() else "json_cut")
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.wrong("json_too_deep")
        self._at += 1

    def _leave(self) -> None:
        self._depth -= 1
        self._at += 1

    def _take(self, sign: str) -> None:
        if self.peek() != sign:
            raise self.wrong("not_json" if self.peek() else "json_cut")
        self._at += 1

    def _more(self) -> bool:
        """Read on; what stands before the cursor is forgotten. False at the end of the file."""
        if self._ended:
            return False
        if len(self._text) - self._at > LONGEST_VALUE:
            raise self.wrong("record_too_long")
        self._forget()
        chunk = self._stream.read(max(_CHUNK, len(self._text)))
        self._add(chunk, last=not chunk)
        return True

    def _forget(self) -> None:
        self._line, self._column = self._place(self._at)
        self._text, self._at = self._text[self._at :], 0

    def _add(self, chunk: bytes, *, last: bool) -> None:
        try:
            piece = self._carry + self._decoder.decode(chunk, last)
        except UnicodeDecodeError as error:
            raise self._wrong_at(len(self._text), f"not_{self._encoding}") from error
        self._carry = ""
        if self._repair and "\\" in piece:
            piece = self._mended(piece, last)
        self._text += piece
        self._ended = last

    def _mended(self, piece: str, last: bool) -> str:
        at = piece.rfind("\\")
        run = len(piece[: at + 1]) - len(piece[: at + 1].rstrip("\\"))
        if not last and run % 2 and len(piece) - at < 4:
            piece, self._carry = piece[:at], piece[at:]
        return _ESCAPE.sub(_mend, piece) if "\\x" in piece else piece

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        return error.pos >= len(self._text) - _NEAR or error.msg.startswith("Unterminated string")

    def _fault(self, error: json.JSONDecodeError) -> Unreadable:
        return self._wrong_at(error.pos, "json_cut" if self._ended and self._may_be_cut(error) else "not_json")

    def _refused(self, error: Exception) -> Unreadable:
        if isinstance(error, RecursionError):
            return self.wrong("json_too_deep")
        return self.wrong("duplicate_key" if isinstance(error, Repeated) else "not_json", str(error))

    def _place(self, at: int) -> tuple[int, int]:
        last = self._text.rfind("\n", 0, at)
        lines = self._text.count("\n", 0, at)
        return self._line + lines, at - last if lines else self._column + at

    def _wrong_at(self, at: int, reason: str, value: str = "") -> Unreadable:
        line, column = self._place(at)
        near = value or self._text[max(0, at - 20) : at + 40]
        return Unreadable(reason, where=f"line {line}, column {column}", value=shown(near))


def _mend(found: re.Match[str]) -> str:
    return f"\\u00{found[1]}" if found[1] else found[0]
