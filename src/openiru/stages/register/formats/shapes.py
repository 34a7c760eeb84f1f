"""The types that every list parser speaks: what a list holds once it is read, and what a format is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from openiru.terms import AliasQuality

Files = Mapping[str, bytes]
"""What was published, by file name: one file, or the few that only together are the list."""


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

    `declared_count` is how many entries the file itself says it has, where it says so.
    """

    published_on: date | None
    organisations: tuple[ParsedOrganisation, ...]
    individuals_count: int
    others_count: int = 0
    declared_count: int | None = None
    warnings: tuple[str, ...] = ()

    @property
    def entries(self) -> int:
        """All entries that were read, of whatever kind."""
        return len(self.organisations) + self.individuals_count + self.others_count


@dataclass(frozen=True, slots=True)
class ListFormat:
    """One published format. `read` raises Unreadable for a file that is broken, cut off, empty or something else.

    `roots` are the root elements of an XML format, `files` the names of one that comes in several (the first tells it);
    `examples` are small whole lists with invented entries: documentation, demonstration and test data in one.
    """

    name: str
    title: str
    read: Callable[[Files], ParsedList]
    roots: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    optional_files: tuple[str, ...] = ()
    examples: tuple[Files, ...] = field(default=())
