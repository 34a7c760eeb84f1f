"""Verbs of a queue: take a case, take the next one, let it go, say that one looks, save a query, mark an imminent threat."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.models import Case, SavedQuery, Viewing
from openiru.stages.cases.services import lock
from openiru.stages.cases.triage import queues, rules
from openiru.stages.cases.triage.rules import Wanted

TRIES = 3


@transaction.atomic
def take(case_id: int, *, actor: Actor, now: datetime) -> Case:
    """Say that I work on this case now, so that no colleague starts it too; ends by itself after half an hour."""
    case = lock(case_id, "case.view", actor)
    rules.check_hold(case.held_by_id, case.held_until, person=actor.person, now=now)
    case.held_by_id, case.held_at, case.held_until = actor.person, now, now + rules.HOLD
    case.save(update_fields=["held_by", "held_at", "held_until"])
    return case


_TAKE = """
update cases_case set held_by_id = %(person)s, held_at = %(now)s, held_until = %(until)s
where id = (select id from cases_case where id = any(%(ids)s) and state = any(%(states)s)
              and (held_by_id is null or held_until <= %(now)s or held_by_id = %(person)s)
            order by array_position(%(ids)s, id) limit 1 for update skip locked)
returning id
"""


@transaction.atomic
def take_next(wanted: Wanted, *, actor: Actor, now: datetime, besides: int | None = None) -> int | None:
    """Take the first case of a queue that nobody holds: two officers at the same moment get two cases. None when nothing waits."""
    actor.must("case.view")
    states = list({state for state, _ in queues.waits_for(actor)})
    for _ in range(TRIES):
        ids = list(islice(queues.free(wanted, actor, now=now, besides=besides), queues.A_PAGE))
        if not ids:
            return None
        values: dict[str, Any] = {
            "ids": ids,
            "states": states,
            "person": actor.person,
            "now": now,
            "until": now + rules.HOLD,
        }
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, values)
            row = cursor.fetchone()
        if row:
            return int(row[0])
    return None


@transaction.atomic
def let_go(case_id: int, *, actor: Actor, now: datetime) -> Case:
    """Give back a case that I hold."""
    case = lock(case_id, "case.view", actor)
    rules.check_hold(case.held_by_id, case.held_until, person=actor.person, now=now)
    case.held_by_id, case.held_at, case.held_until = None, None, None
    case.save(update_fields=["held_by", "held_at", "held_until"])
    return case


def look(case_id: int, *, actor: Actor, now: datetime) -> None:
    """Note that this person has the case open."""
    actor.must("case.view")
    Viewing.objects.update_or_create(case_id=case_id, user_id=actor.person, defaults={"at": now})


def forget_looks(*, actor: Actor, now: datetime) -> int:
    """Delete viewings that mean nothing any more."""
    actor.must("case.work")
    return Viewing.objects.filter(at__lt=queues.gone_before(now)).delete()[0]


def agency_of(actor: Actor) -> int:
    """The agency this person works for; raises `needs_person` for who has none."""
    if actor.agency_id is None:
        raise Refused("needs_person")
    return actor.agency_id


@transaction.atomic
def save(name: str, wanted: Wanted, *, shared: bool, actor: Actor, now: datetime) -> SavedQuery:
    """Keep a query under a name; the same name of the same person is written over. Sharing shows it to the own agency."""
    actor.must("case.view")
    agency_id = agency_of(actor)
    if not name.strip():
        raise Refused("form_incomplete", field="name")
    found, _ = SavedQuery.objects.update_or_create(
        owner_id=actor.person,
        name=name.strip()[:80],
        defaults={"wanted": wanted.as_json(), "shared": shared, "agency_id": agency_id, "made_at": now},
    )
    return found


@transaction.atomic
def unsave(query_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete a query of one's own."""
    actor.must("case.view")
    found = SavedQuery.objects.filter(id=query_id, owner_id=actor.user_id, made_at__lte=now).first()
    if found is None:
        raise Refused("not_found")
    found.delete()


@transaction.atomic
def mark_urgent(case_id: int, *, urgent: bool, why: str, actor: Actor, now: datetime) -> Case:
    """Say that life is in danger, or that it is no longer: the case goes to the top of every queue; nothing else follows from it."""
    case = lock(case_id, "case.urgent", actor)
    if not why.strip():
        raise Refused("reasons_missing")
    if case.urgent == urgent:
        raise Refused("wrong_state", state=case.state)
    case.urgent, case.urgent_why, case.urgent_by_id = urgent, why.strip()[:300], actor.person
    case.urgent_at = now if urgent else None
    case.due_at, case.stale = rules.due(case.opened_at, urgent=urgent, urgent_at=case.urgent_at), True
    case.save(update_fields=["urgent", "urgent_why", "urgent_by", "urgent_at", "due_at", "stale"])
    facts = {"urgent": urgent, "why": why}
    ledger.append(actor.id, "case.urgency_set", case.subject, now=now, facts=facts)
    return case
