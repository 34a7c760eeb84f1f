"""Ask a segment: walk the keys around the query, gather the rows they name, compare each one's hash.

The limit is memory latency. So each stage is a loop without a jump that depends on what was loaded: its loads are independent and run
side by side, and it asks ahead for what the next stage reads.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from openiru.detect.index.building import FLAG, I64, SLOTS_AT, SPILL_AT, U32, U64, WORDS_AT, Tables, part_key
from openiru.detect.machine import compiled, popcount, prefetch

GATHERED = 8192
"""Rows gathered before they are compared; more of them (skewed data) are compared in several rounds."""
PLACE, PLACE_PART, LIST, LIST_PART, ROW, ROW_PART, NEAR, NEAR_PART = range(8)
"""Rows of the scratch space: places in the slots, lists to walk, rows to compare, rows that are near; each with the part it came from."""


class Search(NamedTuple):
    """One radius: the masks of all parts one after the other, where each part's begin (and the last end), the units of each part."""

    masks: U32
    bounds: I64
    units: I64
    radius: int


class Room(NamedTuple):
    """What one thread writes to: scratch space; (room, 2) row and distance of what is found; the next free place."""

    scratch: U32
    out: U32
    at: I64


def room_for(search: Search, findings: int) -> Room:
    """Room for one thread to run this search."""
    width = max(len(search.masks), GATHERED) + 1
    return Room(np.empty((8, width), np.uint32), np.empty((findings, 2), np.uint32), np.zeros(1, np.int64))


@compiled
def find_keys(query: U64, tables: Tables, search: Search, room: Room) -> int:
    """Stage 1: places in the slots of all keys around the query that occur in the segment."""
    found, parts, words, slots, scratch = 0, tables.parts, tables.words, tables.slots, room.scratch
    for part in range(len(parts)):
        key = part_key(query, parts[part])
        words_at, slots_at = parts[part, WORDS_AT], parts[part, SLOTS_AT]
        for at in range(search.bounds[part], search.bounds[part + 1]):
            near = key ^ search.masks[at]
            word = words[words_at + np.int64(near >> np.uint32(5))]
            bit = np.uint64(near & np.uint32(31))
            rank = (word >> np.uint64(32)) + popcount(word & ((np.uint64(1) << bit) - np.uint64(1)))
            place = slots_at + np.int64(rank)
            scratch[PLACE, found] = np.uint32(place)
            scratch[PLACE_PART, found] = np.uint32(part)
            prefetch(slots, place)
            found += int((word >> bit) & np.uint64(1))
    return found


@compiled
def split_slots(found: int, tables: Tables, room: Room) -> tuple[int, int]:
    """Stage 2: what the slots hold, rows apart from lists in the spill; how many of each."""
    rows, lists, scratch = 0, 0, room.scratch
    for at in range(found):
        held = tables.slots[scratch[PLACE, at]]
        part = scratch[PLACE_PART, at]
        many = int(held >> np.uint32(31))
        place = tables.parts[part, SPILL_AT] + np.int64(held & np.uint32(FLAG - 1))
        scratch[LIST, lists], scratch[LIST_PART, lists] = np.uint32(place), part
        scratch[ROW, rows], scratch[ROW_PART, rows] = held, part
        if many:
            prefetch(tables.spill, place)
        else:
            prefetch(tables.heads, np.int64(held))
        lists += many
        rows += 1 - many
    return rows, lists


@compiled
def compare(rows: int, query: U64, tables: Tables, search: Search, room: Room) -> int:
    """Stage 4: keep the rows whose first 128 bits are near enough; hardly any other one survives this."""
    near, heads, scratch = 0, tables.heads, room.scratch
    for at in range(rows):
        row = scratch[ROW, at]
        apart = popcount(heads[row, 0] ^ query[0]) + popcount(heads[row, 1] ^ query[1])
        scratch[NEAR, near], scratch[NEAR_PART, near] = row, scratch[ROW_PART, at]
        near += int(apart <= np.uint64(search.radius))
    return near


@compiled
def first_part(apart: U64, parts: I64, units: I64) -> int:
    """The first part whose search finds a hash that differs in these bits; only from that one is it reported."""
    for part in range(len(parts)):
        if int(popcount(np.uint64(part_key(apart, parts[part])))) < units[part]:
            return part
    return -1


@compiled
def report(near: int, query: U64, tables: Tables, search: Search, room: Room) -> None:
    """Stage 5: the whole distance of those that are left, each once. Beyond the end of `out` they are only counted."""
    apart, out = np.empty(4, dtype=np.uint64), room.out
    for place in range(near):
        row = room.scratch[NEAR, place]
        apart[0], apart[1] = tables.heads[row, 0] ^ query[0], tables.heads[row, 1] ^ query[1]
        apart[2], apart[3] = tables.tails[row, 0] ^ query[2], tables.tails[row, 1] ^ query[3]
        total = int(popcount(apart[0]) + popcount(apart[1]) + popcount(apart[2]) + popcount(apart[3]))
        if total > search.radius or first_part(apart, tables.parts, search.units) != int(
            room.scratch[NEAR_PART, place]
        ):
            continue
        at = room.at[0]
        if at < len(out):
            out[at, 0], out[at, 1] = row, np.uint32(total)
        room.at[0] = at + 1


@compiled
def probe(query: U64, tables: Tables, search: Search, room: Room) -> None:
    """Every row within the radius, once, with its distance, from `room.at` on. Stage 3 is here: walk the lists."""
    scratch = room.scratch
    found = find_keys(query, tables, search, room)
    rows, lists = split_slots(found, tables, room)
    for one in range(lists):
        place, part, held = np.int64(scratch[LIST, one]), scratch[LIST_PART, one], np.uint32(0)
        while not held & np.uint32(FLAG):
            held = tables.spill[place]
            place += 1
            scratch[ROW, rows], scratch[ROW_PART, rows] = held & np.uint32(FLAG - 1), part
            prefetch(tables.heads, np.int64(held & np.uint32(FLAG - 1)))
            rows += 1
            if rows == GATHERED:
                report(compare(rows, query, tables, search, room), query, tables, search, room)
                rows = 0
    report(compare(rows, query, tables, search, room), query, tables, search, room)


@compiled
def probe_many(queries: U64, tables: Tables, search: Search, room: Room, ends: I64) -> int:
    """`probe` for each query; `ends[q]` is where the findings of query q end. Stops at the first that does not fit; how many did."""
    for query in range(len(queries)):
        probe(queries[query], tables, search, room)
        if room.at[0] > len(room.out):
            return query
        ends[query] = room.at[0]
    return len(queries)


@compiled
def scan(query: U64, radius: int, heads: U64, tails: U64, out: U32) -> int:
    """The same by comparing every row, for those in no table yet. How many; beyond the end of `out` they are only counted."""
    found = 0
    for row in range(len(heads)):
        apart = popcount(heads[row, 0] ^ query[0]) + popcount(heads[row, 1] ^ query[1])
        if apart <= np.uint64(radius):
            apart += popcount(tails[row, 0] ^ query[2]) + popcount(tails[row, 1] ^ query[3])
            if apart <= np.uint64(radius):
                if found < len(out):
                    out[found, 0], out[found, 1] = np.uint32(row), np.uint32(apart)
                found += 1
    return found
