"""A key of this installation for sealing files at rest (age), made on first use and readable by its owner only."""

from __future__ import annotations

import os
from pathlib import Path

import pyrage


def identity(place: Path) -> pyrage.x25519.Identity:
    """Read the key at `place`, or make it; two processes that come at once read the same one."""
    if not place.is_file():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = place.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(str(pyrage.x25519.Identity.generate()), encoding="ascii")
        # The first link stays, whoever made it.
        try:
            os.link(fresh, place)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return pyrage.x25519.Identity.from_str(place.read_text(encoding="ascii"))
