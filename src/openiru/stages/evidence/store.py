"""Keeps captured bytes under their own hash: written whole or not at all, the same bytes once, checked when read."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from openiru.errors import Unavailable


def put(folder: Path, content: bytes) -> str:
    """Store bytes and return their SHA-256 (hex). Durable when it returns."""
    digest = hashlib.sha256(content).hexdigest()
    place = _place(folder, digest)
    if place.is_file():
        return digest
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = place.with_name(f".{digest}.{secrets.token_hex(4)}")
    with fresh.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.chmod(0o400)
    fresh.rename(place)
    return digest


def get(folder: Path, digest: str) -> bytes:
    """Read bytes back; raises `Unavailable` when they are gone or are not what was stored."""
    place = _place(folder, digest)
    if not place.is_file():
        raise Unavailable("evidence store", f"{digest} is not there", permanent=True)
    content = place.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise Unavailable("evidence store", f"{digest} was changed on disk", permanent=True)
    return content


def drop(folder: Path, digest: str) -> None:
    """Delete bytes on their date; gone already is fine."""
    _place(folder, digest).unlink(missing_ok=True)


def _place(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest
