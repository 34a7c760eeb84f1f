"""The verbs of notices: compose from an approval, send, settle a doubt, record what a person submitted, remind, withdraw, close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.platforms.document import as_json
from openiru.platforms.shapes import NoticeFacts, Route
from openiru.stages.cases.models import Case, Decision
from openiru.stages.cases.services import lock
from openiru.stages.intake import services as intake
from openiru.stages.notices import door, outbox, preflight, profiles, rules, surroundings
from openiru.stages.notices import facts as building
from openiru.stages.notices.frozen import thaw
from openiru.stages.notices.models import Dispatch, NonDisclosure, Notice, Withdrawal
from openiru.stages.notices.steps import locked, mark_arrived, mark_sent, move
from openiru.terms import Outcome

RETENTION_DAYS = 5 * 365


@transaction.atomic
def compose(decision_id: int, *, actor: Actor, now: datetime) -> Notice:
    """Make the notice that an approval allows; raises `notice_incomplete` with what is missing, and asks the laws again."""
    decision = _approval(decision_id, actor)
    case, around = decision.assessment.case, surroundings.of(decision, now)
    designation = door.check_may_compose(decision, now, around)
    address = intake.open_address(case.account, actor=actor, now=now)
    made = building.build(decision, around, address=address, now=now, designation=designation)
    report = preflight.look(made, decision, around, now=now)
    rules.check_gaps(report.gaps)
    route, profile = route_for(made), profiles.find(made.law)
    notice = Notice.objects.create(
        reference=made.reference,
        case=case,
        decision=decision,
        agency_id=actor.agency_id or case.agency_id,
        platform=made.platform,
        kind=made.kind,
        leg=made.leg,
        action=made.action,
        way=route.way,
        address=route.address,
        facts=as_json(made),
        holder_code=made.holder_code,
        due_hours=made.order.within_hours if made.order else route.due_hours,
        profile=profile.slug if profile else "",
        gaps=sorted({gap.code for gap in report.gaps}),
        completeness=report.completeness.score,
        composed_at=now,
        retain_until=(now + timedelta(days=RETENTION_DAYS)).date(),
    )
    shown = {"case": case.subject, "leg": made.leg.value, "way": route.way, "reference": made.reference}
    ledger.append(actor.id, "notice.composed", notice.subject, now=now, facts=shown)
    return notice


def _approval(decision_id: int, actor: Actor) -> Decision:
    """The decision with its assessment and case, whose row is locked first; raises `not_found`."""
    locked_case = Case.objects.select_for_update(of=("self",)).select_related("agency", "account")
    case = locked_case.filter(assessments__decision=decision_id).first()
    if case is None:
        raise Refused("not_found")
    actor.must("notice.compose", agency_id=case.agency_id)
    decision = Decision.objects.select_related("assessment__organisation").get(id=decision_id)
    decision.assessment.case = case
    return decision


def route_for(made: NoticeFacts) -> Route:
    """The platform's way for this leg; raises `notice_incomplete` where none is known."""
    route = preflight.route_of(made)
    if route is None:
        raise Refused("notice_incomplete", missing=f"no known way for {made.leg}")
    return route


@transaction.atomic
def send(notice_id: int, *, actor: Actor, now: datetime) -> Dispatch:
    """Put a notice into the outbox. By e-mail the worker hands it over; by portal it waits for a person to submit it."""
    notice = locked(notice_id, "notice.send", actor)
    if notice.state == Notice.State.IN_DOUBT:
        raise Refused("wrong_state", state=notice.state, why="it may have arrived: settle the doubt first")
    rules.check_step(notice.state, Notice.State.QUEUED)
    around = surroundings.of(notice.decision, now)
    door.check_may_send(notice.decision, now, around)
    rules.check_gaps(preflight.look(thaw(notice), notice.decision, around, now=now).gaps)
    dispatch = outbox.put(notice, Dispatch.Purpose.NOTICE, actor=actor, now=now)
    move(notice, Notice.State.QUEUED)
    ledger.append(actor.id, "notice.queued", notice.subject, now=now, facts={"way": notice.way})
    return dispatch


@transaction.atomic
def submitted(notice_id: int, ticket: str, *, actor: Actor, now: datetime) -> Notice:
    """A person submitted the package on the platform's form and brings the ticket number back: sent, and received."""
    notice = locked(notice_id, "notice.send", actor)
    dispatch = notice.dispatches.select_for_update().filter(state=Dispatch.State.BY_HAND).order_by("id").first()
    if dispatch is None:
        raise Refused("wrong_state", state=notice.state)
    if dispatch.next_try > now:
        raise Refused("cooling_off", until=dispatch.next_try.isoformat(timespec="minutes"))
    dispatch.state, dispatch.sent_at, dispatch.server_said = Dispatch.State.SENT, now, ticket[:300]
    dispatch.save(update_fields=["state", "sent_at", "server_said"])
    if dispatch.purpose == Dispatch.Purpose.NOTICE:
        notice.ticket = ticket[:80]
        mark_sent(notice, now, received=bool(ticket))
    shown = {"ticket": ticket, "purpose": dispatch.purpose}
    ledger.append(actor.id, "notice.submitted", notice.subject, now=now, facts=shown)
    return notice


@transaction.atomic
def settle(dispatch_id: int, *, arrived: bool, why: str, actor: Actor, now: datetime) -> Dispatch:
    """A person says whether what was in doubt arrived. If not, it goes out again with the same Message-ID."""
    dispatch = Dispatch.objects.select_for_update().filter(id=dispatch_id).first()
    if dispatch is None:
        raise Refused("not_found")
    notice = locked(dispatch.notice_id, "notice.send", actor)
    if dispatch.state != Dispatch.State.IN_DOUBT:
        raise Refused("wrong_state", state=dispatch.state)
    if not why.strip():
        raise Refused("reasons_missing")
    dispatch.state = Dispatch.State.SENT if arrived else outbox.state_of_another_try(dispatch, notice)
    dispatch.sent_at, dispatch.next_try = (now if arrived else None), now
    dispatch.save(update_fields=["state", "sent_at", "next_try"])
    if dispatch.purpose == Dispatch.Purpose.NOTICE and arrived:
        mark_arrived(notice, now)
    elif dispatch.purpose == Dispatch.Purpose.NOTICE and notice.state == Notice.State.IN_DOUBT:
        move(notice, Notice.State.QUEUED)
    ledger.append(actor.id, "notice.settled", notice.subject, now=now, facts={"arrived": arrived, "why": why})
    return dispatch


@transaction.atomic
def remind(notice_id: int, *, actor: Actor, now: datetime) -> Dispatch:
    """Ask again for an answer that is overdue; a reminder is a message of its own, the notice is not sent twice."""
    notice = locked(notice_id, "notice.send", actor)
    if not rules.is_overdue(notice.state, notice.due_at, now):
        raise Refused("wrong_state", state=notice.state)
    dispatch = outbox.put(notice, Dispatch.Purpose.REMINDER, actor=actor, now=now)
    notice.reminded_at = now
    notice.save(update_fields=["reminded_at"])
    ledger.append(actor.id, "notice.reminded", notice.subject, now=now, facts={})
    return dispatch


@transaction.atomic
def withdraw(notice_id: int, *, reason: str, wrong: bool, actor: Actor, now: datetime) -> Withdrawal:
    """Take a notice back towards the platform it went to; what was not sent yet is stopped. Asks to reinstate within 72 h."""
    notice = locked(notice_id, "notice.withdraw", actor)
    if not reason.strip():
        raise Refused("reasons_missing")
    found = Withdrawal.objects.filter(notice=notice).first()
    if found:
        return found
    was_told = bool(outbox.told(notice))
    rules.check_step(notice.state, Notice.State.WITHDRAWN)
    outbox.cancel(notice)
    withdrawal = Withdrawal.objects.create(
        notice=notice, reason=reason, wrong=wrong, by_id=actor.person, at=now, due_at=now + rules.REINSTATE_WITHIN
    )
    notice.withdrawn_at = now
    notice.save(update_fields=["withdrawn_at"])
    notice.withdrawal_tasks.filter(settled_at=None).update(settled_at=now, settled_by_id=actor.person)
    move(notice, Notice.State.WITHDRAWN)
    for address in outbox.told(notice):
        outbox.put(notice, Dispatch.Purpose.WITHDRAWAL, actor=actor, now=now, address=address)
    shown = {"reason": reason, "wrong": wrong, "told": was_told}
    ledger.append(actor.id, "notice.withdrawn", notice.subject, now=now, facts=shown)
    return withdrawal


@transaction.atomic
def close(notice_id: int, *, actor: Actor, now: datetime) -> Notice:
    """Close a notice on which nothing more is to be done; no answer until now stays what it is: no answer."""
    notice = locked(notice_id, "notice.answer", actor)
    rules.check_step(notice.state, Notice.State.CLOSED)
    outbox.cancel(notice)
    if notice.sent_at and not notice.claimed:
        notice.claimed = Outcome.NO_ANSWER
        notice.save(update_fields=["claimed"])
    move(notice, Notice.State.CLOSED)
    ledger.append(actor.id, "notice.closed", notice.subject, now=now, facts={"claimed": notice.claimed})
    return notice


@dataclass(frozen=True, slots=True)
class NewNonDisclosure:
    """A wish to tell the holder later: who asks, until when, and why."""

    case_id: int
    asked_by: int
    until: date
    reasons: str


@transaction.atomic
def put_off_telling(new: NewNonDisclosure, *, actor: Actor, now: datetime) -> NonDisclosure:
    """Approve as another person that the holder is told later: six weeks at most, once more six (law 7)."""
    case = lock(new.case_id, "case.decide", actor)
    if new.asked_by == actor.person:
        raise Refused("same_person")
    if not new.reasons.strip():
        raise Refused("reasons_missing")
    rules.check_nondisclosure(now.date(), new.until, NonDisclosure.objects.filter(case=case).count())
    made = NonDisclosure.objects.create(
        case=case,
        asked_by_id=new.asked_by,
        approved_by_id=actor.person,
        reasons=new.reasons,
        from_date=now.date(),
        until=new.until,
    )
    shown = {"until": new.until.isoformat(), "reasons": new.reasons}
    ledger.append(actor.id, "notice.nondisclosure_set", case.subject, now=now, facts=shown)
    return made
