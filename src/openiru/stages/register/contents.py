"""Writes what a version of a list says into listings, in bulk: new ones, changed ones, and those that are gone."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from anyascii import anyascii
from django.utils.text import slugify

from openiru.stages.register import spans
from openiru.stages.register.formats.shapes import ParsedName, ParsedOrganisation
from openiru.stages.register.models import ListedName, Listing, Organisation, Snapshot
from openiru.terms import AliasQuality

BATCH = 2_000
_FIELDS = ("name", "programs", "listed_on", "listed_on_text", "remarks")
Entries = tuple[ParsedOrganisation, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """How many listings a version added, changed (or brought back) and ended."""

    new: int = 0
    changed: int = 0
    ended: int = 0


def apply(snapshot: Snapshot, entries: Entries, *, now: datetime) -> Difference:
    """Make the listings of the snapshot's list say what it says. Runs inside the caller's transaction."""
    found = snapshot.published_list.listings.prefetch_related("names").in_bulk(field_name="id")
    known = {listing.reference: listing for listing in found.values()}
    fresh = [entry for entry in entries if entry.reference not in known]
    changed = [entry for entry in entries if entry.reference in known and _differs(known[entry.reference], entry)]
    day = snapshot.published_on or now.date()
    spans.carry(_create(snapshot, fresh), day)
    _change({entry.reference: known[entry.reference] for entry in changed}, changed)
    spans.carry([known[entry.reference].id for entry in changed], day)
    present = [known[entry.reference].id for entry in entries if entry.reference in known]
    Listing.objects.filter(id__in=present).update(last_snapshot=snapshot, ended_on=None, ended_noticed_at=None)
    gone = [listing.id for listing in known.values() if listing.ended_on is None and listing.id not in set(present)]
    Listing.objects.filter(id__in=gone).update(ended_on=day, ended_noticed_at=now)
    spans.stop(gone, day)
    return Difference(len(fresh), len(changed), len(gone))


def _differs(listing: Listing, entry: ParsedOrganisation) -> bool:
    values = _values(entry)
    same = all(getattr(listing, field) == values[field] for field in _FIELDS)
    before = {(name.name, name.quality) for name in listing.names.all()}
    return not same or listing.ended_on is not None or before != {(name.name, name.quality) for name in entry.names}


def _values(entry: ParsedOrganisation) -> dict[str, object]:
    return {
        "name": entry.name,
        "programs": [program[:80] for program in entry.programs],
        "listed_on": entry.listed_on,
        "listed_on_text": entry.listed_on_text[:60],
        "remarks": entry.remarks,
    }


def _create(snapshot: Snapshot, entries: list[ParsedOrganisation]) -> list[int]:
    """Each new entry gets an organisation of its own; that two lists mean the same one is for a person to say.

    Returns the ids of the new listings.
    """
    slug = snapshot.published_list.slug
    owners = [Organisation(name=entry.name, slug=_slug(entry, slug), country=entry.country[:100]) for entry in entries]
    Organisation.objects.bulk_create(owners, batch_size=BATCH)
    listings = [
        Listing(
            published_list=snapshot.published_list,
            reference=entry.reference,
            organisation=owner,
            first_snapshot=snapshot,
            last_snapshot=snapshot,
            **_values(entry),
        )
        for owner, entry in zip(owners, entries, strict=True)
    ]
    Listing.objects.bulk_create(listings, batch_size=BATCH)
    _write_names(zip(listings, entries, strict=True))
    return [listing.id for listing in listings]


def _change(known: Mapping[str, Listing], entries: list[ParsedOrganisation]) -> None:
    for entry in entries:
        for field, value in _values(entry).items():
            setattr(known[entry.reference], field, value)
    Listing.objects.bulk_update(known.values(), list(_FIELDS), batch_size=BATCH)
    ListedName.objects.filter(listing__in=[listing.id for listing in known.values()]).delete()
    _write_names((known[entry.reference], entry) for entry in entries)


def _write_names(pairs: Iterable[tuple[Listing, ParsedOrganisation]]) -> None:
    rows = [
        ListedName(listing=listing, name=name.name, quality=name.quality, script=name.script)
        for listing, entry in pairs
        for name in entry.names
    ]
    ListedName.objects.bulk_create(rows, batch_size=BATCH)


def _slug(entry: ParsedOrganisation, list_slug: str) -> str:
    return f"{slugify(anyascii(entry.name))[:50]}-{list_slug[:24]}-{slugify(entry.reference)[:40]}".strip("-")


def to_json(entries: Entries) -> list[dict[str, object]]:
    """The organisations of a waiting version in a form that a row can hold."""
    return [
        asdict(entry) | {"listed_on": entry.listed_on.isoformat() if entry.listed_on else None} for entry in entries
    ]


def pack(entries: Entries) -> bytes:
    """The organisations of a version in few bytes (JSON under zlib), as `Carried` keeps them."""
    return zlib.compress(json.dumps(to_json(entries), ensure_ascii=False, separators=(",", ":")).encode())


def unpack(packed: bytes) -> Entries:
    """What `pack` packed."""
    return from_json(json.loads(zlib.decompress(packed)))


def from_json(rows: list[dict[str, object]]) -> Entries:
    """What `to_json` wrote."""
    return tuple(_entry(dict(row)) for row in rows)


def _entry(row: dict[str, object]) -> ParsedOrganisation:
    listed_on, names, programs = row.pop("listed_on"), row.pop("names"), row.pop("programs")
    assert isinstance(names, list) and isinstance(programs, list)
    texts = {key: str(value) for key, value in row.items()}
    return ParsedOrganisation(
        **texts,
        names=tuple(ParsedName(name["name"], AliasQuality(name["quality"]), name["script"]) for name in names),
        programs=tuple(programs),
        listed_on=date.fromisoformat(str(listed_on)) if listed_on else None,
    )
