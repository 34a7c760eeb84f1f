"""Appeals of holders: the list, and deciding one as somebody who had no part."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import NOTHING, Typed, kept
from openiru.faces.console.views.queue import paged
from openiru.stages.redress import queries, services


@require_GET
def appeals(request: Asked) -> HttpResponse:
    """Show the appeals, the oldest open one first."""
    return _page(request)


def _page(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    context = {"page": paged(queries.appeals(request.actor), request.GET.get("page", "")), "typed": typed}
    return render(request, "console/appeals.html", context, status=typed.status)


@require_POST
def decide(request: Asked, appeal_id: int) -> HttpResponse:
    """Decide an appeal; an upheld one withdraws towards everyone who was told."""
    typed = request.POST
    try:
        if typed.get("word") not in {"uphold", "reject"}:
            raise Refused("form_incomplete", field="word")
        services.decide(
            appeal_id,
            upheld=typed["word"] == "uphold",
            reasons=typed.get("reasons", ""),
            actor=request.actor,
            now=request.now,
        )
    except Refused as error:
        return _page(request, kept(f"appeal-{appeal_id}", typed.dict(), error))
    messages.success(request, _("Decided."))
    return redirect("appeals")
