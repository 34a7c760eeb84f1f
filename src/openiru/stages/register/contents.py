"""Writes what a version of a list says into listings, in bulk: new ones, changed ones, and those that are gone."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from anyascii import anyascii
from django.db import connection
from django.db.models import Model
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

    Returns the ids of the new listings. Rows go in by COPY: a list brings fifteen thousand at once.
    """
    owners, listings = _ids(Organisation, len(entries)), _ids(Listing, len(entries))
    slug = snapshot.published_list.slug
    organisations = (
        (owner, entry.name, _slug(entry, slug), entry.country[:100])
        for owner, entry in zip(owners, entries, strict=True)
    )
    _copy(Organisation, ("id", "name", "slug", "country"), organisations)
    always = snapshot.published_list_id, snapshot.id, snapshot.id
    rows = (
        (listing, entry.reference, owner, *_values(entry).values(), *always)
        for listing, owner, entry in zip(listings, owners, entries, strict=True)
    )
    links = ("published_list_id", "first_snapshot_id", "last_snapshot_id")
    _copy(Listing, ("id", "reference", "organisation_id", *_FIELDS, *links), rows)
    _write_names(zip(listings, entries, strict=True))
    return listings


def _ids(table: type[Model], count: int) -> list[int]:
    """Numbers of rows to come, from the sequence of their table."""
    with connection.cursor() as cursor:
        sequence = f"pg_get_serial_sequence('{table._meta.db_table}', 'id')"
        cursor.execute(f"select nextval({sequence}) from generate_series(1, %s)", [count])
        return [int(row[0]) for row in cursor.fetchall()]


def _copy(table: type[Model], columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {table._meta.db_table} ({', '.join(columns)}) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _change(known: Mapping[str, Listing], entries: list[ParsedOrganisation]) -> None:
    for entry in entries:
        for field, value in _values(entry).items():
            setattr(known[entry.reference], field, value)
    Listing.objects.bulk_update(known.values(), list(_FIELDS), batch_size=BATCH)
    ListedName.objects.filter(listing__in=[listing.id for listing in known.values()]).delete()
    _write_names((known[entry.reference].id, entry) for entry in entries)


def _write_names(pairs: Iterable[tuple[int, ParsedOrganisation]]) -> None:
    rows = ((listing, one.name, one.quality, one.script) for listing, entry in pairs for one in entry.names)
    _copy(ListedName, ("listing_id", "name", "quality", "script"), rows)


def _slug(entry: ParsedOrganisation, list_slug: str) -> str:
    return f"{slugify(anyascii(entry.name))[:50]}-{list_slug[:24]}-{slugify(entry.reference)[:40]}".strip("-")


def to_json(entries: Entries) -> list[dict[str, object]]:
    """The organisations of a waiting version in a form that a row can hold."""
    return [_plain(entry) for entry in entries]


def _plain(entry: ParsedOrganisation) -> dict[str, object]:
    found: dict[str, object] = {one.name: getattr(entry, one.name) for one in fields(entry)}
    found["listed_on"] = entry.listed_on.isoformat() if entry.listed_on else None
    found["names"] = [{"name": one.name, "quality": one.quality, "script": one.script} for one in entry.names]
    return found


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
