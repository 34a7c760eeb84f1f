"""What cases and notices take from the register when listings end: the organisations that may not be referred any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from openiru.stages.register.folding import fold
from openiru.stages.register.models import ListedName, Listing
from openiru.stages.register.queries import designation, ended_since, sentence
from openiru.terms import AliasQuality

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


def ended_by_name(names: Iterable[str]) -> dict[str, frozenset[int]]:
    """Which organisations with an ended listing these names are, letter for letter but for their spelling; weak names never."""
    wanted = {fold(name): name for name in names if fold(name)}
    found: dict[str, set[int]] = defaultdict(set)
    listed = ListedName.objects.filter(listing__in=ended_since(_EVER)).exclude(quality=AliasQuality.WEAK)
    for name, organisation in listed.values_list("name", "listing__organisation_id") if wanted else ():
        if fold(name) in wanted:
            found[fold(name)].add(organisation)
    return {name: frozenset(found[fold(name)]) for name in names if fold(name) in found}
