"""Keeps from when to when each list carried a name: written as versions come into force, read as an organisation's history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from openiru.stages.register.models import Listing, NameSpan

_GONE = """
update register_namespan span set until = %s where span.listing_id = any(%s) and span.until is null
  and not exists (select 1 from register_listedname named where named.listing_id = span.listing_id
    and named.name = span.name and named.quality = span.quality)"""
_NEW = """
insert into register_namespan (listing_id, name, quality, script, since)
  select named.listing_id, named.name, named.quality, named.script, %s from register_listedname named
  where named.listing_id = any(%s) and not exists (select 1 from register_namespan span
    where span.listing_id = named.listing_id and span.name = named.name and span.quality = named.quality
    and span.until is null)"""


def carry(listings: Iterable[int], day: date) -> None:
    """From this day the listings carry exactly the names that stand beside them now. Runs inside the caller's transaction.

    Two statements however many there are: a list brings twelve thousand names at once.
    """
    ids = list(listings)
    with connection.cursor() as cursor:
        for statement in (_GONE, _NEW) if ids else ():
            cursor.execute(statement, [day, ids])


def stop(listings: Iterable[int], day: date) -> None:
    """From this day the list carries nothing of these listings any more."""
    NameSpan.objects.filter(listing__in=list(listings), until=None).update(until=day)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of time in which a list carried something: from a day, to a day or still."""

    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Track:
    """One listing over time. `stretches` are those we saw; `listed_on` is what the list says, which may be long before."""

    listing: Listing
    stretches: tuple[Stretch, ...]
    names: tuple[NameSpan, ...]

    @property
    def begins(self) -> date:
        """The day of listing, or of the first version on which we saw it."""
        first = self.stretches[0].since if self.stretches else self.listing.first_snapshot.retrieved_at.date()
        return min(first, self.listing.listed_on or first)


def tracks(listings: Iterable[Listing]) -> list[Track]:
    """The history of each listing, in their order."""
    found = []
    for listing in listings:
        spans = tuple(listing.spans.order_by("since", "id"))
        found.append(Track(listing, _joined(spans), spans))
    return found


def _joined(spans: Iterable[NameSpan]) -> tuple[Stretch, ...]:
    """The stretches in which any name stood, those that touch made one."""
    joined: list[Stretch] = []
    for one in spans:
        last = joined[-1] if joined else None
        if last and (last.until is None or one.since <= last.until):
            until = None if last.until is None or one.until is None else max(last.until, one.until)
            joined[-1] = Stretch(last.since, until)
        else:
            joined.append(Stretch(one.since, one.until))
    return tuple(joined)
