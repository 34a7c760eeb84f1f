"""Write an index on disk: one writer at a time. What `add` and `drop` acknowledged is on the disk, whatever dies afterwards."""

from __future__ import annotations

import fcntl
import os
from dataclasses import replace
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openiru.detect.index import files, journal
from openiru.detect.index import manifest as manifests
from openiru.detect.index.building import I64, U64
from openiru.detect.index.fresh import Fresh
from openiru.detect.index.journal import Entries, Tail
from openiru.detect.index.keeping import load, save
from openiru.detect.index.manifest import Manifest
from openiru.detect.index.segment import HASH_BYTES, Segment, make, words_of
from openiru.errors import Unavailable, Unreadable

FRESH = 50_000
"""Fresh hashes from which on `compact` pays: comparing so many costs about as much as asking a million in a segment."""
GROWTH = 4
"""A segment is merged with the newer ones once they hold a quarter of it: so there are few, and each hash is rebuilt few times."""


class Writer:
    """Adds, drops and compacts; `compact` may run in a thread of its own meanwhile. Raises Unavailable while another one writes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = _lock(folder)
        self._writing, self._compacting = Lock(), Lock()
        try:
            self._manifest = manifests.read(folder) if (folder / manifests.NAME).exists() else Manifest()
            manifests.clear(folder, self._manifest)
            self._journal, self.fresh = self._continue()
        except BaseException:
            os.close(self._lock)
            raise

    def close(self) -> None:
        """Let another one write."""
        os.close(self._journal)
        os.close(self._lock)

    def add(self, keys: ArrayLike, hashes: NDArray[np.uint8]) -> None:
        """Add (n, 32) hashes under n keys (a key may have several): after their next `refresh` readers find all of them, or none."""
        named = np.asarray(keys, dtype=np.int64)
        if hashes.dtype != np.uint8 or hashes.shape != (len(named), HASH_BYTES):
            raise ValueError(
                f"hashes of shape {hashes.shape} for {len(named)} keys; ({len(named)}, {HASH_BYTES}) bytes are asked for"
            )
        self._append(journal.additions(named, hashes))

    def drop(self, keys: ArrayLike) -> None:
        """Drop every hash of these keys that was added so far; unknown keys do no harm."""
        self._append(journal.removals(np.asarray(keys, dtype=np.int64)))

    def build(self, keys: ArrayLike, hashes: NDArray[np.uint8]) -> None:
        """Take in a whole bank at once, as a segment of its own: the way to load millions. Drops meanwhile hold for it too."""
        named, words = np.asarray(keys, dtype=np.int64), words_of(hashes)
        if words.shape != (len(named), HASH_BYTES // 8):
            raise ValueError(f"hashes of shape {hashes.shape} for {len(named)} keys")
        self.compact()
        with self._compacting:
            self._publish(make(named, words, np.zeros(0, dtype=np.int64)), self._manifest.segments, ())

    def compact(self, *, whole: bool = False) -> None:
        """Put what is fresh into a segment, with the newer segments that have become small beside it (`whole`: with all of them)."""
        with self._compacting:
            with self._writing:
                sealed, pending = self._manifest.journals, self.fresh
                if pending.count or pending.drops:
                    self._turn_over(Fresh())
                elif whole:
                    sealed, pending = (), Fresh()
                else:
                    return
            kept, merged = self._choose(pending.count, whole=whole)
            self._publish(_merge(merged, pending, oldest=not kept), kept, sealed)

    def _append(self, entries: Entries) -> None:
        if not len(entries):
            return
        with self._writing:
            journal.append(self._journal, entries)
            self.fresh.take(entries)

    def _continue(self) -> tuple[int, Fresh]:
        """Go on with the journals there are; what a death cut short was never acknowledged and goes."""
        fresh = Fresh()
        ends = []
        for name in self._manifest.journals:
            tail = Tail(self._folder / name)
            try:
                fresh.take(tail.read())
                ends.append(tail.at)
            finally:
                tail.close()
        if not ends:
            self._journal = -1
            self._turn_over(fresh)
            return self._journal, fresh
        path = self._folder / self._manifest.journals[-1]
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
        if os.fstat(file).st_size > ends[-1]:
            os.ftruncate(file, ends[-1])
            files.sync(file)
        return file, fresh

    def _turn_over(self, fresh: Fresh) -> None:
        """Begin a new journal; the older ones stay named until a segment holds what they say."""
        name = f"{self._manifest.next:08d}.journal"
        with files.new_file(self._folder / name):
            pass
        named = replace(self._manifest, journals=(*self._manifest.journals, name), next=self._manifest.next + 1)
        manifests.publish(self._folder, named)
        old, self._journal = self._journal, os.open(self._folder / name, os.O_WRONLY | os.O_APPEND)
        if old >= 0:
            os.close(old)
        self._manifest, self.fresh = named, fresh

    def _choose(self, rows: int, *, whole: bool) -> tuple[tuple[str, ...], list[Segment]]:
        """The names of the segments that stay, and those to merge, with all drops of newer ones applied."""
        names = self._manifest.segments
        segments = [load(self._folder / name) for name in names]
        for place, segment in enumerate(segments):
            for older in segments[:place]:
                older.drop(segment.drops)
        stay = len(names)
        while stay and (whole or len(segments[stay - 1]) <= GROWTH * rows):
            stay -= 1
            rows += len(segments[stay])
        return names[:stay], segments[stay:]

    def _publish(self, segment: Segment, kept: tuple[str, ...], sealed: tuple[str, ...]) -> None:
        with self._writing:
            name = f"{self._manifest.next:08d}.segment"
            self._manifest = replace(self._manifest, next=self._manifest.next + 1)
        if len(segment) or len(segment.drops):
            save(segment, self._folder / name)
            kept = (*kept, name)
        with self._writing:
            left = tuple(one for one in self._manifest.journals if one not in sealed)
            named = replace(self._manifest, segments=kept, journals=left)
            manifests.publish(self._folder, named)
            self._manifest = named
            manifests.clear(self._folder, named)


def _merge(segments: list[Segment], fresh: Fresh, *, oldest: bool) -> Segment:
    """One segment of several and what is fresh. Drops are kept only while there are older segments for which they hold."""
    for keys in fresh.drops:
        for segment in segments:
            segment.drop(keys)
    pieces: list[tuple[I64, U64]] = [*(one.living() for one in segments), (fresh.keys, fresh.hashes())]
    drops = [np.zeros(0, dtype=np.int64)] if oldest else [*(one.drops for one in segments), *fresh.drops]
    keys, hashes = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return make(keys, hashes, np.unique(np.concatenate(drops)) if drops else np.zeros(0, dtype=np.int64))


def _lock(folder: Path) -> int:
    file = os.open(folder / "writer.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        os.close(file)
        raise Unavailable("index of hashes", f"another process is writing it: {folder}") from fault
    return file


def check(folder: Path) -> int:
    """Compare every byte of an index with its checksums; how many hashes there are. Raises Unreadable at the first that is wrong."""
    named = manifests.read(folder)
    rows = sum(len(load(folder / name, check=True)) for name in named.segments)
    if not named.journals:
        raise Unreadable("the manifest names no journal", where=str(folder))
    return rows
