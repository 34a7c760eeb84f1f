"""What a view is handed: Django's request with the actor, the time, and what HTMX says of itself."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from openiru.people.actor import Actor


class Asked(HttpRequest):
    """A signed-in person's request; `actor` and `now` are put there by the middleware, once a request."""

    actor: Actor
    now: datetime
    htmx: HtmxDetails


def today(request: Asked) -> date:
    """The day of the request, in UTC, as the rules ask for it."""
    return request.now.date()


def agency_of(request: Asked) -> int:
    """The agency the person works for; 0 (which is nobody's) for one without."""
    return request.actor.agency_id or 0
