"""Reads of evidence for screens."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from openiru.people.actor import Actor
from openiru.stages.evidence.models import Capture, Custody


def captures_of(account_id: int, actor: Actor) -> QuerySet[Capture]:
    """What people of this person's agencies, or the system, captured of an account; newest first, with files and custody."""
    ours = Q(by=None) | Q(by__agency__in=actor.sees)
    return (
        Capture.objects.filter(ours, account_id=account_id)
        .select_related("item", "by")
        .prefetch_related("files", "custody")
        .order_by("-at", "-id")
    )


def is_exposing(media_type: str) -> bool:
    """Whether looking at such a file may hurt the person who looks."""
    return media_type.startswith(("image/", "video/", "audio/"))


def looks_today(actor: Actor, now: datetime) -> int:
    """How many pictures, videos and sounds this person has looked at since midnight (UTC)."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Custody.objects.filter(actor=actor.id, exposing=True, at__gte=day, at__lte=now).count()


def exposure_budget() -> int:
    """How many pictures, videos and sounds one person may look at in a day."""
    return int(settings.OPENIRU["OPENIRU_EXPOSURE"])
