"""Gathers the entries of a list while it is read: joins duplicates, counts individuals, keeps warnings few."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from openiru.errors import Unreadable
from openiru.stages.register.formats.shapes import ParsedList, ParsedOrganisation
from openiru.stages.register.formats.text import LONGEST_NAME, tidy
from openiru.terms import AliasQuality

MOST_WARNINGS = 200


@dataclass(slots=True)
class Collector:
    """What was read so far. Individuals and ships are numbers only: nothing of them is kept."""

    individuals: int = 0
    others: int = 0
    warnings: list[str] = field(default_factory=list)
    _found: dict[str, ParsedOrganisation] = field(default_factory=dict)

    def warn(self, warning: str) -> None:
        """Keep a warning for the people who confirm the list."""
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(warning)

    def add(self, entry: ParsedOrganisation) -> None:
        """Take an entry. One without reference or name makes the file unreadable: left out, it would look delisted."""
        if not entry.reference or not entry.name or not entry.names:
            where = entry.reference or entry.name or "an entry"
            raise Unreadable("an entry without reference or name", where=where)
        own = (one.name for one in entry.names if one.quality is AliasQuality.PRIMARY)
        if not any(name in tidy(entry.name) for name in own):
            self.warn(f"{entry.reference}: its own name is missing; the alias {entry.name[:60]!r} stands for it")
        if len(entry.name) > LONGEST_NAME:
            self.warn(f"{entry.reference}: the name is cut to {LONGEST_NAME} characters")
            entry = replace(entry, name=entry.name[:LONGEST_NAME])
        older = self._found.get(entry.reference)
        if older:
            entry = self.joined(older, entry)
        if entry.listed_on is None and entry.listed_on_text:
            self.warn(f"{entry.reference}: {entry.listed_on_text!r} is no full date")
        self._found[entry.reference] = entry

    def joined(self, older: ParsedOrganisation, newer: ParsedOrganisation) -> ParsedOrganisation:
        """Two entries of one reference as one: the first, with the names of both; it is said."""
        self.warn(f"{older.reference}: stands twice on the list; the names were joined")
        names = {(name.name, name.quality): name for name in older.names + newer.names}
        return replace(older, names=tuple(names.values()))

    def finish(self, published_on: date | None, *, declared: int | None = None, authority: str = "") -> ParsedList:
        """The list as read; Unreadable if there was nothing in it."""
        if not self._found:
            self.warn("no organisation stands on it")
        read = ParsedList(
            published_on=published_on,
            organisations=tuple(self._found.values()),
            individuals_count=self.individuals,
            others_count=self.others,
            declared_count=declared,
            warnings=tuple(self.warnings),
            authority=authority,
        )
        if not read.entries:
            raise Unreadable("there is no entry in it")
        return read
