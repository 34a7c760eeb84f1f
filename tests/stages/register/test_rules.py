"""Law 1: no notice without an organisation whose listing is in force, under the policy that two people set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.errors import Refused
from openiru.stages.register import rules
from openiru.stages.register.rules import (
    DesignationPolicy,
    Incoming,
    ListingView,
    SingleSourceTerm,
    SnapshotState,
    may_refer,
)
from openiru.terms import ListAuthorityKind

TODAY = date(2026, 3, 2)
POLICY = DesignationPolicy(frozenset({"League", "Northland", "Southland"}))


def a_listing(**changes: object) -> ListingView:
    valid = ListingView(
        authority="Northland",
        kind=ListAuthorityKind.NATIONAL,
        list_name="Northland list",
        reference="N-1",
        listed_on=date(2012, 1, 1),
        ended_on=None,
        snapshot_state="in_force",
        snapshot_sha256="ab" * 32,
        linked=True,
    )
    return replace(valid, **changes)  # type: ignore[arg-type]


MULTILATERAL = a_listing(authority="League", kind=ListAuthorityKind.MULTILATERAL)
NORTH, SOUTH = a_listing(), a_listing(authority="Southland")


def test_one_multilateral_listing_is_enough_and_single_source() -> None:
    verdict = may_refer([MULTILATERAL], on=TODAY, policy=POLICY)
    assert (verdict.allowed, verdict.single_source, verdict.reasons) == (True, True, ())


def test_two_independent_authorities_are_enough() -> None:
    verdict = may_refer([NORTH, SOUTH], on=TODAY, policy=POLICY)
    assert (verdict.allowed, verdict.single_source, len(verdict.counted)) == (True, False, 2)


def test_one_national_listing_is_not_enough() -> None:
    verdict = may_refer([NORTH], on=TODAY, policy=POLICY)
    assert (verdict.allowed, verdict.reasons) == (False, ("single_national",))
    assert verdict.counted == (NORTH,)


def test_two_lists_of_one_authority_are_one_voice() -> None:
    verdict = may_refer([NORTH, a_listing(list_name="Another", reference="N-2")], on=TODAY, policy=POLICY)
    assert verdict.reasons == ("single_national",)


def test_an_organisation_on_no_list_is_not_listed() -> None:
    assert may_refer([], on=TODAY, policy=POLICY).reasons == ("not_listed",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"snapshot_state": "unconfirmed"}, "list_unconfirmed"),
        ({"snapshot_state": "quarantined"}, "list_quarantined"),
        ({"snapshot_state": "superseded"}, "list_superseded"),
        ({"ended_on": TODAY}, "listing_ended"),
        ({"ended_on": date(2020, 1, 1), "snapshot_state": "superseded"}, "listing_ended"),
        ({"linked": False}, "listing_not_linked"),
        ({"listed_on": date(2026, 3, 3)}, "listing_not_yet"),
        ({"authority": "Nowhere"}, "authority_not_counted"),
    ],
)
def test_each_fault_stops_a_listing_from_counting_and_is_named(changes: dict[str, object], reason: str) -> None:
    verdict = may_refer([replace(MULTILATERAL, **changes)], on=TODAY, policy=POLICY)  # type: ignore[arg-type]
    assert (verdict.allowed, verdict.counted, verdict.reasons) == (False, (), (reason,))


def test_a_listing_that_ended_later_counted_on_the_day_asked_about() -> None:
    was = replace(MULTILATERAL, ended_on=date(2026, 3, 3), snapshot_state="superseded")
    assert may_refer([was], on=TODAY, policy=POLICY).allowed
    assert not may_refer([was], on=date(2026, 3, 3), policy=POLICY).allowed


def test_a_list_that_gives_no_dates_counts_by_its_version() -> None:
    assert may_refer([replace(MULTILATERAL, listed_on=None)], on=TODAY, policy=POLICY).allowed


def test_reasons_come_in_one_order_and_once() -> None:
    listings = [
        NORTH,
        a_listing(authority="Nowhere"),
        replace(SOUTH, snapshot_state="unconfirmed"),
        replace(SOUTH, snapshot_state="unconfirmed"),
    ]
    verdict = may_refer(listings, on=TODAY, policy=POLICY)
    assert verdict.reasons == ("list_unconfirmed", "authority_not_counted", "single_national")


WITH_HOME = replace(POLICY, home=frozenset({"Northland"}), foreign_needed=1)


def test_a_policy_may_ask_that_somebody_abroad_agrees() -> None:
    assert may_refer([MULTILATERAL], on=TODAY, policy=WITH_HOME).allowed
    assert may_refer([NORTH, SOUTH], on=TODAY, policy=WITH_HOME).allowed
    twice = replace(WITH_HOME, foreign_needed=2)
    assert may_refer([NORTH, SOUTH], on=TODAY, policy=twice).reasons == ("too_few_foreign",)
    assert may_refer([MULTILATERAL, SOUTH], on=TODAY, policy=twice).allowed


def test_our_own_word_alone_never_reaches_abroad() -> None:
    alone = replace(WITH_HOME, independent_needed=1)
    assert may_refer([NORTH], on=TODAY, policy=alone).reasons == ("too_few_foreign",)
    assert may_refer([SOUTH], on=TODAY, policy=alone).allowed


def test_a_policy_may_ask_more_of_a_single_source_and_only_of_it() -> None:
    careful = replace(POLICY, single_source_terms=frozenset(SingleSourceTerm))
    assert set(may_refer([MULTILATERAL], on=TODAY, policy=careful).terms) == {"referral_only", "own_rules_only"}
    assert may_refer([MULTILATERAL, SOUTH], on=TODAY, policy=careful).terms == ()


@given(st.booleans(), st.integers(0, 3), st.sets(st.sampled_from(list(SingleSourceTerm))))
def test_what_a_policy_may_add_only_takes_away(north: bool, foreign: int, terms: set[SingleSourceTerm]) -> None:
    listings = [MULTILATERAL, NORTH] if north else [SOUTH, NORTH]
    more = replace(WITH_HOME, foreign_needed=foreign, single_source_terms=frozenset(terms))
    with_more, without = (may_refer(listings, on=TODAY, policy=policy) for policy in (more, POLICY))
    assert without.allowed or not with_more.allowed
    assert with_more.single_source == (without.single_source and with_more.allowed)


def test_a_stricter_policy_is_obeyed() -> None:
    strict = replace(POLICY, multilateral_needed=2, independent_needed=3)
    assert may_refer([MULTILATERAL, NORTH], on=TODAY, policy=strict).reasons == ("too_few_authorities",)
    assert may_refer([MULTILATERAL, NORTH, SOUTH], on=TODAY, policy=strict).allowed


views = st.builds(
    a_listing,
    authority=st.sampled_from(["League", "Northland", "Southland", "Nowhere"]),
    kind=st.sampled_from(ListAuthorityKind),
    listed_on=st.none() | st.dates(),
    ended_on=st.none() | st.dates(),
    snapshot_state=st.sampled_from(SnapshotState),
    linked=st.booleans(),
)


@given(st.lists(views, max_size=6), st.dates())
def test_whatever_the_lists_say_the_verdict_has_a_reason_or_a_basis(listings: list[ListingView], on: date) -> None:
    verdict = may_refer(listings, on=on, policy=POLICY)
    assert verdict.allowed != bool(verdict.reasons)
    assert set(verdict.counted) <= set(listings)
    if verdict.allowed:
        assert verdict.single_source == (len({listing.authority for listing in verdict.counted}) == 1)
        kinds = {listing.kind for listing in verdict.counted}
        assert ListAuthorityKind.MULTILATERAL in kinds or not verdict.single_source


@given(st.lists(views, max_size=4), views, st.dates())
def test_one_more_listing_never_takes_a_basis_away(listings: list[ListingView], more: ListingView, on: date) -> None:
    if may_refer(listings, on=on, policy=POLICY).allowed:
        assert may_refer([*listings, more], on=on, policy=POLICY).allowed


@given(st.lists(views, max_size=6), st.dates())
def test_with_nobody_counted_nothing_is_allowed(listings: list[ListingView], on: date) -> None:
    assert not may_refer(listings, on=on, policy=replace(POLICY, counted=frozenset())).allowed


@pytest.mark.parametrize(
    ("policy", "reason", "code"),
    [
        (replace(POLICY, counted=frozenset()), "why", "policy_counts_nobody"),
        (replace(POLICY, multilateral_needed=0), "why", "policy_needs_at_least_one"),
        (replace(POLICY, independent_needed=0), "why", "policy_needs_at_least_one"),
        (replace(POLICY, home=frozenset({"Northland"}), foreign_needed=3), "why", "policy_foreign_unreachable"),
        (replace(POLICY, foreign_needed=-1), "why", "policy_foreign_unreachable"),
        (replace(POLICY, foreign_needed=1), "why", "policy_home_missing"),
        (POLICY, " ", "reason_missing"),
    ],
)
def test_a_policy_that_decides_nothing_is_refused(policy: DesignationPolicy, reason: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        rules.check_policy(policy, reason)


def an_incoming(**changes: object) -> Incoming:
    valid = Incoming(100, 300, None, date(2026, 3, 1), 100, date(2026, 2, 1))
    return replace(valid, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, ""),
        ({"organisations": 80}, ""),
        ({"organisations": 79}, "shrunk"),
        ({"organisations": 0, "organisations_before": None}, ""),
        ({"declared": 300}, ""),
        ({"declared": 301}, "count_differs"),
        ({"published_on": date(2026, 1, 31)}, "older_than_in_force"),
        ({"published_on": None}, ""),
    ],
)
def test_a_version_that_looks_wrong_is_put_aside(changes: dict[str, object], verdict: str) -> None:
    assert rules.snapshot_verdict(an_incoming(**changes)) == verdict


@pytest.mark.parametrize(
    ("state", "person", "source", "code"),
    [
        ("in_force", 1, "the publisher's page", "snapshot_not_waiting"),
        ("unconfirmed", 2, "the publisher's page", "same_person"),
        ("unconfirmed", 1, " ", "source_missing"),
    ],
)
def test_a_confirmation_that_confirms_nothing_is_refused(state: str, person: int, source: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        rules.check_confirmation(state, person=person, confirmed_by=[2], source=source)
