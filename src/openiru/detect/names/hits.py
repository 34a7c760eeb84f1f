"""A hit is one place where a pattern stands, before anybody asked whether it may count."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from openiru.detect.names.aliases import Entry

FIELDS = ("text", "name", "handle", "bio")
"""The columns that are read, where a batch has them."""


class How(StrEnum):
    """In which form a name was found, the plainest first."""

    WRITTEN = "written"
    JOINED = "joined"
    SPELT_OUT = "spelt_out"
    DISGUISED = "disguised"
    MISSPELT = "misspelt"


class Hit(NamedTuple):
    """`start` and `end` count characters of the row's field; `word` counts words, for distances within one field only."""

    row: int
    field: str
    start: int
    end: int
    word: int
    entry: Entry
    how: How
    found: str
