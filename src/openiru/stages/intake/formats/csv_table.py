"""Reads a table of reported accounts: CSV with a header, comma, semicolon or tab, in UTF-8 or UTF-16."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats.lines import Lines
from openiru.stages.intake.formats.shapes import Reader, Rejected, Row

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "url": ("url", "link", "account", "account_url", "address", "profile"),
    "followers": ("followers", "subscribers", "members"),
    "claimed_organisation": ("claimed_organisation", "organisation", "organization", "group"),
    "claimed_lists": ("claimed_lists", "lists", "listed_by"),
    "item_urls": ("item_urls", "items", "posts", "item_url"),
    "note": ("note", "notes", "remarks", "comment"),
}
"""Our column → the headings under which agencies send it (lower case, spaces as underscores)."""

_NUMBER = re.compile(r"^([\d.,\s']*\d)\s*([kmKM]?)$")
MOST_FOLLOWERS = 10**11
"""More than there are people: a slip, or somebody's joke."""
_SCALE = {"": 1, "k": 1_000, "m": 1_000_000}


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Read the whole table; raises `Unreadable` if it has no heading we know."""
    lines = Lines(stream)
    source = iter(lines)
    heading = next(source, None)
    if heading is None or not heading.strip():
        raise Unreadable("empty_file")
    delimiter = max(",;\t", key=heading.count)
    places = _places(next(csv.reader([heading], delimiter=delimiter)))
    yield from _rows(csv.reader(source, delimiter=delimiter, strict=True), lines, places)
    yield from lines.rejected


def followers(text: str) -> int | None:
    """Read a count as people write it (`12,300`, `1.2M`); raises `Unreadable`. Empty and a dash are unknown, not zero."""
    text = text.strip()
    if text in {"", "-", "–", "n/a", "unknown"}:
        return None
    found = _NUMBER.match(text)
    if not found:
        raise Unreadable("followers_not_a_number", value=text)
    number, scale = found.groups()
    try:
        count = (
            round(float(number.replace(",", ".")) * _SCALE[scale.lower()]) if scale else int(re.sub(r"\D", "", number))
        )
    except ValueError as error:
        raise Unreadable("followers_not_a_number", value=text) from error
    if count > MOST_FOLLOWERS:
        raise Unreadable("followers_not_a_number", value=text)
    return count


def _places(heading: list[str]) -> dict[str, int]:
    names = [name.strip().lower().replace(" ", "_") for name in heading]
    places = {ours: names.index(theirs) for ours, known in COLUMNS.items() for theirs in known if theirs in names}
    if "url" not in places:
        raise Unreadable("no_url_column", where="line 1", value=",".join(heading))
    return places


def _rows(table: Iterator[list[str]], lines: Lines, places: Mapping[str, int]) -> Iterator[Row | Rejected]:
    while True:
        try:
            cells = next(table, None)
        except csv.Error:
            yield Rejected(lines.number, "", "bad_quoting")
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _row(cells, lines.number, places)


def _row(cells: list[str], line: int, places: Mapping[str, int]) -> Row | Rejected:
    def cell(name: str) -> str:
        place = places.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    if not cell("url"):
        return Rejected(line, ",".join(cells)[:200], "no_url")
    try:
        count = followers(cell("followers"))
    except Unreadable as error:
        return Rejected(line, error.value, error.reason)
    return Row(
        line=line,
        url=cell("url"),
        followers=count,
        claimed_organisation=cell("claimed_organisation")[:300],
        claimed_lists=tuple(part.strip()[:100] for part in re.split(r"[|;]", cell("claimed_lists")) if part.strip()),
        item_urls=tuple(cell("item_urls").split()),
        note=cell("note")[:4000],
    )


READER = Reader("csv", "A table with a heading: CSV or TSV", (".csv", ".tsv"), read, lambda head: False)
