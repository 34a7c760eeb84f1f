"""Law 4: a protected speaker is a hard stop with a senior legal review: at approval, at composing, at sending, at the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from openiru.people.roles import Role
from openiru.stages.cases import protections, services
from openiru.stages.cases.models import Case, Protection
from openiru.stages.notices import services as sending
from openiru.stages.notices import work
from openiru.terms import ProtectionKind
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return builders.a_cast()


def a_protection(cast: Cast, case: Case, **changes: object) -> Protection:
    new = protections.NewProtection(ProtectionKind.PRESS, "Valley Gazette", "its imprint", case.account.key)
    return protections.add(replace(new, **changes), actor=cast.ana, now=NOW)  # type: ignore[arg-type]


def reviewed(cast: Cast, case: Case, protection: Protection, *, may_go_on: bool = True) -> None:
    word = protections.NewReview(
        case.id, protection.id, may_go_on, "Read whole; it is not the newspaper's own account."
    )
    protections.review(word, actor=cast.rio, now=NOW)


def test_a_protected_speaker_stops_the_approval(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    a_protection(cast, assessment.case)
    with refused("protected"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW)


def test_it_stops_composing_and_sending_what_was_approved_before(cast: Cast) -> None:
    decision = builders.an_approval(cast)
    ready = builders.a_notice(cast)
    for case in (decision.assessment.case, ready.case):
        a_protection(cast, case)
    with refused("protected"):
        sending.compose(decision.id, actor=cast.cleo, now=LATER)
    with refused("protected"):
        sending.send(ready.id, actor=cast.cleo, now=LATER)


def test_it_stops_at_the_door_what_waits_in_the_outbox(cast: Cast) -> None:
    builders.an_installation()
    notice = builders.a_queued_notice(cast)
    a_protection(cast, notice.case)
    work.dispatch_due(actor=SYSTEM, now=LATER)
    notice.refresh_from_db()
    assert notice.state == "failed" and notice.sent_at is None
    assert "protected" in notice.dispatches.get().error


@pytest.mark.parametrize("name", ["Valley Gazette", "valley  GAZETTE", "Välley Gazette"])
def test_a_name_protects_as_well_as_a_key(cast: Cast, name: str) -> None:
    assessment = builders.an_assessment(cast, builders.a_case(cast, name=name))
    a_protection(cast, assessment.case, account_key="")
    with refused("protected"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW)


def test_a_senior_reviewers_word_lets_one_case_go_on(cast: Cast) -> None:
    one, other = (
        builders.an_assessment(cast),
        builders.an_assessment(cast, builders.a_case(cast, name="Valley Gazette")),
    )
    protection = a_protection(cast, one.case)
    reviewed(cast, one.case, protection)
    assert services.approve(one.id, reasons="Reviewed.", actor=cast.ben, now=NOW).approved
    with refused("protected"):
        services.approve(other.id, reasons="Reviewed.", actor=cast.ben, now=NOW)


def test_a_no_of_the_reviewer_is_no_way_on(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    reviewed(cast, assessment.case, a_protection(cast, assessment.case), may_go_on=False)
    with refused("protected"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW)


def test_the_reviewers_word_ends(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    reviewed(cast, assessment.case, a_protection(cast, assessment.case))
    with refused("protected"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW + timedelta(days=91))


def test_only_a_senior_reviewer_reviews_and_never_their_own_assessment(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    protection = a_protection(cast, assessment.case)
    word = protections.NewReview(assessment.case_id, protection.id, True, "Fine.")
    with refused("not_allowed"):
        protections.review(word, actor=cast.ben, now=NOW)
    with refused("same_person"):
        protections.review(word, actor=replace(cast.ana, roles=cast.ana.roles | {Role.SENIOR_REVIEWER}), now=NOW)
    with refused("reasons_missing"):
        protections.review(replace(word, reasons=" "), actor=cast.rio, now=NOW)


def test_nobody_ends_the_protection_they_added(cast: Cast) -> None:
    case = builders.a_case(cast)
    own = protections.add(
        protections.NewProtection(ProtectionKind.RESEARCH, "Archive", "its page", case.account.key),
        actor=cast.rio,
        now=NOW,
    )
    with refused("same_person"):
        protections.end(own.id, reasons="No longer.", actor=cast.rio, now=NOW)
    theirs = a_protection(cast, case)
    with refused("not_allowed"):
        protections.end(theirs.id, reasons="No longer.", actor=cast.ana, now=NOW)
    protections.end(theirs.id, reasons="The newspaper closed.", actor=cast.rio, now=NOW)
    assert protections.standing_against(case, NOW.date()) == [own]


def test_a_protection_needs_a_source_and_somebody_it_names(cast: Cast) -> None:
    for name, source, key in (("Gazette", " ", ""), (" ", "its imprint", "")):
        with refused("reasons_missing"):
            protections.add(protections.NewProtection(ProtectionKind.PRESS, name, source, key), actor=cast.ana, now=NOW)


def test_a_purpose_that_is_protected_speech_is_no_worksheet(cast: Cast) -> None:
    case = builders.a_case(cast)
    with refused("protected"):
        services.assess(case.id, builders.a_worksheet(case, purpose_is_protected=True), actor=cast.ana, now=NOW)


def test_an_unnamed_account_is_not_protected_by_an_unnamed_protection(cast: Cast) -> None:
    case = builders.a_case(cast, handle="openhandle", name="")
    Case.objects.filter(id=case.id)
    a_protection(cast, builders.a_case(cast), name="")
    assert protections.standing_against(case, NOW.date()) == []
