"""Redress's verbs: take an appeal by its code, decide it as somebody who had no part, undo towards everyone who was told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.models import Assessment
from openiru.stages.notices import queries as notices
from openiru.stages.notices import services as notice_services
from openiru.stages.redress import rules
from openiru.stages.redress.models import Appeal


@transaction.atomic
def file(code: str, *, text: str, contact: str, now: datetime) -> Appeal:
    """Take a holder's appeal. No account, no identity asked; the code is the key. Raises `code_unknown`, `appeal_open`."""
    notice = notices.by_code(code)
    if notice is None:
        raise Refused("code_unknown")
    if not text.strip() or len(text) > rules.LONGEST_TEXT:
        raise Refused("reasons_missing")
    if notice.appeals.filter(state=Appeal.State.OPEN).exists():
        raise Refused("appeal_open")
    appeal = Appeal.objects.create(
        notice=notice, text=text, contact=contact[:200], filed_at=now, due_at=now + rules.DECIDE_WITHIN
    )
    ledger.append("holder", "redress.appeal_filed", f"appeal:{appeal.uuid}", now=now, facts={"notice": notice.subject})
    return appeal


@transaction.atomic
def decide(appeal_id: int, *, upheld: bool, reasons: str, actor: Actor, now: datetime) -> Appeal:
    """Decide an appeal. An upheld one withdraws every notice of the case towards everyone who was told, in the same transaction."""
    appeal = Appeal.objects.select_for_update(of=("self",)).select_related("notice__case").filter(id=appeal_id).first()
    if appeal is None:
        raise Refused("not_found")
    actor.must("redress.decide", agency_id=appeal.notice.case.agency_id)
    if appeal.state != Appeal.State.OPEN:
        raise Refused("wrong_state", state=appeal.state)
    rules.check_decider(actor.person, had_part=_had_part(appeal), reasons=reasons)
    appeal.state = Appeal.State.UPHELD if upheld else Appeal.State.REJECTED
    appeal.decided_by_id, appeal.decided_at, appeal.reasons = actor.person, now, reasons
    appeal.save(update_fields=["state", "decided_by", "decided_at", "reasons"])
    facts = {"upheld": upheld, "reasons": reasons}
    ledger.append(actor.id, "redress.appeal_decided", f"appeal:{appeal.uuid}", now=now, facts=facts)
    if upheld:
        _undo(appeal, reasons, actor, now)
    return appeal


def _undo(appeal: Appeal, reasons: str, actor: Actor, now: datetime) -> None:
    told = list(notices.told(appeal.notice.case_id))
    for notice in told:
        notice_services.withdraw(notice.id, reason=reasons, wrong=True, actor=actor, now=now)
    facts = {"notices": [notice.reference for notice in told]}
    ledger.append(actor.id, "redress.reinstatement_asked", f"appeal:{appeal.uuid}", now=now, facts=facts)


def _had_part(appeal: Appeal) -> frozenset[int]:
    """Whoever assessed, decided or gave an opinion on any step of the case: an upheld appeal undoes them all."""
    steps = Assessment.objects.filter(case=appeal.notice.case_id)
    people = steps.values_list("author_id", "decision__decided_by_id", "opinion__author_id")
    return frozenset(person for row in people for person in row if person is not None)
