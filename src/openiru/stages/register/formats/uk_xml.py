"""Reads the UK Sanctions List (XML).

Element names: as public parsers of the list have them; the publisher's own schema was not seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from openiru.errors import Unreadable
from openiru.stages.register.formats.entries import Collector
from openiru.stages.register.formats.shapes import Files, ListFormat, ParsedList, ParsedOrganisation, Tried
from openiru.stages.register.formats.text import collect, full_date, tidy
from openiru.stages.register.formats.uk_words import DATES, quality_of
from openiru.stages.register.formats.xml import records, value, values
from openiru.terms import AliasQuality

ROOTS = frozenset({"Designations"})
_TAGS = frozenset({"DateGenerated", "Designation"})
_PARTS = tuple(f"Name{number}" for number in range(1, 7))


def read(files: Files) -> ParsedList:
    """Read the one file of the list."""
    (content,) = files.values()
    entries = Collector()
    published: date | None = None
    for node in records(content, ROOTS, _TAGS):
        if node.tag == "DateGenerated":
            published = full_date(tidy(node.text)[:10], *DATES)
        else:
            _take(node, entries)
    return entries.finish(published)


def _take(node: Element, entries: Collector) -> None:
    kind = value(node, "IndividualEntityShip").lower()
    if kind == "individual":
        entries.individuals += 1
    elif kind == "ship":
        entries.others += 1
    elif kind == "entity":
        entries.add(_organisation(node, entries))
    else:
        raise Unreadable("an entry of a type that is not known", where=value(node, "UniqueID"), value=kind)


def _organisation(node: Element, entries: Collector) -> ParsedOrganisation:
    reference, listed = value(node, "UniqueID"), value(node, "DateDesignated")
    names = list(_names(node, reference, entries))
    names.sort(key=lambda pair: pair[1] is not AliasQuality.PRIMARY)
    original = [(name, AliasQuality.PRIMARY) for name in values(node, "NonLatinNames/NonLatinName/NameNonLatinScript")]
    return ParsedOrganisation(
        reference=reference,
        name=names[0][0] if names else "",
        names=collect([*names, *original]) if names else (),
        programs=tuple(name[:80] for name in values(node, "RegimeName")),
        listed_on=full_date(listed, *DATES),
        listed_on_text=listed,
        remarks=value(node, "OtherInformation"),
        country="; ".join(dict.fromkeys(values(node, "Addresses/Address/AddressCountry"))),
    )


def _names(node: Element, reference: str, entries: Collector) -> Iterator[tuple[str, AliasQuality]]:
    for name in node.iterfind("Names/Name"):
        kind, strength = value(name, "NameType"), value(name, "AliasStrength")
        quality = quality_of(kind, strength, reference=reference, entries=entries)
        whole = " ".join(part for tag in _PARTS if (part := value(name, tag)))
        if whole:
            yield whole, quality


_EXAMPLE = """<?xml version="1.0" encoding="utf-8"?>
<Designations>
  <DateGenerated>15/01/2026</DateGenerated>
  <Designation>
    <DateDesignated>17/07/2012</DateDesignated><UniqueID>EXA0001</UniqueID>
    <Names>
      <Name><Name6>VALLEY DAWN FRONT</Name6><NameType>Primary name</NameType></Name>
      <Name><Name6>Dawn Front of the Valley</Name6><NameType>ALias</NameType></Name>
      <Name><Name6>The Front</Name6><NameType>Alias</NameType><AliasStrength>Low quality a.k.a</AliasStrength></Name>
    </Names>
    <NonLatinNames><NonLatinName><NameNonLatinScript>جبهة فجر الوادي</NameNonLatinScript></NonLatinName></NonLatinNames>
    <RegimeName>The Example Regulations</RegimeName><IndividualEntityShip>Entity</IndividualEntityShip>
  </Designation>
  <Designation><UniqueID>EXA0002</UniqueID><IndividualEntityShip>Individual</IndividualEntityShip></Designation>
</Designations>
"""

_DEFAULTS = {
    "Designations/DateGenerated": "the version has no date of its own",
    "Designation/DateDesignated": "no date: the entry counts from the version on which it stands",
    "Name/AliasStrength": "strong, as good ones are not always marked",
    "Designation/NonLatinNames": "no name in the original script",
    "NonLatinNames/NonLatinName": "no name in the original script",
    "NonLatinName/NameNonLatinScript": "no name in the original script",
    "Designation/RegimeName": "no programs",
}

FORMAT = ListFormat(
    name="uk_xml",
    title="UK Sanctions List (XML)",
    read=read,
    tried=Tried.UNTRIED,
    roots=ROOTS,
    examples=({"UK-Sanctions-List.xml": _EXAMPLE.encode()},),
    defaults=_DEFAULTS,
)
