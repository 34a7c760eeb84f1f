"""Casework from the queue to the decision: what waits for whom, who holds a case, what may follow what, one open case an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from openiru.stages.cases import queries, rules, services
from openiru.stages.cases.models import Case
from openiru.stages.cases.triage import holding, queues
from openiru.stages.cases.triage.rules import Wanted
from openiru.terms import Action, Ground, Leg, NoticeKind, Platform
from tests import builders
from tests.builders import LATER, NOW, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def cast() -> Cast:
    return builders.a_cast()


def opened(cast: Cast) -> int:
    return services.open_waiting(cast.ana.agency_id or 0, actor=cast.ana, now=NOW)


def test_each_reported_account_gets_one_case(cast: Cast) -> None:
    for _ in range(3):
        builders.a_report(builders.an_account(), cast.ana)
    builders.a_report(builders.an_account(), cast.eve)
    assert (opened(cast), opened(cast)) == (3, 0)
    assert Case.objects.filter(agency_id=cast.ana.agency_id or 0).count() == 3


def test_an_account_that_was_joined_to_another_gets_no_case(cast: Cast) -> None:
    account = builders.an_account(merged_into=builders.an_account())
    builders.a_report(account, cast.ana)
    assert opened(cast) == 0


def test_the_database_holds_one_open_case_an_account(cast: Cast) -> None:
    case = builders.a_case(cast)
    with refused_by_the_database("case_one_open_an_account"):
        sql(
            "insert into cases_case (uuid, account_id, agency_id, state, opened_at, changed_at, close_reason, reopened_because, urgent, "
            "retain_until) select gen_random_uuid(), account_id, agency_id, 'open', now(), now(), '', '', false, retain_until "
            "from cases_case where id = %s",
            case.id,
        )


def test_a_case_is_held_for_half_an_hour_by_one_person(cast: Cast) -> None:
    case = builders.a_case(cast)
    holding.take(case.id, actor=cast.ana, now=NOW)
    with refused("held_by_other"):
        holding.take(case.id, actor=cast.omar, now=NOW + timedelta(minutes=29))
    holding.take(case.id, actor=cast.ana, now=NOW + timedelta(minutes=29))
    holding.take(case.id, actor=cast.omar, now=NOW + timedelta(minutes=59))


def asked(cast: Cast, name: str = "ana", **wanted: Any) -> list[Case]:
    return queues.page(Wanted(**wanted), cast.each()[name], now=NOW).cases


def test_what_waits_for_whom(cast: Cast) -> None:
    waiting = builders.a_case(cast)
    builders.an_organisation(by=["Assembly", "Northland"])
    assessed = builders.an_assessment(cast).case
    assert asked(cast) == [waiting]
    assert asked(cast, "ben") == [assessed]
    for name in ("sam", "dara", "cleo", "eve"):
        assert asked(cast, name) == []


def test_a_single_source_case_waits_for_the_second_opinion_until_it_is_given(cast: Cast) -> None:
    builders.an_organisation(by=["Assembly"])
    assessment = builders.an_assessment(cast)
    assert asked(cast, "sam") == [assessment.case]
    services.give_opinion(assessment.id, agrees=True, reasons="Checked.", actor=cast.sam, now=NOW)
    assert asked(cast, "sam") == []


def test_the_urgent_and_the_oldest_come_first(cast: Cast) -> None:
    cases = [builders.a_case(cast) for _ in range(3)]
    Case.objects.filter(id=cases[0].id).update(opened_at=LATER)
    Case.objects.filter(id=cases[2].id).update(urgent=True, opened_at=LATER)
    assert asked(cast, order="oldest") == [cases[2], cases[1], cases[0]] == list(queries.queue(cast.ana))


def test_the_queue_is_narrowed_by_state_platform_and_words(cast: Cast) -> None:
    one, other = builders.a_case(cast, handle="riverlight"), builders.a_case(cast, platform=Platform.X)
    assert asked(cast, platform="x") == [other]
    assert asked(cast, text="RIVERL") == asked(cast, text=one.number) == [one]
    assert set(asked(cast, text="Valley Dawn")) == {one, other}
    assert asked(cast, state="assessed") == asked(cast, text="!!") == []
    assert queues.counts(cast.ana) == {"open": 2}


def test_the_page_shows_what_is_there(cast: Cast) -> None:
    decision = builders.an_approval(cast)
    page = queries.page(decision.assessment.case_id, cast.ben, on=TODAY)
    assert (page.assessment, page.decisions, page.earlier) == (decision.assessment, [decision], [])
    assert page.designation is not None and page.designation.verdict.allowed
    ((item, captures),) = page.items
    assert captures == [one for one in page.captures if one.item == item] != []


STEPS: dict[str, tuple[str, ...]] = {
    "assess": ("open", "assessed"),
    "close": ("open", "assessed"),
    "recall": ("approved",),
    "reopen": ("approved", "declined", "closed"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", Case.State.values)
def test_what_may_follow_what(cast: Cast, step: str, state: str) -> None:
    decision = builders.an_approval(cast)
    case = decision.assessment.case
    sheet = builders.a_worksheet(case)
    Case.objects.filter(id=case.id).update(state=state)
    calls: dict[str, Any] = {
        "assess": lambda: services.assess(case.id, sheet, actor=cast.ana, now=NOW),
        "close": lambda: services.close(case.id, reason="nothing on it", actor=cast.ana, now=NOW),
        "recall": lambda: services.recall(decision.id, reasons="A doubt.", actor=cast.ben, now=NOW),
        "reopen": lambda: services.reopen(case.id, because="the next leg", actor=cast.ana, now=NOW),
    }
    if state in STEPS[step]:
        calls[step]()
    else:
        with refused("wrong_state"):
            calls[step]()


@pytest.mark.parametrize("verb", ["close", "recall"])
def test_steps_back_need_reasons(cast: Cast, verb: str) -> None:
    decision = builders.an_approval(cast)
    with refused("reasons_missing"):
        if verb == "recall":
            services.recall(decision.id, reasons=" ", actor=cast.ben, now=NOW)
        else:
            services.close(builders.a_case(cast).id, reason=" ", actor=cast.ana, now=NOW)


def test_not_referring_closes_the_case_with_one_person(cast: Cast) -> None:
    case = builders.a_case(cast)
    services.assess(case.id, rules.NewAssessment(refer=False, purpose="a newspaper"), actor=cast.ana, now=NOW)
    case.refresh_from_db()
    assert (case.state, case.close_reason, case.closed_at) == ("closed", "not_referred", NOW)


def test_a_declined_case_may_be_opened_again_with_its_reason(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    services.decline(assessment.id, reasons="The quotes do not show it.", actor=cast.ben, now=NOW)
    case = services.reopen(assessment.case_id, because="new evidence", actor=cast.ana, now=LATER)
    assert (case.state, case.reopened_because, case.closed_at, case.close_reason) == ("open", "new evidence", None, "")
    with refused("assessment_stale"):
        services.approve(assessment.id, reasons="Now yes.", actor=cast.ben, now=LATER)


def test_what_is_approved_and_not_sent_waits_for_the_liaison(cast: Cast) -> None:
    decision = builders.an_approval(cast)
    assert list(queries.approved_unsent(cast.cleo)) == [decision]
    builders.a_notice(cast, decision)
    assert list(queries.approved_unsent(cast.cleo)) == []
    other = builders.an_approval(cast)
    services.recall(other.id, reasons="A doubt.", actor=cast.ben, now=NOW)
    assert list(queries.approved_unsent(cast.cleo)) == []


def test_an_order_is_only_for_an_agency_that_may(cast: Cast) -> None:
    case = builders.a_case(cast)
    order = builders.a_worksheet(case, kind=NoticeKind.ORDER, leg=Leg.LOCAL_LAW, **builders.LAW)
    with refused("order_not_yours"):
        services.assess(case.id, order, actor=cast.ana, now=NOW)
    type(case.agency).objects.filter(id=case.agency_id).update(may_order=True)
    assert services.assess(case.id, order, actor=cast.ana, now=NOW).kind == "order"


@pytest.mark.parametrize("name", ["law", "law_articles", "territory"])
def test_the_local_law_leg_needs_its_law(cast: Cast, name: str) -> None:
    case = builders.a_case(cast)
    changes: dict[str, Any] = {"leg": Leg.LOCAL_LAW, **builders.LAW, name: () if name == "law_articles" else ""}
    bare = builders.a_worksheet(case, **changes)
    with refused("assessment_incomplete"):
        services.assess(case.id, bare, actor=cast.ana, now=NOW)


def test_an_item_is_judged_once_in_an_assessment(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    with refused_by_the_database("assessed_item_once"):
        sql(
            "insert into cases_assesseditem (assessment_id, item_id, ground, why, excerpt, language, translation) "
            "select assessment_id, item_id, ground, why, excerpt, language, translation from cases_assesseditem "
            "where assessment_id = %s",
            assessment.id,
        )


def test_words_of_the_closed_lists_only() -> None:
    assert {kind.value for kind in NoticeKind} == {"referral", "order"}
    assert Action.LABEL in Action and len(Ground) == 5


def test_while_it_is_open_nobody_reopens_another_case_of_the_account(cast: Cast) -> None:
    first = builders.a_case(cast)
    services.close(first.id, reason="nothing on it", actor=cast.ana, now=NOW)
    Case.objects.create(account=first.account, agency=first.agency, opened_at=NOW, changed_at=NOW, retain_until=TODAY)
    with refused("wrong_state"):
        services.reopen(first.id, because="again", actor=cast.ana, now=NOW)
