"""What every reader of incoming files gives: rows one by one, and what could not be read with its place and reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, make_dataclass
from datetime import datetime
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Row:
    """One reported address, as it was written; nothing here is checked, it is what the file claims.

    `line` is 1-based: the line of a text file, the row of a sheet, the record of a JSON document. `item_urls` are
    addresses of single posts of the same account. `stable_id` is the platform's own id of the account, digits as text.
    `seen_at` is when the file says it saw this, `posted_at` when the post was made (aware, UTC); `hashes` are
    (algorithm, hex) of media that the file gives.
    """

    line: int
    url: str
    followers: int | None = None
    claimed_organisation: str = ""
    claimed_lists: tuple[str, ...] = ()
    item_urls: tuple[str, ...] = ()
    note: str = ""
    handle: str = ""
    stable_id: str = ""
    name: str = ""
    seen_at: datetime | None = None
    text: str = ""
    posted_at: datetime | None = None
    language: str = ""
    hashes: tuple[tuple[str, str], ...] = ()


FIELDS = tuple(one.name for one in fields(Row))
"""The fields of a row, in their order."""
DEFAULTS = tuple(one.default for one in fields(Row))
_Open = make_dataclass("_Open", [(one.name, one.type, one) for one in fields(Row)], slots=True)


def row_of(values: Sequence[object]) -> Row:
    """A row from all its values in the order of `FIELDS`, five times faster than `Row(...)`: for a million of them.

    A frozen dataclass sets each field through `object.__setattr__`; here an open twin with the same slots is filled and
    then becomes a row.
    """
    made = _Open(*values)
    made.__class__ = Row
    return made  # type: ignore[no-any-return]


SHOWN = 200
"""How many characters of what was refused are shown."""


def shown(text: str) -> str:
    """A text cut for showing, lone surrogates and NULs replaced, so that it can be stored and printed."""
    return text[:SHOWN].replace("\0", "␀").encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken: its line, what stood there (cut), a stable reason, and the column or JSON path where known."""

    line: int
    value: str
    reason: str
    column: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", shown(self.value))
        object.__setattr__(self, "column", shown(self.column))


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole small file: its hash, the rows that can be read and those that cannot."""

    sha256: str
    rows: tuple[Row, ...]
    rejected: tuple[Rejected, ...]

    @property
    def count(self) -> int:
        """How many rows stood there, good and bad."""
        return len(self.rows) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class Columns:
    """A table's headings, the first rows, and our guess which heading holds which of our fields; a person confirms it."""

    headings: tuple[str, ...]
    guessed: Mapping[str, str]
    sample: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A small file of our own in the real form, with what it gives: documentation and conformance data in one.

    `form` says where the form is published; `tried` is true only where a file that the tool itself wrote was read.
    """

    file: str
    content: bytes
    rows: tuple[Row, ...]
    rejected: tuple[Rejected, ...] = ()
    form: str = ""
    tried: bool = False


Read = Callable[[BinaryIO, Mapping[str, str] | None], Iterator["Row | Rejected"]]


@dataclass(frozen=True, slots=True)
class Reader:
    """A file format. `read` takes a seekable stream and, for tables, the confirmed columns (our field → heading).

    It gives rows lazily in flat memory and raises nothing but `Unreadable`: when called, at the first row or, where the
    file turns out to be broken later, at that place; a caller takes in nothing of a file that raises. `sniff` says whether the
    first 64 kB look like this format. `columns` is there for tables only.
    """

    name: str
    title: str
    endings: tuple[str, ...]
    read: Read
    sniff: Callable[[bytes], bool]
    columns: Callable[[BinaryIO], Columns] | None = None
    examples: tuple[Example, ...] = ()
