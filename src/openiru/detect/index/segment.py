"""A segment: hashes that no longer change, with the tables that find them; built in memory, kept in one file, mapped by its readers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from openiru.detect.index.building import I64, U32, U64, Tables, build
from openiru.detect.index.plan import BITS, Plan, ball, plan_for
from openiru.detect.index.probing import Room, Search, probe, probe_many, room_for

HASH_BYTES = BITS // 8
MOST_ROWS = 100_000_000
"""Places in the spill lists of all parts must fit in 31 bits."""
FINDINGS = 4096
"""Findings for which there is room from the start."""
LEFT: Literal["left"] = "left"
RIGHT: Literal["right"] = "right"


def words_of(hashes: NDArray[np.uint8]) -> U64:
    """(n, 32) bytes as (n, 4) words."""
    return np.ascontiguousarray(hashes).view(">u8").astype(np.uint64)


@dataclass
class Segment:
    """Rows sorted by key. `keys`: uint32 above `first_key` where they fit, else int64.

    `drops` are the keys that were dropped when this segment came to be: they hold for older segments.
    """

    tables: Tables
    keys: NDArray[Any]
    drops: I64
    plan: Plan
    first_key: int = 0
    dead: NDArray[np.bool_] | None = None
    searches: dict[int, Search] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def bytes_used(self) -> int:
        """Bytes of all arrays, in memory or mapped."""
        return sum(one.nbytes for one in (*self.tables, self.keys, self.drops))

    def living(self) -> tuple[I64, U64]:
        """Keys, and (rows, 4) hashes, without what was dropped."""
        keys, hashes = self.keys.astype(np.int64) + self.first_key, np.hstack([self.tables.heads, self.tables.tails])
        return (keys, hashes) if self.dead is None else (keys[~self.dead], hashes[~self.dead])

    def drop(self, keys: I64) -> None:
        """Never report the rows of these keys again."""
        wanted = keys[keys >= self.first_key] - self.first_key
        first, last = (np.searchsorted(self.keys, wanted, side=side) for side in (LEFT, RIGHT))
        for start, end in zip(first[last > first], last[last > first], strict=True):
            if self.dead is None:
                self.dead = np.zeros(len(self), dtype=np.bool_)
            self.dead[start:end] = True

    def search(self, radius: int) -> Search:
        """How to search at this radius (0 to 31)."""
        if radius not in self.searches:
            units = self.plan.units(radius)
            balls = [ball(width, unit) for width, unit in zip(self.plan.widths, units, strict=True)]
            bounds = np.cumsum([0, *(len(one) for one in balls)]).astype(np.int64)
            self.searches[radius] = Search(np.concatenate(balls), bounds, np.array(units, dtype=np.int64), radius)
        return self.searches[radius]


class Probe:
    """One thread's way to ask a segment: scratch space and room for what is found, which grows when it must."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._rooms: dict[int, Room] = {}

    def near(self, query: U64, radius: int) -> U32:
        """(found, 2) row and distance of every living row within the radius of one hash of four words."""
        search = self._segment.search(radius)
        room = self._room(search)
        probe(query, self._segment.tables, search, room)
        while room.at[0] > len(room.out):
            room = self._room(search, at_least=int(room.at[0]))
            probe(query, self._segment.tables, search, room)
        found, dead = room.out[: room.at[0]], self._segment.dead
        return found if dead is None or not len(found) else found[~dead[found[:, 0]]]

    def near_many(self, queries: U64, radius: int) -> tuple[I64, U32]:
        """For (n, 4) hashes: which query each finding belongs to, and (found, 2) row and distance."""
        segment, search = self._segment, self._segment.search(radius)
        asked, findings, done, room = [], [], 0, self._room(search)
        while done < len(queries):
            ends = np.zeros(len(queries) - done, dtype=np.int64)
            fit = probe_many(queries[done:], segment.tables, search, room, ends)
            asked.append(np.repeat(np.arange(done, done + fit), np.diff(ends[:fit], prepend=0)))
            findings.append(room.out[: len(asked[-1])].copy())
            done += fit
            room = self._room(search, at_least=0 if fit else int(room.at[0]))
        which = np.concatenate(asked) if asked else np.zeros(0, dtype=np.int64)
        found = np.concatenate(findings) if findings else np.zeros((0, 2), dtype=np.uint32)
        if segment.dead is None:
            return which, found
        alive = ~segment.dead[found[:, 0]]
        return which[alive], found[alive]

    def _room(self, search: Search, *, at_least: int = 0) -> Room:
        """The room for a radius, empty, with place for so many findings."""
        room = self._rooms.get(search.radius)
        if room is None or at_least > len(room.out):
            room = self._rooms[search.radius] = room_for(search, max(FINDINGS, 2 * at_least))
        room.at[0] = 0
        return room


def make(keys: I64, hashes: U64, drops: I64) -> Segment:
    """Sort by key and build the tables. `hashes`: (rows, 4) words."""
    if len(keys) > MOST_ROWS:
        raise ValueError(f"{len(keys)} rows in one segment; {MOST_ROWS} fit")
    if np.any(keys[1:] < keys[:-1]):
        order = np.argsort(keys, kind="stable")
        keys, hashes = keys[order], hashes[order]
    heads, tails = np.ascontiguousarray(hashes[:, :2]), np.ascontiguousarray(hashes[:, 2:])
    plan, first = plan_for(len(keys)), int(keys[0]) if len(keys) else 0
    tables = build(heads, tails, plan.widths)
    if len(keys) and int(keys[-1]) - first < 1 << 32:
        return Segment(tables, (keys - first).astype(np.uint32), drops, plan, first)
    return Segment(tables, keys, drops, plan)
