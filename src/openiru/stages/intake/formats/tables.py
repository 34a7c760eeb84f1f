"""Reads delimited text as records: any delimiter, cells with lines in them, and a quote that never closes costs one line only."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats.lines import LONGEST, Lines
from openiru.stages.intake.formats.shapes import Rejected

LINES_OF_A_CELL = 2_000
DELIMITERS = ",;\t|"
Record = tuple[int, list[str]]
"""The line on which a record starts, and its cells."""
_SEP = re.compile(r'"?sep=([,;\t|])"?\s*', re.I)


def records(stream: BinaryIO) -> Iterator[Record | Rejected]:
    """Give each record of a table, its heading first; blank lines are left out.

    Raises Unreadable for a file without a heading, or whose heading cannot be read.
    """
    lines = Lines(stream)
    source = iter(lines)
    first = next(source, None)
    if isinstance(first, str) and (named := _SEP.fullmatch(first)):
        delimiter, first = named[1], next(source, None)
    else:
        delimiter = guess_delimiter(first) if isinstance(first, str) else ","
    if isinstance(first, Rejected):
        raise Unreadable(first.reason, where=f"line {first.line}", value=first.value)
    if first is None or not first.strip():
        raise Unreadable("empty_file")
    return _Splitter(lines, source, delimiter).records(first)


def guess_delimiter(heading: str) -> str:
    """The delimiter that stands most often outside quotes."""
    return max(DELIMITERS, key=re.sub(r'"[^"]*"', "", heading).count)


class _Splitter:
    """Splits lines into cells. A record that cannot be read is refused by its first line, and its other lines are read anew."""

    def __init__(self, lines: Lines, source: Iterator[str | Rejected], delimiter: str) -> None:
        self._lines, self._source, self._delimiter = lines, source, delimiter
        self._again: deque[tuple[int, str]] = deque()
        self._taken: list[tuple[int, str]] = []
        self._refused: Rejected | None = None
        self._length = self._width = 0
        self._reader = self._fresh()

    def records(self, first: str) -> Iterator[Record | Rejected]:
        """All records, the first line first."""
        self._width = len(next(csv.reader([first], delimiter=self._delimiter), []))
        self._again.append((self._lines.number, first))
        delimiter, again, lines, source = self._delimiter, self._again, self._lines, self._source
        while True:
            if again:
                number, line = again.popleft()
            else:
                following = next(source, None)
                if following is None:
                    return
                if not isinstance(following, str):
                    yield following
                    continue
                number, line = lines.number, following
            if '"' in line or line[-1] != "\n":
                yield self._carefully(number, line)
                if self._refused:
                    yield self._refused
                    self._refused = None
            elif not line.isspace():
                yield number, line[:-1].split(delimiter)

    def _carefully(self, number: int, line: str) -> Record | Rejected:
        """A record with quotes in it, or the last without a line end: with fewer cells than the heading it was cut off."""
        self._taken, self._length = [], 0
        self._again.appendleft((number, line))
        try:
            cells = next(self._reader)
        except (csv.Error, StopIteration):
            self._again.extendleft(reversed(self._taken[1:]))
            self._reader = self._fresh()
            return Rejected(number, line.strip(), "bad_quoting")
        if len(cells) < self._width and self._taken[-1][1][-1] != "\n":
            return Rejected(number, line.strip(), "line_cut")
        return number, cells

    def _fresh(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(), delimiter=self._delimiter, strict=True)

    def _feed(self) -> Iterator[str]:
        """Lines for the csv module; stops at a line that was refused, and where a cell is too long to be one."""
        while True:
            number, line = self._next()
            if not line:
                return
            self._taken.append((number, line))
            self._length += len(line)
            if self._length > 2 * LONGEST or len(self._taken) > LINES_OF_A_CELL:
                return
            yield line

    def _next(self) -> tuple[int, str]:
        if self._again:
            return self._again.popleft()
        following = next(self._source, None)
        if isinstance(following, str):
            return self._lines.number, following
        self._refused = following
        return 0, ""
