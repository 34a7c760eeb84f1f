"""Direct lines: people at platforms, when they may be reached, and what was agreed; and what the counter waits for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked, today
from openiru.faces.console.forms import NOTHING, Typed, day, kept, number_or_none
from openiru.faces.console.labels import options
from openiru.stages.notices import direct_lines as verbs
from openiru.stages.notices.counter import queries as counter
from openiru.terms import Platform


@require_http_methods(["GET", "POST"])
def lines(request: Asked) -> HttpResponse:
    """Show the direct lines; note one."""
    return _do(request, "add", lambda: _add(request)) if request.method == "POST" else _page(request)


@require_POST
def note(request: Asked, line_id: int) -> HttpResponse:
    """Log what was agreed."""
    typed = request.POST
    notice_id = number_or_none(typed.get("notice", ""))
    return _do(
        request,
        f"note-{line_id}",
        lambda: verbs.note(line_id, typed.get("text", ""), notice_id=notice_id, actor=request.actor, now=request.now),
    )


@require_POST
def change(request: Asked, line_id: int) -> HttpResponse:
    """Change the hours, or say until when the contact is needed."""
    return _do(request, f"change-{line_id}", lambda: _change(request, line_id))


@require_POST
def forget(request: Asked, line_id: int) -> HttpResponse:
    """Delete who it was."""
    return _do(request, "forget", lambda: verbs.forget(line_id, actor=request.actor, now=request.now))


def _add(request: Asked) -> None:
    typed = request.POST
    until = day(typed.get("retain_until", ""), name="retain_until") or today(request)
    parts = {name: typed.get(name, "") for name in ("platform", "name", "reach", "hours", "post")}
    verbs.add(verbs.NewLine(**parts, retain_until=until), actor=request.actor, now=request.now)


def _change(request: Asked, line_id: int) -> None:
    typed = request.POST
    until = day(typed.get("retain_until", ""), name="retain_until") or today(request)
    verbs.change(line_id, hours=typed.get("hours", ""), retain_until=until, actor=request.actor, now=request.now)


def _do(request: Asked, form: str, do: Callable[[], object]) -> HttpResponse:
    try:
        do()
    except Refused as error:
        if error.code == "not_found":
            raise
        return _page(request, kept(form, request.POST.dict(), error))
    return redirect("lines")


def _page(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    context = {
        "lines": verbs.lines(request.actor),
        "platforms": options(Platform),
        "half_a_year": (request.now + timedelta(days=182)).date(),
        "remarks": counter.open_remarks(request.actor),
        "failing": counter.failing_hooks(),
        "typed": typed,
    }
    return render(request, "console/lines.html", context, status=typed.status)
