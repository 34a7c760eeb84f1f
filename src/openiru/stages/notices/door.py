"""What must hold at the door, each time: before a notice is composed, before it is queued, and before it leaves."""

from __future__ import annotations

from datetime import datetime

from openiru.errors import Refused
from openiru.stages.cases.holds.services import check_none
from openiru.stages.cases.models import Assessment, Decision, Opinion
from openiru.stages.cases.protections import sign_stops, standing_against
from openiru.stages.cases.rules import check_single_source
from openiru.stages.notices import facts as building
from openiru.stages.notices import rules, surroundings
from openiru.stages.notices.models import Notice
from openiru.stages.notices.surroundings import Surroundings
from openiru.stages.register.queries import Designation
from openiru.terms import Leg, NoticeKind

OPEN_STATES = (
    Notice.State.DRAFTED,
    Notice.State.QUEUED,
    Notice.State.IN_DOUBT,
    Notice.State.SENT,
    Notice.State.RECEIVED,
    Notice.State.PAUSED,
)


def check_may_send(decision: Decision, now: datetime, around: Surroundings | None = None) -> Designation:
    """Ask again at the door: the approval stands, nobody is protected, the listing is in force today under the policy of today.

    Returns how the organisation stands on the lists. `around` is what the caller asked already.
    """
    if not decision.approved or decision.recalled_at is not None or decision.assessment.replaced:
        raise Refused("wrong_state", why="the approval does not stand")
    case = decision.assessment.case
    protections = standing_against(case, now.date())
    if protections:
        raise Refused("protected", by=tuple(one.name for one in protections))
    if sign_stops(case, now.date()):
        raise Refused("protected", by=("signs_on_front",))
    check_none(case, now)
    designation = building.designation_of(decision, now.date())
    if not designation.verdict.allowed:
        raise Refused("not_designated", why=designation.verdict.reasons)
    if designation.verdict.single_source:
        _check_terms(decision.assessment, designation.verdict.terms)
    around = around or surroundings.of(decision, now)
    if any(one.case_id == case.id and one.wrong_at and one.wrong_at >= decision.at for one in around.notices):
        raise Refused("on_hold")
    return designation


def _check_terms(assessment: Assessment, terms: tuple[str, ...]) -> None:
    """A policy may have become stricter, or the other listing ended, since the approval."""
    opinion = Opinion.objects.filter(assessment=assessment).first()
    check_single_source(
        opinion.agrees if opinion else None,
        kind=NoticeKind(assessment.kind),
        leg=Leg(assessment.leg),
        terms=terms,
    )


def check_may_compose(decision: Decision, now: datetime, around: Surroundings | None = None) -> Designation:
    """Ask besides: was the ladder climbed, and is no notice of this leg under way."""
    around = around or surroundings.of(decision, now)
    designation = check_may_send(decision, now, around)
    assessment = decision.assessment
    leg = Leg(assessment.leg)
    rules.check_ladder(NoticeKind(assessment.kind), leg, _earlier(assessment, around, now))
    if any(one.case_id == assessment.case_id and one.leg == leg and one.state in OPEN_STATES for one in around.notices):
        raise Refused("notice_open")
    return designation


def _earlier(assessment: Assessment, around: Surroundings, now: datetime) -> tuple[rules.Earlier, ...]:
    return tuple(
        rules.Earlier(
            Leg(one.leg), one.claimed, rules.is_overdue(one.state, one.due_at, now), one.withdrawn_at is not None
        )
        for one in around.notices
        if one.case_id == assessment.case_id and one.sent_at is not None
    )
