"""Law 3: two different people decide; nobody approves what they assessed, by rule, by service, or by raw SQL."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.people.models import User
from openiru.people.roles import Role
from openiru.stages.cases import rules, services
from openiru.stages.cases.models import AssessedItem, Assessment, Decision
from openiru.stages.notices import services as sending
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

STANDING = rules.Standing(
    assessor=1, decider=2, designated=True, why_not_designated=(), single_source=False,
    protections=(), items=1, items_with_evidence=1, reasons="yes",
)  # fmt: skip
DECIDE = (
    "insert into cases_decision (assessment_id, assessed_by_id, decided_by_id, approved, reasons, at, designation) "
    "values (%s, %s, %s, %s, 'forged', now(), '{}')"
)
OPINE = (
    "insert into cases_opinion (assessment_id, assessed_by_id, author_id, agrees, reasons, at) "
    "values (%s, %s, %s, true, 'forged', now())"
)


@pytest.fixture
def cast(db: None) -> Cast:
    return builders.a_cast()


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    return builders.an_assessment(cast)


def with_role(actor: Actor, *roles: Role) -> Actor:
    """The same person with more roles: the law is about people, not about roles."""
    User.objects.filter(id=actor.person).update(roles=sorted({*actor.roles, *roles}))
    return replace(actor, roles=actor.roles | set(roles))


@given(person=st.integers(1, 5), other=st.integers(1, 5), third=st.integers(1, 5) | st.none())
def test_the_rule_never_lets_one_person_be_two(person: int, other: int, third: int | None) -> None:
    standing = replace(STANDING, assessor=person, decider=other, opinion_by=third, opinion_agrees=True)
    code = ""
    try:
        rules.check_approval(standing)
    except Refused as error:
        code = error.code
    assert code == ("same_person" if other in {person, third} else "")


def test_nobody_approves_what_they_assessed(cast: Cast, assessment: Assessment) -> None:
    ana = with_role(cast.ana, Role.APPROVER)
    with refused("same_person"):
        services.approve(assessment.id, reasons="I am sure.", actor=ana, now=NOW)


def test_nobody_declines_what_they_assessed(cast: Cast, assessment: Assessment) -> None:
    ana = with_role(cast.ana, Role.APPROVER)
    with refused("same_person"):
        services.decline(assessment.id, reasons="I am not sure.", actor=ana, now=NOW)


def test_nobody_gives_the_opinion_on_what_they_assessed(cast: Cast, assessment: Assessment) -> None:
    ana = with_role(cast.ana, Role.SECOND_OPINION)
    with refused("same_person"):
        services.give_opinion(assessment.id, agrees=True, reasons="Sure.", actor=ana, now=NOW)


def test_whoever_gave_the_opinion_does_not_approve(cast: Cast, assessment: Assessment) -> None:
    sam = with_role(cast.sam, Role.APPROVER)
    services.give_opinion(assessment.id, agrees=True, reasons="Sure.", actor=sam, now=NOW)
    with refused("same_person"):
        services.approve(assessment.id, reasons="Listed.", actor=sam, now=NOW)


def test_a_decision_needs_reasons_of_its_own(cast: Cast, assessment: Assessment) -> None:
    for verb in (services.approve, services.decline):
        with refused("reasons_missing"):
            verb(assessment.id, reasons=" \n", actor=cast.ben, now=NOW)


def test_the_database_refuses_one_person_twice(cast: Cast, assessment: Assessment) -> None:
    with refused_by_the_database("decision_is_another_persons"):
        sql(DECIDE, assessment.id, cast.ana.user_id, cast.ana.user_id, True)
    with refused_by_the_database("opinion_is_another_persons"):
        sql(OPINE, assessment.id, cast.ana.user_id, cast.ana.user_id)


@pytest.mark.parametrize("approved", [True, False])
def test_the_database_refuses_a_forged_assessor(cast: Cast, assessment: Assessment, approved: bool) -> None:
    with refused_by_the_database("decision_names_the_assessor"):
        sql(DECIDE, assessment.id, cast.omar.user_id, cast.ana.user_id, approved)
    with refused_by_the_database("opinion_names_the_assessor"):
        sql(OPINE, assessment.id, cast.omar.user_id, cast.ana.user_id)
    with refused_by_the_database("an assessment is replaced, never changed"):
        sql("update cases_assessment set author_id = %s where id = %s", cast.omar.user_id, assessment.id)


def test_the_database_keeps_the_opinion_and_the_decision_apart(cast: Cast, assessment: Assessment) -> None:
    sql(OPINE, assessment.id, cast.ana.user_id, cast.sam.user_id)
    with refused_by_the_database("two people"):
        sql(DECIDE, assessment.id, cast.ana.user_id, cast.sam.user_id, True)
    sql(DECIDE, assessment.id, cast.ana.user_id, cast.ben.user_id, True)
    with refused_by_the_database("two people"):
        sql("update cases_opinion set author_id = %s where assessment_id = %s", cast.ben.user_id, assessment.id)


def test_the_database_takes_one_decision_of_an_assessment(cast: Cast, assessment: Assessment) -> None:
    sql(DECIDE, assessment.id, cast.ana.user_id, cast.ben.user_id, False)
    with refused_by_the_database("assessment_id"):
        sql(DECIDE, assessment.id, cast.ana.user_id, cast.bea.user_id, True)


@pytest.mark.parametrize(
    "change",
    ["approved = true", "reasons = 'better ones'", "decided_by_id = {bea}", "assessed_by_id = {bea}", "designation = '[]'",
     "at = at + interval '1 day'"],
)  # fmt: skip
def test_the_database_never_changes_a_decision(cast: Cast, assessment: Assessment, change: str) -> None:
    made = services.decline(assessment.id, reasons="Not it.", actor=cast.ben, now=NOW)
    with refused_by_the_database("decision"):
        sql(f"update cases_decision set {change.format(bea=cast.bea.user_id)} where id = %s", made.id)


def test_the_database_never_takes_a_recall_back(cast: Cast, assessment: Assessment) -> None:
    made = builders.an_approval(cast, assessment)
    services.recall(made.id, reasons="A doubt.", actor=cast.ben, now=NOW)
    with refused_by_the_database("decision"):
        sql("update cases_decision set recalled_at = null where id = %s", made.id)


def test_a_decision_is_never_deleted(cast: Cast, assessment: Assessment) -> None:
    made = builders.an_approval(cast, assessment)
    with refused_by_the_database("decision"):
        sql("delete from cases_decision where id = %s", made.id)


def test_what_was_decided_on_stays_as_it_was(cast: Cast, assessment: Assessment) -> None:
    builders.an_approval(cast, assessment)
    for change in ("why = 'another reason'", "excerpt = 'other words'", "capture_id = null", "ground = 'threatens'"):
        with refused_by_the_database("decided"):
            sql(f"update cases_assesseditem set {change} where assessment_id = %s", assessment.id)
    with refused_by_the_database("decided"):
        sql("delete from cases_assesseditem where assessment_id = %s", assessment.id)
    assert AssessedItem.objects.filter(assessment=assessment).count() == 1


def test_an_assessment_is_replaced_never_changed(cast: Cast, assessment: Assessment) -> None:
    second = builders.an_assessment(cast, assessment.case, affiliation="Says so itself.")
    assessment.refresh_from_db()
    assert assessment.replaced and not second.replaced
    with refused("assessment_stale"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW)


def test_the_system_never_assesses_decides_or_sends(cast: Cast) -> None:
    case = builders.a_case(cast)
    sheet = builders.a_worksheet(case)
    with refused("not_allowed"):
        services.assess(case.id, sheet, actor=SYSTEM, now=NOW)
    assessment = builders.an_assessment(cast, case)
    for verb in (services.approve, services.decline):
        with refused("not_allowed"):
            verb(assessment.id, reasons="The score is high.", actor=SYSTEM, now=NOW)
    with refused("not_allowed"):
        services.give_opinion(assessment.id, agrees=True, reasons="The score is high.", actor=SYSTEM, now=NOW)
    decision = builders.an_approval(cast, assessment)
    with refused("not_allowed"):
        sending.compose(decision.id, actor=SYSTEM, now=NOW)
    notice = builders.a_notice(cast, decision)
    with refused("not_allowed"):
        sending.send(notice.id, actor=SYSTEM, now=NOW)


def test_nobody_may_be_the_system(cast: Cast) -> None:
    with refused_by_the_database("user_is_not_the_system"):
        sql("update people_user set roles = %s where id = %s", ["system"], cast.ana.user_id)
    all_roles = replace(cast.ana, roles=frozenset(Role), user_id=None)
    case = builders.a_case(cast)
    with refused("needs_person"):
        services.assess(case.id, builders.a_worksheet(case), actor=all_roles, now=NOW)


def test_each_decision_is_of_one_account(cast: Cast, assessment: Assessment) -> None:
    made = builders.an_approval(cast, assessment)
    assert json.dumps(made.designation) != "{}"
    assert Decision.objects.filter(assessment__case=assessment.case).count() == 1
    with refused("assessment_stale"):
        services.approve(assessment.id, reasons="Once more.", actor=cast.bea, now=NOW)
