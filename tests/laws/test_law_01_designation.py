"""Law 1: no notice without a listing in force on a loaded snapshot; a list loaded by hand counts after two people only."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from openiru.stages.cases import rules, services
from openiru.stages.cases.models import Assessment
from openiru.stages.notices import services as sending
from openiru.stages.notices import work
from openiru.stages.notices.models import Dispatch, Notice
from openiru.stages.register import queries as register
from openiru.stages.register import services as lists
from openiru.stages.register.formats.catalogue import ListSpec
from openiru.stages.register.models import Organisation, PublishedList, Snapshot
from openiru.terms import Ground, Leg, ListAuthorityKind, NoticeKind, Platform
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

pytestmark = pytest.mark.django_db
FILE = b"""<CONSOLIDATED_LIST dateGenerated="2026-02-01T00:00:00Z"><INDIVIDUALS><INDIVIDUAL>
<REFERENCE_NUMBER>EXi.1</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY><FIRST_NAME>RIVER LIGHT BAND</FIRST_NAME>
<UN_LIST_TYPE>Example</UN_LIST_TYPE><REFERENCE_NUMBER>EXe.2</REFERENCE_NUMBER><LISTED_ON>2011-07-29</LISTED_ON></ENTITY></ENTITIES>
</CONSOLIDATED_LIST>"""


@pytest.fixture
def cast() -> Cast:
    return builders.a_cast()


def a_list_by_hand(cast: Cast) -> Snapshot:
    spec = ListSpec("assembly", "Assembly list (invented)", "Assembly", ListAuthorityKind.MULTILATERAL, "un_xml")
    published = lists.ensure_list("assembly", actor=cast.sue, now=NOW, spec=spec)
    return lists.load({"list.xml": FILE}, published_list=published, by_hand=True, actor=cast.sue, now=NOW).snapshot


def end_every_listing_of(organisation: Organisation | None) -> None:
    assert organisation is not None
    organisation.listings.update(ended_on=NOW.date(), ended_noticed_at=NOW)


def test_an_organisation_on_no_list_is_never_approved(cast: Cast) -> None:
    assessment = builders.an_assessment(cast, organisation_id=builders.an_organisation(by=()).id)
    with refused("not_designated"):
        services.approve(assessment.id, reasons="Known to everybody.", actor=cast.ben, now=NOW)


def test_one_national_list_alone_is_not_enough(cast: Cast) -> None:
    assessment = builders.an_assessment(cast, organisation_id=builders.an_organisation(by=("Home",)).id)
    with refused("not_designated"):
        services.approve(assessment.id, reasons="The home list has it.", actor=cast.ben, now=NOW)


def test_an_authority_that_the_policy_does_not_count_is_no_authority(cast: Cast) -> None:
    assessment = builders.an_assessment(cast, organisation_id=builders.an_organisation(by=("Elsewhere", "Home")).id)
    with refused("not_designated"):
        services.approve(assessment.id, reasons="Two lists have it.", actor=cast.ben, now=NOW)


def test_what_designates_is_written_into_the_decision_as_it_stood(cast: Cast) -> None:
    decision = builders.an_approval(cast)
    kept = json.loads(json.dumps(decision.designation))
    end_every_listing_of(decision.assessment.organisation)
    decision.refresh_from_db()
    assert {one["authority"] for one in kept["listings"]} == {"Assembly", "Northland"}
    assert decision.designation == kept


@pytest.mark.parametrize("how", ["ended", "superseded", "quarantined"])
def test_a_listing_that_fell_after_the_approval_stops_compose(cast: Cast, how: str) -> None:
    decision = builders.an_approval(cast)
    organisation = decision.assessment.organisation
    if how == "ended":
        end_every_listing_of(organisation)
    else:
        Snapshot.objects.update(state=how)
    with refused("not_designated"):
        sending.compose(decision.id, actor=cast.cleo, now=LATER)
    assert not Notice.objects.exists()


def test_a_listing_that_ended_after_composing_stops_send(cast: Cast) -> None:
    notice = builders.a_notice(cast)
    end_every_listing_of(notice.decision.assessment.organisation)
    with refused("not_designated"):
        sending.send(notice.id, actor=cast.cleo, now=LATER)


def test_a_listing_that_ended_while_the_notice_waits_in_the_outbox_stops_it_at_the_door(cast: Cast) -> None:
    builders.an_installation()
    notice = builders.a_queued_notice(cast)
    end_every_listing_of(notice.decision.assessment.organisation)
    work.dispatch_due(actor=SYSTEM, now=LATER)
    notice.refresh_from_db()
    dispatch = notice.dispatches.get()
    assert (notice.state, dispatch.state, notice.sent_at) == ("failed", Dispatch.State.FAILED, None)
    assert "not_designated" in dispatch.error


def test_no_package_is_given_out_for_a_listing_that_ended(cast: Cast) -> None:
    notice = builders.a_queued_notice(cast, platform=Platform.X)
    end_every_listing_of(notice.decision.assessment.organisation)
    with refused("not_designated"):
        work.package(notice, now=LATER)


def test_what_was_submitted_on_a_form_is_recorded_even_if_the_listing_ended_meanwhile(cast: Cast) -> None:
    notice = builders.a_queued_notice(cast, platform=Platform.X)
    end_every_listing_of(notice.decision.assessment.organisation)
    assert sending.submitted(notice.id, "TCK-1", actor=cast.cleo, now=LATER).state == "received"


def test_a_list_loaded_by_hand_counts_only_after_two_people(cast: Cast) -> None:
    snapshot = a_list_by_hand(cast)
    organisation = Organisation.objects.get(name="RIVER LIGHT BAND")

    def allowed() -> bool:
        return register.designation(organisation.id, on=NOW.date()).verdict.allowed

    assert not allowed()
    lists.confirm(snapshot.id, "compared with the printed gazette", actor=cast.ben, now=NOW)
    assert not allowed()
    with refused("same_person"):
        lists.confirm(snapshot.id, "compared again", actor=cast.ben, now=NOW)
    lists.confirm(snapshot.id, "compared with the publisher's page", actor=cast.sue, now=NOW)
    assert allowed()


def test_the_database_refuses_a_hand_loaded_list_that_one_person_confirmed(cast: Cast) -> None:
    snapshot = a_list_by_hand(cast)
    lists.confirm(snapshot.id, "compared with the printed gazette", actor=cast.ben, now=NOW)
    with refused_by_the_database("two people"):
        sql("update register_snapshot set state = 'in_force' where id = %s", snapshot.id)
    with refused_by_the_database("confirmation_once_a_person"):
        sql(
            "insert into register_confirmation (snapshot_id, person_id, source, at) values (%s, %s, 'again', now())",
            snapshot.id,
            cast.ben.user_id,
        )


def test_the_database_refuses_a_policy_of_one_person(cast: Cast) -> None:
    with refused_by_the_database("policy_takes_two_people"):
        builders.a_policy(proposed_by=cast.sue, confirmed_by=cast.sue)


def test_a_single_source_needs_the_opinion_of_a_third_person(cast: Cast) -> None:
    assessment = a_single_source_assessment(cast)
    with refused("opinion_missing"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW)
    services.give_opinion(assessment.id, agrees=True, reasons="Checked.", actor=cast.sam, now=NOW)
    assert services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW).approved


def test_an_opinion_that_disagrees_stops_a_single_source(cast: Cast) -> None:
    assessment = a_single_source_assessment(cast)
    services.give_opinion(assessment.id, agrees=False, reasons="Only one list.", actor=cast.sam, now=NOW)
    with refused("opinion_disagrees"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW)


def test_a_single_source_is_said_in_the_notice(cast: Cast) -> None:
    assessment = a_single_source_assessment(cast)
    services.give_opinion(assessment.id, agrees=True, reasons="Checked.", actor=cast.sam, now=NOW)
    assert (
        builders.a_notice(cast, builders.an_approval(cast, assessment)).facts["organisation"]["single_source"] is True
    )


def test_grounds_are_a_closed_list() -> None:
    assert {ground.value for ground in Ground} == {
        "incites", "solicits_offence", "solicits_participation", "instructs", "threatens",
    }  # fmt: skip
    assert not any(word in " ".join(Ground) for word in ("news", "defam", "decen", "blasph"))


def test_designation_is_asked_before_protections_and_evidence() -> None:
    standing = rules.Standing(
        assessor=1, decider=2, designated=False, why_not_designated=("not_listed",), single_source=False,
        protections=("a newspaper",), items=0, items_with_evidence=0, reasons="yes",
    )  # fmt: skip
    with refused("not_designated"):
        rules.check_approval(standing)


@pytest.mark.parametrize(
    ("term", "changes", "code"),
    [
        ("referral_only", {"kind": NoticeKind.ORDER}, "single_source_no_order"),
        ("own_rules_only", {"leg": Leg.LOCAL_LAW}, "single_source_own_rules"),
    ],
)
def test_a_single_source_goes_no_further_than_the_policy_lets_it(term: str, changes: dict[str, Any], code: str) -> None:
    standing = rules.Standing(
        assessor=1, decider=2, designated=True, why_not_designated=(), single_source=True, protections=(),
        items=1, items_with_evidence=1, reasons="yes", opinion_by=3, opinion_agrees=True, terms=(term,),
    )  # fmt: skip
    rules.check_approval(standing)
    with refused(code):
        rules.check_approval(replace(standing, **changes))
    with refused("opinion_missing"):
        rules.check_approval(replace(standing, opinion_by=None))


def test_every_listing_in_a_notice_names_its_snapshot(cast: Cast) -> None:
    listings = builders.a_notice(cast).facts["organisation"]["listings"]
    known = set(Snapshot.objects.values_list("sha256", flat=True))
    assert listings and {one["snapshot_sha256"] for one in listings} <= known
    assert PublishedList.objects.count() == len(listings)


def a_single_source_assessment(cast: Cast) -> Assessment:
    return builders.an_assessment(cast, organisation_id=builders.an_organisation(by=("Assembly",)).id)


def test_a_listing_of_tomorrow_does_not_count_today(cast: Cast) -> None:
    organisation = builders.an_organisation(by=())
    builders.a_listing(organisation, listed_on=NOW.date() + timedelta(days=1))
    assert not register.designation(organisation.id, on=NOW.date()).verdict.allowed
    assert register.designation(organisation.id, on=NOW.date() + timedelta(days=1)).verdict.allowed
