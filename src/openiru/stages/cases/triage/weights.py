"""Weights of the score: proposed as a shadow, replayed on what people decided before, in force by a second person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.models import Case, Replay, Weights
from openiru.stages.cases.triage import scoring

MOST_PAST = 5_000
"""Decided cases on which a change is replayed, the newest first."""
_DECIDED = (Case.State.APPROVED, Case.State.DECLINED, Case.State.CLOSED)


def in_force() -> Weights | None:
    """The weights in force; None for those that are shipped."""
    return Weights.objects.exclude(confirmed_at=None).filter(dropped_at=None).order_by("-confirmed_at", "-id").first()


def versions(actor: Actor) -> QuerySet[Weights]:
    """Every version with its replays, the newest first."""
    actor.must("score.view")
    found = Weights.objects.select_related("proposed_by", "confirmed_by").prefetch_related("replays")
    return found.order_by("-id")


@transaction.atomic
def propose(points: Mapping[str, Any], why: str, *, actor: Actor, now: datetime) -> Weights:
    """Propose other weights: a shadow that counts for nothing yet. Raises `weights_invalid`, `reasons_missing`."""
    actor.must("score.propose")
    if not why.strip():
        raise Refused("reasons_missing")
    checked = scoring.check_points(points)
    weights = Weights.objects.create(points=checked, why=why.strip(), proposed_by_id=actor.person, proposed_at=now)
    ledger.append(actor.id, "score.proposed", f"weights:{weights.id}", now=now, facts={"points": checked, "why": why})
    return weights


@transaction.atomic
def replay(weights_id: int, *, actor: Actor, now: datetime) -> Replay:
    """Compute what proposed weights would have done to past decisions and to the order of what waits, and keep it."""
    actor.must("score.propose")
    weights = _waiting(weights_id)
    standing = in_force()
    before, after = (standing.points if standing else scoring.STANDARD), weights.points
    past = Case.objects.filter(state__in=_DECIDED, agency_id__in=actor.sees).exclude(signals={}).order_by("-changed_at")
    rows = past.values_list("id", "state", "signals")[:MOST_PAST]
    found = scoring.difference([_past(row, before, after, now) for row in rows])
    found["top"] = _top(actor, before, after, now)
    made = Replay.objects.create(weights=weights, against=standing, by_id=actor.person, at=now, result=found)
    shown = {name: found[name] for name in ("cases", "concordance_before", "concordance_after", "up", "down")}
    ledger.append(actor.id, "score.replayed", f"weights:{weights.id}", now=now, facts=shown)
    return made


@transaction.atomic
def confirm(weights_id: int, *, actor: Actor, now: datetime) -> Weights:
    """Put replayed weights in force as a second person, who saw the difference."""
    actor.must("score.confirm")
    weights = _waiting(weights_id)
    if weights.proposed_by_id == actor.person:
        raise Refused("same_person")
    if not weights.replays.exists():
        raise Refused("weights_not_replayed")
    weights.confirmed_by_id, weights.confirmed_at = actor.person, now
    weights.save(update_fields=["confirmed_by", "confirmed_at"])
    ledger.append(actor.id, "score.confirmed", f"weights:{weights.id}", now=now, facts={"points": weights.points})
    return weights


@transaction.atomic
def drop(weights_id: int, *, actor: Actor, now: datetime) -> Weights:
    """Drop proposed weights."""
    actor.must("score.propose")
    weights = _waiting(weights_id)
    weights.dropped_at = now
    weights.save(update_fields=["dropped_at"])
    ledger.append(actor.id, "score.dropped", f"weights:{weights.id}", now=now, facts={})
    return weights


def _waiting(weights_id: int) -> Weights:
    weights = Weights.objects.select_for_update().filter(id=weights_id).first()
    if weights is None:
        raise Refused("not_found")
    if weights.confirmed_at is not None or weights.dropped_at is not None:
        raise Refused("wrong_state")
    return weights


def _past(
    row: tuple[int, str, Any], before: Mapping[str, int], after: Mapping[str, int], now: datetime
) -> scoring.Past:
    case_id, state, stored = row
    signals = scoring.signals(stored)
    was, would = (scoring.total(scoring.terms(signals, points, now=now)) for points in (before, after))
    return scoring.Past(case_id, state == Case.State.APPROVED, was, would)


def _top(
    actor: Actor, before: Mapping[str, int], after: Mapping[str, int], now: datetime, most: int = 50
) -> dict[str, Any]:
    """Which of the first cases that wait now would no longer be among the first, and which would come there."""
    waiting = Case.objects.filter(state=Case.State.OPEN, agency_id__in=actor.sees).exclude(signals={})
    rows = waiting.order_by("-score", "id").values_list("id", "signals")[: most * 20]
    scored = [(case_id, scoring.signals(stored)) for case_id, stored in rows]
    first, second = (
        [
            one
            for one, _ in islice(
                sorted(scored, key=lambda pair: (-scoring.total(scoring.terms(pair[1], points, now=now)), pair[0])),
                most,
            )
        ]
        for points in (before, after)
    )
    return {
        "looked_at": len(scored),
        "of": most,
        "leave": sorted(set(first) - set(second)),
        "come": sorted(set(second) - set(first)),
    }
