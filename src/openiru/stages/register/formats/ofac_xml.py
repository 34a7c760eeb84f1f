"""Reads the lists of the US Office of Foreign Assets Control in their simple XML form (sdn.xml, consolidated.xml)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from openiru.errors import Unreadable
from openiru.stages.register.formats.entries import Collector
from openiru.stages.register.formats.shapes import Files, ListFormat, ParsedList, ParsedOrganisation, Tried
from openiru.stages.register.formats.text import collect, full_date
from openiru.stages.register.formats.xml import records, value, values
from openiru.terms import AliasQuality

ROOTS = frozenset({"sdnList"})
TYPE = {"a.k.a.": AliasQuality.STRONG, "n.k.a.": AliasQuality.STRONG, "f.k.a.": AliasQuality.PREVIOUS}
"""Their type → our quality, where their category is strong; a weak one is weak whatever its type."""

_TAGS = frozenset({"publshInformation", "sdnEntry"})
_OTHERS = frozenset({"Vessel", "Aircraft"})


def read(files: Files) -> ParsedList:
    """Read the one file of the list."""
    (content,) = files.values()
    entries, published, declared = Collector(), None, None
    for node in records(content, ROOTS, _TAGS):
        if node.tag == "publshInformation":
            published, declared = _head(node)
        else:
            _take(node, entries)
    if published is None:
        raise Unreadable("the list does not say when it was published", where="Publish_Date")
    return entries.finish(published, declared=declared)


def _head(node: Element) -> tuple[date | None, int | None]:
    count = value(node, "Record_Count")
    return full_date(value(node, "Publish_Date"), "%m/%d/%Y"), int(count) if count.isdigit() else None


def _take(node: Element, entries: Collector) -> None:
    kind = value(node, "sdnType")
    if kind == "Individual":
        entries.individuals += 1
    elif kind in _OTHERS:
        entries.others += 1
    elif kind == "Entity":
        entries.add(_organisation(node, entries))
    else:
        raise Unreadable("an entry of a type that is not known", where=value(node, "uid"), value=kind)


def _organisation(node: Element, entries: Collector) -> ParsedOrganisation:
    name = value(node, "lastName")
    return ParsedOrganisation(
        reference=value(node, "uid"),
        name=name,
        names=collect([(name, AliasQuality.PRIMARY), *_aliases(node, entries)]),
        programs=tuple(values(node, "programList/program")),
        remarks=value(node, "remarks"),
        country="; ".join(dict.fromkeys(values(node, "addressList/address/country")))[:100],
    )


def _aliases(node: Element, entries: Collector) -> Iterator[tuple[str, AliasQuality]]:
    for alias in node.iterfind("akaList/aka"):
        strong = value(alias, "category") == "strong"
        quality = TYPE.get(value(alias, "type"), AliasQuality.WEAK) if strong else AliasQuality.WEAK
        name = value(alias, "lastName")
        if not name:
            entries.warn(f"{value(node, 'uid')}: an alias without a name; left out")
        yield name, quality


_EXAMPLE = """<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="http://example.org/sdnList.xsd">
  <publshInformation><Publish_Date>01/15/2026</Publish_Date><Record_Count>2</Record_Count></publshInformation>
  <sdnEntry>
    <uid>7001</uid><lastName>VALLEY DAWN FRONT</lastName><sdnType>Entity</sdnType>
    <programList><program>FTO</program><program>SDGT</program></programList>
    <akaList>
      <aka><uid>1</uid><type>a.k.a.</type><category>strong</category><lastName>DAWN FRONT OF THE VALLEY</lastName></aka>
      <aka><uid>2</uid><type>f.k.a.</type><category>strong</category><lastName>VALLEY COMMITTEE</lastName></aka>
      <aka><uid>3</uid><type>a.k.a.</type><category>weak</category><lastName>THE FRONT</lastName></aka>
    </akaList>
  </sdnEntry>
  <sdnEntry><uid>7002</uid><lastName>EXAMPLE</lastName><sdnType>Individual</sdnType></sdnEntry>
</sdnList>
"""

_DEFAULTS = {
    "publshInformation/Record_Count": "the number of entries is not compared",
    "sdnEntry/programList": "no programs",
    "programList/program": "no programs",
    "sdnEntry/akaList": "no other names",
    "akaList/aka": "no other names",
    "aka/uid": "not read",
    "aka/type": "weak",
    "aka/category": "weak",
}

FORMAT = ListFormat(
    name="ofac_xml",
    title="US OFAC lists, simple XML (sdn.xml, consolidated.xml)",
    read=read,
    tried=Tried.REAL,
    roots=ROOTS,
    examples=({"sdn.xml": _EXAMPLE.encode()},),
    defaults=_DEFAULTS,
)
