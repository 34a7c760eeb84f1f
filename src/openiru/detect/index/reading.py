"""Ask an index on disk: as many readers as you like, in as many processes, each sees what the writer wrote up to its last `refresh`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openiru.detect.index import manifest as manifests
from openiru.detect.index.building import I64
from openiru.detect.index.fresh import Fresh
from openiru.detect.index.journal import Tail
from openiru.detect.index.keeping import load
from openiru.detect.index.plan import RADIUS
from openiru.detect.index.segment import HASH_BYTES, Probe, Segment, words_of
from openiru.errors import Unavailable

TRIES = 20
"""Times a reader starts again because the files it was told of were merged meanwhile."""


class Near(NamedTuple):
    """One hash of the index within the radius: its key, and how many bits differ."""

    key: int
    distance: int


@dataclass(frozen=True)
class Found:
    """What a batch found, sorted by query: three arrays of one length."""

    query: I64
    key: I64
    distance: I64


@dataclass
class _State:
    stamp: tuple[int, int]
    segments: list[Segment]
    probes: list[Probe]
    fresh: Fresh
    tails: list[Tail]


class Reader:
    """For one thread; others open their own (what is mapped is shared). Raises Unreadable where files are damaged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state = self._open()

    def __len__(self) -> int:
        """Hashes that can be found, the fresh ones included."""
        dead = sum(int(one.dead.sum()) for one in self._state.segments if one.dead is not None)
        return sum(map(len, self._state.segments)) + self._state.fresh.count - dead

    @property
    def segments(self) -> list[Segment]:
        """From old to new."""
        return self._state.segments

    @property
    def fresh(self) -> Fresh:
        """What stands in no segment yet."""
        return self._state.fresh

    def close(self) -> None:
        """Let go of the files."""
        for tail in self._state.tails:
            tail.close()
        self._state.tails = []

    def refresh(self) -> None:
        """See everything acknowledged so far: two system calls where nothing is new."""
        state = self._state
        if _stamp(self._folder) != state.stamp:
            self.close()
            self._state = self._open()
        else:
            for tail in state.tails[-1:]:
                if tail.grown():
                    _take(tail, state)

    def near(self, hashed: bytes, radius: int = RADIUS) -> list[Near]:
        """Every hash within the radius (0 to 31) of a hash of 32 bytes, nearest first."""
        if len(hashed) != HASH_BYTES:
            raise ValueError(f"a hash of {len(hashed)} bytes; {HASH_BYTES} are asked for")
        query = np.frombuffer(hashed, dtype=">u8").astype(np.uint64)
        found = []
        for segment, probe in zip(self._state.segments, self._state.probes, strict=True):
            rows = probe.near(query, radius)
            if len(rows):
                found += [Near(int(segment.keys[row]) + segment.first_key, int(apart)) for row, apart in rows]
        if self._state.fresh.count:
            found += [
                Near(int(key), int(apart)) for key, apart in zip(*self._state.fresh.near(query, radius), strict=True)
            ]
        return sorted(found, key=lambda one: (one.distance, one.key)) if len(found) > 1 else found

    def near_many(self, hashes: NDArray[np.uint8], radius: int = RADIUS) -> Found:
        """The same for (n, 32) hashes in one call."""
        queries = words_of(hashes)
        parts: list[tuple[I64, I64, I64]] = [(np.zeros(0, dtype=np.int64),) * 3]
        for segment, probe in zip(self._state.segments, self._state.probes, strict=True):
            which, rows = probe.near_many(queries, radius)
            keys = segment.keys[rows[:, 0]].astype(np.int64) + segment.first_key
            parts.append((which, keys, rows[:, 1].astype(np.int64)))
        if self._state.fresh.count:
            for place, query in enumerate(queries):
                keys, apart = self._state.fresh.near(query, radius)
                parts.append((np.full(len(keys), place), keys, apart.astype(np.int64)))
        query, key, distance = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((key, distance, query))
        return Found(query[order], key[order], distance[order])

    def _open(self) -> _State:
        for _ in range(TRIES):
            try:
                return _load(self._folder)
            except FileNotFoundError:
                continue
        raise Unavailable("index of hashes", f"its files change faster than they can be opened: {self._folder}")


def _load(folder: Path) -> _State:
    stamp = _stamp(folder)
    named = manifests.read(folder)
    segments = [load(folder / name) for name in named.segments]
    for place, segment in enumerate(segments):
        for older in segments[:place]:
            older.drop(segment.drops)
    state = _State(stamp, segments, [Probe(one) for one in segments], Fresh(), [])
    try:
        for name in named.journals:
            state.tails.append(Tail(folder / name))
            _take(state.tails[-1], state)
    except BaseException:
        for tail in state.tails:
            tail.close()
        raise
    return state


def _take(tail: Tail, state: _State) -> None:
    for keys in state.fresh.take(tail.read()):
        for segment in state.segments:
            segment.drop(keys)


def _stamp(folder: Path) -> tuple[int, int]:
    try:
        about = (folder / manifests.NAME).stat()
    except FileNotFoundError:
        return (0, 0)
    return (about.st_ino, about.st_mtime_ns)
