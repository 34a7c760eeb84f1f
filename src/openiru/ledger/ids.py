"""Opaque identifiers: random, so that nothing can be read from them or counted with them."""

from __future__ import annotations

import secrets
import uuid

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_uuid() -> uuid.UUID:
    """A random id for a row that the ledger may name."""
    return uuid.uuid4()


def new_code() -> str:
    """A code that a person types, 60 bits, without letters that look like digits: `K7QM-2XNV-9RTB`."""
    letters = [secrets.choice(_LETTERS) for _ in range(12)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))
