"""The journal of an index: hashes added and keys dropped since the last segment, in frames that are there as a whole or not at all."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openiru.detect.index import files
from openiru.errors import Unreadable

ENTRY = np.dtype([("key", "<i8"), ("drop", "<i8"), ("hash", "u1", 32)])
"""One addition (drop = 0) or one dropped key (drop = 1, the hash is nought)."""
_FRAME = struct.Struct("<4sIII")
_MAGIC = b"jrn1"
Entries = NDArray[np.void]


def additions(keys: NDArray[np.int64], hashes: NDArray[np.uint8]) -> Entries:
    """Entries that add (n, 32) hashes under n keys."""
    entries = np.zeros(len(keys), dtype=ENTRY)
    entries["key"], entries["hash"] = keys, hashes
    return entries


def removals(keys: NDArray[np.int64]) -> Entries:
    """Entries that drop n keys."""
    entries = np.zeros(len(keys), dtype=ENTRY)
    entries["key"], entries["drop"] = keys, 1
    return entries


def append(file: int, entries: Entries) -> None:
    """Write one frame and return when the disk has it."""
    body = entries.tobytes()
    files.write(file, _head(body, len(entries)) + body)
    files.sync(file)


def _head(body: bytes, count: int) -> bytes:
    return _FRAME.pack(_MAGIC, count, zlib.crc32(body), zlib.crc32(struct.pack("<I", count)))


class Tail:
    """Reads a journal as it grows, frame by frame; a frame still being written, or cut short by a sudden death, is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDONLY)
        self.at = 0

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def grown(self) -> bool:
        """Whether there may be something new; costs one system call."""
        return os.fstat(self._file).st_size > self.at

    def read(self) -> Entries:
        """All whole frames since the last call. Raises Unreadable where a frame is damaged though others follow it."""
        data = os.pread(self._file, os.fstat(self._file).st_size - self.at, self.at)
        found, start = [], 0
        while len(data) - start >= _FRAME.size:
            magic, count, checksum, own = _FRAME.unpack_from(data, start)
            end = start + _FRAME.size + count * ENTRY.itemsize
            sound = magic == _MAGIC and own == zlib.crc32(struct.pack("<I", count))
            if sound and end > len(data):
                break
            body = data[start + _FRAME.size : end]
            if not sound or zlib.crc32(body) != checksum:
                if data.find(_MAGIC, start + 4) > 0:
                    raise Unreadable(
                        "a damaged frame in the middle of the journal", where=f"{self._path} byte {self.at + start}"
                    )
                break
            found.append(np.frombuffer(body, dtype=ENTRY))
            start = end
        self.at += start
        return np.concatenate(found) if found else np.zeros(0, dtype=ENTRY)
