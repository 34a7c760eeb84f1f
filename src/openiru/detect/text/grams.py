"""What the text model weighs: runs of three to five folded letters, words and pairs of words, hashed; compiled, one pass over a window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiru.detect.machine import compiled, prefetch
from openiru.detect.names.letters import SPACE

BITS = 17
"""Bits of a hash: 131,072 places. Fewer cost quality, more cost speed (docs/benchmarks.md, quality)."""
SHORTEST, LONGEST = 3, 5
"""Letters of a run."""
WINDOW, STEP = 400, 200
"""Letters that are weighed together, and where the next window of a longer text begins. A usual post is one window."""
LANES = 16
"""Numbers in a row of weights: the labels, and nothing after them, so that a row is half a line of the cache."""
MOST = WINDOW * (LONGEST - SHORTEST + 1) + WINDOW + 2
"""No window has more grams."""

_PLACES = np.uint64((1 << BITS) - 1)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_PAIR = np.uint64(0xC2B2AE3D27D4EB4F)
_GAP = np.uint8(SPACE)
_AHEAD = 12


@compiled
def place(hashed: np.uint64) -> np.uint32:
    """Which row of weights a hash has."""
    mixed = (hashed ^ (hashed >> np.uint64(29))) * _MIX
    return np.uint32((mixed >> np.uint64(40)) & _PLACES)


@compiled
def grams(codes: NDArray[np.uint8], window: tuple[int, int], ids: NDArray[np.uint32], places: NDArray[np.int32]) -> int:
    """Write every gram of a window: its row into `ids`, its first letter and the one after its last into `places`. How many."""
    start, end = window
    count = 0
    word, before, begun = np.uint64(0), np.uint64(0), start
    previous = start
    for at in range(start, end + 1):
        if at == end or codes[at] <= _GAP:
            if at > begun:
                ids[count], places[count, 0], places[count, 1] = place(word * _MIX), begun, at
                count += 1
                if before:
                    ids[count], places[count, 0], places[count, 1] = place(word * _PAIR + before), previous, at
                    count += 1
                before, previous = word, begun
            word, begun = np.uint64(0), at + 1
            if at == end:
                break
        else:
            word = (word + np.uint64(codes[at])) * _MIX
        run = np.uint64(0)
        for length in range(1, min(LONGEST, end - at) + 1):
            run = (run + np.uint64(codes[at + length - 1]) + np.uint64(1)) * _PAIR
            if length >= SHORTEST:
                ids[count], places[count, 0], places[count, 1] = place(run), at, at + length
                count += 1
    return count


@compiled
def weigh(
    codes: NDArray[np.uint8], windows: NDArray[np.int64], weights: NDArray[np.int16]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The sum of each window's rows of weights, (n, LANES), and how many grams it has, (n,)."""
    sums, counts = np.zeros((len(windows), LANES), np.int32), np.zeros(len(windows), np.int32)
    ids, places = np.empty(MOST, np.uint32), np.empty((MOST, 2), np.int32)
    for one in range(len(windows)):
        count = grams(codes, (windows[one, 0], windows[one, 1]), ids, places)
        counts[one] = count
        for at in range(count):
            if at + _AHEAD < count:
                prefetch(weights, ids[at + _AHEAD])
            row = ids[at]
            for lane in range(LANES):
                sums[one, lane] += weights[row, lane]
    return sums, counts


@compiled
def collect(codes: NDArray[np.uint8], windows: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The rows of every window's grams, one window after another, and where each window's begin: for training."""
    bounds = np.zeros(len(windows) + 1, np.int64)
    kept = np.empty(MOST * len(windows), np.uint32)
    ids, places = np.empty(MOST, np.uint32), np.empty((MOST, 2), np.int32)
    for one in range(len(windows)):
        count = grams(codes, (windows[one, 0], windows[one, 1]), ids, places)
        kept[bounds[one] : bounds[one] + count] = ids[:count]
        bounds[one + 1] = bounds[one] + count
    return kept[: bounds[-1]], bounds


@compiled
def parts(
    codes: NDArray[np.uint8], window: tuple[int, int], weights: NDArray[np.int16], lane: int
) -> tuple[NDArray[np.float64], int]:
    """What each letter of a window adds to one lane's sum (a gram's weight shared among its letters), and how many grams there are."""
    ids, places = np.empty(MOST, np.uint32), np.empty((MOST, 2), np.int32)
    found = np.zeros(window[1] - window[0], np.float64)
    count = grams(codes, window, ids, places)
    for at in range(count):
        first, after = places[at, 0] - window[0], places[at, 1] - window[0]
        found[first:after] += weights[ids[at], lane] / (after - first)
    return found, count
