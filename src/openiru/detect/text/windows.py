"""Cuts a column of texts into folded windows, and knows which characters of its row each letter came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from openiru.detect.names.chunks import Chunk, chunks
from openiru.detect.names.folding import Folded, fold
from openiru.detect.names.letters import plain
from openiru.detect.text.grams import STEP, WINDOW

LEAST_LETTERS = 8
"""A text with fewer letters is not weighed: there is nothing to go by."""


@dataclass(frozen=True)
class Windows:
    """Windows of one chunk: `bounds` (n, 2) are places in the folded letters, `rows` (n,) the rows of the column, in order."""

    chunk: Chunk
    folded: Folded
    bounds: NDArray[np.int64]
    rows: NDArray[np.int64]

    def characters(self, first: int, after: int) -> tuple[int, int]:
        """Where these folded letters stand in their row's text as it was given."""
        at = int(self.folded.place(np.array([first]))[0])
        end = int(self.folded.place(np.array([after - 1]))[0]) + 1
        begin = int(self.chunk.starts[self.chunk.which(np.array([at]))[0]])
        return at - begin + self.chunk.before, end - begin + self.chunk.before


def windows(column: pa.ChunkedArray) -> Iterator[Windows]:
    """All windows of a column of strings; a text under LEAST_LETTERS has none, one over WINDOW has several that overlap."""
    for chunk in chunks(column):
        folded = fold(chunk.points, plain())
        after = np.append(chunk.starts[1:], len(chunk.text))
        first, last = _letter(folded, chunk.starts), _letter(folded, after - 1)
        which, bounds = _cut(first, last)
        yield Windows(chunk, folded, bounds, chunk.rows[which])


def _letter(folded: Folded, characters: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first folded letter at or after each character."""
    if folded.places is not None:
        return np.searchsorted(folded.places, characters)
    return characters - np.searchsorted(folded.dropped, characters)


def _cut(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    lengths = last - first
    more = np.maximum(0, -(-(lengths - WINDOW) // STEP))
    counts = np.where(lengths >= LEAST_LETTERS, more + 1, 0)
    which = np.repeat(np.arange(len(first)), counts)
    number = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    begin = first[which] + number * STEP
    return which, np.stack((begin, np.minimum(begin + WINDOW, last[which])), axis=1)
