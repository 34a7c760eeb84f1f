"""Reads FollowTheMoney entities, one JSON object a line, as OpenSanctions gives out every list (entities.ftm.json).

Its data come under CC BY-NC (from memory): none is bundled here, and a copy of a list is not its publisher's own file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from openiru.errors import Unreadable
from openiru.stages.register.formats.entries import Collector
from openiru.stages.register.formats.files import opened
from openiru.stages.register.formats.shapes import Content, Files, ListFormat, ParsedList, ParsedOrganisation, Tried
from openiru.stages.register.formats.text import collect, iso_date
from openiru.terms import AliasQuality

GROUPS = frozenset({"Organization", "Company", "PublicBody"})
OTHERS = frozenset({"LegalEntity", "Vessel", "Airplane", "Vehicle"})
"""Counted, never loaded. A `LegalEntity` may be a person or a group: what may be a person is never a basis."""

QUALITY = {
    "name": AliasQuality.PRIMARY,
    "alias": AliasQuality.STRONG,
    "previousName": AliasQuality.PREVIOUS,
    "weakAlias": AliasQuality.WEAK,
    "abbreviation": AliasQuality.WEAK,
}
"""Their property → ours."""

ENDED = frozenset({"inactive", "expired", "suspended"})
"""Words of a sanction's status that mean it lists nobody now."""

LONGEST_LINE = 4 * 1024 * 1024
Properties = Mapping[str, list[str]]


@dataclass(slots=True)
class _Sanctions:
    """What the sanctions say that name one entity."""

    programs: dict[str, None] = field(default_factory=dict)
    dates: list[str] = field(default_factory=list)
    references: dict[str, None] = field(default_factory=dict)


def read(files: Files) -> ParsedList:
    """Read the one file; an organisation is on the list if a sanction that has not ended names it."""
    (content,) = files.values()
    entries, groups, sanctions = Collector(), dict[str, Properties](), dict[str, _Sanctions]()
    for where, number, schema, properties in _entities(content):
        if schema in GROUPS:
            groups[number] = _joined(number, groups.get(number), properties, entries)
        elif schema == "Person":
            entries.individuals += 1
        elif schema in OTHERS:
            entries.others += 1
        elif schema == "Sanction":
            _sanction(where, properties, sanctions, entries)
    for number, properties in groups.items():
        if number in sanctions:
            entries.add(_organisation(number, properties, sanctions[number]))
        else:
            entries.others += 1
            entries.warn(f"{number}: no sanction in force names it, so it is not on the list; left out")
    return entries.finish(None)


def _joined(number: str, older: Properties | None, newer: Properties, entries: Collector) -> Properties:
    """An entity that stands twice as one, with the values of both; it is said."""
    if older is None:
        return newer
    entries.warn(f"{number}: stands twice on the list; the names were joined")
    return {key: [*older.get(key, []), *newer.get(key, [])] for key in dict.fromkeys((*older, *newer))}


def _entities(content: Content) -> Iterator[tuple[str, str, str, Properties]]:
    """Each line's place, id, schema and properties; a file whose last line does not end was cut off."""
    line, ended = 0, True
    with opened(content) as stream:
        while raw := stream.readline(LONGEST_LINE):
            line, where, ended = line + 1, f"line {line + 1}", raw.endswith(b"\n")
            if raw.strip(b"\xef\xbb\xbf \r\n\t"):
                yield where, *_entity(raw, where)
    if not ended:
        raise Unreadable("the last line does not end: the file may be cut off", where=f"line {line}")


def _entity(raw: bytes, where: str) -> tuple[str, str, Properties]:
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON in UTF-8, or cut off", where=where) from error
    number, schema, properties = (
        (found.get(key) for key in ("id", "schema", "properties")) if isinstance(found, dict) else (None,) * 3
    )
    if not (isinstance(number, str) and isinstance(schema, str) and number and isinstance(properties, dict)):
        raise Unreadable("not an entity with id, schema and properties", where=where)
    return number[:80], schema, {key: _texts(value, f"{where} {key}") for key, value in properties.items()}


def _texts(value: object, where: str) -> list[str]:
    if not isinstance(value, list):
        raise Unreadable("a property is no list of values", where=where)
    return [text for text in value if isinstance(text, str) and text.strip()]


def _sanction(where: str, properties: Properties, found: dict[str, _Sanctions], entries: Collector) -> None:
    targets = properties.get("entity", [])
    if not targets:
        raise Unreadable("a sanction that names no entity", where=where)
    if properties.get("endDate") or {status.lower() for status in properties.get("status", [])} & ENDED:
        entries.warn(f"{where}: a sanction that has ended or will end; left out")
        return
    for target in targets:
        one = found.setdefault(target[:80], _Sanctions())
        one.programs |= dict.fromkeys(properties.get("programId", []) or properties.get("program", []))
        one.dates += properties.get("listingDate", [])
        one.references |= dict.fromkeys([*properties.get("unscId", []), *properties.get("authorityId", [])])


def _organisation(number: str, properties: Properties, sanctions: _Sanctions) -> ParsedOrganisation:
    names = [(name, quality) for key, quality in QUALITY.items() for name in properties.get(key, [])]
    full = [day for day in map(iso_date, sanctions.dates) if day]
    listed_on: date | None = min(full) if full and len(full) == len(sanctions.dates) else None
    notes = properties.get("notes", [])
    if sanctions.references:
        notes = [f"Reference: {', '.join(sanctions.references)}.", *notes]
    return ParsedOrganisation(
        reference=number,
        name=next(iter(properties.get("name", [])), ""),
        names=collect(names),
        programs=tuple(program[:80] for program in sanctions.programs),
        listed_on=listed_on,
        listed_on_text=min(sanctions.dates, default=""),
        remarks=" ".join(notes),
        country="; ".join(properties.get("country", []))[:100],
    )


def _begins(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and b'"schema"' in head and b'"properties"' in head


_EXAMPLE = (
    '{"id": "exa-1", "schema": "Organization", "properties": {"name": ["VALLEY DAWN FRONT", "جبهة فجر الوادي"], '
    '"alias": ["Dawn Front of the Valley"], "weakAlias": ["The Front"], "previousName": ["Valley Committee"], '
    '"country": ["zz"], "notes": ["An invented group."], "topics": ["crime.terror"]}}\n'
    '{"id": "exa-2", "schema": "Person", "properties": {"name": ["EXAMPLE, Person"]}}\n'
    '{"id": "exa-s", "schema": "Sanction", "properties": {"entity": ["exa-1"], "program": ["Example programme"], '
    '"authorityId": ["X-1"], "listingDate": ["2012-07-17"], "authority": ["Example Office"]}}\n'
)

_DEFAULTS = {
    "Organization.alias": "no other names",
    "Organization.weakAlias": "no other names",
    "Organization.previousName": "no other names",
    "Organization.country": "no country",
    "Organization.notes": "no remarks",
    "Organization.topics": "not read",
    "Person.name": "not read",
    "Sanction.program": "no programs",
    "Sanction.authorityId": "no reference of the authority in the remarks",
    "Sanction.listingDate": "no date: the entry counts from the version on which it stands",
    "Sanction.authority": "not read",
}

FORMAT = ListFormat(
    name="ftm",
    title="FollowTheMoney entities, JSON lines (OpenSanctions)",
    read=read,
    tried=Tried.UNTRIED,
    begins=_begins,
    examples=({"entities.ftm.json": _EXAMPLE.encode()},),
    defaults=_DEFAULTS,
)
