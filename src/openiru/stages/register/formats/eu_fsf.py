"""Reads the European Union's consolidated financial sanctions list (FSF, XML 1.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from openiru.errors import Unreadable
from openiru.stages.register.formats.entries import Collector
from openiru.stages.register.formats.shapes import Files, ListFormat, ParsedList, ParsedOrganisation, Tried
from openiru.stages.register.formats.text import collect, iso_date, tidy
from openiru.stages.register.formats.xml import records, value
from openiru.terms import AliasQuality

ROOTS = frozenset({"export"})
STRONG = {"true": AliasQuality.STRONG, "false": AliasQuality.WEAK}
"""Their `strong` → our quality. The list marks no primary name: the first strong one is taken as that."""

_TAGS = frozenset({"sanctionEntity", "export"})


def read(files: Files) -> ParsedList:
    """Read the one file of the list."""
    (content,) = files.values()
    entries: Collector = Collector()
    published: date | None = None
    for node in records(content, ROOTS, _TAGS):
        if node.tag == "sanctionEntity":
            _take(node, entries)
        else:
            published = iso_date(node.get("generationDate", ""))
    if published is None:
        raise Unreadable("the list does not say when it was made", where="generationDate")
    return entries.finish(published)


def _take(node: Element, entries: Collector) -> None:
    subject = node.find("subjectType")
    kind = subject.get("code", "") if subject is not None else ""
    if kind == "person":
        entries.individuals += 1
    elif kind == "enterprise":
        entries.add(_organisation(node, entries))
    else:
        raise Unreadable("an entry of a type that is not known", where=node.get("euReferenceNumber", ""), value=kind)


def _organisation(node: Element, entries: Collector) -> ParsedOrganisation:
    reference, listed = node.get("euReferenceNumber", ""), node.get("designationDate", "")
    names = list(_names(node, reference, entries))
    first = next((name for name, quality in names if quality is AliasQuality.STRONG), names[0][0] if names else "")
    programs = dict.fromkeys(tidy(one.get("programme")) for one in node.iterfind("regulation"))
    if "" in programs or not programs:
        entries.warn(f"{reference}: a regulation without a programme, or none")
    return ParsedOrganisation(
        reference=reference,
        name=first,
        names=collect([(first, AliasQuality.PRIMARY), *names]),
        programs=tuple(filter(None, programs)),
        listed_on=iso_date(listed),
        listed_on_text=listed,
        remarks=value(node, "remark"),
        country="; ".join(_countries(node))[:100],
    )


def _names(node: Element, reference: str, entries: Collector) -> Iterator[tuple[str, AliasQuality]]:
    for alias in node.iterfind("nameAlias"):
        strong, name = alias.get("strong", ""), tidy(alias.get("wholeName"))
        if strong not in STRONG or not name:
            entries.warn(f"{reference}: an alias without a name, or without `strong`; kept as weak")
        if name:
            yield name, STRONG.get(strong, AliasQuality.WEAK)


def _countries(node: Element) -> Iterator[str]:
    found = (tidy(place.get("countryDescription")) for place in node.iterfind("address"))
    yield from dict.fromkeys(country for country in found if country and country != "UNKNOWN")


_EXAMPLE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<export xmlns="http://example.org/fsd/export" generationDate="2026-01-15T15:29:22.497+02:00" globalFileId="1">
  <sanctionEntity designationDate="2012-07-17" unitedNationId="XXe.001" euReferenceNumber="EU.1.1" logicalId="1">
    <regulation regulationType="amendment" programme="TERR" numberTitle="2012/1 (OJ L1)"/>
    <subjectType code="enterprise" classificationCode="E"/>
    <nameAlias wholeName="VALLEY DAWN FRONT" nameLanguage="EN" strong="true" logicalId="1"/>
    <nameAlias wholeName="Dawn Front of the Valley" strong="true" logicalId="2"/>
    <nameAlias wholeName="The Front" strong="false" logicalId="3"/>
    <address city="" countryIso2Code="00" countryDescription="EXAMPLELAND"/>
    <remark>An invented group.</remark>
  </sanctionEntity>
  <sanctionEntity euReferenceNumber="EU.2.1" logicalId="2"><subjectType code="person" classificationCode="P"/>
  </sanctionEntity>
</export>
"""

_DEFAULTS = {
    "sanctionEntity/address": "no country",
    "address@countryDescription": "no country",
    "sanctionEntity/remark": "no remarks",
    "sanctionEntity@designationDate": "no date: the entry counts from the version on which it stands",
    "export@globalFileId": "not read",
    "sanctionEntity@unitedNationId": "not read",
    "sanctionEntity@logicalId": "not read",
    "regulation@regulationType": "not read",
    "regulation@numberTitle": "not read",
    "subjectType@classificationCode": "not read",
    "nameAlias@nameLanguage": "not read",
    "nameAlias@logicalId": "not read",
    "address@city": "not read",
    "address@countryIso2Code": "not read",
}

FORMAT = ListFormat(
    name="eu_fsf",
    title="European Union consolidated financial sanctions list (FSF, XML)",
    read=read,
    tried=Tried.SAMPLE,
    roots=ROOTS,
    examples=({"xmlFullSanctionsList_1_1.xml": _EXAMPLE.encode()},),
    defaults=_DEFAULTS,
)
