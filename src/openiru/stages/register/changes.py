"""Two versions of a list held against each other: what was added, removed, amended, and what came back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from openiru.stages.register.formats.shapes import ParsedOrganisation

FIELDS = ("name", "names", "programs", "listed_on", "listed_on_text", "remarks", "country")


@dataclass(frozen=True, slots=True)
class Amended:
    """An entry that stands on both, in other words; `fields` says in which of FIELDS it differs."""

    older: ParsedOrganisation
    newer: ParsedOrganisation
    fields: tuple[str, ...]

    @property
    def reference(self) -> str:
        """The number that both have."""
        return self.newer.reference

    @property
    def values(self) -> tuple[tuple[str, str, str], ...]:
        """Each field that differs, with what stood there and what stands there now, as a person reads it."""
        return tuple((field, _words(self.older, field), _words(self.newer, field)) for field in self.fields)

    @property
    def moved_back(self) -> bool:
        """Whether the day of listing is an earlier one now: a correction, or a list that tells its past anew."""
        return moved_back(self.older.listed_on, self.newer.listed_on)


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference of two versions, each entry in one place, in the order of the lists.

    `relisted` are not on the older version, but were on one before it.
    """

    added: tuple[ParsedOrganisation, ...] = ()
    removed: tuple[ParsedOrganisation, ...] = ()
    amended: tuple[Amended, ...] = ()
    relisted: tuple[ParsedOrganisation, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is a difference at all."""
        return bool(self.added or self.removed or self.amended or self.relisted)


def moved_back(before: date | None, after: date | None) -> bool:
    """Whether a day of listing moved into the past."""
    return before is not None and after is not None and after < before


def compare(
    older: Iterable[ParsedOrganisation], newer: Iterable[ParsedOrganisation], *, known: Collection[str] = ()
) -> Changes:
    """Compare by reference and field. `known` are the references that stood on a version before the older one."""
    then: Mapping[str, ParsedOrganisation] = {entry.reference: entry for entry in older}
    now: Mapping[str, ParsedOrganisation] = {entry.reference: entry for entry in newer}
    fresh = [entry for entry in now.values() if entry.reference not in then]
    pairs = [(then[reference], entry) for reference, entry in now.items() if reference in then]
    return Changes(
        added=tuple(entry for entry in fresh if entry.reference not in known),
        removed=tuple(entry for entry in then.values() if entry.reference not in now),
        amended=tuple(Amended(one, other, fields) for one, other in pairs if (fields := _differing(one, other))),
        relisted=tuple(entry for entry in fresh if entry.reference in known),
    )


def _differing(older: ParsedOrganisation, newer: ParsedOrganisation) -> tuple[str, ...]:
    return tuple(field for field in FIELDS if _seen(older, field) != _seen(newer, field))


def _seen(entry: ParsedOrganisation, field: str) -> object:
    """A field as it is compared: names and programs in whatever order they stand."""
    found = getattr(entry, field)
    return frozenset(found) if field in ("names", "programs") else found


def _words(entry: ParsedOrganisation, field: str) -> str:
    found = getattr(entry, field)
    if field == "names":
        return "; ".join(sorted(f"{name.name} ({name.quality})" for name in entry.names)) or "–"
    return "; ".join(sorted(found)) or "–" if field == "programs" else str(found or "–")
