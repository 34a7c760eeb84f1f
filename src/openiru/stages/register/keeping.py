"""Keeps the bytes of each version as published, packed under their own hash: whole or not at all, checked when read."""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from openiru.errors import Refused, Unavailable
from openiru.stages.register.formats.files import named_alike, opened
from openiru.stages.register.formats.shapes import Content, Files

LEVEL = 3
"""Lists are packed once and hardly ever read: more would cost time at every load and save little."""

PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a version: its name, the SHA-256 of its bytes as published, and how many there are."""

    name: str
    sha256: str
    size: int


def keep(files: Files) -> tuple[Kept, ...]:
    """Keep the bytes of a version. Durable when it returns; the same bytes are kept once."""
    return tuple(_keep(name, content) for name, content in sorted(named_alike(files).items()))


def _keep(name: str, content: Content) -> Kept:
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f".{secrets.token_hex(8)}"
    hashed, size = hashlib.sha256(), 0
    try:
        with opened(content) as stream, fresh.open("xb") as file:
            with gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
                while piece := stream.read(PIECE):
                    hashed.update(piece)
                    size += len(piece)
                    packed.write(piece)
            file.flush()
            os.fsync(file.fileno())
        place = _place(hashed.hexdigest())
        place.parent.mkdir(exist_ok=True, mode=0o700)
        fresh.chmod(0o400)
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
    return Kept(name, hashed.hexdigest(), size)


def hand_over(files: Iterable[Kept], into: Path) -> None:
    """Write a version's bytes to a new file, several as one ZIP; every byte is checked before any is handed over.

    Raises Refused `file_there`, or Unavailable when bytes are gone or are not what was kept.
    """
    files = tuple(files)
    if into.exists():
        raise Refused("file_there", path=into.name)
    with ExitStack() as stack:
        streams = [stack.enter_context(tempfile.TemporaryFile()) for _ in files]
        for one, stream in zip(files, streams, strict=True):
            _unpack(one, stream)
        with into.open("xb") as file:
            if len(files) == 1:
                shutil.copyfileobj(streams[0], file)
            else:
                _zip(files, streams, file)


def _zip(files: Iterable[Kept], streams: Iterable[IO[bytes]], file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for one, stream in zip(files, streams, strict=True):
            with packed.open(one.name, "w", force_zip64=True) as member:
                shutil.copyfileobj(stream, member)


def _unpack(one: Kept, into: IO[bytes]) -> None:
    """Unpack the bytes of a file and hold them against its hash."""
    place, hashed = _place(one.sha256), hashlib.sha256()
    if not place.is_file():
        raise Unavailable("published lists", f"{one.name} is not there", permanent=True)
    changed = Unavailable("published lists", f"{one.name} was changed on disk", permanent=True)
    try:
        with gzip.open(place) as packed:
            while piece := packed.read(PIECE):
                hashed.update(piece)
                into.write(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise changed from error
    if hashed.hexdigest() != one.sha256:
        raise changed
    into.seek(0)


def _folder() -> Path:
    return Path(settings.HOME) / "lists" / "published"


def _place(sha256: str) -> Path:
    return _folder() / sha256[:2] / f"{sha256}.gz"
