"""The hashes that came since the last segment: compared one by one, so that a new one is found at once."""

from __future__ import annotations

import numpy as np

from openiru.detect.index.building import I64, U32, U64
from openiru.detect.index.journal import Entries
from openiru.detect.index.probing import scan
from openiru.detect.index.segment import words_of


class Fresh:
    """Grows by doubling. `drops` are all keys dropped, which hold for every segment too."""

    def __init__(self) -> None:
        self.count = 0
        self._heads = np.empty((1024, 2), dtype=np.uint64)
        self._tails = np.empty((1024, 2), dtype=np.uint64)
        self._keys = np.empty(1024, dtype=np.int64)
        self._out = np.empty((1024, 2), dtype=np.uint32)
        self.drops: list[I64] = []

    @property
    def keys(self) -> I64:
        """Key of each row, in the order in which they came."""
        return self._keys[: self.count]

    def hashes(self) -> U64:
        """(rows, 4) words."""
        return np.hstack([self._heads[: self.count], self._tails[: self.count]])

    def take(self, entries: Entries) -> list[I64]:
        """Take entries in, in their order: a drop holds for what came before it. Returns the dropped keys, for the segments."""
        dropped = []
        edges = np.flatnonzero(np.diff(entries["drop"], prepend=entries["drop"][:1]))
        for run in np.split(entries, edges):
            if len(run) and run["drop"][0]:
                dropped.append(np.unique(run["key"]))
                self._drop(dropped[-1])
            elif len(run):
                self._add(run["key"], words_of(run["hash"]))
        self.drops += dropped
        return dropped

    def near(self, query: U64, radius: int) -> tuple[I64, U32]:
        """Keys and distances of all rows within the radius."""
        heads, tails = self._heads[: self.count], self._tails[: self.count]
        found = scan(query, radius, heads, tails, self._out)
        if found > len(self._out):
            self._out = np.empty((2 * found, 2), dtype=np.uint32)
            found = scan(query, radius, heads, tails, self._out)
        return self._keys[self._out[:found, 0]], self._out[:found, 1]

    def _add(self, keys: I64, words: U64) -> None:
        end = self.count + len(keys)
        if end > len(self._keys):
            room = max(end, 2 * len(self._keys))
            self._heads, self._tails = (np.resize(one, (room, 2)) for one in (self._heads, self._tails))
            self._keys = np.resize(self._keys, room)
        self._heads[self.count : end], self._tails[self.count : end] = words[:, :2], words[:, 2:]
        self._keys[self.count : end] = keys
        self.count = end

    def _drop(self, keys: I64) -> None:
        stays = ~np.isin(self.keys, keys)
        left = int(stays.sum())
        for array in (self._heads, self._tails, self._keys):
            array[:left] = array[: self.count][stays]
        self.count = left
