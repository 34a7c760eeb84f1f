"""Reads of evidence for screens."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from openiru.people.actor import Actor
from openiru.stages.evidence.models import Capture


def captures_of(account_id: int, actor: Actor) -> QuerySet[Capture]:
    """What people of this person's agencies, or the system, captured of an account; newest first, with files and custody."""
    ours = Q(by=None) | Q(by__agency__in=actor.sees)
    return (
        Capture.objects.filter(ours, account_id=account_id)
        .select_related("item", "by")
        .prefetch_related("files", "custody")
        .order_by("-at", "-id")
    )
