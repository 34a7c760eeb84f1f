"""Reads of verify: what was seen of an account, what we may say of it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from openiru.people.actor import Actor
from openiru.stages.verify.models import Conclusion, Lookup, Observation
from openiru.stages.verify.services import MANUAL


def observations_of(account_id: int) -> QuerySet[Observation]:
    """Every look at an account, newest first."""
    return Observation.objects.filter(account_id=account_id).order_by("-at", "-id")


def followers_of(account_id: int, limit: int = 50) -> QuerySet[Observation]:
    """The looks at an account that saw a number of followers, the newest first."""
    return Observation.objects.filter(account_id=account_id, followers__isnull=False).order_by("-at", "-id")[:limit]


def conclusion_of(account_id: int) -> Conclusion | None:
    """What we may say of an account now."""
    return Conclusion.objects.filter(account_id=account_id).select_related("observation").first()


def due(now: datetime) -> QuerySet[Lookup]:
    """Looks that are due and not made."""
    return Lookup.objects.filter(done_at=None, due_at__lte=now)


def by_hand(actor: Actor, *, now: datetime) -> QuerySet[Lookup]:
    """Looks that are due and that only a person may make, of the cases this person may see."""
    actor.must("verify.look")
    only_people = Q(account__platform__in=MANUAL) | ~Q(account__phone_hash="")
    ours = Q(account__cases__agency__in=actor.sees)
    return due(now).filter(only_people, ours).select_related("account", "notice").distinct().order_by("due_at", "id")
