"""PDQ, the perceptual hash of images: its box filters and its decimation are linear, so two small bands of weights do their work.

Source of the algorithm: Meta's "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" and its reference in C++.
The hash is equal to the reference's, bit by bit, and so is the quality (tests compare both with the published vectors).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openiru.detect.machine import compiled

BITS = 256
HASH_BYTES = 32
SMALLEST_SIDE = 5
"""Pixels; the reference gives smaller images no hash."""
GOOD_QUALITY = 50
"""Below it an image has too few features and its hash is near to those of unrelated flat images (Meta's published threshold)."""

_GRID = 64
_SIDE = 16
RED, GREEN, BLUE = np.float32(0.299), np.float32(0.587), np.float32(0.114)
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


class Filter(NamedTuple):
    """`weights`: (64, size), what each pixel of one side counts for each of 64 places; all others than `first` to `last` are nought."""

    weights: Floats
    first: NDArray[np.int64]
    last: NDArray[np.int64]


class Turn(StrEnum):
    """The eight ways in which somebody may turn or mirror an image, in the reference's order."""

    NONE = "original"
    ROTATE_90 = "rotate_90"
    ROTATE_180 = "rotate_180"
    ROTATE_270 = "rotate_270"
    FLIP_X = "flip_x"
    FLIP_Y = "flip_y"
    FLIP_PLUS = "flip_plus_1"
    FLIP_MINUS = "flip_minus_1"


@dataclass(frozen=True)
class Hashed:
    """A PDQ hash (32 bytes, first byte = most significant, as its hexadecimal form is written) with its quality, 0 to 100."""

    hash: bytes
    quality: int

    @property
    def hex(self) -> str:
        """The 64 hexadecimal digits in which hashes are exchanged."""
        return self.hash.hex()


def hash_pixels(pixels: NDArray[np.uint8]) -> Hashed:
    """Hash an image of shape (rows, columns) or (rows, columns, 3), 8 bits a channel, RGB. Under 5 pixels a side: no bits, quality 0."""
    transformed, quality = _transform(pixels)
    return Hashed(_bits(transformed), quality)


def hash_turned(pixels: NDArray[np.uint8]) -> dict[Turn, Hashed]:
    """The hashes of the eight turns of an image, from one transform: turning an image swaps or negates coefficients of its DCT."""
    dct, quality = _transform(pixels)
    odd_column = np.where(np.arange(_SIDE) % 2 == 1, np.float32(1), np.float32(-1))
    along, across = odd_column[None, :], odd_column[:, None]
    turned = {
        Turn.NONE: dct,
        Turn.ROTATE_90: (dct * along).T,
        Turn.ROTATE_180: dct * along * across,
        Turn.ROTATE_270: (dct * across).T,
        Turn.FLIP_X: dct * across,
        Turn.FLIP_Y: dct * along,
        Turn.FLIP_PLUS: dct.T,
        Turn.FLIP_MINUS: (dct * along * across).T,
    }
    return {turn: Hashed(_bits(one), quality) for turn, one in turned.items()}


def distance(one: bytes, other: bytes) -> int:
    """Hamming distance of two hashes, in bits."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _transform(pixels: NDArray[np.uint8]) -> tuple[Floats, int]:
    """The 16 × 16 low frequencies of an image, and its quality."""
    rows, columns = pixels.shape[:2]
    if min(rows, columns) < SMALLEST_SIDE:
        return np.zeros((_SIDE, _SIDE), dtype=np.float32), 0
    red, green, blue = (pixels,) * 3 if pixels.ndim == 2 else (pixels[:, :, channel] for channel in range(3))
    small = np.zeros((_GRID, _GRID), dtype=np.float32)
    _shrink((red, green, blue), _filter(rows), _filter(columns), small)
    return np.asarray(_dct() @ small @ _dct().T, dtype=np.float32), _quality(small)


@compiled
def _shrink(channels: tuple[Bytes, Bytes, Bytes], down: Filter, along: Filter, out: Floats) -> None:
    """Brightness, filter and decimation in one pass over the pixels; `out` is (64, 64) and nought."""
    red, green, blue = channels
    line, sums = np.empty(red.shape[1], dtype=np.float32), np.empty(_GRID, dtype=np.float32)
    for row in range(red.shape[0]):
        for column in range(red.shape[1]):
            line[column] = RED * red[row, column] + GREEN * green[row, column] + BLUE * blue[row, column]
        for place in range(_GRID):
            total = np.float32(0)
            for column in range(along.first[place], along.last[place]):
                total += along.weights[place, column] * line[column]
            sums[place] = total
        for place in range(_GRID):
            if down.first[place] <= row < down.last[place]:
                out[place] += down.weights[place, row] * sums


def _quality(small: Floats) -> int:
    """Sum of the steps between neighbours, in whole hundredths of the range, over 90 (`pdqImageDomainQualityMetric`)."""
    steps = (np.abs(np.diff(small, axis=axis)) * np.float32(100) / np.float32(255) for axis in (0, 1))
    return min(100, sum(int(step.astype(np.int32).sum()) for step in steps) // 90)


def _bits(dct: Floats) -> bytes:
    """One bit for each coefficient above the (lower) median; the first coefficient is the least significant bit."""
    flat = dct.ravel()
    middle = np.partition(flat, BITS // 2 - 1)[BITS // 2 - 1]
    return np.packbits(flat[::-1] > middle).tobytes()


@lru_cache(maxsize=1)
def _dct() -> Floats:
    """Rows 1 to 16 of the DCT-II of 64 points; row 0, the mean, is left out so that brightness does not matter."""
    frequency, place = np.arange(1, _SIDE + 1)[:, None], np.arange(_GRID)[None, :]
    waves = np.sqrt(2.0 / _GRID) * np.cos(np.pi / 2 / _GRID * frequency * (2 * place + 1))
    return np.asarray(waves, dtype=np.float32)


@lru_cache(maxsize=256)
def _filter(size: int) -> Filter:
    """Two passes of the reference's box filter along one side, then the choice of 64 places; with 64 pixels, nothing of either."""
    window = (size + 2 * _GRID - 1) // (2 * _GRID)
    right = (window + 2) // 2
    places = np.arange(size)
    first, last = np.maximum(places - (window - right), 0), np.minimum(places + right, size)
    weights = np.zeros((_GRID, size))
    weights[np.arange(_GRID), ((np.arange(_GRID) + 0.5) * size / _GRID).astype(int)] = 1.0
    for _ in range(2):
        share = weights / (last - first)
        weights = np.zeros((_GRID, size))
        for place in places:
            weights[:, first[place] : last[place]] += share[:, place : place + 1]
    used = weights > 0
    return Filter(weights.astype(np.float32), used.argmax(axis=1), size - used[:, ::-1].argmax(axis=1))
