"""Suggests which entries of different lists may be of one organisation, by the matcher and with its reason; a person says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from openiru.stages.register.models import ListedName, Listing, Organisation
from openiru.stages.register.queries import index, listings_by_id, listings_of
from openiru.stages.register.screening import MATCHING, Hit, fold
from openiru.terms import AliasQuality

MOST = 12
LIKE = 80.0
"""From this score (0 to 100) a name that is only near is suggested; strangers seldom reach it."""


@dataclass(frozen=True, slots=True)
class SuggestedLink:
    """A listing that may be of this organisation: by this name, that likely (0 to 100), for this reason. A person decides."""

    listing: Listing
    organisation: Organisation
    name: str
    score: float
    sentence: str


def shared_names(limit: int = 100) -> list[SuggestedLink]:
    """Pairs of organisations on different lists that share a name to the letter (weak ones apart): quick, over everything."""
    rows = ListedName.objects.exclude(quality=AliasQuality.WEAK).filter(listing__ended_on=None).order_by("listing_id")
    by_name: dict[str, dict[int, Listing]] = defaultdict(dict)
    for row in rows.select_related("listing__organisation", "listing__published_list"):
        by_name[fold(row.name)].setdefault(row.listing.organisation_id, row.listing)
    found: dict[tuple[int, int], SuggestedLink] = {}
    for name, owners in by_name.items():
        first, *others = owners.values()
        for listing in others:
            if listing.published_list_id != first.published_list_id:
                key = (listing.id, first.organisation_id)
                made = SuggestedLink(listing, first.organisation, name, 100.0, f"both lists have the name {name}")
                found.setdefault(key, made)
    return list(found.values())[:limit]


def for_organisation(organisation_id: int) -> list[SuggestedLink]:
    """Entries of other lists whose names are like this organisation's, also across scripts and spellings, best first."""
    ours = [one for one in listings_of(organisation_id) if one.ended_on is None]
    if not ours:
        return []
    names = [name.name for one in ours for name in one.names.all() if name.quality != AliasQuality.WEAK]
    best = _best(names)
    facts = listings_by_id(best)
    lists = {one.published_list_id for one in ours}
    other = [facts[at] for at in best if at in facts and facts[at].organisation_id != organisation_id]
    fitting = [one for one in other if one.published_list_id not in lists and one.ended_on is None]
    made = [_made(one, ours[0].organisation, *best[one.id]) for one in fitting]
    return sorted(made, key=lambda one: -one.score)[:MOST]


def _best(names: Iterable[str]) -> dict[int, tuple[str, Hit]]:
    """The best hit of these names by listing."""
    best: dict[int, tuple[str, Hit]] = {}
    for name in names:
        found = index().screen(name)
        for hit in (*found.matches, *found.near):
            alike = hit.why in MATCHING or (hit.score >= LIKE and hit.why != "weak_alias")
            if alike and (hit.subject not in best or hit.score > best[hit.subject][1].score):
                best[hit.subject] = name, hit
    return best


def _made(listing: Listing, organisation: Organisation, name: str, hit: Hit) -> SuggestedLink:
    return SuggestedLink(listing, organisation, hit.name, hit.score, f"{name} / {hit.name}: {hit.sentence}")
