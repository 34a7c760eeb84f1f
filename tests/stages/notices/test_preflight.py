"""Preflight says how complete a notice is, what stops it and why; the laws and the policy are asked again at the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from openiru.platforms import PLATFORMS, gates
from openiru.platforms.shapes import Weight
from openiru.stages.cases import services as casework
from openiru.stages.cases.models import Case
from openiru.stages.notices import preflight, queries, work
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Notice
from openiru.stages.notices.preflight import elements
from openiru.stages.register.models import Policy
from openiru.terms import Action, Leg, Platform
from tests import builders
from tests.builders import LATER, LAW, NOW, SYSTEM, Cast
from tests.laws.asking import refused
from tests.platforms.examples import NOW as EXAMPLE_NOW
from tests.platforms.examples import a_notice as an_example
from tests.platforms.examples import a_notice_to
from tests.stages.notices.smtp_server import Server


def a_stricter_policy(cast: Cast, *terms: str) -> Policy:
    """A policy that came into force after the approval and adds terms."""
    policy = builders.a_policy(proposed_by=cast.sue, confirmed_by=cast.rio)
    policy.single_source_terms = list(terms)
    policy.confirmed_at = NOW
    policy.save(update_fields=["single_source_terms", "confirmed_at"])
    return policy


def a_single_source_approval(cast: Cast) -> int:
    builders.an_organisation(by=("Assembly",))
    case = builders.a_case(cast, items=3)
    one = builders.an_assessment(cast, case)
    casework.give_opinion(one.id, agrees=True, reasons="It carries.", actor=cast.sam, now=NOW)
    first = sending.compose(builders.an_approval(cast, one).id, actor=cast.cleo, now=NOW)
    Notice.objects.filter(id=first.id).update(state="answered", sent_at=NOW, claimed="declined_no_violation")
    casework.reopen(case.id, because="the next leg", actor=cast.ana, now=NOW)
    second = builders.an_assessment(cast, case, leg=Leg.LOCAL_LAW, **LAW)
    casework.give_opinion(second.id, agrees=True, reasons="It carries.", actor=cast.sam, now=NOW)
    return builders.an_approval(cast, second).id


def test_a_notice_approved_under_an_old_policy_is_stopped_at_the_door_under_a_stricter_one(cast: Cast) -> None:
    decision = a_single_source_approval(cast)
    notice = sending.compose(decision, actor=cast.cleo, now=NOW)
    a_stricter_policy(cast, "own_rules_only")
    with refused("single_source_own_rules"):
        sending.send(notice.id, actor=cast.cleo, now=LATER)
    codes = [gap.code for gap in queries.preflight_again(notice, now=LATER).gaps if gap.weight is Weight.HARD]
    assert codes[0] == "single_source_own_rules"


def test_what_waits_in_the_outbox_is_stopped_too(cast: Cast, server: Server) -> None:
    decision = a_single_source_approval(cast)
    notice = sending.compose(decision, actor=cast.cleo, now=NOW)
    sending.send(notice.id, actor=cast.cleo, now=NOW)
    a_stricter_policy(cast, "own_rules_only")
    work.dispatch_due(actor=SYSTEM, now=LATER)
    assert not server.taken


def test_a_designation_that_became_single_source_needs_its_second_opinion_at_the_door(cast: Cast) -> None:
    notice = builders.a_notice(cast)
    organisation = notice.decision.assessment.organisation
    assert organisation is not None
    listing = organisation.listings.filter(published_list__authority="Northland").get()
    listing.ended_on = NOW.date()
    listing.save(update_fields=["ended_on"])
    with refused("opinion_missing"):
        sending.send(notice.id, actor=cast.cleo, now=LATER)


def test_the_score_is_full_only_where_nothing_is_missing() -> None:
    full = elements.measure(
        replace(an_example(), authority_address="1 Example Street", statement="In good faith."), EXAMPLE_NOW
    )
    assert full.missing == () and full.score == 100
    less = elements.measure(an_example(account_stable_id=""), EXAMPLE_NOW)
    assert less.score < 100 and "account_stable_id" in less.missing
    law = elements.measure(replace(a_notice_to(Platform.X, Leg.LOCAL_LAW), previous_ticket=""), EXAMPLE_NOW)
    assert "leg_one_ticket" in law.missing and "policy_line_and_why" not in law.missing


def test_a_notice_keeps_its_gaps_and_its_score(cast: Cast) -> None:
    notice = builders.a_notice(cast)
    assert {"few_items", "no_stable_id"} <= set(notice.gaps) and 0 < (notice.completeness or 0) < 100
    assert "three_items" in queries.preflight_again(notice, now=NOW).completeness.missing


def test_an_item_should_be_seen_live_within_a_day_and_a_new_look_makes_it_fresh(cast: Cast) -> None:
    decision = builders.an_approval(cast)
    late = NOW + timedelta(hours=25)
    assert "seen_long_ago" in {gap.code for gap in queries.preflight_of(decision, now=late).gaps}
    item = decision.assessment.items.get().item
    builders.a_capture(item, cast.ana, now=late)
    assert "seen_long_ago" not in {gap.code for gap in queries.preflight_of(decision, now=late).gaps}


def test_an_item_that_is_gone_stops_the_notice_at_sending(cast: Cast) -> None:
    notice = builders.a_notice(cast)
    item = notice.decision.assessment.items.get().item
    builders.a_capture(item, cast.ana, status=404, now=LATER)
    with refused("notice_incomplete"):
        sending.send(notice.id, actor=cast.cleo, now=LATER)


def test_no_second_notice_of_a_leg_is_open_on_an_account(cast: Cast) -> None:
    first = builders.a_sent_notice(cast)
    Case.objects.filter(id=first.case_id).update(state="closed")
    again = Case.objects.create(
        account=first.case.account, agency=first.case.agency, opened_at=NOW, changed_at=NOW, retain_until=LATER.date()
    )
    other = builders.an_approval(cast, builders.an_assessment(cast, again))
    report = queries.preflight_of(other, now=NOW)
    (gap,) = [gap for gap in report.gaps if gap.code == "duplicate"]
    assert report.stops and first.reference in gap.reason
    with refused("notice_incomplete"):
        sending.compose(other.id, actor=cast.cleo, now=NOW)


def test_x_gets_no_automated_submission() -> None:
    around = preflight.rules.Around("X", "", (), True, False, None, None)
    (gap,) = preflight.rules.gaps(an_example(), around)
    assert gap.code == "automation_forbidden" and gap.weight is Weight.HARD
    for leg in Leg:
        route = preflight.route_of(a_notice_to(Platform.X, leg))
        assert route is not None and route.way == "portal" and not route.automated_allowed


def test_what_was_not_seen_live_within_a_day_is_not_sent_until_somebody_looks_again(cast: Cast) -> None:
    notice = builders.a_notice(cast)
    late = NOW + timedelta(hours=25)
    with refused("notice_incomplete"):
        sending.send(notice.id, actor=cast.cleo, now=late)
    item = notice.decision.assessment.items.get().item
    builders.a_capture(item, cast.ana, now=late)
    sending.send(notice.id, actor=cast.cleo, now=late)
    notice.refresh_from_db()
    assert notice.state == "queued" and notice.facts["items"][0]["last_seen_live"] == NOW.isoformat()


def test_every_platform_says_how_much_the_two_gates_weigh_and_why() -> None:
    for platform in Platform:
        for gate in (gates.live(platform), gates.several(platform)):
            assert gate.why and "§" in gate.source
    assert {one for one in Platform if gates.live(one).weight is Weight.SOFT} == {Platform.WHATSAPP, Platform.DISCORD}


def test_a_whatsapp_channel_is_not_asked_for_on_fewer_than_three_updates_but_its_updates_are() -> None:
    facts = replace(
        a_notice_to(Platform.WHATSAPP, Leg.PLATFORM_POLICY),
        account_key="whatsapp:channel:id:0029VaExample",
        action=Action.DISABLE_ACCOUNT,
    )
    less = replace(facts, items=facts.items[:1])
    (gap,) = [gap for gap in PLATFORMS[Platform.WHATSAPP].gaps(less, EXAMPLE_NOW) if gap.code == "few_items"]
    assert gap.weight is Weight.HARD and "dated updates" in gap.reason
    for other in (replace(less, action=Action.REMOVE_ITEMS), replace(less, account_key="whatsapp:account:phone:1")):
        gaps = PLATFORMS[Platform.WHATSAPP].gaps(other, EXAMPLE_NOW)
        assert not any(gap.code == "few_items" and gap.weight is Weight.HARD for gap in gaps)
