"""Casework's verbs: open, take, assess, give an opinion, decide, recall, reopen, close. Each is one transaction and one entry."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.people.models import User
from openiru.stages.cases import rules
from openiru.stages.cases.models import AssessedItem, Assessment, Case, Decision, Opinion, Review
from openiru.stages.cases.protections import ended_by, sign_stops, standing_against
from openiru.stages.cases.quality.sampling import sample
from openiru.stages.cases.signs import finding
from openiru.stages.cases.triage import reading
from openiru.stages.cases.triage.rules import DUE, check_hold
from openiru.stages.evidence.models import Capture
from openiru.stages.intake.models import Account, Item
from openiru.stages.register import queries as register
from openiru.stages.register.claims import as_json
from openiru.stages.register.screening import fold
from openiru.terms import Leg, NoticeKind

OPEN_STATES = (Case.State.OPEN, Case.State.ASSESSED, Case.State.APPROVED)
AT_ONCE = 5_000
_PLAIN = (
    "refer",
    "organisation_id",
    "kind",
    "leg",
    "action",
    "affiliation",
    "purpose",
    "purpose_is_protected",
    "least_restrictive",
    "policy_line",
    "policy_why",
    "law",
    "territory",
    "end_date",
    "translator",
    "reads_language",
)


def open_waiting(agency_id: int, *, actor: Actor, now: datetime) -> int:
    """Open a case for every account this agency reported that never had one, 5,000 in a transaction with one entry each."""
    actor.must("case.open", agency_id=agency_id)
    opened, after = 0, 0
    while True:
        count, after = _open_some(agency_id, after, actor=actor, now=now)
        if not count:
            return opened
        opened += count


@transaction.atomic
def _open_some(agency_id: int, after: int, *, actor: Actor, now: datetime) -> tuple[int, int]:
    waiting = Account.objects.filter(reports__agency_id=agency_id, cases=None, merged_into=None, id__gt=after)
    chosen = list(waiting.order_by("id").values_list("id", flat=True).distinct()[:AT_ONCE])
    until = (now + timedelta(days=rules.RETENTION_DAYS)).date()
    cases = Case.objects.bulk_create(
        (
            Case(
                account_id=account,
                agency_id=agency_id,
                opened_at=now,
                changed_at=now,
                due_at=now + DUE,
                retain_until=until,
            )
            for account in chosen
        ),
        batch_size=1000,
    )
    if cases:
        root, count = ledger.batch_root({"case": str(case.uuid), "account": case.account_id} for case in cases)
        facts = {"cases": count, "rows_root": root}
        ledger.append(actor.id, "case.opened", f"agency:{agency_id}", now=now, facts=facts)
    return len(cases), chosen[-1] if chosen else after


@transaction.atomic
def assess(case_id: int, new: rules.NewAssessment, *, actor: Actor, now: datetime) -> Assessment:
    """Store an analyst's worksheet in place of an earlier one. `refer` False closes the case: not referring needs no second person."""
    case = lock(case_id, "case.assess", actor)
    _must_be(case, Case.State.OPEN, Case.State.ASSESSED)
    check_hold(case.held_by_id, case.held_until, person=actor.person, now=now)
    rules.check_assessment(new, may_order=case.agency.may_order or new.kind is not NoticeKind.ORDER)
    rules.check_language(new, languages_of(actor))
    case.assessments.filter(replaced=False).update(replaced=True)
    assessment = _write(case, new, actor, now)
    _note(case, assessment, now)
    _move(case, Case.State.ASSESSED if new.refer else Case.State.CLOSED, now, "" if new.refer else "not_referred")
    if not new.refer:
        sample(case, "not_refer", actor.person, now)
    facts = {"refer": new.refer, "organisation": new.organisation_id, "leg": new.leg.value, "items": len(new.items)}
    ledger.append(actor.id, "case.assessed", case.subject, now=now, facts=facts)
    return assessment


@transaction.atomic
def give_opinion(assessment_id: int, *, agrees: bool, reasons: str, actor: Actor, now: datetime) -> Opinion:
    """Give the second legal opinion on a single-source designation; neither the analyst nor the approver may."""
    assessment, case = _current(assessment_id, "case.opinion", actor)
    if Opinion.objects.filter(assessment=assessment).exists():
        raise Refused("wrong_state", why="an opinion was given already")
    rules.check_refusal(assessor=assessment.author_id, decider=actor.person, reasons=reasons)
    case.needs_opinion = False
    case.save(update_fields=["needs_opinion"])
    opinion = Opinion.objects.create(
        assessment=assessment,
        assessed_by_id=assessment.author_id,
        author_id=actor.person,
        agrees=agrees,
        reasons=reasons,
        at=now,
    )
    ledger.append(actor.id, "case.opinion_given", case.subject, now=now, facts={"agrees": agrees, "reasons": reasons})
    return opinion


@transaction.atomic
def approve(assessment_id: int, *, reasons: str, actor: Actor, now: datetime) -> Decision:
    """Say yes to one assessment as another person. Every law is asked here; the database asks the first of them again."""
    assessment, case = _current(assessment_id, "case.decide", actor)
    opinion = Opinion.objects.filter(assessment=assessment).first()
    organisation = assessment.organisation_id
    designation = register.designation(organisation, on=now.date()) if organisation else None
    items = assessment.items.all()
    check_hold(case.held_by_id, case.held_until, person=actor.person, now=now)
    _read_front(case)
    rules.check_third(_third(case, actor))
    rules.check_reader({item.language for item in items}, languages_of(actor), assessment.translator)
    rules.check_approval(
        rules.Standing(
            assessor=assessment.author_id,
            decider=actor.person,
            designated=bool(designation and designation.verdict.allowed),
            why_not_designated=designation.verdict.reasons if designation else ("no_organisation",),
            single_source=bool(designation and designation.verdict.single_source),
            protections=_stops(case, now),
            items=len(items),
            items_with_evidence=sum(item.capture_id is not None for item in items),
            reasons=reasons,
            opinion_by=opinion.author_id if opinion else None,
            opinion_agrees=bool(opinion and opinion.agrees),
            kind=NoticeKind(assessment.kind),
            leg=Leg(assessment.leg),
            terms=designation.verdict.terms if designation else (),
        )
    )
    shown = as_json(designation) if designation else {}
    return _decide(assessment, case, (True, reasons, shown), actor=actor, now=now)


@transaction.atomic
def decline(assessment_id: int, *, reasons: str, actor: Actor, now: datetime) -> Decision:
    """Say no to one assessment as another person, with reasons."""
    assessment, case = _current(assessment_id, "case.decide", actor)
    check_hold(case.held_by_id, case.held_until, person=actor.person, now=now)
    rules.check_refusal(assessor=assessment.author_id, decider=actor.person, reasons=reasons)
    return _decide(assessment, case, (False, reasons, {}), actor=actor, now=now)


@transaction.atomic
def recall(decision_id: int, *, reasons: str, actor: Actor, now: datetime) -> Decision:
    """Take an approval back; what was not sent yet is not sent any more."""
    decision = Decision.objects.select_related("assessment").filter(id=decision_id).first()
    if decision is None:
        raise Refused("not_found")
    case = lock(decision.assessment.case_id, "case.recall", actor)
    if not reasons.strip():
        raise Refused("reasons_missing")
    _must_be(case, Case.State.APPROVED)
    decision.recalled_at = now
    decision.save(update_fields=["recalled_at"])
    _move(case, Case.State.OPEN, now)
    ledger.append(actor.id, "case.recalled", case.subject, now=now, facts={"reasons": reasons})
    return decision


@transaction.atomic
def reopen(case_id: int, *, because: str, actor: Actor, now: datetime) -> Case:
    """Open a case again: for the next leg, for a reappearance, after new evidence."""
    case = lock(case_id, "case.open", actor)
    _must_be(case, Case.State.APPROVED, Case.State.DECLINED, Case.State.CLOSED)
    if Case.objects.filter(account=case.account, state__in=OPEN_STATES).exclude(id=case.id).exists():
        raise Refused("wrong_state", why="another case of this account is open")
    case.reopened_because, case.close_reason, case.closed_at = because[:200], "", None
    case.save(update_fields=["reopened_because", "close_reason", "closed_at"])
    _move(case, Case.State.OPEN, now)
    ledger.append(actor.id, "case.reopened", case.subject, now=now, facts={"because": because})
    return case


@transaction.atomic
def close(case_id: int, *, reason: str, actor: Actor, now: datetime) -> Case:
    """Close a case without a notice."""
    case = lock(case_id, "case.assess", actor)
    _must_be(case, Case.State.OPEN, Case.State.ASSESSED)
    check_hold(case.held_by_id, case.held_until, person=actor.person, now=now)
    if not reason.strip():
        raise Refused("reasons_missing")
    _move(case, Case.State.CLOSED, now, reason)
    ledger.append(actor.id, "case.closed", case.subject, now=now, facts={"reason": reason})
    return case


def lock(case_id: int, verb: str, actor: Actor) -> Case:
    """Lock a case's row for a verb; raises `not_found` for what this person may not see, then `not_allowed`."""
    case = Case.objects.select_for_update(of=("self",)).select_related("agency", "account").filter(id=case_id).first()
    if case is None:
        raise Refused("not_found")
    actor.must(verb, agency_id=case.agency_id)
    return case


def _current(assessment_id: int, verb: str, actor: Actor) -> tuple[Assessment, Case]:
    assessment = Assessment.objects.filter(id=assessment_id).first()
    if assessment is None:
        raise Refused("not_found")
    case = lock(assessment.case_id, verb, actor)
    assessment.refresh_from_db()
    if assessment.replaced or case.state != Case.State.ASSESSED:
        raise Refused("assessment_stale", state=case.state)
    return assessment, case


def _decide(
    assessment: Assessment, case: Case, word: tuple[bool, str, dict[str, object]], *, actor: Actor, now: datetime
) -> Decision:
    approved, reasons, designation = word
    decision = Decision.objects.create(
        assessment=assessment,
        assessed_by_id=assessment.author_id,
        decided_by_id=actor.person,
        approved=approved,
        reasons=reasons,
        at=now,
        designation=designation,
    )
    _move(case, Case.State.APPROVED if approved else Case.State.DECLINED, now)
    sample(case, "refer" if approved else "not_refer", actor.person, now)
    event = "case.approved" if approved else "case.declined"
    ledger.append(actor.id, event, case.subject, now=now, facts={"assessment": assessment.id, "reasons": reasons})
    return decision


def _write(case: Case, new: rules.NewAssessment, actor: Actor, now: datetime) -> Assessment:
    plain = {name: getattr(new, name) for name in _PLAIN}
    assessment = Assessment.objects.create(
        case=case, author_id=actor.person, at=now, rabat=dict(new.rabat), law_articles=list(new.law_articles), **plain
    )
    known = set(Item.objects.filter(account=case.account_id).values_list("id", flat=True))
    seen = set(Capture.objects.filter(account=case.account_id, deleted_at=None).values_list("id", flat=True))
    for item in new.items:
        if item.item_id not in known or (item.capture_id and item.capture_id not in seen):
            raise Refused("assessment_incomplete", missing="an item or capture of this very account")
    AssessedItem.objects.bulk_create(
        AssessedItem(
            assessment=assessment,
            item_id=item.item_id,
            ground=item.ground,
            why=item.why,
            excerpt=item.excerpt,
            language=item.language,
            translation=item.translation,
            capture_id=item.capture_id,
        )
        for item in new.items
    )
    return assessment


_MOVED = ["state", "changed_at", "stale", "held_by", "held_at", "held_until", "closed_at", "close_reason"]


def languages_of(actor: Actor) -> frozenset[str]:
    """The languages that this person reads, as the people's page says."""
    known = User.objects.filter(id=actor.person).values_list("languages", flat=True).first() or []
    return frozenset(known)


def _note(case: Case, assessment: Assessment, now: datetime) -> None:
    """Write down with the case what queues and the database's own guards read of an assessment."""
    organisation = assessment.organisation_id
    single = bool(organisation) and register.designation(organisation or 0, on=now.date()).verdict.single_source
    case.assessor_id, case.needs_opinion = assessment.author_id, assessment.refer and single
    case.organisation_id = organisation or case.organisation_id
    names = {fold(word) for word in (case.account.name, case.account.handle, *case.folded) if word}
    case.folded = sorted(name[:300] for name in names - {""})
    case.save(update_fields=["assessor", "needs_opinion", "organisation", "folded"])
    _read_front(case)


def _read_front(case: Case) -> None:
    """Read again whether the account says on its own front that it reports, mocks, documents: then a third person looks first."""
    case.sign_stop = finding.stops(finding.find(reading.texts_of(case.account_id, case.account.name)))
    case.save(update_fields=["sign_stop"])


def _third(case: Case, actor: Actor) -> rules.Third:
    return rules.Third(
        decider=actor.person,
        reviewers=frozenset(Review.objects.filter(case=case).values_list("reviewer_id", flat=True)),
        ended_a_protection=ended_by(actor.person, case.account),
    )


def _stops(case: Case, now: datetime) -> tuple[str, ...]:
    """What stops a case: protections that stand, and signs of protected speech on the account's own front."""
    names = tuple(found.name for found in standing_against(case, now.date()))
    return (*names, "signs_on_front") if sign_stops(case, now.date()) else names


def _move(case: Case, state: str, now: datetime, reason: str = "") -> None:
    case.state, case.changed_at, case.stale = state, now, True
    case.held_by_id, case.held_at, case.held_until = None, None, None
    if state in {Case.State.CLOSED, Case.State.DECLINED}:
        case.closed_at, case.close_reason = now, reason[:60]
    case.save(update_fields=_MOVED)


def _must_be(case: Case, *states: str) -> None:
    if case.state not in states:
        raise Refused("wrong_state", state=case.state)
