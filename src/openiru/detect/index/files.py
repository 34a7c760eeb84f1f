"""Every write of the index to a disk goes through here: a new file is whole and on the disk before anything names it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PIECE = 1 << 26
"""Bytes a single call hands to the system."""


def write(file: int, data: bytes | memoryview) -> None:
    """Write all of it."""
    view = memoryview(data).cast("B") if len(data) else memoryview(b"")
    while len(view):
        view = view[os.write(file, view[:PIECE]) :]


def sync(file: int) -> None:
    """Return when the disk has it."""
    os.fsync(file)


def replace(old: Path, new: Path) -> None:
    """Rename within one folder: whoever opens `new` sees the old file or the whole new one."""
    os.replace(old, new)  # noqa: PTH105 (one call that the tests of sudden death can interrupt)
    sync_folder(new.parent)


def sync_folder(folder: Path) -> None:
    """Return when the disk has the folder's names."""
    file = os.open(folder, os.O_RDONLY)
    try:
        sync(file)
    finally:
        os.close(file)


@contextmanager
def new_file(path: Path) -> Iterator[int]:
    """A file under a passing name that takes its real one when everything is on the disk."""
    passing = path.with_name(path.name + ".new")
    file = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        yield file
        sync(file)
    finally:
        os.close(file)
    replace(passing, path)


def remove(path: Path) -> None:
    """Take a file away that nothing names any more."""
    path.unlink(missing_ok=True)
