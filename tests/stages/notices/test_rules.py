"""Pure rules of notices: the flow, the clock, gaps, and what is composed from an approval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.platforms.shapes import Gap, Weight
from openiru.stages.notices import queries, rules
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Notice
from openiru.stages.notices.transports import TRANSPORTS
from openiru.terms import Leg, Outcome, Platform
from tests import builders
from tests.builders import LATER, NOW, Cast
from tests.laws.asking import refused, refused_by_the_database, sql


def test_the_flow_knows_every_state_and_leads_nowhere_unknown() -> None:
    assert set(rules.FLOW) == set(Notice.State.values)
    assert set().union(*rules.FLOW.values()) <= set(rules.FLOW)


def test_what_went_out_is_never_queued_again_and_what_was_withdrawn_stays() -> None:
    for state in ("sent", "received", "paused", "answered", "closed", "withdrawn"):
        assert "queued" not in rules.FLOW[state]
    assert rules.FLOW["withdrawn"] == {"withdrawn"}
    assert all("withdrawn" in following for following in rules.FLOW.values())


@given(state=st.sampled_from(sorted(rules.FLOW)), wanted=st.sampled_from(sorted(rules.FLOW)))
def test_a_step_that_is_not_in_the_flow_is_refused(state: str, wanted: str) -> None:
    if wanted in rules.FLOW[state]:
        rules.check_step(state, wanted)
    else:
        with refused("wrong_state"):
            rules.check_step(state, wanted)


def test_only_hard_gaps_stop_a_notice_and_all_of_them_are_named() -> None:
    soft, one, two = (
        Gap(code, weight, "") for code, weight in (("a", Weight.SOFT), ("b", Weight.HARD), ("c", Weight.HARD))
    )
    rules.check_gaps((soft,))
    with pytest.raises(Exception, match=r"b.*c"):
        rules.check_gaps((soft, one, two))


CLOCK = rules.Clock("sent", Leg.PLATFORM_POLICY, NOW, None, None)


@pytest.mark.parametrize(
    ("clock", "after", "proposal"),
    [
        (CLOCK, timedelta(0), rules.Proposal.NONE),
        (CLOCK, timedelta(seconds=1), rules.Proposal.REMIND),
        (rules.Clock("received", Leg.PLATFORM_POLICY, NOW, NOW, None), timedelta(hours=23), rules.Proposal.NONE),
        (rules.Clock("received", Leg.PLATFORM_POLICY, NOW, NOW, None), timedelta(hours=24), rules.Proposal.NEXT_LEG),
        (rules.Clock("received", Leg.LOCAL_LAW, NOW, NOW, None), timedelta(hours=24), rules.Proposal.LIAISON),
        (
            rules.Clock("paused", Leg.PLATFORM_POLICY, NOW, None, None),
            timedelta(days=9),
            rules.Proposal.ANSWER_QUESTION,
        ),
        (rules.Clock("in_doubt", Leg.PLATFORM_POLICY, None, None, None), timedelta(0), rules.Proposal.LOOK_IN_DOUBT),
        (
            rules.Clock("answered", Leg.PLATFORM_POLICY, NOW, None, Outcome.DECLINED_INVALID),
            timedelta(0),
            rules.Proposal.NEXT_LEG,
        ),
        (
            rules.Clock("answered", Leg.LOCAL_LAW, NOW, None, Outcome.DECLINED_INVALID),
            timedelta(0),
            rules.Proposal.CLOSE,
        ),
        (rules.Clock("answered", Leg.PLATFORM_POLICY, NOW, None, Outcome.WITHHELD), timedelta(0), rules.Proposal.NONE),
    ],
)
def test_what_the_clock_proposes(clock: rules.Clock, after: timedelta, proposal: rules.Proposal) -> None:
    assert rules.propose(clock, NOW + after) is proposal


@pytest.mark.parametrize("platform", tuple(builders._ADDRESSES))
def test_a_notice_goes_the_platforms_way(cast: Cast, platform: Platform) -> None:
    notice = builders.a_notice(cast, platform=platform)
    assert notice.way == ("email" if platform is Platform.TELEGRAM else "portal") and notice.way in TRANSPORTS
    assert notice.address and notice.due_hours > 0 and notice.facts["account"]["url"]


def test_what_is_incomplete_is_not_composed_and_says_what_is_missing(cast: Cast) -> None:
    decision = builders.an_approval(cast)
    capture = decision.assessment.items.get().capture
    assert capture is not None
    type(capture).objects.filter(id=capture.id).update(status=404)
    codes = {gap.code for gap in queries.preflight_of(decision, now=NOW).gaps}
    assert "never_seen_live" in codes
    with refused("notice_incomplete"):
        sending.compose(decision.id, actor=cast.cleo, now=NOW)


def test_a_declined_or_recalled_decision_makes_no_notice(cast: Cast) -> None:
    from openiru.stages.cases import services as casework

    declined = casework.decline(builders.an_assessment(cast).id, reasons="No.", actor=cast.ben, now=NOW)
    recalled = builders.an_approval(cast)
    casework.recall(recalled.id, reasons="A doubt.", actor=cast.ben, now=NOW)
    for decision in (declined, recalled):
        with refused("wrong_state"):
            sending.compose(decision.id, actor=cast.cleo, now=NOW)


def test_a_decision_makes_one_notice(cast: Cast) -> None:
    notice = builders.a_notice(cast)
    with refused("notice_open"):
        builders.a_notice(cast, notice.decision)
    with refused_by_the_database("never deleted"):
        sql("delete from notices_notice where id = %s", notice.id)
    with refused_by_the_database("notice_sent_has_a_time"):
        sql("update notices_notice set state = 'sent' where id = %s", notice.id)


STEPS: dict[str, Callable[[Cast, Notice], object]] = {
    "send": lambda cast, one: sending.send(one.id, actor=cast.cleo, now=LATER),
    "submitted": lambda cast, one: sending.submitted(one.id, "TCK-1", actor=cast.cleo, now=LATER),
    "remind": lambda cast, one: sending.remind(one.id, actor=cast.cleo, now=LATER),
}


@pytest.mark.parametrize("step", STEPS)
def test_what_was_sent_and_is_not_late_is_neither_sent_submitted_nor_reminded(cast: Cast, step: str) -> None:
    with refused("wrong_state"):
        STEPS[step](cast, builders.a_sent_notice(cast))


def test_a_reminder_is_a_message_of_its_own_and_may_come_again(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    for days in (20, 30):
        sending.remind(notice.id, actor=cast.cleo, now=NOW + timedelta(days=days))
    ids = set(notice.dispatches.values_list("message_id", flat=True))
    assert notice.dispatches.filter(purpose="reminder").count() == 2 and len(ids) == 3


def test_a_withdrawal_needs_reasons(cast: Cast) -> None:
    with refused("reasons_missing"):
        sending.withdraw(builders.a_notice(cast).id, reason=" ", wrong=False, actor=cast.cleo, now=NOW)


def test_references_and_message_ids_cannot_be_guessed(cast: Cast) -> None:
    notices = [builders.a_queued_notice(cast) for _ in range(4)]
    words = {notice.reference for notice in notices} | {one.dispatches.get().message_id for one in notices}
    assert len(words) == 8
    assert all(len(one.dispatches.get().message_id.split("@")[0]) == 33 for one in notices)
