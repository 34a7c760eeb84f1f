"""Reads the list of the US Office of Foreign Assets Control in its legacy form: sdn.csv with alt.csv, joined by number.

Column order: from memory of the publisher's data specification, and as the published files of 2021 and 2025 have it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from openiru.errors import Unreadable
from openiru.stages.register.formats.entries import Collector
from openiru.stages.register.formats.shapes import Content, Files, ListFormat, ParsedList, ParsedOrganisation, Tried
from openiru.stages.register.formats.text import collect, csv_rows
from openiru.terms import AliasQuality

QUALITY = {"aka": AliasQuality.STRONG, "fka": AliasQuality.PREVIOUS, "nka": AliasQuality.STRONG}
"""Their word → ours. Weak aliases are not in alt.csv: they stand in quotes in the remarks."""

_NOTHING = "-0-"
_WEAK = re.compile(r"[afn]\.k\.a\. '(.+?)'(?=[;.)]|$)")
_OTHERS = frozenset({"vessel", "aircraft"})
Names = list[tuple[str, AliasQuality]]


def read(files: Files) -> ParsedList:
    """Read the pair; the comments (remarks that went on) and addresses are used where they are given."""
    entries = Collector()
    aliases = _aliases(files["alt.csv"], entries)
    more = _column(files, "sdn_comments.csv", columns=2, column=1)
    countries = _column(files, "add.csv", columns=6, column=4)
    seen = set()
    for line, row in csv_rows(files["sdn.csv"], columns=12, where="sdn.csv"):
        number, kind = row[0], row[2].lower()
        if not number.isdigit():
            raise Unreadable("the first column is no number", where=f"sdn.csv line {line}", value=number)
        seen.add(number)
        if kind == "individual":
            entries.individuals += 1
        elif kind in _OTHERS:
            entries.others += 1
        elif kind != _NOTHING:
            raise Unreadable("an entry of a type that is not known", where=f"sdn.csv line {line}", value=kind)
        else:
            remarks = _given(row[11]) + "".join(more.get(number, []))
            country = "; ".join(dict.fromkeys(countries.get(number, [])))
            entries.add(_organisation(row, aliases.get(number, []), remarks, country))
    if lost := len(aliases.keys() - seen):
        entries.warn(
            f"alt.csv has aliases of {lost} entries that sdn.csv does not have: the two may be of different days"
        )
    return entries.finish(None)


def _organisation(row: list[str], aliases: Names, remarks: str, country: str) -> ParsedOrganisation:
    weak = [(name, AliasQuality.WEAK) for name in _WEAK.findall(remarks)]
    return ParsedOrganisation(
        reference=row[0],
        name=_given(row[1]),
        names=collect([(_given(row[1]), AliasQuality.PRIMARY), *aliases, *weak]),
        programs=tuple(part for part in re.split(r"[\[\]; ]+", _given(row[3])) if part),
        remarks=remarks,
        country=country[:100],
    )


def _aliases(content: Content, entries: Collector) -> dict[str, Names]:
    found: dict[str, Names] = defaultdict(list)
    for line, (number, _, kind, name, _) in csv_rows(content, columns=5, where="alt.csv"):
        if kind not in QUALITY:
            entries.warn(f"alt.csv line {line}: alias kind {kind!r} is not known; kept as weak")
        if not _given(name):
            entries.warn(f"alt.csv line {line}: an alias without a name; left out")
        found[number].append((_given(name), QUALITY.get(kind, AliasQuality.WEAK)))
    return found


def _column(files: Files, name: str, *, columns: int, column: int) -> Mapping[str, list[str]]:
    """One column of a file that need not be there, by the number of the entry."""
    found: dict[str, list[str]] = defaultdict(list)
    if name in files:
        for _, row in csv_rows(files[name], columns=columns, where=name):
            if value := _given(row[column]):
                found[row[0]].append(value)
    return found


def _given(cell: str) -> str:
    return "" if cell == _NOTHING else cell


_SDN = (
    '7001,"VALLEY DAWN FRONT",-0- ,"FTO] [SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"a.k.a. \'THE FRONT\'."\r\n'
    '7002,"EXAMPLE, Person","individual","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\x1a'
)
_ALT = '7001,1,"aka","DAWN FRONT OF THE VALLEY",-0- \r\n7001,2,"fka","VALLEY COMMITTEE",-0- \r\n\x1a'

_DEFAULTS = {
    "sdn.csv column 4": "no programs",
    "sdn.csv column 5": "not read",
    "sdn.csv column 6": "not read",
    "sdn.csv column 7": "not read",
    "sdn.csv column 8": "not read",
    "sdn.csv column 9": "not read",
    "sdn.csv column 10": "not read",
    "sdn.csv column 11": "not read",
    "sdn.csv column 12": "no remarks, and no weak aliases, which stand in them",
    "alt.csv column 2": "not read",
    "alt.csv column 5": "not read",
}

FORMAT = ListFormat(
    name="ofac_csv",
    title="US OFAC list, legacy CSV (sdn.csv with alt.csv)",
    read=read,
    tried=Tried.REAL,
    files=("sdn.csv", "alt.csv"),
    optional_files=("add.csv", "sdn_comments.csv"),
    examples=({"sdn.csv": _SDN.encode(), "alt.csv": _ALT.encode()},),
    defaults=_DEFAULTS,
)
