"""Keeps a file that waits to be taken in: encrypted at rest (age), opened into a file without a name, deleted when it is in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

import pyrage
from django.conf import settings

from openiru.agekey import identity


def keep(stream: BinaryIO, sha256: str) -> Path:
    """Encrypt a stream into the unit's folder under its digest, whole or not at all; returns where it stands."""
    place = path_of(sha256)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = place.with_suffix(f".{os.getpid()}")
    try:
        with fresh.open("wb") as target:
            pyrage.encrypt_io(stream, target, [_identity().to_public()])
        fresh.rename(place)
    finally:
        fresh.unlink(missing_ok=True)
    return place


@contextmanager
def kept(sha256: str) -> Iterator[IO[bytes]]:
    """The bytes of a kept file, seekable. Raises FileNotFoundError if it was not kept or is gone."""
    with path_of(sha256).open("rb") as sealed, tempfile.TemporaryFile(dir=path_of(sha256).parent) as plain:
        pyrage.decrypt_io(sealed, plain, [_identity()])
        plain.seek(0)
        yield plain


def forget(sha256: str) -> None:
    """Delete a kept file; it is fine if there is none."""
    path_of(sha256).unlink(missing_ok=True)


def path_of(sha256: str) -> Path:
    """Where a kept file stands."""
    return settings.HOME / "intake" / f"{sha256}.age"


def _identity() -> pyrage.x25519.Identity:
    """The unit's own key for waiting files."""
    return identity(settings.KEYS / "intake.age")
