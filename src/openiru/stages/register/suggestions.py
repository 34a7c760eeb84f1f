"""Suggests which entries of different lists may be of one organisation, by the matcher and with its reason; a person says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count

from openiru.stages.register.models import Listing, Organisation
from openiru.stages.register.queries import index, listings_by_id, listings_of
from openiru.stages.register.screening import MATCHING, Hit
from openiru.terms import AliasQuality

MOST = 12
MOST_EACH, PAGE = 3, 40
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


@dataclass(frozen=True, slots=True)
class Likely:
    """Some of all likely links, best first. `after` is where the next page begins, or None at the end."""

    links: tuple[SuggestedLink, ...]
    after: int | None


def likely(after: int = 0, *, looked_at: int = PAGE) -> Likely:
    """Links that are likely among all lists: the next entries, in order, held against all names of larger lists.

    Every pair of lists is looked at from its smaller one, so no pair is missed and none is shown twice; the matcher's blocks
    bound the work for each name, `looked_at` the entries of one page.
    """
    standing = Listing.objects.filter(ended_on=None)
    sizes = standing.values_list("published_list").annotate(number=Count("id")).order_by("number", "published_list")
    rank = {published_list: place for place, (published_list, _) in enumerate(sizes)}
    smaller = [published_list for published_list, place in rank.items() if place < len(rank) - 1]
    found = standing.filter(published_list__in=smaller, id__gt=after).order_by("id")
    page = list(found.select_related("organisation", "published_list").prefetch_related("names")[: looked_at + 1])
    links = [made for one in page[:looked_at] for made in _to_larger(one, rank)]
    links.sort(key=lambda made: (-made.score, made.listing.id))
    return Likely(tuple(links), page[looked_at - 1].id if len(page) > looked_at else None)


def _to_larger(one: Listing, rank: Mapping[int, int]) -> list[SuggestedLink]:
    """The organisations of larger lists that an entry may be of, best first."""
    best = _best(name.name for name in one.names.all() if name.quality != AliasQuality.WEAK)
    facts = listings_by_id(best)
    made = [
        _newer_to_older(one, facts[at], *best[at])
        for at in best
        if at in facts
        and _may_be_one(one, facts[at])
        and rank.get(facts[at].published_list_id, -1) > rank[one.published_list_id]
    ]
    return sorted(made, key=lambda link: -link.score)[:MOST_EACH]


def _may_be_one(one: Listing, other: Listing) -> bool:
    return other.ended_on is None and other.organisation_id != one.organisation_id


def _newer_to_older(one: Listing, other: Listing, name: str, hit: Hit) -> SuggestedLink:
    """The entry that came later is suggested for the organisation that was there first."""
    older, newer = sorted((one, other), key=lambda listing: listing.id)
    return SuggestedLink(newer, older.organisation, hit.name, hit.score, f"{name} / {hit.name}: {hit.sentence}")


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
