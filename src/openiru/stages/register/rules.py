"""Designation, decided: may an organisation be referred on a day, may a new version of a list replace the old."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openiru.errors import Refused
from openiru.terms import ListAuthorityKind

SHRINK = 0.20
"""A list that loses more than this share at once is more likely a broken file than a mass delisting."""

SHIPPED_AUTHORITIES = frozenset({"UN", "EU", "US", "UK", "CA", "AU", "FR"})
"""As shipped: the authorities that an established terrorist-content alerting platform named in its inclusion policy."""


class SnapshotState(StrEnum):
    """The states of a list version, as in the table of snapshots."""

    UNCONFIRMED = "unconfirmed"
    IN_FORCE = "in_force"
    QUARANTINED = "quarantined"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class ListingView:
    """One entry of a list as the rule sees it. `listed_on` None: the list does not say, so its version's word counts.

    `snapshot_state` is that of the newest version the entry was on; `linked`: a person said it is this organisation, or
    it is the entry from which the organisation came.
    """

    authority: str
    kind: ListAuthorityKind
    list_name: str
    reference: str
    listed_on: date | None
    ended_on: date | None
    snapshot_state: str
    snapshot_sha256: str
    linked: bool


class SingleSourceTerm(StrEnum):
    """What a policy may ask of a single-source designation beside the second legal opinion, which law 1 always asks."""

    REFERRAL_ONLY = "referral_only"
    OWN_RULES_ONLY = "own_rules_only"


@dataclass(frozen=True, slots=True)
class DesignationPolicy:
    """Which authorities count, and how many are needed: so many multilateral ones, or so many independent ones.

    Of those that list an organisation, `foreign_needed` must besides not be of `home`, the deployment's own country.
    """

    counted: frozenset[str]
    multilateral_needed: int = 1
    independent_needed: int = 2
    home: frozenset[str] = frozenset()
    foreign_needed: int = 0
    single_source_terms: frozenset[SingleSourceTerm] = frozenset()


SHIPPED = DesignationPolicy(counted=SHIPPED_AUTHORITIES)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`allowed`, or the `reasons` why not, in order. `single_source`: allowed, but one authority's word carries it.

    `terms` are what the policy then asks beside the second legal opinion.
    """

    allowed: bool
    single_source: bool
    counted: tuple[ListingView, ...]
    reasons: tuple[str, ...]
    terms: tuple[SingleSourceTerm, ...] = ()


def _ended(listing: ListingView, on: date, _: DesignationPolicy) -> bool:
    return listing.ended_on is not None and listing.ended_on <= on


def _superseded(listing: ListingView, on: date, _: DesignationPolicy) -> bool:
    # What ended after the day asked about was on a version that was in force then.
    was = listing.ended_on is not None and on < listing.ended_on
    return listing.snapshot_state == SnapshotState.SUPERSEDED and not was


Test = Callable[[ListingView, date, DesignationPolicy], bool]
WHY_NOT: tuple[tuple[str, Test], ...] = (
    ("list_quarantined", lambda listing, _on, _policy: listing.snapshot_state == SnapshotState.QUARANTINED),
    ("list_unconfirmed", lambda listing, _on, _policy: listing.snapshot_state == SnapshotState.UNCONFIRMED),
    ("listing_ended", _ended),
    ("list_superseded", _superseded),
    ("listing_not_linked", lambda listing, _on, _policy: not listing.linked),
    ("listing_not_yet", lambda listing, on, _policy: listing.listed_on is not None and listing.listed_on > on),
    ("authority_not_counted", lambda listing, _on, policy: listing.authority not in policy.counted),
)
"""All reasons for which one listing does not count, in the order in which they are given."""


def may_refer(listings: Iterable[ListingView], *, on: date, policy: DesignationPolicy) -> Verdict:
    """Law 1: may accounts of the organisation with these listings be referred on this day?"""
    listings = tuple(listings)
    if not listings:
        return Verdict(False, False, (), ("not_listed",))
    faults = [_why_not(listing, on, policy) for listing in listings]
    counted = tuple(listing for listing, fault in zip(listings, faults, strict=True) if not fault)
    multilateral = {listing.authority for listing in counted if listing.kind == ListAuthorityKind.MULTILATERAL}
    authorities = {listing.authority for listing in counted}
    enough = _enough(len(multilateral), policy.multilateral_needed)
    enough = enough or _enough(len(authorities), policy.independent_needed)
    foreign = len(authorities - policy.home) >= policy.foreign_needed
    if enough and foreign:
        single = len(authorities) == 1
        return Verdict(True, single, counted, (), tuple(sorted(policy.single_source_terms)) if single else ())
    reasons = [code for code, _ in WHY_NOT if code in faults]
    if counted and not foreign:
        reasons.append("too_few_foreign")
    if counted and not enough:
        reasons.append("too_few_authorities" if multilateral or len(authorities) > 1 else "single_national")
    return Verdict(False, False, counted, tuple(reasons))


def _enough(count: int, needed: int) -> bool:
    """Whether a way is met; a way that needs none is closed, it does not let everything through."""
    return 0 < needed <= count


def _why_not(listing: ListingView, on: date, policy: DesignationPolicy) -> str:
    return next((code for code, holds in WHY_NOT if holds(listing, on, policy)), "")


def check_policy(policy: DesignationPolicy, reason: str) -> None:
    """Raise Refused for a policy that would let everything through, or nothing, or that gives no reason."""
    if not policy.counted or not all(word.strip() for word in policy.counted):
        raise Refused("policy_counts_nobody")
    if policy.multilateral_needed < 1 or policy.independent_needed < 1:
        raise Refused("policy_needs_at_least_one")
    if policy.foreign_needed < 0 or policy.foreign_needed > len(policy.counted - policy.home):
        raise Refused("policy_foreign_unreachable", needed=policy.foreign_needed)
    if policy.foreign_needed and not policy.home:
        raise Refused("policy_home_missing")
    if not reason.strip():
        raise Refused("reason_missing")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A version of a list that was just read, beside the one in force; counts of organisations and of all entries."""

    organisations: int
    entries: int
    declared: int | None
    published_on: date | None
    organisations_before: int | None
    published_before: date | None


def snapshot_verdict(new: Incoming) -> str:
    """The code for which a new version is put aside, or an empty text when it may go on."""
    if new.declared is not None and new.declared != new.entries:
        return "count_differs"
    if new.organisations_before is None:
        return ""
    if new.organisations < new.organisations_before * (1 - SHRINK):
        return "shrunk"
    if new.published_on and new.published_before and new.published_on < new.published_before:
        return "older_than_in_force"
    return ""


def check_confirmation(state: str, *, person: int, confirmed_by: Iterable[int], source: str) -> None:
    """Raise Refused unless this person may add their word to this version: once each, naming where they compared."""
    if state not in (SnapshotState.UNCONFIRMED, SnapshotState.QUARANTINED):
        raise Refused("snapshot_not_waiting", state=state)
    if person in set(confirmed_by):
        raise Refused("same_person")
    if not source.strip():
        raise Refused("source_missing")
