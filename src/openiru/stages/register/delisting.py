"""What cases and notices take from the register when listings end: the organisations that may not be referred any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from openiru.stages.register.models import Listing
from openiru.stages.register.queries import designation, ended_since, index, index_version, listings_by_id, sentence

_EVER = datetime(1945, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fallen:
    """An organisation whose listing ended and which is designated no more. `noticed_at` is when we last learnt of an end."""

    organisation_id: int
    name: str
    noticed_at: datetime
    because: str


def fallen(among: Iterable[int], *, on: date) -> dict[int, Fallen]:
    """Those of these organisations that lost a listing and that the policy in force does not let refer on this day."""
    ended = ended_since(_EVER).filter(organisation__in=set(among))
    last: dict[int, Listing] = {listing.organisation_id: listing for listing in ended}
    found = {}
    for number, listing in last.items():
        standing = designation(number, on=on)
        if not standing.verdict.allowed and listing.ended_noticed_at:
            where = f"{listing.published_list.title}, {listing.reference}, ended {listing.ended_on}"
            because = f"{sentence(standing)} ({where})"
            found[number] = Fallen(number, standing.organisation.name, listing.ended_noticed_at, because)
    return found


def ended_listings(among: Iterable[int]) -> dict[int, tuple[Listing, ...]]:
    """The listings that ended, by organisation, of these organisations."""
    found: dict[int, list[Listing]] = defaultdict(list)
    for listing in ended_since(_EVER).filter(organisation__in=set(among)):
        found[listing.organisation_id].append(listing)
    return {number: tuple(listings) for number, listings in found.items()}


def meant_by(names: Iterable[str]) -> dict[str, frozenset[int]]:
    """The organisations that these names most likely mean: those that match or, where none does, the nearest one.

    A weak alias alone means nobody. For showing something to a person only.
    """
    version = index_version()
    meant = {name: _meant(version, name) for name in set(names)}
    listings = listings_by_id(number for found in meant.values() for number in found)
    return {name: frozenset(listings[number].organisation_id for number in found) for name, found in meant.items()}


@lru_cache(maxsize=65_536)
def _meant(_: tuple[int, int], name: str) -> tuple[int, ...]:
    """The listings whose names are meant; the version makes the memory of an older index forgotten."""
    found = index().screen(name)
    hits = found.matches or [hit for hit in found.near if hit.why != "weak_alias"][:1]
    return tuple(hit.subject for hit in hits)
