"""Reads the United Nations Security Council Consolidated List (XML)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from openiru.errors import Unreadable
from openiru.stages.register.formats.entries import Collector
from openiru.stages.register.formats.shapes import Files, ListFormat, ParsedList, ParsedOrganisation, Tried
from openiru.stages.register.formats.text import collect, iso_date
from openiru.stages.register.formats.xml import records, value, values
from openiru.terms import AliasQuality

ROOTS = frozenset({"CONSOLIDATED_LIST"})
QUALITY = {
    "a.k.a.": AliasQuality.STRONG,
    "f.k.a.": AliasQuality.PREVIOUS,
    "Good": AliasQuality.STRONG,
    "Low": AliasQuality.WEAK,
}
"""Their word → ours; a word that is not here makes the alias weak, which never matches by itself."""

_TAGS = frozenset({"INDIVIDUAL", "ENTITY", "CONSOLIDATED_LIST"})
_JOINED = re.compile(r"\(([^()]*;[^()]*)\)")
_SCRIPT_NOTE = re.compile(r"\(original script\)", re.IGNORECASE)


def read(files: Files) -> ParsedList:
    """Read the one file of the list."""
    (content,) = files.values()
    entries, published = Collector(), None
    for node in records(content, ROOTS, _TAGS):
        if node.tag == "ENTITY":
            entries.add(_organisation(node, entries))
        elif node.tag == "INDIVIDUAL":
            entries.individuals += 1
        else:
            published = _published(node)
    return entries.finish(published)


def _published(root: Element) -> date:
    published = iso_date(root.get("dateGenerated", ""))
    if published is None:
        raise Unreadable("the list does not say when it was made", where="dateGenerated")
    return published


def _organisation(node: Element, entries: Collector) -> ParsedOrganisation:
    name, reference = value(node, "FIRST_NAME"), value(node, "REFERENCE_NUMBER")
    names = [(part, AliasQuality.PRIMARY) for part in split(name)]
    names += [(part, AliasQuality.PRIMARY) for part in split(value(node, "NAME_ORIGINAL_SCRIPT"))]
    for alias in node.iterfind("ENTITY_ALIAS"):
        quality = _quality(value(alias, "QUALITY"), reference, entries) if value(alias, "ALIAS_NAME") else None
        names += [(part, quality) for part in split(value(alias, "ALIAS_NAME")) if quality]
    listed = value(node, "LISTED_ON")
    return ParsedOrganisation(
        reference=reference,
        name=name,
        names=collect(names),
        programs=tuple(values(node, "UN_LIST_TYPE")),
        listed_on=iso_date(listed),
        listed_on_text=listed,
        remarks=value(node, "COMMENTS1"),
        country="; ".join(dict.fromkeys(values(node, "ENTITY_ADDRESS/COUNTRY"))),
    )


def _quality(word: str, reference: str, entries: Collector) -> AliasQuality:
    if word not in QUALITY:
        entries.warn(f"{reference}: alias quality {word or 'missing'!r} is not known; kept as weak")
    return QUALITY.get(word, AliasQuality.WEAK)


def split(text: str) -> Iterator[str]:
    """Take joined names apart: `A; B`, and `A (B; C)` where the brackets hold more names."""
    opened = _JOINED.sub(r";\1;", _SCRIPT_NOTE.sub("", text))
    yield from filter(None, (part.strip() for part in opened.split(";")))


_EXAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-01-15T00:00:09.554Z">
  <INDIVIDUALS><INDIVIDUAL><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS>
  <ENTITIES>
    <ENTITY>
      <DATAID>1</DATAID><FIRST_NAME>VALLEY DAWN FRONT</FIRST_NAME><UN_LIST_TYPE>Example</UN_LIST_TYPE>
      <REFERENCE_NUMBER>XXe.001</REFERENCE_NUMBER><LISTED_ON>2011-07-29</LISTED_ON>
      <NAME_ORIGINAL_SCRIPT>جبهة فجر الوادي</NAME_ORIGINAL_SCRIPT><COMMENTS1>An invented group.</COMMENTS1>
      <ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Dawn Front of the Valley</ALIAS_NAME></ENTITY_ALIAS>
      <ENTITY_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>The Front</ALIAS_NAME></ENTITY_ALIAS>
      <ENTITY_ADDRESS><COUNTRY>Exampleland</COUNTRY></ENTITY_ADDRESS>
    </ENTITY>
  </ENTITIES>
</CONSOLIDATED_LIST>
"""

_DEFAULTS = {
    "CONSOLIDATED_LIST/INDIVIDUALS": "no individuals are counted",
    "INDIVIDUALS/INDIVIDUAL": "no individuals are counted",
    "INDIVIDUAL/REFERENCE_NUMBER": "not read",
    "ENTITY/DATAID": "not read",
    "ENTITY/UN_LIST_TYPE": "no programs",
    "ENTITY/LISTED_ON": "no date: the entry counts from the version on which it stands",
    "ENTITY/NAME_ORIGINAL_SCRIPT": "no name in the original script",
    "ENTITY/COMMENTS1": "no remarks",
    "ENTITY/ENTITY_ALIAS": "no other names",
    "ENTITY_ALIAS/ALIAS_NAME": "an alias without a name is left out; the real list has such",
    "ENTITY/ENTITY_ADDRESS": "no country",
    "ENTITY_ADDRESS/COUNTRY": "no country",
}

FORMAT = ListFormat(
    name="un_xml",
    title="United Nations Security Council Consolidated List (XML)",
    read=read,
    tried=Tried.REAL,
    roots=ROOTS,
    examples=({"consolidated.xml": _EXAMPLE.encode()},),
    defaults=_DEFAULTS,
)
