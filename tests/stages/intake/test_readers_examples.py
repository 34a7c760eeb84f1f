"""Every reader reads its own examples, is chosen for them by what they show, and loses nothing when a field is missing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from openiru.errors import Unreadable
from openiru.platforms import recognise
from openiru.stages.intake.formats import READERS, choose, parse
from openiru.stages.intake.formats.shapes import Example, Parsed, Reader

CASES = [
    pytest.param(reader, example, id=f"{reader.name}:{example.file}")
    for reader in READERS.values()
    for example in reader.examples
]


def read(reader: Reader, content: bytes) -> Parsed:
    return parse(reader, io.BytesIO(content))


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_every_reader_brings_an_example_with_its_published_form(reader: Reader) -> None:
    assert reader.examples and all(example.form for example in reader.examples)


@pytest.mark.parametrize(("reader", "example"), CASES)
def test_an_example_gives_exactly_its_rows(reader: Reader, example: Example) -> None:
    found = read(reader, example.content)
    assert found.rows == example.rows
    assert found.rejected == example.rejected


@pytest.mark.parametrize(("reader", "example"), CASES)
def test_what_a_file_shows_chooses_its_reader_whatever_its_name(reader: Reader, example: Example) -> None:
    assert choose(example.file, example.content) is reader
    if reader.name not in {"csv", "paste", "xlsx"}:
        assert choose("export.dat", example.content) is reader


@pytest.mark.parametrize(("reader", "example"), CASES)
def test_a_cut_file_gives_whole_rows_a_named_rejection_or_a_named_refusal(reader: Reader, example: Example) -> None:
    whole = {row.url for row in example.rows}
    for end in range(0, len(example.content), max(1, len(example.content) // 60)):
        with suppress(Unreadable):
            found = read(reader, example.content[:end])
            assert reader.name == "paste" or {row.url for row in found.rows} <= whole
            assert all(bad.reason for bad in found.rejected)


def without(value: Any) -> Iterator[tuple[str, Any]]:
    """Each way to take one key out of a JSON value, at any depth."""
    if isinstance(value, dict):
        for key in value:
            yield key, {other: kept for other, kept in value.items() if other != key}
            yield from ((f"{key}.{path}", {**value, key: changed}) for path, changed in without(value[key]))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from (
                (f"{place}.{path}", [*value[:place], changed, *value[place + 1 :]]) for path, changed in without(one)
            )


def other(value: Any) -> Iterator[tuple[str, Any]]:
    """Each way to put a value of another type in the place of one."""
    wrong: tuple[Any, ...] = (None, True, -5, 1.5e18, "", "words", [], {}, [[]], {"a": {}}, "\ud800", "a\0b")
    if isinstance(value, dict):
        for key in value:
            yield from ((f"{key}={one!r}", {**value, key: one}) for one in wrong)
            yield from ((f"{key}.{path}", {**value, key: changed}) for path, changed in other(value[key]))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from (
                (f"{place}.{path}", [*value[:place], changed, *value[place + 1 :]]) for path, changed in other(one)
            )


def mutants(example: Example, change: Any) -> Iterator[tuple[str, bytes]]:
    text = example.content.replace(rb"\x0b", b" ")
    if example.file.endswith((".json", ".stix")):
        yield from ((name, json.dumps(changed).encode()) for name, changed in change(json.loads(text)))
    elif example.file.endswith((".jsonl", ".ndjson")):
        lines = text.splitlines()
        for place, line in enumerate(lines):
            for name, changed in change(json.loads(line)):
                yield (
                    f"{place}: {name}",
                    b"\n".join([*lines[:place], json.dumps(changed).encode(), *lines[place + 1 :]]),
                )


def tables(example: Example) -> Iterator[tuple[str, bytes]]:
    """Each way to take out one column, and to empty one."""
    delimiter = ";" if b";" in example.content.splitlines()[0] else ","
    rows = list(csv.reader(io.StringIO(example.content.decode()), delimiter=delimiter))
    for place, heading in enumerate(rows[0]):
        yield heading, written([row[:place] + row[place + 1 :] for row in rows], delimiter)
        yield (
            f"{heading} empty",
            written([rows[0], *([*row[:place], "", *row[place + 1 :]] for row in rows[1:])], delimiter),
        )


def written(rows: list[list[str]], delimiter: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def said(reader: Reader, content: bytes) -> Parsed | Unreadable:
    try:
        return read(reader, content)
    except Unreadable as error:
        return error


def check(reader: Reader, name: str, content: bytes) -> None:
    """A good row, a named rejection or a named refusal; never a row that nobody could look up or store."""
    found = said(reader, content)
    if isinstance(found, Unreadable):
        assert found.where or found.value or found.reason == "empty_file", name
        return
    for row in found.rows:
        assert row.url.strip() and row.line > 0, name
        assert "\0" not in repr(row.text) and row.text.encode() is not None, name
        assert not row.stable_id or row.stable_id.isdigit(), name
        assert row.followers is None or row.followers >= 0, name
    assert all(bad.reason and bad.line > 0 for bad in found.rejected), name


@pytest.mark.parametrize(("reader", "example"), CASES)
def test_without_any_one_field_there_is_a_good_row_or_a_named_rejection(reader: Reader, example: Example) -> None:
    cases = list(tables(example)) if example.file.endswith(".csv") else list(mutants(example, without))
    for name, content in cases:
        check(reader, name, content)
        if example.file.endswith(".csv"):
            continue
        found = said(reader, content)
        if isinstance(found, Unreadable):
            continue
        before = len(example.rows) + len(example.rejected)
        lost = before - found.count
        assert lost <= 0 or any(word in name for word in LOSES), f"{name} lost {lost} records in silence"


LOSES = (
    "objects",
    "type",
    "errors",
    "detail",
    "data",
    "messages",
    "list",
    "chats",
    "contact_information",
    "videos",
    "id",
    "object_refs",
)
"""Fields whose absence takes whole records out of a file, or makes them say something else."""


@pytest.mark.parametrize(("reader", "example"), CASES)
def test_a_wrong_type_in_any_field_is_a_good_row_or_a_named_rejection(reader: Reader, example: Example) -> None:
    for name, content in mutants(example, other):
        check(reader, name, content)


@pytest.mark.parametrize(("reader", "example"), CASES)
def test_every_row_of_an_example_names_an_account_or_a_platform_to_come(reader: Reader, example: Example) -> None:
    for row in example.rows:
        if "youtube.com" not in row.url:
            assert recognise(row.url).platform is not None


def test_every_reason_a_reader_gives_has_its_words() -> None:
    from openiru.faces.words import FACTS
    from openiru.stages.intake import formats

    said: set[str] = set()
    for path in Path(formats.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for call in re.findall(r"(?:Rejected|Unreadable|wrong|_wrong_at)\(([^\n]*)", text):
            said |= set(re.findall(r'"([a-z0-9]+(?:_[a-z0-9]+)+)"', call))
    assert len(said) > 30 and said - set(FACTS) - NO_REASONS == set()


NO_REASONS = {
    "account_login",
    "account_type",
    "object_marking_refs",
    "object_refs",
    "source_platform",
    "author_id",
    "personal_chat",
}
"""Paths that stand in the same calls."""
