"""Versions held against each other, a policy before it is proposed, and a designation in words for a notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.errors import Refused
from openiru.people.actor import SYSTEM
from openiru.people.roles import Role
from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import ListingFact
from openiru.stages.register import changes, queries, services, suggestions
from openiru.stages.register.contents import pack, unpack
from openiru.stages.register.formats.files import whole
from openiru.stages.register.formats.shapes import ParsedOrganisation
from openiru.stages.register.models import Carried
from openiru.stages.register.recognition import REASONS, recognised_by, verdict_sentence
from openiru.stages.register.rules import SHIPPED, WHY_NOT, DesignationPolicy
from openiru.terms import Platform
from tests.stages.register.test_contents import entries
from tests.stages.register.test_services import (
    NORTH,
    NOW,
    RIVER,
    VALLEY,
    a_list,
    a_person,
    by_hand,
    published,
    the_organisation,
    uk_file,
    un_file,
)

THIRD, FOURTH, FIFTH = "XXe.3:THIRD GROUP", "XXe.4:FOURTH GROUP", "XXe.5:FIFTH GROUP"
lists_of_entries = st.lists(entries, max_size=5, unique_by=lambda entry: entry.reference).map(tuple)


@given(lists_of_entries)
def test_a_version_differs_in_nothing_from_itself(found: tuple[ParsedOrganisation, ...]) -> None:
    assert not changes.compare(found, unpack(pack(found))).any


@given(lists_of_entries, lists_of_entries)
def test_each_entry_is_in_one_place_of_a_difference(
    older: tuple[ParsedOrganisation, ...], newer: tuple[ParsedOrganisation, ...]
) -> None:
    found = changes.compare(older, newer, known={entry.reference for entry in newer[:2]})
    added, relisted = ({one.reference for one in part} for part in (found.added, found.relisted))
    then, now = {one.reference for one in older}, {one.reference for one in newer}
    assert added | relisted == now - then and not added & relisted
    assert {one.reference for one in found.removed} == then - now
    assert {one.reference for one in found.amended} <= then & now


def test_a_difference_names_the_fields() -> None:
    older = ParsedOrganisation("1", "BAND", (), ("A", "B"), date(2012, 1, 2), "2012-01-02")
    newer = replace(older, programs=("B", "A"), remarks="More.", listed_on=date(2011, 1, 2))
    (one,) = changes.compare([older], [newer]).amended
    assert (one.reference, one.fields, one.moved_back) == ("1", ("listed_on", "remarks"), True)


@pytest.mark.django_db
def test_what_was_added_removed_amended_and_relisted_is_told_apart() -> None:
    first = published(un_file(VALLEY, RIVER, THIRD, FOURTH, FIFTH)).snapshot
    second = published(
        un_file(VALLEY + ":New Alias", THIRD, FOURTH, FIFTH, "XXe.6:SIXTH", on="2026-02-02"),
        now=NOW + timedelta(days=1),
    ).snapshot
    third = published(
        un_file(VALLEY, RIVER, THIRD, FOURTH, FIFTH, on="2026-02-03"), now=NOW + timedelta(days=2)
    ).snapshot
    found = queries.difference(first.id, second.id)
    assert [one.reference for one in found.added] == ["XXe.6"]
    assert [one.reference for one in found.removed] == ["XXe.2"]
    assert [(one.reference, one.fields) for one in found.amended] == [("XXe.1", ("names",))]
    assert not found.relisted
    back = queries.difference(second.id, third.id)
    assert ([one.reference for one in back.relisted], back.added) == (["XXe.2"], ())
    assert not queries.difference(first.id, third.id).any
    assert [one.id for one in queries.snapshots_of("league")] == [third.id, second.id, first.id]


@pytest.mark.django_db
def test_a_version_that_waits_is_compared_before_it_is_confirmed() -> None:
    in_force = published(un_file(VALLEY)).snapshot
    waits = by_hand(un_file(VALLEY, RIVER, on="2026-03-01")).snapshot
    assert [one.reference for one in queries.difference(in_force.id, waits.id).added] == ["XXe.2"]


@pytest.mark.django_db
def test_versions_that_cannot_be_compared_are_refused() -> None:
    one = published(un_file(VALLEY)).snapshot
    other = published(uk_file("N-1", "Valley Dawn Front"), into=a_list(NORTH)).snapshot
    for numbers, code in (((one.id, 0), "not_found"), ((one.id, other.id), "not_comparable")):
        with pytest.raises(Refused, match=code):
            queries.difference(*numbers)
    Carried.objects.all().delete()
    with pytest.raises(Refused, match="contents_not_kept"):
        queries.difference(one.id, one.id)


@pytest.mark.django_db
def test_a_listing_that_moved_back_in_time_is_said_to_those_who_look() -> None:
    published(un_file(VALLEY))
    file = {"un.xml": whole(un_file(VALLEY, on="2026-02-02")["un.xml"]).replace(b"2011-07-29", b"2009-07-29")}
    later = published(file, now=NOW + timedelta(days=1))
    assert later.snapshot.warnings == ["XXe.1: listed on 2009-07-29 now, on 2011-07-29 before"]


@pytest.mark.django_db
def test_a_policy_shows_whom_it_would_touch_before_it_is_proposed() -> None:
    published(un_file(VALLEY))
    published(uk_file("N-1", "River Light Band"), into=a_list(NORTH))
    loose = DesignationPolicy(frozenset({"US"}), independent_needed=1)
    found = queries.if_policy(loose, on=NOW.date())
    assert [one.organisation.name for one in found.gained] == ["River Light Band"]
    assert [one.organisation.name for one in found.lost] == ["VALLEY DAWN FRONT"]
    assert found.lost[0].verdict.reasons == ("authority_not_counted",)
    same = queries.if_policy(SHIPPED, on=NOW.date())
    assert (same.gained, same.lost) == ((), ())
    assert queries.current_policy() == SHIPPED


@pytest.mark.django_db
def test_the_verdict_is_one_sentence_that_can_stand_in_a_notice() -> None:
    snapshot = published(un_file(VALLEY)).snapshot
    own = published(uk_file("N-1", "Valley Dawn Front"), into=a_list(NORTH))
    valley = the_organisation("VALLEY DAWN FRONT")
    assert queries.sentence(queries.designation(valley.id, on=NOW.date())) == (
        "VALLEY DAWN FRONT is designated by UN (League list, reference XXe.1, Example, listed 29 July 2011, version with "
        f"SHA-256 {snapshot.sha256[:16]}), and by no other authority that counts."
    )
    ben = a_person("ben", Role.APPROVER)
    (suggested,) = suggestions.likely().links
    services.link(suggested.listing.id, valley.id, actor=ben, now=NOW)
    said = queries.sentence(queries.designation(valley.id, on=NOW.date()))
    assert " and US (Northland list, reference N-1" in said and own.snapshot.sha256[:16] in said
    assert said.count(". ") == 0 and "no other" not in said


@pytest.mark.django_db
def test_what_is_not_designated_says_why() -> None:
    published(uk_file("N-1", "River Light Band"), into=a_list(NORTH))
    river = the_organisation("River Light Band")
    found = queries.designation(river.id, on=NOW.date())
    assert queries.sentence(found) == (
        "River Light Band is not designated under the policy in force: only one national authority lists it."
    )
    assert queries.recognised_by(Platform.FACEBOOK, found).listings == ()


def test_every_reason_of_the_rule_has_its_words() -> None:
    assert {code for code, _ in WHY_NOT} | {
        "not_listed",
        "too_few_foreign",
        "too_few_authorities",
        "single_national",
    } == set(REASONS)
    assert "for_the_future" in verdict_sentence("A", (), reasons=("for_the_future",))


def a_fact(**changes_: object) -> ListingFact:
    valid = ListingFact("US", "Northland list", "N-1", date(2012, 1, 1), "ab" * 32, ("SDGT",))
    return replace(valid, **changes_)  # type: ignore[arg-type]


def test_a_platform_whose_policy_names_a_list_recognises_the_listing_that_is_on_it() -> None:
    listed, other = a_fact(), a_fact(authority="UN", list_name="League list", reference="XXe.1", programs=("Example",))
    found = recognised_by(Platform.FACEBOOK, [other, listed])
    assert (found.named, found.listings) == (("FTO", "SDGT"), (listed,))
    assert "reference N-1" in found.sentence
    assert "argue the designation" in recognised_by(Platform.FACEBOOK, [other]).sentence


@pytest.mark.parametrize("platform", Platform)
def test_every_platform_says_which_of_the_listings_it_names_as_its_routes_do(platform: Platform) -> None:
    found = recognised_by(platform, [a_fact()])
    routes = PLATFORMS[platform].routes
    assert set(found.named) <= {name for route in routes for name in route.recognised_lists}
    assert bool(found.listings) == bool(set(found.named) & {"SDGT", "US", "Northland list"})
    assert PLATFORMS[platform].title in found.sentence
    assert ("names no list" in found.sentence or "name no list" in found.sentence) == (not found.named)


def test_x_names_no_list() -> None:
    assert recognised_by(Platform.X, [a_fact()]).named == ()


@pytest.mark.django_db
def test_nothing_is_gained_where_nothing_is_listed() -> None:
    assert queries.if_policy(DesignationPolicy(frozenset({"US"})), on=NOW.date()).gained == ()
    assert services.ensure_list("un-consolidated", actor=SYSTEM, now=NOW).format == "un_xml"
