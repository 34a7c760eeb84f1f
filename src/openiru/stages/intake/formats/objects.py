"""Reads JSON objects one by one, whether they stand one to a line, in an array, or alone; a bad line costs itself only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats.documents import DECODER, Document, Repeated
from openiru.stages.intake.formats.lines import Lines
from openiru.stages.intake.formats.shapes import FIELDS, Rejected, Row

LONGEST_LINE = 16 * 1024 * 1024
HEAD = 64 * 1024
Found = dict[str, object]


def objects(stream: BinaryIO) -> Iterator[tuple[int, Found] | Rejected]:
    """Each object with its line (or its place in an array). Raises Unreadable for an empty file, and for a broken document."""
    head = stream.read(HEAD)
    stream.seek(0)
    if not head.strip():
        raise Unreadable("empty_file")
    return _lines(stream) if is_lines(head) else _elements(stream)


def is_lines(head: bytes) -> bool:
    """Whether the beginning shows one object to a line: its first line is one, or is so long that it must be."""
    first, end, _ = head.lstrip(b"\xef\xbb\xbf \r\n\t").partition(b"\n")
    if not first.startswith(b"{"):
        return False
    if not end and len(head) >= HEAD:
        return len(first) > HEAD // 2
    found = parsed(1, first.decode("utf-8", "replace"))
    return isinstance(found, dict) or found.reason in {"duplicate_key", "json_too_deep"}


def parsed(line: int, text: str) -> Found | Rejected:
    """One line of JSON as an object, or why not, with the column."""
    try:
        found = DECODER.decode(text)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        return Rejected(line, text, "json_cut" if cut else "not_json", f"column {error.colno}")
    except RecursionError:
        return Rejected(line, text, "json_too_deep")
    except Repeated as error:
        return Rejected(line, str(error), "duplicate_key")
    except ValueError as error:
        return Rejected(line, str(error), "not_json")
    return found if isinstance(found, dict) else Rejected(line, text, "expected_object")


def rows(
    found: Iterator[tuple[int, Found] | Rejected], build: Callable[[int, Found], Row | Rejected]
) -> Iterator[Row | Rejected]:
    """Turn each object into a row; what `build` raises as Unreadable, and text that cannot be stored, becomes a rejection."""
    for one in found:
        yield one if isinstance(one, Rejected) else attempt(build, one[0], one[1])


def attempt(build: Callable[[int, Found], Row | Rejected], line: int, found: Found) -> Row | Rejected:
    """Build one row; its failure is a rejection with line, value, reason and path."""
    try:
        row = build(line, found)
    except Unreadable as error:
        return Rejected(line, error.value, error.reason, error.where)
    return storable(row) if isinstance(row, Row) else row


def storable(row: Row) -> Row | Rejected:
    """The row, or a rejection where it holds a lone surrogate or a NUL: no database stores them."""
    texts = (row.url, *row.item_urls, row.note, row.handle, row.name, row.text, row.language, row.stable_id)
    whole = "\n".join(texts)
    if whole.isascii() and "\0" not in whole:
        return row
    for field in FIELDS:
        value = getattr(row, field)
        text = value if isinstance(value, str) else "\n".join(value) if field == "item_urls" else ""
        if "\0" in text:
            return Rejected(row.line, text, "nul_byte", field)
        try:
            text.encode()
        except UnicodeEncodeError:
            return Rejected(row.line, text, "lone_surrogate", field)
    return row


def _lines(stream: BinaryIO) -> Iterator[tuple[int, Found] | Rejected]:
    lines = Lines(stream, LONGEST_LINE)
    for line in lines:
        if isinstance(line, Rejected):
            yield line
        elif not line.isspace():
            found = parsed(lines.number, line)
            yield found if isinstance(found, Rejected) else (lines.number, found)


def _elements(stream: BinaryIO) -> Iterator[tuple[int, Found] | Rejected]:
    document = Document(stream)
    if document.peek() != "[":
        found = document.value()
        document.end()
        yield (1, found) if isinstance(found, dict) else Rejected(1, str(found), "expected_object")
        return
    for place in document.elements():
        found = document.value()
        yield (place, found) if isinstance(found, dict) else Rejected(place, str(found), "expected_object")
    document.end()
