"""Protected speakers: the list, adding one, ending one."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked, today
from openiru.faces.console.forms import NOTHING, Typed, day, kept, word
from openiru.faces.console.labels import options
from openiru.faces.console.views.queue import paged
from openiru.stages.cases import protections as services
from openiru.stages.cases import queries
from openiru.terms import ProtectionKind


@require_http_methods(["GET", "POST"])
def protections(request: Asked) -> HttpResponse:
    """Show the protections; register one."""
    if request.method != "POST":
        return _page(request)
    typed = request.POST

    def do() -> None:
        new = services.NewProtection(
            word(ProtectionKind, typed.get("kind", ""), name="kind"),
            typed.get("name", "").strip()[:200],
            typed.get("source", "").strip()[:300],
            typed.get("account_key", "").strip()[:300],
            day(typed.get("expires_on", ""), name="expires_on"),
        )
        services.add(new, actor=request.actor, now=request.now)

    return _attempt(request, "add", do)


@require_POST
def end(request: Asked, protection_id: int) -> HttpResponse:
    """End a protection, as a senior reviewer who did not add it."""
    reasons = request.POST.get("reasons", "")
    return _attempt(
        request,
        f"end-{protection_id}",
        lambda: services.end(protection_id, reasons=reasons, actor=request.actor, now=request.now),
    )


def _page(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    found = queries.protections(request.actor, on=today(request))
    context = {
        "page": paged(found, request.GET.get("page", "")),
        "kinds": options(ProtectionKind),
        "typed": typed,
    }
    return render(request, "console/protections.html", context, status=typed.status)


def _attempt(request: Asked, form: str, do: Callable[[], object]) -> HttpResponse:
    try:
        do()
    except Refused as error:
        return _page(request, kept(form, request.POST.dict(), error))
    messages.success(
        request, _("Registered: it stops every open case of this speaker.") if form == "add" else _("Ended.")
    )
    return redirect("protections")
