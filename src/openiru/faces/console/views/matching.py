"""Matching: how far detection is, the banks that two people keep, what reviewers said of matches; and saying it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import NOTHING, Typed, kept, number, word
from openiru.faces.console.labels import options
from openiru.faces.console.views.case import attempt
from openiru.faces.console.views.queue import paged
from openiru.stages.matching import queries, services
from openiru.stages.matching.models import BankEntry, Opinion
from openiru.stages.register import queries as register

MOST_TALLIES = 50


@require_http_methods(["GET", "POST"])
def matching(request: Asked) -> HttpResponse:
    """Show detectors, banks and reviewers' words; propose a value for a bank."""
    request.actor.must("match.view")
    if request.method != "POST":
        return _page(request)
    typed = request.POST

    def do() -> None:
        organisation = typed.get("organisation", "")
        new = services.NewEntry(
            typed.get("kind", ""),
            typed.get("bearing", ""),
            typed.get("value", "").strip()[:500],
            number(organisation, name="organisation") if organisation else None,
            typed.get("source", "").strip(),
        )
        services.propose(new, actor=request.actor, now=request.now)

    return _attempt(request, "bank", do, _("Proposed: nothing is compared with it until another person confirms."))


@require_POST
def confirm(request: Asked, entry_id: int) -> HttpResponse:
    """Put a value to use, as another person."""
    return _step(request, services.confirm, entry_id, _("Confirmed."))


@require_POST
def end(request: Asked, entry_id: int) -> HttpResponse:
    """Take a value out of use."""
    return _step(request, services.end, entry_id, _("Ended."))


@require_POST
def say(request: Asked, case_id: int, match_id: int) -> HttpResponse:
    """Say what one thinks of a match."""

    def do() -> None:
        says = word(Opinion.Says, request.POST.get("says", ""), name="says")
        services.say(match_id, says, actor=request.actor, now=request.now)

    return attempt(request, case_id, "match", do)


def _step(request: Asked, act: Callable[..., object], entry_id: int, said: str) -> HttpResponse:
    return _attempt(request, "step", lambda: act(entry_id, actor=request.actor, now=request.now), said)


def _page(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    kinds = [one for one in options(BankEntry.Kind) if one[0] != BankEntry.Kind.REFERRED]
    context = {
        "progress": queries.progress(request.actor),
        "page": paged(queries.bank(request.actor), request.GET.get("page", "")),
        "tallies": queries.tallies(request.actor)[:MOST_TALLIES],
        "kinds": kinds,
        "bearings": options(BankEntry.Bearing),
        "organisations": [(one.id, one.name) for one in register.organisations()[:500]],
        "typed": typed,
    }
    return render(request, "console/matching.html", context, status=typed.status)


def _attempt(request: Asked, form: str, do: Callable[[], object], said: str) -> HttpResponse:
    try:
        do()
    except Refused as error:
        return _page(request, kept(form, request.POST.dict(), error))
    messages.success(request, said)
    return redirect("matching")
