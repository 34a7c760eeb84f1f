"""Reads the UK Sanctions List (CSV): one row for each name or address of an entry, joined by its unique id.

Column names: as test data of public parsers have them (2026); the publisher's own file was not at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openiru.errors import Unreadable
from openiru.stages.register.formats.entries import Collector
from openiru.stages.register.formats.shapes import Files, ListFormat, ParsedList, ParsedOrganisation, Tried
from openiru.stages.register.formats.text import collect, csv_table, full_date, tidy
from openiru.stages.register.formats.uk_words import DATES, quality_of
from openiru.terms import AliasQuality

KIND = ("Designation Type", "Individual, Entity, Ship")
"""The column that says what an entry is, by its newer and its older name."""

NEEDED = ("Unique ID", "Name 6", "Name type", "Regime Name", "Date Designated")
_PARTS = tuple(f"Name {number}" for number in (1, 2, 3, 4, 5, 6))
_REPORT = "Report Date:"
Row = Mapping[str, str]


@dataclass(slots=True)
class _Group:
    """The rows of one organisation, gathered."""

    names: list[tuple[str, AliasQuality]] = field(default_factory=list)
    original: list[tuple[str, AliasQuality]] = field(default_factory=list)
    values: dict[str, dict[str, None]] = field(default_factory=dict)

    def see(self, row: Row, column: str) -> None:
        """Remember what a column says, once."""
        if text := tidy(row.get(column)):
            self.values.setdefault(column, {})[text] = None

    def said(self, column: str) -> tuple[str, ...]:
        """All that the rows say in a column, in order."""
        return tuple(self.values.get(column, ()))


def read(files: Files) -> ParsedList:
    """Read the one file of the list."""
    (content,) = files.values()
    entries, groups = Collector(), dict[str, _Group]()
    counted: set[str] = set()
    above, rows = csv_table(content, where="the list", above=_REPORT)
    for line, row in _checked(rows):
        reference = tidy(row["Unique ID"])
        kind = tidy(next((row[column] for column in KIND if column in row), "")).lower()
        if kind == "entity":
            _gather(groups.setdefault(reference, _Group()), reference, row, entries)
        elif kind not in ("individual", "ship") or not reference:
            raise Unreadable("an entry without its id or of a type that is not known", where=f"line {line}", value=kind)
        elif reference not in counted:
            counted.add(reference)
            entries.individuals += kind == "individual"
            entries.others += kind == "ship"
    for reference, group in groups.items():
        entries.add(_organisation(reference, group, entries))
    return entries.finish(full_date(above.partition(_REPORT)[2].strip(' ,"'), "%d-%b-%Y", *DATES))


def _checked(rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """The rows, once the heading was seen to have the columns that we cannot do without."""
    for number, (line, row) in enumerate(rows):
        missing = [column for column in NEEDED if column not in row] if number == 0 else []
        if missing or not any(column in row for column in KIND):
            raise Unreadable("the heading has no such column", where=", ".join(missing or KIND[:1]))
        yield line, row


def _gather(group: _Group, reference: str, row: Row, entries: Collector) -> None:
    whole = " ".join(part for column in _PARTS if (part := tidy(row.get(column))))
    quality = quality_of(tidy(row["Name type"]), row.get("Alias strength", ""), reference=reference, entries=entries)
    if whole:
        group.names.append((whole, quality))
    if original := tidy(row.get("Name non-latin script")):
        group.original.append((original, quality))
    for column in ("Regime Name", "Date Designated", "Address Country", "Other Information"):
        group.see(row, column)


def _organisation(reference: str, group: _Group, entries: Collector) -> ParsedOrganisation:
    names = sorted(group.names, key=lambda pair: pair[1] is not AliasQuality.PRIMARY)
    listed = next(iter(group.said("Date Designated")), "")
    for column in ("Regime Name", "Date Designated"):
        if not group.said(column):
            entries.warn(f"{reference}: nothing stands under {column!r}")
    return ParsedOrganisation(
        reference=reference,
        name=names[0][0] if names else "",
        names=collect([*names, *group.original]),
        programs=tuple(name[:80] for name in group.said("Regime Name")),
        listed_on=full_date(listed, *DATES),
        listed_on_text=listed,
        remarks=" ".join(group.said("Other Information")),
        country="; ".join(group.said("Address Country"))[:100],
    )


def _begins(head: bytes) -> bool:
    return b"Unique ID" in head and b"Name 6" in head and not head.lstrip(b"\xef\xbb\xbf").startswith(b"<")


_EXAMPLE = (
    "Report Date: 15-Jan-2026\r\n"
    "Last Updated,Unique ID,UN Reference Number,Name 6,Name 1,Name type,Alias strength,Name non-latin script,"
    "Regime Name,Designation Type,Other Information,Address Country,Date Designated\r\n"
    "01/02/2020,EXA0001,,VALLEY DAWN FRONT,,Primary name,,جبهة فجر الوادي,"
    "The Example Regulations,Entity,An invented group.,Exampleland,17/07/2012\r\n"
    "01/02/2020,EXA0001,,Dawn Front of the Valley,,Alias,Good quality a.k.a,,"
    "The Example Regulations,Entity,An invented group.,Exampleland,17/07/2012\r\n"
    "01/02/2020,EXA0001,,The Front,,Alias,Low quality a.k.a,,"
    "The Example Regulations,Entity,An invented group.,Exampleland,17/07/2012\r\n"
    '01/02/2020,EXA0002,,"EXAMPLE, Person",Any,Primary name,,,The Example Regulations,Individual,,,17/07/2012\r\n'
)

_DEFAULTS = {
    "the line above": "the version has no date of its own",
    "Last Updated": "not read",
    "UN Reference Number": "not read",
    "Name 1": "not part of the name",
    "Alias strength": "strong, as good ones are not always marked",
    "Name non-latin script": "no name in the original script",
    "Other Information": "no remarks",
    "Address Country": "no country",
}

FORMAT = ListFormat(
    name="uk_csv",
    title="UK Sanctions List (CSV)",
    read=read,
    tried=Tried.UNTRIED,
    begins=_begins,
    examples=({"UK-Sanctions-List.csv": _EXAMPLE.encode()},),
    defaults=_DEFAULTS,
)
