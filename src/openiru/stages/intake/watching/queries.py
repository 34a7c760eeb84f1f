"""Reads of the watch lists: what stands today, what waits for a second person, what was found."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet

from openiru.people.actor import Actor
from openiru.stages.intake.watching.models import Permit, Watch
from openiru.stages.intake.watching.rules import Standing


def standing(one: Permit | Watch) -> Standing:
    """What the rules ask about a permit or a watch."""
    return Standing(one.proposed_by_id, one.approved_by_id, one.ended_at is not None, one.ends_on)


def permits_on(day: date) -> QuerySet[Permit]:
    """The permits that stand on a day."""
    return Permit.objects.filter(approved_by__isnull=False, ended_at=None, ends_on__gte=day)


def standing_on(day: date) -> QuerySet[Watch]:
    """The watches that two people let go on, with a permit of the agency for their connector, on this day."""
    permits = permits_on(day).filter(agency=OuterRef("agency"), connector=OuterRef("connector"))
    found = Watch.objects.filter(Exists(permits), approved_by__isnull=False, ended_at=None, ends_on__gte=day)
    return found.select_related("organisation")


def rate(watch: Watch, *, on: date) -> int:
    """How often an hour the watch's permit lets a host be asked; the slowest of several."""
    permits = permits_on(on).filter(agency=watch.agency_id, connector=watch.connector)
    return min(permits.values_list("per_hour", flat=True), default=1)


def agencies() -> list[int]:
    """The agencies that watch anything."""
    return list(
        Watch.objects.filter(ended_at=None).values_list("agency_id", flat=True).distinct().order_by("agency_id")
    )


def watches(actor: Actor) -> QuerySet[Watch]:
    """The watches of the agencies this person may see, newest first, with how many posts each led to."""
    found = Watch.objects.filter(agency_id__in=actor.sees).annotate(found=Count("findings"))
    return found.select_related("agency", "organisation", "proposed_by", "approved_by").order_by("-id")


def permits(actor: Actor) -> QuerySet[Permit]:
    """The permits of the agencies this person may see, newest first."""
    found = Permit.objects.filter(agency_id__in=actor.sees)
    return found.select_related("agency", "proposed_by", "approved_by").order_by("-id")
