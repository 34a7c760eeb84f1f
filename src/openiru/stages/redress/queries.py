"""Reads of redress for officers and for holders."""

from __future__ import annotations

from django.db.models import QuerySet

from openiru.people.actor import Actor
from openiru.stages.notices.queries import by_code
from openiru.stages.redress.models import Appeal


def appeals(actor: Actor) -> QuerySet[Appeal]:
    """The appeals this person may see, the oldest open one first."""
    actor.must("redress.view")
    return (
        Appeal.objects.filter(notice__case__agency_id__in=actor.sees)
        .select_related("notice__case__account", "notice__decision", "decided_by")
        .order_by("state", "filed_at")
    )


def for_holder(code: str) -> list[Appeal]:
    """What a holder may know of their appeals: by the code, nothing else."""
    notice = by_code(code)
    return list(notice.appeals.order_by("id")) if notice else []
