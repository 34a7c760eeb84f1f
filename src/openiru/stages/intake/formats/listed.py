"""Turns the records of any table, CSV or sheet, into rows: finds its heading, applies the confirmed columns, names what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice

from openiru.errors import Unreadable
from openiru.stages.intake.formats import cells as read
from openiru.stages.intake.formats.columns import HEAD_ROWS, guess, heading_row, places_of, unique
from openiru.stages.intake.formats.shapes import DEFAULTS, FIELDS, Columns, Rejected, Row, row_of, shown
from openiru.stages.intake.formats.tables import Record

SAMPLE = 5
MOST_COLUMNS = 1_000
_FORMULA = re.compile(r"[=@+-][A-Za-z]+[\w.]*[(!]|=|[+@-]?\w+\|.*!|[+-]\d+[+*/-]\d")
"""What a spreadsheet would run: `=1+1`, `@SUM(`, `+cmd|' /C calc'!A0`. A handle such as `@name` is none, nor is −5."""


def columns_of(records: Iterable[Record | Rejected]) -> Columns:
    """The headings, our guess, and the first rows; raises Unreadable for an empty table."""
    first = [found for found in islice(records, HEAD_ROWS) if not isinstance(found, Rejected)]
    headings, place, guessed = _layout(first)
    body = first if place is None else first[place + 1 :]
    return Columns(headings, guessed, tuple(tuple(cells) for _, cells in body[:SAMPLE]))


def rows_of(records: Iterator[Record | Rejected], mapping: Mapping[str, str] | None) -> Iterator[Row | Rejected]:
    """Each row of a table. Without a mapping the guess is taken. Lines above the heading are given as `before_heading`."""
    head = list(islice(records, HEAD_ROWS))
    first = [found for found in head if not isinstance(found, Rejected)]
    headings, place, guessed = _layout(first)
    places = places_of(headings, mapping or guessed)
    heading_line = first[place][0] if place is not None else 0
    row = _maker(headings, places)
    for found in chain(head, records):
        if isinstance(found, Rejected):
            yield found
        elif found[0] > heading_line:
            made = row(found[0], found[1])
            if made is not None:
                yield made
        elif found[0] < heading_line:
            yield Rejected(found[0], shown(" ".join(found[1]).strip()), "before_heading")


def _layout(first: list[Record]) -> tuple[tuple[str, ...], int | None, dict[str, str]]:
    if not first:
        raise Unreadable("empty_file")
    rows = [cells for _, cells in first]
    place = heading_row(rows)
    if place is None and not any(guess(unique([""] * len(rows[0])), rows)):
        place = 0
    heading = rows[place or 0]
    if len(heading) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", where=f"line {first[place or 0][0]}", value=shown(",".join(heading)))
    headings = unique(heading if place is not None else [""] * len(heading))
    return headings, place, guess(headings, rows if place is None else rows[place + 1 :])


def _maker(headings: tuple[str, ...], places: Mapping[str, int]) -> Callable[[int, list[str]], Row | Rejected | None]:
    """The function that turns cells into a row; it runs ten million times, so everything is looked up once, here."""
    url_at, width, template = places["url"], len(headings), list(DEFAULTS)
    fields = [(FIELDS.index(field), place, _READ[field]) for field, place in places.items() if field != "url"]

    def row(line: int, cells: list[str]) -> Row | Rejected | None:
        if len(cells) != width:
            if any(cell.strip() for cell in cells[width:]):
                return Rejected(line, shown(",".join(cells)), "more_cells_than_headings")
            cells = cells + [""] * (width - len(cells))
        url = cells[url_at].strip()
        if not url or (url[0] in "=+-@" and _FORMULA.match(url)):
            return _without_address(line, cells, url, headings[url_at])
        values = template.copy()
        values[0], values[1] = line, url
        place = url_at
        try:
            for slot, place, convert in fields:
                if cells[place]:
                    values[slot] = convert(cells[place])
        except Unreadable as error:
            return _unread(line, error, headings[place])
        return row_of(values)

    return row


def _unread(line: int, error: Unreadable, heading: str) -> Rejected:
    return Rejected(line, error.value, "formula_cell" if error.value.startswith("=") else error.reason, heading)


def _without_address(line: int, cells: list[str], url: str, heading: str) -> Rejected | None:
    """What to say of a row whose address is empty or a formula; None for a blank row."""
    if url:
        return Rejected(line, url, "formula_cell", heading)
    if any(cell.strip() for cell in cells):
        return Rejected(line, shown(",".join(cells)), "no_url", heading)
    return None


def _lists(cell: str) -> tuple[str, ...]:
    return tuple(part.strip()[:100] for part in re.split(r"[|;]", cell) if part.strip())


_READ: Mapping[str, Callable[[str], object]] = {
    "name": str.strip,
    "text": str.strip,
    "language": str.strip,
    "followers": read.followers,
    "claimed_organisation": lambda cell: cell.strip()[:300],
    "claimed_lists": _lists,
    "item_urls": lambda cell: tuple(cell.split()),
    "note": lambda cell: cell.strip()[:4000],
    "handle": lambda cell: cell.strip().lstrip("@"),
    "stable_id": read.stable_id,
    "seen_at": read.moment,
    "posted_at": read.moment,
}
