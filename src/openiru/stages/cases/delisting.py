"""Takes what the register ended: each open case on an organisation designated no more goes back, or is marked if nobody assessed it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.models import Assessment, Case
from openiru.stages.cases.services import OPEN_STATES, lock
from openiru.stages.register.delisting import Fallen, fallen, meant_by


def take(*, actor: Actor, now: datetime) -> int:
    """Reopen every open case whose assessment names an organisation that fell since, mark those that have none yet; how many.

    Doing it again does nothing.
    """
    actor.must("case.work")
    standing = Assessment.objects.filter(replaced=False, refer=True, case__state__in=OPEN_STATES)
    named = list(standing.exclude(organisation=None).values_list("case_id", "organisation_id", "at").order_by("case"))
    ended = fallen((organisation for _, organisation, _ in named if organisation), on=now.date())
    touched = [(case, ended[one], at) for case, one, at in named if one in ended]
    done = sum(_reopen(case, why, actor=actor, now=now) for case, why, at in touched if why.noticed_at >= at)
    return done + _mark_unassessed(actor=actor, now=now)


def _mark_unassessed(*, actor: Actor, now: datetime) -> int:
    """Note it on open cases that nobody assessed yet, by the organisation that their claimed name most likely means; how many."""
    waiting = Case.objects.filter(state=Case.State.OPEN).exclude(assessments__replaced=False)
    rows = waiting.exclude(account__reports__claimed_organisation="").values_list(
        "id", "opened_at", "account__reports__claimed_organisation"
    )
    claimed = [(case, opened, name) for case, opened, name in rows if name]
    meant = meant_by({name for _, _, name in claimed})
    ended = fallen((one for found in meant.values() for one in found), on=now.date())
    touched = {
        case: ended[one]
        for case, opened, name in claimed
        for one in meant.get(name, ())
        if one in ended and ended[one].noticed_at >= opened
    }
    return sum(_mark(case, why, actor=actor, now=now) for case, why in touched.items())


@transaction.atomic
def _mark(case_id: int, why: Fallen, *, actor: Actor, now: datetime) -> bool:
    case = lock(case_id, "case.work", actor)
    note = f"designation ended: {why.name}"[:200]
    if (
        case.state != Case.State.OPEN
        or case.reopened_because == note
        or case.assessments.filter(replaced=False).exists()
    ):
        return False
    case.reopened_because, case.changed_at = note, now
    case.save(update_fields=["reopened_because", "changed_at"])
    facts = {"organisation": why.organisation_id, "why": why.because}
    ledger.append(actor.id, "case.designation_ended", case.subject, now=now, facts=facts)
    return True


@transaction.atomic
def _reopen(case_id: int, why: Fallen, *, actor: Actor, now: datetime) -> bool:
    """Send one case back: its assessment stands no more, so that nothing can rest on it, whatever is listed later."""
    case = lock(case_id, "case.work", actor)
    current = case.assessments.filter(replaced=False, organisation=why.organisation_id)
    if case.state not in OPEN_STATES or not current.update(replaced=True):
        return False
    case.state, case.changed_at, case.stale = Case.State.OPEN, now, True
    case.held_by, case.held_at, case.held_until = None, None, None
    case.reopened_because = f"designation ended: {why.name}"[:200]
    case.save(update_fields=["state", "changed_at", "stale", "held_by", "held_at", "held_until", "reopened_because"])
    facts = {"because": "designation_ended", "organisation": why.organisation_id, "why": why.because}
    ledger.append(actor.id, "case.reopened", case.subject, now=now, facts=facts)
    return True
