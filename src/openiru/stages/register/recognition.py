"""What a designation says to others: the verdict in one sentence, and which listing a platform's own policy names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import Certainty, ListingFact
from openiru.terms import Leg, Platform

REASONS = {
    "not_listed": "it is on no loaded list",
    "list_quarantined": "the version of its list was put aside",
    "list_unconfirmed": "its list was loaded by hand and two people have not confirmed it",
    "listing_ended": "its listing has ended",
    "list_superseded": "the newest version of its list no longer has it",
    "listing_not_linked": "nobody has said that the listing is of this organisation",
    "listing_not_yet": "it is listed only from a later day",
    "authority_not_counted": "the authority that lists it does not count under the policy",
    "too_few_foreign": "too few foreign authorities list it",
    "too_few_authorities": "too few authorities list it",
    "single_national": "only one national authority lists it",
}
"""The verdict's reasons as the ends of a sentence, in the order in which the rule gives them."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a platform's own rules name, and which of our listings that is. `certainty` is how sure we are of its rules.

    `named` empty: its rules name no list, so the designation must be argued.
    """

    platform: Platform
    named: tuple[str, ...]
    listings: tuple[ListingFact, ...]
    certainty: Certainty

    @property
    def sentence(self) -> str:
        """For the officer, and for the covering text of a notice."""
        title = PLATFORMS[self.platform].title
        if not self.named:
            return f"The rules of {title} name no list that we know of: argue the designation."
        names = " or ".join(self.named)
        if not self.listings:
            return f"The rules of {title} name {names}; none of the listings is one: argue the designation."
        return f"The rules of {title} name {names}: {_joined(_entry(one) for one in self.listings)}."


def recognised_by(
    platform: Platform, listings: Iterable[ListingFact], *, leg: Leg = Leg.PLATFORM_POLICY
) -> Recognition:
    """Which of these listings the platform's own policy names, by program, list or authority, as its routes say."""
    routes = [route for route in PLATFORMS[platform].routes if route.leg is leg]
    naming = [route for route in routes if route.recognised_lists] or routes
    named = tuple(dict.fromkeys(name for route in naming for name in route.recognised_lists))
    ours = tuple(one for one in listings if {*one.programs, one.list_name, one.authority} & set(named))
    return Recognition(platform, named, ours, naming[0].certainty if naming else Certainty.HYPOTHESIS)


def verdict_sentence(
    name: str, facts: Iterable[ListingFact], *, reasons: Iterable[str] = (), single_source: bool = False
) -> str:
    """The verdict of the designation rule in one sentence that can stand in a notice, with the versions it rests on."""
    facts, reasons = tuple(facts), tuple(reasons)
    if reasons or not facts:
        why = "; ".join(REASONS.get(reason, reason) for reason in reasons or ("not_listed",))
        return f"{name} is not designated under the policy in force: {why}."
    source = ", and by no other authority that counts" if single_source else ""
    return f"{name} is designated by {_joined(_authority(facts))}{source}."


def _authority(facts: tuple[ListingFact, ...]) -> list[str]:
    """Each authority once, with its entries."""
    entries: dict[str, list[str]] = {}
    for fact in facts:
        entries.setdefault(fact.authority, []).append(_entry(fact))
    return [f"{authority} ({'; '.join(one)})" for authority, one in entries.items()]


def _entry(fact: ListingFact) -> str:
    listed = f", listed {_day(fact.listed_on)}" if fact.listed_on else ""
    programs = f", {', '.join(fact.programs)}" if fact.programs else ""
    version = f", version with SHA-256 {fact.snapshot_sha256[:16]}"
    return f"{fact.list_name}, reference {fact.reference}{programs}{listed}{version}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _joined(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
