"""Watch lists: permits and watches, proposing one, approving it as another person, ending it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked, agency_of, today
from openiru.faces.console.forms import NOTHING, Typed, day, kept, word
from openiru.faces.console.forms import number as number_of
from openiru.faces.console.labels import options
from openiru.faces.console.views.queue import paged
from openiru.stages.intake.watching import queries, services
from openiru.stages.intake.watching.connectors import CONNECTORS
from openiru.stages.intake.watching.connectors.shapes import Kind
from openiru.stages.intake.watching.leave import USABLE
from openiru.stages.register import queries as register


@require_http_methods(["GET", "POST"])
def watches(request: Asked) -> HttpResponse:
    """Show permits and watches; propose a watch."""
    request.actor.must("watch.view")
    if request.method != "POST":
        return _page(request)
    typed = request.POST

    def do() -> None:
        new = services.NewWatch(
            typed.get("connector", ""),
            word(Kind, typed.get("kind", ""), name="kind"),
            typed.get("subject", "").strip()[:300],
            number_of(typed.get("organisation", ""), name="organisation"),
            typed.get("reasons", "").strip(),
            _last_day(typed.get("ends_on", "")),
        )
        services.propose(new, agency_id=agency_of(request), actor=request.actor, now=request.now)

    return _attempt(request, "watch", do, _("Proposed: nothing is asked until another person approves."))


@require_POST
def permit(request: Asked) -> HttpResponse:
    """Ask leave to use a connector."""
    typed = request.POST

    def do() -> None:
        new = services.NewPermit(
            typed.get("connector", ""),
            typed.get("legal_basis", "").strip(),
            number_of(typed.get("per_hour", ""), name="per_hour"),
            _last_day(typed.get("ends_on", "")),
            typed.get("terms", "").strip(),
        )
        services.propose_permit(new, agency_id=agency_of(request), actor=request.actor, now=request.now)

    return _attempt(request, "permit", do, _("Proposed: the connector stays off until another person approves."))


@require_POST
def approve(request: Asked, watch_id: int) -> HttpResponse:
    """Let a watch go on, as another person."""
    return _step(request, services.approve, watch_id, _("Approved."))


@require_POST
def end(request: Asked, watch_id: int) -> HttpResponse:
    """Stop a watch."""
    return _step(request, services.end, watch_id, _("Ended."))


@require_POST
def approve_permit(request: Asked, permit_id: int) -> HttpResponse:
    """Let a connector be used, as another person."""
    return _step(request, services.approve_permit, permit_id, _("Approved."))


@require_POST
def end_permit(request: Asked, permit_id: int) -> HttpResponse:
    """Take a connector out of use."""
    return _step(request, services.end_permit, permit_id, _("Ended."))


def _step(request: Asked, act: Callable[..., object], number: int, said: str) -> HttpResponse:
    return _attempt(request, "step", lambda: act(number, actor=request.actor, now=request.now), said)


def _last_day(text: str) -> date:
    found = day(text, name="ends_on")
    if found is None:
        raise Refused("watch_end_date")
    return found


def _page(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    on = today(request)
    context = {
        "page": paged(queries.watches(request.actor), request.GET.get("page", "")),
        "permits": [(USABLE[one.connector].title, one) for one in queries.permits(request.actor)[:50]],
        "connectors": CONNECTORS.values(),
        "usable": [(one.name, one.title) for one in USABLE.values()],
        "choices": [(one.name, one.title) for one in CONNECTORS.values()],
        "kinds": options(Kind),
        "organisations": [(one.id, one.name) for one in register.organisations()[:500]],
        "on": on,
        "typed": typed,
    }
    return render(request, "console/watches.html", context, status=typed.status)


def _attempt(request: Asked, form: str, do: Callable[[], object], said: str) -> HttpResponse:
    try:
        do()
    except Refused as error:
        return _page(request, kept(form, request.POST.dict(), error))
    messages.success(request, said)
    return redirect("watches")
