"""Keeps from when to when each list carried a name: written as versions come into force, read as an organisation's history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from openiru.stages.register.formats.shapes import ParsedName
from openiru.stages.register.models import Listing, NameSpan

BATCH = 2_000


def carry(names: Mapping[int, Sequence[ParsedName]], day: date) -> None:
    """From this day the listings (by id) carry exactly these names. Runs inside the caller's transaction."""
    still = {(one.listing_id, one.name, one.quality): one for one in _open(names)}
    now = {(listing, one.name, str(one.quality)): one for listing, each in names.items() for one in each}
    gone = [one.id for key, one in still.items() if key not in now]
    NameSpan.objects.filter(id__in=gone).update(until=day)
    NameSpan.objects.bulk_create(
        (
            NameSpan(listing_id=key[0], name=one.name, quality=one.quality, script=one.script, since=day)
            for key, one in now.items()
            if key not in still
        ),
        batch_size=BATCH,
    )


def stop(listings: Iterable[int], day: date) -> None:
    """From this day the list carries nothing of these listings any more."""
    _open(listings).update(until=day)


def _open(listings: Iterable[int]) -> QuerySet[NameSpan]:
    return NameSpan.objects.filter(listing__in=list(listings), until=None)


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
