"""What every reader of incoming files gives: rows, and what could not be read with its line and reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Row:
    """One reported address, as it was written; `item_urls` are addresses of single posts of the same account."""

    line: int
    url: str
    followers: int | None = None
    claimed_organisation: str = ""
    claimed_lists: tuple[str, ...] = ()
    item_urls: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken: its line, what stood there (cut), and a stable reason."""

    line: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole file: its hash, the rows that can be read and those that cannot."""

    sha256: str
    rows: tuple[Row, ...]
    rejected: tuple[Rejected, ...]

    @property
    def count(self) -> int:
        """How many rows stood there, good and bad."""
        return len(self.rows) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class Reader:
    """A file format: its name, the endings of its files, and how to read it. `read` raises `Unreadable` for the whole file."""

    name: str
    endings: tuple[str, ...]
    read: Callable[[BinaryIO], Parsed]
