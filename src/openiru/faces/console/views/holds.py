"""Deconfliction on a case page: ask others to leave an account alone, renew, end, and speak through the hub."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import day
from openiru.faces.console.views.case import attempt
from openiru.stages.cases.holds import services


@require_POST
def place(request: Asked, case_id: int) -> HttpResponse:
    """Ask other agencies to leave the account alone until a day."""

    def do() -> None:
        until = day(request.POST.get("until", ""), name="until")
        if until is None:
            raise Refused("hold_end_date")
        end_of_day = datetime.combine(until, time(23, 59), UTC)
        services.place(case_id, request.POST.get("reasons", ""), until=end_of_day, actor=request.actor, now=request.now)

    return attempt(request, case_id, "hold", do)


@require_POST
def renew(request: Asked, case_id: int, interest_id: int) -> HttpResponse:
    """Renew with a reason."""
    why = request.POST.get("reasons", "")
    return attempt(
        request, case_id, "hold", lambda: services.renew(interest_id, why, actor=request.actor, now=request.now)
    )


@require_POST
def end(request: Asked, case_id: int, interest_id: int) -> HttpResponse:
    """End it."""
    return attempt(request, case_id, "hold", lambda: services.end(interest_id, actor=request.actor, now=request.now))


@require_POST
def say(request: Asked, case_id: int, interest_id: int) -> HttpResponse:
    """Say something through the hub."""
    text = request.POST.get("text", "")
    return attempt(
        request, case_id, "hold", lambda: services.say(interest_id, text, actor=request.actor, now=request.now)
    )
