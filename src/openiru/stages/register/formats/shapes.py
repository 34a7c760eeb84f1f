"""The types that every list parser speaks: what a list holds once it is read, and what a format is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from openiru.terms import AliasQuality

Content = bytes | Path
"""The bytes of one file, or where they lie when they are too many to hold in memory."""

Files = Mapping[str, Content]
"""What was published, by file name: one file, or the few that only together are the list."""


class Tried(StrEnum):
    """What a reader was tried on; only the first is proof that it reads what the publisher gives out today."""

    REAL = "a real file"
    SAMPLE = "a published sample"
    UNTRIED = "untried on the real file"


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A name as the list writes it, with its quality and the script it is written in."""

    name: str
    quality: AliasQuality
    script: str


@dataclass(frozen=True, slots=True)
class ParsedOrganisation:
    """One entry for a group. `listed_on` is None when the list gives no full date; `listed_on_text` has its words."""

    reference: str
    name: str
    names: tuple[ParsedName, ...]
    programs: tuple[str, ...] = ()
    listed_on: date | None = None
    listed_on_text: str = ""
    remarks: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class ParsedList:
    """A list read whole. Of individuals only the number is kept; `others_count` are ships and aircraft.

    `declared_count` is how many entries the file itself says it has, and `authority` who it says designated them,
    where it says so.
    """

    published_on: date | None
    organisations: tuple[ParsedOrganisation, ...]
    individuals_count: int
    others_count: int = 0
    declared_count: int | None = None
    warnings: tuple[str, ...] = ()
    authority: str = ""

    @property
    def entries(self) -> int:
        """All entries that were read, of whatever kind."""
        return len(self.organisations) + self.individuals_count + self.others_count


@dataclass(frozen=True, slots=True)
class ListFormat:
    """One published format. `read` raises Unreadable for a file that is broken, cut off, empty or something else.

    `roots` are the root elements of an XML format, `files` the names of one that comes in several (the first tells it),
    `begins` tells any other by its first bytes. `examples` are small whole lists with invented entries: documentation,
    demonstration and test data in one. `defaults` says for each field of the example that may be missing without a word
    what is taken instead. `by_hand`: people wrote the file down from a document, so it is never its publisher's.
    """

    name: str
    title: str
    read: Callable[[Files], ParsedList]
    tried: Tried
    roots: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    optional_files: tuple[str, ...] = ()
    begins: Callable[[bytes], bool] | None = None
    examples: tuple[Files, ...] = field(default=())
    defaults: Mapping[str, str] = field(default_factory=dict)
    by_hand: bool = False
