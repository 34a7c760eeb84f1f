"""What must hold at the door, each time: before a notice is composed, before it is queued, and before it leaves."""

from __future__ import annotations

from datetime import datetime

from openiru.errors import Refused
from openiru.stages.cases.holds.services import check_none
from openiru.stages.cases.models import Assessment, Decision, Opinion
from openiru.stages.cases.protections import sign_stops, standing_against
from openiru.stages.cases.rules import check_single_source
from openiru.stages.notices import facts as building
from openiru.stages.notices import rules
from openiru.stages.notices.models import Notice, Withdrawal
from openiru.stages.register.queries import Designation
from openiru.terms import Leg, NoticeKind, Outcome

OPEN_STATES = (
    Notice.State.DRAFTED,
    Notice.State.QUEUED,
    Notice.State.IN_DOUBT,
    Notice.State.SENT,
    Notice.State.RECEIVED,
    Notice.State.PAUSED,
)


def check_may_send(decision: Decision, now: datetime) -> Designation:
    """Ask again at the door: the approval stands, nobody is protected, the listing is in force today under the policy of today.

    Returns how the organisation stands on the lists.
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
    if Withdrawal.objects.filter(notice__case=case, wrong=True, at__gte=decision.at).exists():
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


def check_may_compose(decision: Decision, now: datetime) -> Designation:
    """Ask besides: was the ladder climbed, and is no notice of this leg under way."""
    designation = check_may_send(decision, now)
    assessment = decision.assessment
    leg = Leg(assessment.leg)
    rules.check_ladder(NoticeKind(assessment.kind), leg, _earlier(decision, now))
    if Notice.objects.filter(case=assessment.case_id, leg=leg, state__in=OPEN_STATES).exists():
        raise Refused("notice_open")
    return designation


def _earlier(decision: Decision, now: datetime) -> tuple[rules.Earlier, ...]:
    found = Notice.objects.filter(case=decision.assessment.case).exclude(sent_at=None)
    return tuple(
        rules.Earlier(
            Leg(one.leg),
            Outcome(one.claimed) if one.claimed else None,
            rules.is_overdue(one.state, one.due_at, now),
            one.withdrawn_at is not None,
        )
        for one in found
    )
