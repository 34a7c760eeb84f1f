"""Reads of the register: is a name listed, may an organisation be referred, which lists stand, what has ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet, Sum

from openiru.errors import Refused
from openiru.platforms.shapes import ListingFact
from openiru.stages.register import recognition, rules
from openiru.stages.register.answers import Screened, shown
from openiru.stages.register.formats import FORMATS
from openiru.stages.register.models import ListedName, Listing, Organisation, Policy, PublishedList, Snapshot
from openiru.stages.register.recognition import Recognition, verdict_sentence
from openiru.stages.register.rules import DesignationPolicy, ListingView, SingleSourceTerm, Verdict
from openiru.stages.register.screening import Index, IndexedName
from openiru.stages.register.versions import difference as difference
from openiru.stages.register.versions import snapshots_of as snapshots_of
from openiru.terms import AliasQuality, ListAuthorityKind, Platform

SHOWN_STATES = frozenset({Snapshot.State.IN_FORCE, Snapshot.State.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class Designation:
    """The rule's verdict on an organisation, and the entries that count, as a notice states them."""

    organisation: Organisation
    verdict: Verdict
    facts: tuple[ListingFact, ...]


@dataclass(frozen=True, slots=True)
class ListStanding:
    """A list with the version in force and the newest one, which may wait for confirmation.

    `failure` is why it could not be fetched when that was last tried.
    """

    published_list: PublishedList
    in_force: Snapshot | None
    newest: Snapshot | None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class PolicyPreview:
    """What another policy would change: organisations that could be referred then, and those that no longer could."""

    gained: tuple[Designation, ...]
    lost: tuple[Designation, ...]


def screen(name: str) -> dict[str, object]:
    """Whether a name is listed, in plain values (see `answers.Screened`)."""
    return screened(name).as_json()


def screened(name: str) -> Screened:
    """Whether a name is listed. `designated` only by a version in force; `unconfirmed` if only by one that waits."""
    found = index().screen(name)
    facts = listings_by_id(hit.subject for hit in (*found.matches, *found.near))
    standing = [hit for hit in found.matches if _stands(facts[hit.subject])]
    fallen = [hit for hit in found.matches if not _stands(facts[hit.subject])]
    states = {facts[hit.subject].last_snapshot.state for hit in standing}
    designated = Snapshot.State.IN_FORCE in states
    return Screened(
        query=name,
        designated=designated,
        unconfirmed=not designated and Snapshot.State.UNCONFIRMED in states,
        matches=tuple(shown(hit, facts[hit.subject]) for hit in standing),
        near=tuple(shown(hit, facts[hit.subject]) for hit in (*fallen, *found.near)),
    )


def _stands(listing: Listing) -> bool:
    return listing.ended_on is None and listing.last_snapshot.state in SHOWN_STATES


def index() -> Index:
    """All listed names made ready for screening; made anew once a name changed."""
    return _index(index_version())


def index_version() -> tuple[int, int]:
    """Changes whenever a name was added or removed, so that an index made before is not used after."""
    seen = ListedName.objects.aggregate(newest=Max("id"), count=Count("id"))
    return seen["newest"] or 0, seen["count"]


@lru_cache(maxsize=1)
def _index(_: tuple[int, int]) -> Index:
    rows = ListedName.objects.values_list("name", "quality", "listing_id")
    return Index([IndexedName(name, AliasQuality(quality), listing) for name, quality, listing in rows.iterator()])


def standing_names() -> list[tuple[int, str, str]]:
    """Every name that a list carries today: the organisation's number, the name, its quality."""
    standing = ListedName.objects.filter(listing__ended_on=None, listing__last_snapshot__state__in=SHOWN_STATES)
    return list(standing.order_by("id").values_list("listing__organisation_id", "name", "quality"))


def standing_version() -> tuple[int, ...]:
    """Changes whenever `standing_names` may: names, whose they are, and which versions of lists show."""
    seen = Listing.objects.filter(ended_on=None, last_snapshot__state__in=SHOWN_STATES).aggregate(
        count=Count("id"), whose=Sum(F("organisation_id") * F("id"))
    )
    return *index_version(), seen["count"], seen["whose"] or 0


def listings_by_id(ids: Iterable[int]) -> dict[int, Listing]:
    """These listings with what a hit shows of them."""
    found = Listing.objects.select_related("organisation", "published_list", "last_snapshot")
    return found.in_bulk(set(ids))


def current_policy() -> DesignationPolicy:
    """The policy that two people put in force last, or the one that is shipped."""
    row = Policy.objects.exclude(confirmed_at=None).order_by("-confirmed_at", "-id").first()
    if row is None:
        return rules.SHIPPED
    return policy_of(row)


def policy_of(row: Policy) -> DesignationPolicy:
    """A stored version of the policy as the rule takes it."""
    return DesignationPolicy(
        frozenset(row.counted_authorities),
        row.multilateral_needed,
        row.independent_needed,
        frozenset(row.home_authorities),
        row.foreign_needed,
        frozenset(map(SingleSourceTerm, row.single_source_terms)),
    )


def policies() -> QuerySet[Policy]:
    """All policies, newest first; one without `confirmed_at` waits for a second person."""
    return Policy.objects.select_related("proposed_by", "confirmed_by").order_by("-proposed_at")


def designation(organisation_id: int, *, on: date) -> Designation:
    """May this organisation be referred on this day, and on which entries does that rest? Refused `not_found`."""
    found = Listing.objects.filter(organisation=organisation_id).order_by("id")
    listings = list(found.select_related("organisation", "published_list", "last_snapshot").defer(*_NOT_DECIDING))
    organisation = listings[0].organisation if listings else Organisation.objects.filter(id=organisation_id).first()
    if organisation is None:
        raise Refused("not_found")
    return _decided(organisation, listings, on=on, policy=current_policy())


_NOT_DECIDING = ("remarks", "last_snapshot__content", "last_snapshot__warnings")
"""Long columns that say nothing on whether an organisation is designated."""


def _decided(
    organisation: Organisation, listings: list[Listing], *, on: date, policy: DesignationPolicy
) -> Designation:
    first = next((listing.id for listing in listings if listing.linked_by_id is None), None)
    views = {_view(one, linked=one.linked_by_id is not None or one.id == first): one for one in listings}
    verdict = rules.may_refer(views, on=on, policy=policy)
    return Designation(organisation, verdict, tuple(_fact(views[view]) for view in verdict.counted))


def sentence(found: Designation) -> str:
    """The verdict on an organisation in one sentence that can stand in a notice."""
    verdict = found.verdict
    return verdict_sentence(
        found.organisation.name, found.facts, reasons=verdict.reasons, single_source=verdict.single_source
    )


def recognised_by(platform: Platform, found: Designation) -> Recognition:
    """Which of the listings that count the platform's own policy names."""
    return recognition.recognised_by(platform, found.facts)


def if_policy(policy: DesignationPolicy, *, on: date) -> PolicyPreview:
    """Which organisations would become referable on this day, and which stop being so, if this policy were in force."""
    now, owners = current_policy(), defaultdict[Organisation, list[Listing]](list)
    found = Listing.objects.select_related("organisation", "published_list", "last_snapshot").order_by("id")
    for listing in found.defer("last_snapshot__content", "remarks"):
        owners[listing.organisation].append(listing)
    gained: list[Designation] = []
    lost: list[Designation] = []
    for owner, listings in owners.items():
        before, after = (_decided(owner, listings, on=on, policy=one) for one in (now, policy))
        if before.verdict.allowed != after.verdict.allowed:
            (gained if after.verdict.allowed else lost).append(after)
    return PolicyPreview(_by_name(gained), _by_name(lost))


def _by_name(found: Iterable[Designation]) -> tuple[Designation, ...]:
    return tuple(sorted(found, key=lambda one: one.organisation.name.casefold()))


def listings_of(organisation_id: int) -> list[Listing]:
    """All entries of an organisation with their lists, names and newest versions, oldest first; ended ones too."""
    found = Listing.objects.filter(organisation=organisation_id).order_by("id")
    return list(found.select_related("published_list", "last_snapshot", "linked_by").prefetch_related("names"))


def _view(listing: Listing, *, linked: bool) -> ListingView:
    return ListingView(
        authority=listing.published_list.authority,
        kind=ListAuthorityKind(listing.published_list.authority_kind),
        list_name=listing.published_list.title,
        reference=listing.reference,
        listed_on=listing.listed_on,
        ended_on=listing.ended_on,
        snapshot_state=str(listing.last_snapshot.state),
        snapshot_sha256=listing.last_snapshot.sha256,
        linked=linked,
    )


def _fact(listing: Listing) -> ListingFact:
    return ListingFact(
        authority=listing.published_list.authority,
        list_name=listing.published_list.title,
        reference=listing.reference,
        listed_on=listing.listed_on,
        snapshot_sha256=listing.last_snapshot.sha256,
        programs=tuple(listing.programs),
    )


def organisations(text: str = "") -> QuerySet[Organisation]:
    """Organisations that stand on some list, by name; with a text, those that have it in a name."""
    found = Organisation.objects.filter(listings__isnull=False)
    if text.strip():
        found = found.filter(Q(name__icontains=text.strip()) | Q(listings__names__name__icontains=text.strip()))
    return found.distinct().order_by("name").prefetch_related("listings__published_list", "listings__last_snapshot")


def lists() -> list[ListStanding]:
    """Every list with its version in force and its newest one."""
    standing = []
    for published_list in _lists_with_versions():
        snapshots = sorted(published_list.snapshots.all(), key=lambda snapshot: (snapshot.retrieved_at, snapshot.id))
        in_force = next((one for one in snapshots if one.state == Snapshot.State.IN_FORCE), None)
        failure = next((one.failure for one in published_list.retrievals.all() if one.failure), "")
        standing.append(ListStanding(published_list, in_force, snapshots[-1] if snapshots else None, failure))
    return standing


def _lists_with_versions() -> QuerySet[PublishedList]:
    versions = Prefetch("snapshots", queryset=Snapshot.objects.defer("content"))
    return PublishedList.objects.order_by("title").prefetch_related(versions, "retrievals")


def fetched_lists(slugs: Iterable[str] = ()) -> QuerySet[PublishedList]:
    """The lists that can be fetched from an address, or those of them with these names."""
    found = PublishedList.objects.exclude(address="").exclude(
        format__in=[one.name for one in FORMATS.values() if one.by_hand]
    )
    return (found.filter(slug__in=slugs) if slugs else found).order_by("slug")


def waiting() -> QuerySet[Snapshot]:
    """Versions that wait for people: loaded by hand, or put aside; oldest first."""
    states = (Snapshot.State.UNCONFIRMED, Snapshot.State.QUARANTINED)
    found = Snapshot.objects.filter(state__in=states, content__isnull=False).order_by("retrieved_at")
    return found.select_related("published_list").prefetch_related("confirmations__person")


def ended_since(since: datetime) -> QuerySet[Listing]:
    """Listings that ended, as far as we learnt it at or after this moment, and that once were in force."""
    ever = (Snapshot.State.IN_FORCE, Snapshot.State.SUPERSEDED)
    found = Listing.objects.filter(ended_noticed_at__gte=since, last_snapshot__state__in=ever)
    return found.select_related("organisation", "published_list", "last_snapshot").order_by("ended_noticed_at")
