"""TLSH of documents and texts: near-duplicates by a distance (Oliver, Cheng, Chen 2013; version T1, 128 buckets, one-byte checksum).

Written from the paper and the published description; `benchmarks/tlsh.py` holds it against the reference implementation.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiru.detect.machine import compiled
from openiru.errors import Unreadable

NEAR = 30
"""A distance up to which two documents are called near-duplicates; the paper's false alarms there are under one in ten thousand."""
SHORTEST_TEXT = 256
"""Characters; a shorter text has too little of its own to be compared."""
LEAST_BYTES, MOST_BYTES = 50, 64 << 20
_BUCKETS, _CODE = 128, 32
_FORM = re.compile(r"T1[0-9A-F]{70}")
_PEARSON = np.array(
    [
        1, 87, 49, 12, 176, 178, 102, 166, 121, 193, 6, 84, 249, 230, 44, 163,
        14, 197, 213, 181, 161, 85, 218, 80, 64, 239, 24, 226, 236, 142, 38, 200,
        110, 177, 104, 103, 141, 253, 255, 50, 77, 101, 81, 18, 45, 96, 31, 222,
        25, 107, 190, 70, 86, 237, 240, 34, 72, 242, 20, 214, 244, 227, 149, 235,
        97, 234, 57, 22, 60, 250, 82, 175, 208, 5, 127, 199, 111, 62, 135, 248,
        174, 169, 211, 58, 66, 154, 106, 195, 245, 171, 17, 187, 182, 179, 0, 243,
        132, 56, 148, 75, 128, 133, 158, 100, 130, 126, 91, 13, 153, 246, 216, 219,
        119, 68, 223, 78, 83, 88, 201, 99, 122, 11, 92, 32, 136, 114, 52, 10,
        138, 30, 48, 183, 156, 35, 61, 26, 143, 74, 251, 94, 129, 162, 63, 152,
        170, 7, 115, 167, 241, 206, 3, 150, 55, 59, 151, 220, 90, 53, 23, 131,
        125, 173, 15, 238, 79, 95, 89, 16, 105, 137, 225, 224, 217, 160, 37, 123,
        118, 73, 2, 157, 46, 116, 9, 145, 134, 228, 207, 212, 202, 215, 69, 229,
        27, 188, 67, 124, 168, 252, 42, 4, 29, 108, 21, 247, 19, 205, 39, 203,
        233, 40, 186, 147, 198, 192, 155, 33, 164, 191, 98, 204, 165, 180, 117, 76,
        140, 36, 210, 172, 41, 54, 159, 8, 185, 232, 113, 196, 231, 47, 146, 120,
        51, 65, 28, 144, 254, 221, 93, 189, 194, 139, 112, 43, 71, 109, 184, 209,
    ],
    dtype=np.uint8,
)  # fmt: skip
"""Pearson's permutation of the bytes (RFC 3074, section 6)."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A TLSH taken apart: checksum, length class (0–255), two quartile ratios (0–15), 128 buckets as 0–3."""

    checksum: int
    length: int
    ratios: tuple[int, int]
    buckets: NDArray[np.uint8]

    def __str__(self) -> str:
        """`T1` and 70 hexadecimal digits, as the reference writes it."""
        codes = self.buckets.reshape(_CODE, 4)
        body = (codes[:, 0] | codes[:, 1] << 2 | codes[:, 2] << 4 | codes[:, 3] << 6)[::-1]
        head = _swapped(self.checksum), _swapped(self.length), self.ratios[0] << 4 | self.ratios[1]
        return "T1" + bytes([*head, *body.tolist()]).hex().upper()


def of_bytes(data: bytes) -> Digest:
    """The digest of a document. Raises Unreadable for one that is too short, too large, or has too little variety."""
    if not LEAST_BYTES <= len(data) <= MOST_BYTES:
        raise Unreadable(f"{len(data)} bytes; TLSH compares documents of {LEAST_BYTES} to {MOST_BYTES}")
    counts, checksum = _count(np.frombuffer(data, np.uint8), _PEARSON)
    kept = counts[:_BUCKETS]
    if np.count_nonzero(kept) <= _BUCKETS // 2:
        raise Unreadable("too little variety for TLSH")
    ordered = np.sort(kept)
    low, middle, high = (int(ordered[place]) for place in (31, 63, 95))
    if high == 0:
        raise Unreadable("too little variety for TLSH")
    buckets = (kept > low).astype(np.uint8) + (kept > middle) + (kept > high)
    ratios = low * 100 // high % 16, middle * 100 // high % 16
    return Digest(int(checksum), _length_class(len(data)), ratios, buckets.astype(np.uint8))


def of_text(text: str) -> Digest:
    """The digest of a text in one form: compatibility characters, capitals and white space made one. Raises Unreadable."""
    one = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if len(one) < SHORTEST_TEXT:
        raise Unreadable(f"{len(one)} characters; TLSH compares texts from {SHORTEST_TEXT} on")
    return of_bytes(one.encode("utf-8", "surrogatepass"))


def read(text: str) -> Digest:
    """A digest from its 72 characters. Raises Unreadable for what is none."""
    written = text.strip().upper()
    if not _FORM.fullmatch(written):
        raise Unreadable("no TLSH: `T1` and 70 hexadecimal digits are read", value=text[:80])
    return raw(bytes.fromhex(written[2:]))


def raw(value: bytes) -> Digest:
    """A digest from its 35 bytes, as they are written after `T1`."""
    body = np.frombuffer(value[:2:-1], np.uint8)
    buckets = np.stack([body >> shift & 3 for shift in (0, 2, 4, 6)], axis=1).reshape(-1)
    return Digest(_swapped(value[0]), _swapped(value[1]), (value[2] >> 4, value[2] & 15), buckets.astype(np.uint8))


class Shelf:
    """Digests by key, each compared with what is asked: a few microseconds a thousand."""

    def __init__(self, digests: Mapping[int, Digest]) -> None:
        self._digests = dict(digests)
        self._keys = list(digests)
        rows = [one.buckets for one in digests.values()]
        self._buckets = np.array(rows, dtype=np.int8).reshape(len(rows), _BUCKETS)

    def near(self, asked: Digest, within: int = NEAR) -> list[tuple[int, int]]:
        """(key, distance) of every digest within a distance, in the order of the keys."""
        steps = np.abs(self._buckets - asked.buckets.astype(np.int8))
        bodies = np.where(steps == 3, 6, steps).sum(axis=1)
        near = [self._keys[place] for place in np.flatnonzero(bodies <= within)]
        found = ((key, distance(asked, self._digests[key])) for key in near)
        return [(key, apart) for key, apart in found if apart <= within]


def distance(one: Digest, other: Digest) -> int:
    """How far two documents are apart: 0 for the same, up to about 1,000."""
    length = _around(one.length, other.length, 256)
    found = length if length <= 1 else length * 12
    for mine, theirs in zip(one.ratios, other.ratios, strict=True):
        apart = _around(mine, theirs, 16)
        found += apart if apart <= 1 else (apart - 1) * 12
    steps = np.abs(one.buckets.astype(np.int16) - other.buckets)
    return found + (one.checksum != other.checksum) + int(np.where(steps == 3, 6, steps).sum())


def _around(one: int, other: int, size: int) -> int:
    apart = abs(one - other)
    return min(apart, size - apart)


def _swapped(byte: int) -> int:
    return (byte & 15) << 4 | byte >> 4


def _length_class(size: int) -> int:
    """Lengths in steps of 1.5, above 656 bytes of 1.3, above 3,199 of 1.1."""
    if size <= 656:
        return int(math.log(size) / 0.4054651)
    if size <= 3199:
        return int(math.log(size) / 0.26236426 - 8.72777)
    return int(math.log(size) / 0.095310180 - 62.5472) & 255


@compiled
def _count(data: NDArray[np.uint8], table: NDArray[np.uint8]) -> tuple[NDArray[np.int64], np.uint8]:
    """How often each bucket is hit by the six triplets of every window of five bytes, and the checksum."""
    counts, checksum = np.zeros(256, np.int64), np.uint8(0)
    for place in range(4, data.size):
        a, b, c, d, e = data[place], data[place - 1], data[place - 2], data[place - 3], data[place - 4]
        checksum = table[table[table[table[0] ^ a] ^ b] ^ checksum]
        counts[table[table[table[table[2] ^ a] ^ b] ^ c]] += 1
        counts[table[table[table[table[3] ^ a] ^ b] ^ d]] += 1
        counts[table[table[table[table[5] ^ a] ^ c] ^ d]] += 1
        counts[table[table[table[table[7] ^ a] ^ c] ^ e]] += 1
        counts[table[table[table[table[11] ^ a] ^ b] ^ e]] += 1
        counts[table[table[table[table[13] ^ a] ^ d] ^ e]] += 1
    return counts, checksum
