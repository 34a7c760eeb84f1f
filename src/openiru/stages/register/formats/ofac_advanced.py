"""Reads the lists of the US Office of Foreign Assets Control in their Advanced XML form (SDN_ADVANCED.XML).

Element names: as public parsers of the list have them (reference §5); the real file, some 120 MB, was not at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from xml.etree.ElementTree import Element

from openiru.errors import Unreadable
from openiru.stages.register.formats.entries import Collector
from openiru.stages.register.formats.shapes import Files, ListFormat, ParsedList, ParsedOrganisation, Tried
from openiru.stages.register.formats.text import collect, full_date
from openiru.stages.register.formats.xml import records, value
from openiru.terms import AliasQuality

ROOTS = frozenset({"Sanctions"})
TYPE = {
    "Name": AliasQuality.PRIMARY,
    "A.K.A.": AliasQuality.STRONG,
    "N.K.A.": AliasQuality.STRONG,
    "F.K.A.": AliasQuality.PREVIOUS,
}
"""Their alias type → our quality; one they mark as of low quality is weak, and so is a type that is not here."""

_TAGS = frozenset({"DateOfIssue", "ReferenceValueSets", "Location", "DistinctParty", "SanctionsEntry"})
_FORGET = frozenset({"IDRegDocument", "ProfileRelationship"})
_REFERENCES = frozenset({"PartyType", "PartySubType", "AliasType", "SanctionsType", "Country"})
_OTHERS = frozenset({"Vessel", "Aircraft", "Transport"})


@dataclass(slots=True)
class _Reading:
    """What was read so far: the words behind numbers, groups by number, and what the list says of each."""

    entries: Collector = field(default_factory=Collector)
    published: date | None = None
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    groups: dict[str, ParsedOrganisation] = field(default_factory=dict)
    listed: dict[str, tuple[tuple[str, ...], date | None, str]] = field(default_factory=dict)

    def word(self, kind: str, number: str | None) -> str:
        """The word behind a number; a number that the file does not explain makes it unreadable."""
        found = self.words.get((kind, number or ""))
        if found is None:
            raise Unreadable(f"{kind} {number or 'missing'!r} is not explained in the file", where="ReferenceValueSets")
        return found


def read(files: Files) -> ParsedList:
    """Read the one file of the list; parties come first in it, the entries that list them after."""
    (content,) = files.values()
    reading = _Reading()
    for node in records(content, ROOTS, _TAGS, _FORGET):
        _READERS[node.tag](node, reading)
    for number, group in reading.groups.items():
        _list(number, group, reading)
    if reading.published is None:
        raise Unreadable("the list does not say when it was published", where="DateOfIssue")
    return reading.entries.finish(reading.published)


def _list(number: str, group: ParsedOrganisation, reading: _Reading) -> None:
    if number not in reading.listed:
        reading.entries.warn(f"{number}: no sanctions entry names it, so it is not on the list; left out")
        return
    programs, listed_on, text = reading.listed[number]
    if not programs:
        reading.entries.warn(f"{number}: its sanctions entry names no program")
    names, country = group.names, group.country
    reading.entries.add(
        ParsedOrganisation(number, group.name, names, programs, listed_on, text, group.remarks, country)
    )


def _issue(node: Element, reading: _Reading) -> None:
    reading.published = _date(node)[0]


def _references(node: Element, reading: _Reading) -> None:
    for one in node.iter():
        if one.tag in _REFERENCES:
            reading.words[one.tag, one.get("ID", "")] = " ".join((one.text or "").split())
    for one in node.iter("PartySubType"):
        number = one.get("ID", "")
        word = reading.words["PartySubType", number]
        reading.kinds[number] = reading.word("PartyType", one.get("PartyTypeID")) if word in ("Unknown", "") else word


def _location(node: Element, reading: _Reading) -> None:
    country = node.find("LocationCountry")
    if country is not None:
        reading.countries[node.get("ID", "")] = reading.words.get(("Country", country.get("CountryID", "")), "")


def _party(node: Element, reading: _Reading) -> None:
    profile = node.find("Profile")
    number = profile.get("ID", "") if profile is not None else ""
    if profile is None or not number:
        raise Unreadable("a party without a number", where=node.get("FixedRef", "DistinctParty"))
    kind = reading.kinds.get(profile.get("PartySubTypeID", ""), "")
    if kind == "Individual":
        reading.entries.individuals += 1
    elif kind in _OTHERS:
        reading.entries.others += 1
    elif kind == "Entity":
        made, older = _organisation(number, node, profile, reading), reading.groups.get(number)
        reading.groups[number] = reading.entries.joined(older, made) if older else made
    else:
        raise Unreadable("a party of a type that is not known", where=number, value=kind)


def _organisation(number: str, node: Element, profile: Element, reading: _Reading) -> ParsedOrganisation:
    names = sorted(_names(number, profile, reading), key=lambda pair: pair[1] is not AliasQuality.PRIMARY)
    places = (place.get("LocationID", "") for place in profile.iter("VersionLocation"))
    countries = dict.fromkeys(reading.countries.get(place, "") for place in places)
    return ParsedOrganisation(
        reference=number,
        name=names[0][0] if names else "",
        names=collect(names),
        remarks=value(node, "Comment"),
        country="; ".join(filter(None, countries))[:100],
    )


def _names(number: str, profile: Element, reading: _Reading) -> Iterator[tuple[str, AliasQuality]]:
    for alias in profile.iterfind("Identity/Alias"):
        kind = reading.word("AliasType", alias.get("AliasTypeID"))
        low = alias.get("LowQuality", "")
        if kind not in TYPE or low not in ("true", "false"):
            reading.entries.warn(f"{number}: alias of type {kind!r}, low quality {low or 'missing'!r}; kept as weak")
        quality = TYPE.get(kind, AliasQuality.WEAK) if low == "false" else AliasQuality.WEAK
        for name in alias.iterfind("DocumentedName"):
            yield " ".join(part.text or "" for part in name.iterfind("DocumentedNamePart/NamePartValue")), quality


def _entry(node: Element, reading: _Reading) -> None:
    number = node.get("ProfileID", "")
    if not number:
        raise Unreadable("a sanctions entry that names no party", where=node.get("ID", "SanctionsEntry"))
    if number not in reading.groups:
        return
    programs = tuple(
        text
        for measure in node.iterfind("SanctionsMeasure")
        if reading.word("SanctionsType", measure.get("SanctionsTypeID")) == "Program"
        and (text := value(measure, "Comment"))
    )
    dates = [_date(day) for day in node.iterfind("EntryEvent/Date")]
    full = [day for day, _ in dates if day]
    listed_on = min(full) if full and len(full) == len(dates) else None
    reading.listed[number] = (programs, listed_on, min((text for _, text in dates), default=""))


def _date(node: Element) -> tuple[date | None, str]:
    text = "-".join(value(node, part).zfill(2) for part in ("Year", "Month", "Day") if value(node, part))
    return full_date(text, "%Y-%m-%d"), text


_READERS = {
    "DateOfIssue": _issue,
    "ReferenceValueSets": _references,
    "Location": _location,
    "DistinctParty": _party,
    "SanctionsEntry": _entry,
}

_EXAMPLE = """<?xml version="1.0" encoding="utf-8"?>
<Sanctions xmlns="http://example.org/ADVANCED_XML">
  <DateOfIssue CalendarTypeID="1"><Year>2026</Year><Month>1</Month><Day>15</Day></DateOfIssue>
  <ReferenceValueSets>
    <AliasTypeValues>
      <AliasType ID="1">A.K.A.</AliasType><AliasType ID="2">F.K.A.</AliasType><AliasType ID="4">Name</AliasType>
    </AliasTypeValues>
    <PartyTypeValues><PartyType ID="1">Individual</PartyType><PartyType ID="2">Entity</PartyType></PartyTypeValues>
    <PartySubTypeValues>
      <PartySubType ID="1" PartyTypeID="5">Vessel</PartySubType>
      <PartySubType ID="3" PartyTypeID="2">Unknown</PartySubType>
      <PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType>
    </PartySubTypeValues>
    <SanctionsTypeValues>
      <SanctionsType ID="1">Program</SanctionsType><SanctionsType ID="2">Block</SanctionsType>
    </SanctionsTypeValues>
    <CountryValues><Country ID="11">Exampleland</Country></CountryValues>
  </ReferenceValueSets>
  <Locations><Location ID="25"><LocationCountry CountryID="11"/></Location></Locations>
  <DistinctParties>
    <DistinctParty FixedRef="7001">
      <Comment>An invented group.</Comment>
      <Profile ID="7001" PartySubTypeID="3">
        <Identity ID="1">
          <Alias AliasTypeID="4" Primary="true" LowQuality="false"><DocumentedName><DocumentedNamePart>
            <NamePartValue>VALLEY DAWN FRONT</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
          <Alias AliasTypeID="1" Primary="false" LowQuality="false"><DocumentedName><DocumentedNamePart>
            <NamePartValue>DAWN FRONT OF THE VALLEY</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
          <Alias AliasTypeID="1" Primary="false" LowQuality="true"><DocumentedName><DocumentedNamePart>
            <NamePartValue>THE FRONT</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
        </Identity>
        <Feature FeatureTypeID="25"><FeatureVersion><VersionLocation LocationID="25"/></FeatureVersion></Feature>
      </Profile>
    </DistinctParty>
    <DistinctParty FixedRef="7002"><Profile ID="7002" PartySubTypeID="4"/></DistinctParty>
  </DistinctParties>
  <SanctionsEntries>
    <SanctionsEntry ID="1" ProfileID="7001">
      <EntryEvent><Date><Year>2012</Year><Month>7</Month><Day>17</Day></Date></EntryEvent>
      <SanctionsMeasure SanctionsTypeID="2"/>
      <SanctionsMeasure SanctionsTypeID="1"><Comment>SDGT</Comment></SanctionsMeasure>
    </SanctionsEntry>
  </SanctionsEntries>
</Sanctions>
"""

_DEFAULTS = {
    "ReferenceValueSets/CountryValues": "no country",
    "CountryValues/Country": "no country",
    "Sanctions/Locations": "no country",
    "Locations/Location": "no country",
    "Location/LocationCountry": "no country",
    "Profile/Feature": "no country",
    "Feature/FeatureVersion": "no country",
    "FeatureVersion/VersionLocation": "no country",
    "Country@ID": "no country",
    "Location@ID": "no country",
    "LocationCountry@CountryID": "no country",
    "VersionLocation@LocationID": "no country",
    "DistinctParty/Comment": "no remarks",
    "SanctionsEntry/EntryEvent": "no date: the entry counts from the version on which it stands",
    "EntryEvent/Date": "no date: the entry counts from the version on which it stands",
    "DateOfIssue@CalendarTypeID": "not read",
    "DistinctParty@FixedRef": "not read",
    "Identity@ID": "not read",
    "Alias@Primary": "not read",
    "Feature@FeatureTypeID": "not read",
    "SanctionsEntry@ID": "not read",
}

FORMAT = ListFormat(
    name="ofac_advanced",
    title="US OFAC lists, Advanced XML (SDN_ADVANCED.XML)",
    read=read,
    tried=Tried.UNTRIED,
    roots=ROOTS,
    examples=({"SDN_ADVANCED.XML": _EXAMPLE.encode()},),
    defaults=_DEFAULTS,
)
