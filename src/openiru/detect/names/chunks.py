"""Cuts a column of texts into pieces that stay in the processor's cache, each joined into one text; nothing is copied by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from openiru.detect.names.letters import points as points_of

Places = NDArray[np.int64]
AT_ONCE = 60_000
"""Characters of one chunk, where rows allow it."""

LONGEST_PIECE = 1_000_000
OVERLAP = 1_000
"""A longer row is cut into pieces that share so many characters, more than any pattern has."""


@dataclass(frozen=True)
class Chunk:
    """`text` has every row's piece with a line's end after it; piece i begins at `starts[i]` and belongs to `rows[i]`.

    `before` characters of its row stand before the (then only) piece.
    """

    text: str
    points: NDArray[np.uint32]
    starts: Places
    rows: Places
    before: int = 0

    def which(self, at: Places) -> Places:
        """The piece that each character belongs to."""
        return np.searchsorted(self.starts, at, side="right") - 1


def chunk_of(texts: Iterable[str]) -> Chunk:
    """A few short texts as one chunk."""
    given = list(texts)
    lengths = np.fromiter(map(len, given), np.int64, len(given))
    return _chunk("\n".join(given) + "\n", lengths, 0)


def chunks(column: pa.ChunkedArray) -> Iterator[Chunk]:
    """All rows of a column of strings, in order; a missing text is an empty one."""
    first = 0
    for array in column.chunks:
        filled = pc.fill_null(array.cast(pa.large_string()), "")
        lengths = pc.utf8_length(filled).to_numpy(zero_copy_only=False).astype(np.int64)
        yield from _cut(filled, lengths, first)
        first += len(array)


def _cut(array: pa.LargeStringArray, lengths: Places, first: int) -> Iterator[Chunk]:
    start = 0
    for stop in [*_stops(lengths), len(lengths)]:
        if stop - start == 1 and lengths[start] > LONGEST_PIECE:
            yield from _pieces(array[start].as_py(), first + start)
        elif stop > start:
            part = array.slice(start, stop - start)
            yield _chunk(_joined(part), lengths[start:stop], first + start)
        start = stop


def _stops(lengths: Places) -> list[int]:
    """Before which rows to cut: whenever a portion is full, and on both sides of a very long row."""
    portions = np.flatnonzero(np.diff(np.cumsum(lengths) // AT_ONCE)) + 1
    long = np.flatnonzero(lengths > LONGEST_PIECE)
    return [int(at) for at in np.unique(np.concatenate((portions, long, long + 1))) if at < len(lengths)]


def _joined(array: pa.LargeStringArray) -> str:
    lists = pa.LargeListArray.from_arrays(pa.array([0, len(array)], pa.int64()), array)
    joined: str = pc.binary_join(lists, pa.scalar("\n", pa.large_string()))[0].as_py()
    return joined + "\n"


def _chunk(text: str, lengths: Places, first: int) -> Chunk:
    starts = np.zeros(len(lengths), np.int64)
    np.cumsum(lengths[:-1] + 1, out=starts[1:])
    return Chunk(text, points_of(text), starts, np.arange(first, first + len(lengths)))


def _pieces(text: str, row: int) -> Iterator[Chunk]:
    start = 0
    while True:
        end = _end(text, start)
        piece = text[start:end] + "\n"
        yield Chunk(piece, points_of(piece), np.zeros(1, np.int64), np.array([row], np.int64), start)
        if end == len(text):
            return
        gap = text.find(" ", end - OVERLAP, end)
        start = gap if gap > 0 else end - OVERLAP


def _end(text: str, start: int) -> int:
    """Where a piece ends: at the last gap nearby, so that no word is cut."""
    end = start + LONGEST_PIECE
    if end >= len(text):
        return len(text)
    gap = text.rfind(" ", end - OVERLAP // 4, end)
    return gap if gap > 0 else end
