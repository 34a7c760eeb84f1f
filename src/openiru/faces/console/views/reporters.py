"""Reporters: who outside may report for the agency, by key, webhook or mail, how their reports ended, and ending it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked, agency_of
from openiru.faces.console.forms import NOTHING, Typed, kept
from openiru.faces.console.labels import options
from openiru.stages.intake import queries
from openiru.stages.intake import reporters as verbs
from openiru.stages.intake.models import Reporter
from openiru.stages.transparency import followup


@never_cache
@require_http_methods(["GET", "POST"])
def reporters(request: Asked) -> HttpResponse:
    """Show everybody who may report; add one, whose secret is shown once."""
    request.actor.must("intake.reporters")
    if request.method != "POST":
        return _page(request)
    try:
        typed = request.POST
        way = typed.get("way", "")
        if way not in Reporter.Way:
            raise Refused("form_incomplete", field="way")
        new = verbs.NewReporter(agency_of(request), typed.get("name", ""), Reporter.Way(way), typed.get("address", ""))
        added = verbs.add(new, actor=request.actor, now=request.now)
    except Refused as error:
        return _page(request, typed=kept("add", request.POST.dict(), error))
    return _page(request, once=added)


@require_POST
def end(request: Asked, reporter_id: int) -> HttpResponse:
    """End a reporter's way at once."""
    try:
        verbs.end(reporter_id, actor=request.actor, now=request.now)
    except Refused as error:
        return _page(request, typed=kept("end", {}, error))
    return _page(request)


def _page(request: Asked, *, once: tuple[Reporter, str] | None = None, typed: Typed = NOTHING) -> HttpResponse:
    context = {
        "reporters": [(one, followup.standing(one.id)) for one in queries.reporters(request.actor)],
        "ways": options(Reporter.Way),
        "once": once,
        "typed": typed,
    }
    return render(request, "console/reporters.html", context, status=typed.status)
