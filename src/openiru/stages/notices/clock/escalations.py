"""Further steps towards a platform that did not answer: proposed by the policy, asked for by one person, decided by another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.notices import queries
from openiru.stages.notices.models import Escalation
from openiru.stages.notices.rules import Proposal
from openiru.stages.notices.steps import locked


@transaction.atomic
def ask(notice_id: int, step: Escalation.Step, basis: str, *, actor: Actor, now: datetime) -> Escalation:
    """Ask for a step that the policy proposes now, with a basis of its own; raises `step_not_proposed`."""
    notice = locked(notice_id, "notice.answer", actor)
    if not basis.strip():
        raise Refused("reasons_missing")
    if Proposal(step.value) not in queries.proposals(notice, now=now):
        raise Refused("step_not_proposed")
    made = Escalation.objects.create(notice=notice, step=step, basis=basis, asked_by_id=actor.person, asked_at=now)
    shown = {"step": step.value, "basis": basis}
    ledger.append(actor.id, "notice.escalation_asked", notice.subject, now=now, facts=shown)
    return made


@transaction.atomic
def decide(escalation_id: int, *, approved: bool, reasons: str, actor: Actor, now: datetime) -> Escalation:
    """Say yes or no to a step as another person. A yes sends nothing: it lets the liaison write or call, and says on what basis."""
    made = Escalation.objects.select_for_update().filter(id=escalation_id).first()
    if made is None:
        raise Refused("not_found")
    notice = locked(made.notice_id, "notice.escalate", actor)
    if made.decided_at is not None:
        raise Refused("wrong_state", state="decided")
    if made.asked_by_id == actor.person:
        raise Refused("same_person")
    if not reasons.strip():
        raise Refused("reasons_missing")
    made.approved, made.reasons, made.decided_by_id, made.decided_at = approved, reasons, actor.person, now
    made.save(update_fields=["approved", "reasons", "decided_by", "decided_at"])
    shown = {"step": made.step, "approved": approved, "reasons": reasons}
    ledger.append(actor.id, "notice.escalation_decided", notice.subject, now=now, facts=shown)
    return made
