"""Keeps captured bytes: encrypted (age), once for the same bytes, under a keyed name that tells nobody what they are."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import pyrage
from django.conf import settings

from openiru.agekey import identity
from openiru.errors import Unavailable

SERVICE = "evidence store"


class Shelf(Protocol):
    """Where sealed objects lie, by name. `take` gives None for what is not there; `put` is durable when it returns."""

    def has(self, name: str) -> bool:
        """Whether an object of this name is there."""

    def put(self, name: str, sealed: bytes) -> None:
        """Write an object, whole or not at all."""

    def take(self, name: str) -> bytes | None:
        """Read an object."""

    def drop(self, name: str) -> None:
        """Delete an object; gone already is fine."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Objects as files of a local folder."""

    folder: Path

    def has(self, name: str) -> bool:
        """Whether a file of this name is there."""
        return self._place(name).is_file()

    def put(self, name: str, sealed: bytes) -> None:
        """Write a file whole or not at all; durable when it returns."""
        place = self._place(name)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = place.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            with fresh.open("xb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            fresh.chmod(0o400)
            fresh.rename(place)
        finally:
            fresh.unlink(missing_ok=True)

    def take(self, name: str) -> bytes | None:
        """Read a file."""
        place = self._place(name)
        return place.read_bytes() if place.is_file() else None

    def drop(self, name: str) -> None:
        """Delete a file; gone already is fine."""
        self._place(name).unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        return self.folder / name[:2] / name


Where = Path | Shelf


def put(where: Where, content: bytes) -> str:
    """Store bytes and return their SHA-256 (hex). Durable when it returns; the same bytes are kept once."""
    digest = hashlib.sha256(content).hexdigest()
    shelf, name = _shelf(where), name_of(digest)
    if not shelf.has(name):
        shelf.put(name, pyrage.encrypt(content, [_key().to_public()]))
    return digest


def get(where: Where, digest: str) -> bytes:
    """Read bytes back; raises `Unavailable` when they are gone or are not what was stored."""
    sealed = _shelf(where).take(name_of(digest))
    if sealed is None:
        raise Unavailable(SERVICE, f"{digest} is not there", permanent=True)
    try:
        content: bytes = pyrage.decrypt(sealed, [_key()])
    except pyrage.DecryptError as error:
        raise Unavailable(SERVICE, f"{digest} was changed on disk", permanent=True) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise Unavailable(SERVICE, f"{digest} was changed on disk", permanent=True)
    return content


def has(where: Where, digest: str) -> bool:
    """Whether these bytes are there, without reading them."""
    return _shelf(where).has(name_of(digest))


def drop(where: Where, digest: str) -> None:
    """Delete bytes on their date; gone already is fine."""
    _shelf(where).drop(name_of(digest))


def name_of(digest: str) -> str:
    """The name under which bytes lie: keyed, so that who sees the shelf cannot ask whether a known file is on it."""
    return hmac.new(str(_key()).encode(), digest.encode(), hashlib.sha256).hexdigest()


def _shelf(where: Where) -> Shelf:
    return Folder(where) if isinstance(where, Path) else where


def _key() -> pyrage.x25519.Identity:
    return _read_key(settings.KEYS / "evidence.age")


@lru_cache(maxsize=2)
def _read_key(place: Path) -> pyrage.x25519.Identity:
    return identity(place)
