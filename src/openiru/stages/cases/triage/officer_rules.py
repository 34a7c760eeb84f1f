"""Verbs of officers' rules: write one, back-test it on history, let another person switch it on, off, or out of quarantine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.models import WAITING, Case, Quarantine, TriageRule
from openiru.stages.cases.triage import scoring
from openiru.stages.cases.triage.cel import Broken, answer_of, compiled, values_of
from openiru.stages.cases.triage.holding import agency_of

MOST_HISTORY = 20_000
"""Cases of the past on which a rule is tried, the newest first."""
LONGEST = timedelta(days=365)
_NEXT = {
    "shadow": {"live", "off"},
    "live": {"off", "shadow"},
    "off": {"shadow"},
    "quarantined": {"shadow", "live", "off"},
}


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule: its expression, the sentence that stands with its points, and its last day."""

    name: str
    text: str
    says: str
    points: int
    expires_on: date


def visible(actor: Actor) -> QuerySet[TriageRule]:
    """The rules of the agencies that this person may see, the live ones first, with how often they matched."""
    actor.must("rule.view")
    found = TriageRule.objects.filter(agency_id__in=actor.sees).select_related("written_by", "switched_by")
    return found.annotate(matched=Count("hits")).order_by("state", "-id")


def quarantines(actor: Actor) -> QuerySet[Quarantine]:
    """What waits in quarantine: rules of this person's agencies, and values that detectors know."""
    actor.must("rule.view")
    found = Quarantine.objects.filter(lifted_at=None).select_related("rule")
    return found.exclude(rule__isnull=False, rule__agency__in=_others(actor)).order_by("-since")


def _others(actor: Actor) -> list[int]:
    return list(TriageRule.objects.exclude(agency_id__in=actor.sees).values_list("agency_id", flat=True).distinct())


@transaction.atomic
def write(new: NewRule, *, actor: Actor, now: datetime) -> TriageRule:
    """Write a rule; it begins as a shadow, tried on history at once. Raises `rule_invalid` with what the language said."""
    actor.must("rule.write")
    agency_id = agency_of(actor)
    if not new.name.strip() or not new.says.strip():
        raise Refused("form_incomplete", field="name or sentence")
    if not -40 <= new.points <= 40:
        raise Refused("rule_invalid", why="from -40 to 40 points")
    if not now.date() < new.expires_on <= (now + LONGEST).date():
        raise Refused("rule_invalid", why="a last day within a year")
    compiled(new.text)
    rule = TriageRule.objects.create(
        agency_id=agency_id,
        name=new.name.strip()[:80],
        text=new.text,
        says=new.says.strip()[:200],
        points=new.points,
        written_by_id=actor.person,
        written_at=now,
        expires_on=new.expires_on,
    )
    rule.backtest = _tried(rule, now)
    rule.save(update_fields=["backtest"])
    facts = {"text": new.text, "says": new.says, "points": new.points}
    ledger.append(actor.id, "rule.written", f"rule:{rule.id}", now=now, facts=facts)
    return rule


@transaction.atomic
def try_again(rule_id: int, *, actor: Actor, now: datetime) -> TriageRule:
    """Back-test a rule on history again."""
    rule = _rule(rule_id, "rule.write", actor)
    rule.backtest = _tried(rule, now)
    rule.save(update_fields=["backtest"])
    ledger.append(actor.id, "rule.tried", f"rule:{rule.id}", now=now, facts=rule.backtest)
    return rule


@transaction.atomic
def switch(rule_id: int, state: str, why: str, *, actor: Actor, now: datetime) -> TriageRule:
    """Switch a rule. Live needs another person than its writer; out of a quarantine needs reasons."""
    rule = _rule(rule_id, "rule.switch", actor)
    if state not in _NEXT.get(rule.state, set()):
        raise Refused("wrong_state", state=rule.state)
    if state == TriageRule.State.LIVE and rule.written_by_id == actor.person:
        raise Refused("same_person")
    if rule.state == TriageRule.State.QUARANTINED and not why.strip():
        raise Refused("reasons_missing")
    was, rule.state = rule.state, state
    rule.switched_by_id, rule.switched_at = actor.person, now
    rule.save(update_fields=["state", "switched_by", "switched_at"])
    Quarantine.objects.filter(rule=rule, lifted_at=None).update(lifted_by_id=actor.person, lifted_at=now, why=why)
    _take_up(rule, was)
    ledger.append(actor.id, "rule.switched", f"rule:{rule.id}", now=now, facts={"state": state, "was": was, "why": why})
    return rule


@transaction.atomic
def lift(quarantine_id: int, why: str, *, actor: Actor, now: datetime) -> Quarantine:
    """Let a detector's value count again, as a person who looked at what it matched."""
    actor.must("rule.switch")
    found = Quarantine.objects.select_for_update().filter(id=quarantine_id, lifted_at=None, rule=None).first()
    if found is None:
        raise Refused("not_found")
    if not why.strip():
        raise Refused("reasons_missing")
    found.lifted_by_id, found.lifted_at, found.why = actor.person, now, why.strip()
    found.save(update_fields=["lifted_by", "lifted_at", "why"])
    ledger.append(actor.id, "match.released", f"detector:{found.detector}", now=now, facts={"why": why})
    return found


def _take_up(rule: TriageRule, was: str) -> None:
    """Score again what the change of a rule concerns: all that waits when it goes live, what it flagged when it stops."""
    waiting = Case.objects.filter(WAITING, agency_id=rule.agency_id)
    if rule.state == TriageRule.State.LIVE:
        rule.hits.update(live=True)
        waiting.filter(rule_hits__rule=rule).update(stale=True)
    elif was == TriageRule.State.LIVE:
        waiting.filter(rule_hits__rule=rule).update(stale=True)
        rule.hits.update(live=False)


def _rule(rule_id: int, verb: str, actor: Actor) -> TriageRule:
    rule = TriageRule.objects.select_for_update().filter(id=rule_id).first()
    if rule is None:
        raise Refused("not_found")
    actor.must(verb, agency_id=rule.agency_id)
    return rule


def _tried(rule: TriageRule, now: datetime) -> dict[str, Any]:
    """What the rule would have matched: of how many, how many of those were referred, and how long it took."""
    program, began = compiled(rule.text), time.perf_counter()
    rows = Case.objects.filter(agency_id=rule.agency_id).exclude(signals={}).order_by("-id")
    found: dict[str, Any] = {"at": now.isoformat(timespec="seconds"), "cases": 0, "matched": 0, "broken": 0}
    found |= {"referred": 0, "not_referred": 0, "protected": 0}
    for state, stored in rows.values_list("state", "signals")[:MOST_HISTORY]:
        found["cases"] += 1
        signals = scoring.signals(stored)
        answer = answer_of(program, values_of(signals))
        if isinstance(answer, Broken):
            found["broken"] += 1
        elif answer:
            found["matched"] += 1
            found["protected"] += bool(signals.protections)
            found["referred"] += state == Case.State.APPROVED
            found["not_referred"] += state in {Case.State.DECLINED, Case.State.CLOSED}
    found["seconds"] = round(time.perf_counter() - began, 2)
    return found
