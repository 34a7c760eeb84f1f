"""Takes what the register ended: each open case on an organisation that is designated no more goes back to its analysts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.models import Assessment, Case
from openiru.stages.cases.services import OPEN_STATES, lock
from openiru.stages.register.delisting import Fallen, fallen


def take(*, actor: Actor, now: datetime) -> int:
    """Reopen every open case whose assessment names an organisation that fell since; how many. Doing it again does nothing."""
    actor.must("case.work")
    standing = Assessment.objects.filter(replaced=False, refer=True, case__state__in=OPEN_STATES)
    named = list(standing.exclude(organisation=None).values_list("case_id", "organisation_id", "at").order_by("case"))
    ended = fallen((organisation for _, organisation, _ in named if organisation), on=now.date())
    touched = [(case, ended[one], at) for case, one, at in named if one in ended]
    return sum(_reopen(case, why, actor=actor, now=now) for case, why, at in touched if why.noticed_at >= at)


@transaction.atomic
def _reopen(case_id: int, why: Fallen, *, actor: Actor, now: datetime) -> bool:
    """Send one case back: its assessment stands no more, so that nothing can rest on it, whatever is listed later."""
    case = lock(case_id, "case.work", actor)
    current = case.assessments.filter(replaced=False, organisation=why.organisation_id)
    if case.state not in OPEN_STATES or not current.update(replaced=True):
        return False
    case.state, case.changed_at, case.held_by, case.held_until = Case.State.OPEN, now, None, None
    case.reopened_because = f"designation ended: {why.name}"[:200]
    case.save(update_fields=["state", "changed_at", "held_by", "held_until", "reopened_because"])
    facts = {"because": "designation_ended", "organisation": why.organisation_id, "why": why.because}
    ledger.append(actor.id, "case.reopened", case.subject, now=now, facts=facts)
    return True
