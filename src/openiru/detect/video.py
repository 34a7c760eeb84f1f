"""vPDQ: a video as the PDQ hashes of its frames, one a second, and how much of two videos is the same.

Source: Meta's vPDQ (ThreatExchange, `vpdq/`). A stranger's video is decoded in a process of its own, with bounds on time and
memory, so that a file made to break a decoder breaks nothing else.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from openiru.detect.pdq import GOOD_QUALITY, HASH_BYTES
from openiru.errors import Unreadable

EVERY = 1.0
"""Seconds between two frames that are hashed."""
RADIUS = 31
ENOUGH = 80.0
"""Per cent of both videos that must be found in the other before they are called the same (vPDQ's published default)."""
MOST_BYTES = 512 << 20
MOST_FRAMES = 7_200
SECONDS, MEMORY, WRITTEN = 300, 4 << 30, 16 << 20


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its number in the video, the second it is shown at, its PDQ hash (32 bytes) and quality (0 to 100)."""

    number: int
    second: float
    hash: bytes
    quality: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Per cent of the good frames of each video that the other has too."""

    of_one: float
    of_other: float

    @property
    def same(self) -> bool:
        """Whether they are called the same video; one that is cut out of a longer one is not."""
        return self.of_one >= ENOUGH and self.of_other >= ENOUGH


def hash_file(path: Path, *, every: float = EVERY) -> tuple[Frame, ...]:
    """The frames of a video file. Raises Unreadable: empty, too large, no video, broken, too slow."""
    size = path.stat().st_size
    if not 0 < size <= MOST_BYTES:
        raise Unreadable("an empty file" if not size else f"a file of {size} bytes; videos up to {MOST_BYTES} are read")
    words = (sys.executable, "-m", "openiru.detect.frames", str(path), str(every), str(MOST_FRAMES))
    try:
        done = subprocess.run(words, capture_output=True, timeout=SECONDS, check=False, preexec_fn=_bounds, text=True)
    except subprocess.TimeoutExpired as fault:
        raise Unreadable(f"not hashed within {SECONDS} seconds") from fault
    frames = tuple(_frames(done.stdout)) if done.returncode == 0 else ()
    if not frames:
        raise Unreadable("not a video that can be read", value=(done.stderr.strip().splitlines() or [""])[-1][:200])
    return frames


def compare(one: Sequence[Frame], other: Sequence[Frame], *, radius: int = RADIUS) -> Overlap:
    """How much of each video the other has, by frames of good quality; nothing good to compare is no overlap."""
    mine, theirs = _good(one), _good(other)
    if not len(mine) or not len(theirs):
        return Overlap(0.0, 0.0)
    near = np.bitwise_count(mine[:, None, :] ^ theirs[None, :, :]).sum(axis=2, dtype=np.int64) <= radius
    return Overlap(100 * float(near.any(axis=1).mean()), 100 * float(near.any(axis=0).mean()))


def written(frames: Sequence[Frame]) -> str:
    """The frames in vPDQ's own form, a line each: number, quality, hash, second."""
    return "".join(f"{one.number},{one.quality},{one.hash.hex()},{one.second:.3f}\n" for one in frames)


def read(text: str) -> tuple[Frame, ...]:
    """Frames from vPDQ's form. Raises Unreadable with the line that is none."""
    found = []
    for line in text.splitlines():
        parts = line.split(",")
        try:
            number, quality, value, second = parts
            one = Frame(int(number), float(second), bytes.fromhex(value), int(quality))
        except ValueError as fault:
            raise Unreadable("no vPDQ line: number,quality,hash,second", value=line[:200]) from fault
        if len(one.hash) != HASH_BYTES or not 0 <= one.quality <= 100:
            raise Unreadable("no vPDQ line: a hash has 64 digits, a quality goes to 100", value=line[:200])
        found.append(one)
    return tuple(found)


def _good(frames: Sequence[Frame]) -> np.ndarray[tuple[int, int], np.dtype[np.uint64]]:
    kept = [one.hash for one in frames if one.quality >= GOOD_QUALITY]
    return np.frombuffer(b"".join(kept), np.uint64).reshape(len(kept), HASH_BYTES // 8)


def _frames(said: str) -> Iterator[Frame]:
    for line in said.splitlines():
        number, second, value, quality = json.loads(line)
        yield Frame(number, second, bytes.fromhex(value), quality)


def _bounds() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
