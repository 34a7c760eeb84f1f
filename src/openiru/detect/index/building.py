"""Build the tables of a segment: per part a bitmap with ranks, a slot for each key that occurs, a spill list where it occurs often."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openiru.detect.machine import compiled, prefetch

FLAG = 1 << 31
"""In a slot: what follows is a place in the spill list, not a row. In the spill list: the last row of this key."""
AHEAD = 24
"""Rows whose counters are asked for ahead of their turn: about as many as a core keeps under way."""
WORD, SHIFT, WIDTH, WORDS_AT, SLOTS_AT, SPILL_AT = range(6)
"""Columns of the table of parts: where its bits lie in the hash (word, shift, width), where its arrays begin."""
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]


class Tables(NamedTuple):
    """`heads`, `tails`: (rows, 2), the halves of each hash. `parts`: (parts, 6). Then, for all parts one after the other:
    `words` (rank of the first, then 32 bits, one for each key that occurs), `slots` and `spill` (rows, or places, with FLAG).
    """

    heads: U64
    tails: U64
    parts: I64
    words: U64
    slots: U32
    spill: U32


@compiled
def part_key(hashed: U64, part: I64) -> np.uint32:
    """The bits of one part of a hash of four words; a part may lie across two of them."""
    word, shift, width = part[WORD], np.uint64(part[SHIFT]), np.uint64(part[WIDTH])
    bits = hashed[word] >> shift
    if shift + width > np.uint64(64):
        bits |= hashed[word + 1] << (np.uint64(64) - shift)
    return np.uint32(bits & ((np.uint64(1) << width) - np.uint64(1)))


@compiled
def keys_of(heads: U64, tails: U64, part: I64, out: U32) -> None:
    """The key of every row in one part."""
    whole = np.empty(4, dtype=np.uint64)
    for row in range(len(heads)):
        whole[0], whole[1] = heads[row, 0], heads[row, 1]
        whole[2], whole[3] = tails[row, 0], tails[row, 1]
        out[row] = part_key(whole, part)


@compiled
def count_keys(keys: U32, counts: U32) -> tuple[int, int]:
    """Count how often each key occurs; how many slots and how many places in the spill list that takes."""
    rows = len(keys)
    for row in range(rows):
        if row + AHEAD < rows:
            prefetch(counts, np.int64(keys[row + AHEAD]))
        counts[keys[row]] += np.uint32(1)
    slots, spill = 0, 0
    for key in range(len(counts)):
        often = int(counts[key])
        slots += often > 0
        spill += often * (often > 1)
    return slots, spill


@compiled
def lay_out(counts: U32, words: U64, slots: U32, spill: U32) -> None:
    """Write bitmap and ranks, and turn each counter into the place where the key's rows go."""
    rank, place = 0, 0
    for word in range(len(words)):
        bits, before = np.uint64(0), rank
        for bit in range(32):
            key = word * 32 + bit
            often = int(counts[key])
            if often == 0:
                continue
            bits |= np.uint64(1) << np.uint64(bit)
            counts[key] = np.uint32(rank)
            if often > 1:
                counts[key] = slots[rank] = np.uint32(place | FLAG)
                place += often
                spill[place - 1] = np.uint32(FLAG)
            rank += 1
        words[word] = (np.uint64(before) << np.uint64(32)) | bits


@compiled
def place_rows(keys: U32, counts: U32, slots: U32, spill: U32) -> None:
    """Put every row where its key's place is."""
    rows = len(keys)
    for row in range(rows):
        if row + AHEAD < rows:
            prefetch(counts, np.int64(keys[row + AHEAD]))
        place = counts[keys[row]]
        if place & np.uint32(FLAG):
            spill[place & np.uint32(FLAG - 1)] |= np.uint32(row)
            counts[keys[row]] = place + np.uint32(1)
        else:
            slots[place] = np.uint32(row)


def build(heads: U64, tails: U64, widths: tuple[int, ...]) -> Tables:
    """The tables of a segment; every part is counted twice, so that all parts fit in arrays of the right size from the start."""
    parts, sizes = _parts(widths), np.zeros((len(widths) + 1, 3), dtype=np.int64)
    keys = np.empty(len(heads), dtype=np.uint32)
    counters = np.empty(1 << max(widths), dtype=np.uint32)
    for at, width in enumerate(widths):
        counts = counters[: 1 << width]
        counts[:] = 0
        keys_of(heads, tails, parts[at], keys)
        sizes[at + 1] = ((1 << width) // 32, *count_keys(keys, counts))
    ends = np.cumsum(sizes, axis=0)
    parts[:, WORDS_AT:] = ends[:-1]
    words = np.zeros(int(ends[-1, 0]), dtype=np.uint64)
    slots, spill = (np.zeros(int(ends[-1, column]), dtype=np.uint32) for column in (1, 2))
    for at, width in enumerate(widths):
        counts = counters[: 1 << width]
        counts[:] = 0
        keys_of(heads, tails, parts[at], keys)
        count_keys(keys, counts)
        (w0, s0, p0), (w1, s1, p1) = ends[at], ends[at + 1]
        lay_out(counts, words[w0:w1], slots[s0:s1], spill[p0:p1])
        place_rows(keys, counts, slots[s0:s1], spill[p0:p1])
    return Tables(heads, tails, parts, words, slots, spill)


def _parts(widths: tuple[int, ...]) -> I64:
    parts = np.zeros((len(widths), 6), dtype=np.int64)
    starts = np.cumsum((0, *widths[:-1]))
    parts[:, WORD], parts[:, SHIFT], parts[:, WIDTH] = starts // 64, starts % 64, widths
    return parts
