"""Verbs of quality: set the share, agree on a golden case, take a case to read blindly, say what one reads."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.models import BlindReview, Case, GoldenCase, SampleShare
from openiru.stages.cases.quality import queries
from openiru.stages.cases.quality.models import Answer


@transaction.atomic
def set_share(percent: int, *, actor: Actor, now: datetime) -> SampleShare:
    """Set which share of the own agencies' decisions is read again blindly, in percent; one row an agency that works with us."""
    actor.must("quality.set_share")
    if not 0 <= percent <= 100:
        raise Refused("form_invalid", field="percent")
    rows = [SampleShare(agency_id=agency, percent=percent, by_id=actor.person, at=now) for agency in sorted(actor.sees)]
    if not rows:
        raise Refused("not_found")
    made = SampleShare.objects.bulk_create(rows)
    ledger.append(actor.id, "quality.share_set", "quality", now=now, facts={"percent": percent})
    return made[0]


@transaction.atomic
def propose_golden(case_id: int, answer: str, reasons: str, *, actor: Actor, now: datetime) -> GoldenCase:
    """Propose a case whose answer is beyond doubt; it counts once another person confirmed it."""
    case = _case(case_id, "quality.golden", actor)
    if answer not in Answer.values or not reasons.strip():
        raise Refused("reasons_missing")
    if GoldenCase.objects.filter(case=case).exists():
        raise Refused("wrong_state", why="it is a golden case already")
    made = GoldenCase.objects.create(
        case=case, answer=answer, reasons=reasons.strip(), proposed_by_id=actor.person, proposed_at=now
    )
    ledger.append(actor.id, "quality.golden_proposed", case.subject, now=now, facts={"answer": answer})
    return made


@transaction.atomic
def confirm_golden(golden_id: int, *, actor: Actor, now: datetime) -> GoldenCase:
    """Agree to a golden case as another person."""
    golden = GoldenCase.objects.select_for_update().filter(id=golden_id).first()
    if golden is None:
        raise Refused("not_found")
    case = _case(golden.case_id, "quality.golden", actor)
    if golden.confirmed_at is not None:
        raise Refused("wrong_state")
    if golden.proposed_by_id == actor.person:
        raise Refused("same_person")
    golden.confirmed_by_id, golden.confirmed_at = actor.person, now
    golden.save(update_fields=["confirmed_by", "confirmed_at"])
    ledger.append(actor.id, "quality.golden_confirmed", case.subject, now=now, facts={"answer": golden.answer})
    return golden


@transaction.atomic
def read_golden(golden_id: int, *, actor: Actor, now: datetime) -> BlindReview:
    """Begin to read a golden case; what the right answer is shows only afterwards."""
    golden = GoldenCase.objects.select_related("case__account", "case__organisation").filter(id=golden_id).first()
    if golden is None or golden.confirmed_at is None:
        raise Refused("not_found")
    case = golden.case
    actor.must("quality.read", agency_id=case.agency_id)
    if actor.person in {golden.proposed_by_id, golden.confirmed_by_id} or queries.had_part(case.id, actor.person):
        raise Refused("same_person")
    found, _ = BlindReview.objects.get_or_create(
        golden=golden,
        reader_id=actor.person,
        defaults={
            "case": case,
            "first": golden.answer,
            "asked_at": now,
            "platform": case.account.platform,
            "language": case.language,
            "organisation": case.organisation.name if case.organisation else "",
        },
    )
    return found


@transaction.atomic
def read(blind_id: int, answer: str, reasons: str, *, actor: Actor, now: datetime) -> BlindReview:
    """Say what one reads in a case; it changes nothing about the case, and is never changed itself."""
    blind = BlindReview.objects.select_for_update(of=("self",)).select_related("case").filter(id=blind_id).first()
    if blind is None:
        raise Refused("not_found")
    actor.must("quality.read", agency_id=blind.case.agency_id)
    if blind.answered_at is not None or (blind.reader_id is not None and blind.reader_id != actor.person):
        raise Refused("wrong_state")
    if queries.had_part(blind.case_id, actor.person):
        raise Refused("same_person")
    if answer not in Answer.values or not reasons.strip():
        raise Refused("reasons_missing")
    blind.reader_id, blind.answer, blind.reasons, blind.answered_at = actor.person, answer, reasons.strip(), now
    blind.save(update_fields=["reader", "answer", "reasons", "answered_at"])
    facts = {"agrees": blind.answer == blind.first, "golden": blind.golden_id is not None}
    ledger.append(actor.id, "quality.read", blind.case.subject, now=now, facts=facts)
    return blind


def _case(case_id: int, verb: str, actor: Actor) -> Case:
    case = Case.objects.filter(id=case_id).first()
    if case is None:
        raise Refused("not_found")
    actor.must(verb, agency_id=case.agency_id)
    return case
