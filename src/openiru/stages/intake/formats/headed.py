"""Reads a tool's CSV whose headings are known: each record as heading → cell, its errors with line and heading."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats.objects import Found
from openiru.stages.intake.formats.shapes import Rejected, shown
from openiru.stages.intake.formats.tables import records


def headed(stream: BinaryIO, needed: Iterable[str]) -> Iterator[tuple[int, Found] | Rejected]:
    """Each record with its line; cells that are not there are left out. Raises Unreadable `missing_column` for a heading of `needed`."""
    source = records(stream)
    first = next(source)
    if isinstance(first, Rejected):
        raise Unreadable(first.reason, where=f"line {first.line}", value=first.value)
    headings = [heading.strip() for heading in first[1]]
    missing = [heading for heading in needed if heading not in headings]
    repeated = [heading for heading in headings if heading and headings.count(heading) > 1]
    if missing or repeated:
        raise Unreadable(
            "missing_column" if missing else "repeated_column", where="line 1", value=", ".join(missing or repeated[:1])
        )
    for found in source:
        if isinstance(found, Rejected):
            yield found
            continue
        line, cells = found
        if any(cell.strip() for cell in cells[len(headings) :]):
            yield Rejected(line, shown(",".join(cells)), "more_cells_than_headings")
        elif any(cells):
            yield line, {heading: cell for heading, cell in zip(headings, cells, strict=False) if cell}


@lru_cache(maxsize=8)
def headings_of(head: bytes) -> frozenset[str]:
    """The headings that a file's beginning shows; empty where it is no table."""
    try:
        first = next(records(io.BytesIO(head)), None)
    except Unreadable:
        return frozenset()
    return frozenset(cell.strip() for cell in first[1]) if isinstance(first, tuple) else frozenset()
