"""Reads a list of reported accounts in a table: CSV or TSV, columns guessed or confirmed by a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from openiru.stages.intake.formats.listed import columns_of, rows_of
from openiru.stages.intake.formats.shapes import Columns, Example, Reader, Rejected, Row
from openiru.stages.intake.formats.tables import records


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:
    """Give each row; raises `Unreadable` if no column holds addresses, or a confirmed column is not there."""
    return rows_of(records(stream), mapping)


def columns(stream: BinaryIO) -> Columns:
    """The headings with our guess, for a person to confirm."""
    return columns_of(records(stream))


EXAMPLE = Example(
    "list.csv",
    b"Account URL;Followers;Organisation;Remarks\r\n"
    b'https://t.me/example_one;1,200;Example Front;"first, ""quoted"""\r\n'
    b"https://x.com/example_two;-5;Example Front;\r\n",
    (Row(2, "https://t.me/example_one", 1200, "Example Front", note='first, "quoted"'),),
    (Rejected(3, "-5", "followers_not_a_number", "Followers"),),
    form="RFC 4180; headings as agencies write them",
    tried=True,
)
READER = Reader(
    "csv", "A table with a heading: CSV or TSV", (".csv", ".tsv"), read, lambda head: False, columns, (EXAMPLE,)
)
