"""Small images made by formula, and hashes near to others, for the tests of detection."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def waves(rows: int, columns: int, seed: int = 1) -> NDArray[np.uint8]:
    """(rows, columns, 3): a sum of integer waves and dots, the same on every machine."""
    y, x = np.mgrid[0:rows, 0:columns].astype(np.int64)
    channels = []
    for channel in range(3):
        a, b, c = 3 + seed % 5 + channel, 5 + seed % 7, 2 + seed % 3
        blocks = (
            (a * x * 8 // columns) * (b * y * 8 // rows + c) * 37 + (x * a + y * b) * 256 // (rows + columns)
        ) % 256
        dots = ((x * 7919 + y * 104729 + seed * 31) % 61 == 0) * 90
        channels.append(np.clip(blocks + dots, 0, 255))
    return np.stack(channels, axis=2).astype(np.uint8)


def encoded(pixels: NDArray[np.uint8], form: str = "PNG", **options: object) -> bytes:
    """The bytes of a file with these pixels."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form, **options)
    return out.getvalue()


def flipped(hashed: NDArray[np.uint8], bits: NDArray[np.int64]) -> NDArray[np.uint8]:
    """A copy of a hash of 32 bytes with these bits changed."""
    changed = hashed.copy()
    for bit in bits:
        changed[bit >> 3] ^= np.uint8(1 << (bit & 7))
    return changed
