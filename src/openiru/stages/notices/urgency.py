"""An imminent threat: one person states its facts, another confirms it; while it holds, notices say so and emergency deadlines run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.services import lock
from openiru.stages.notices.models import Urgency

HOLDS = timedelta(hours=48)
"""How long a threat is called imminent before two people say so again (our own choice)."""
SHORTEST = 20
"""Facts, not a word: what threatens whom, when, and where that is known from."""


@dataclass(frozen=True, slots=True)
class NewUrgency:
    """Who states a threat in which case, and its facts, as they may be published."""

    case_id: int
    stated_by: int
    facts: str


@transaction.atomic
def confirm(new: NewUrgency, *, actor: Actor, now: datetime) -> Urgency:
    """Confirm as another person that a threat is imminent; it changes no decision and holds for 48 hours."""
    case = lock(new.case_id, "case.decide", actor)
    if new.stated_by == actor.person:
        raise Refused("same_person")
    if len(new.facts.strip()) < SHORTEST:
        raise Refused("reasons_missing")
    made = Urgency.objects.create(
        case=case,
        stated_by_id=new.stated_by,
        confirmed_by_id=actor.person,
        facts=new.facts.strip()[:2000],
        at=now,
        until=now + HOLDS,
    )
    shown = {"facts": made.facts[:500], "until": made.until.isoformat()}
    ledger.append(actor.id, "notice.urgency_confirmed", case.subject, now=now, facts=shown)
    return made
