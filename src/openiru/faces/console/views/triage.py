"""Weights of the score with their replays, officers' rules with their back-tests, and what is in quarantine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import NOTHING, Typed, day, kept
from openiru.stages.cases.triage import officer_rules, scoring, weights
from openiru.stages.cases.triage.cel import VARIABLES


@require_http_methods(["GET", "POST"])
def score(request: Asked) -> HttpResponse:
    """Show the weights and what is proposed; propose others."""
    if request.method != "POST":
        return _score(request)
    typed = request.POST

    def do() -> None:
        points = {name: _points(typed.get(name, "")) for name in scoring.STANDARD}
        weights.propose(points, typed.get("why", ""), actor=request.actor, now=request.now)

    return _attempt(request, do, "propose", _score, _("Proposed as a shadow: replay it on past decisions."))


@require_POST
def replay(request: Asked, weights_id: int) -> HttpResponse:
    """Replay proposed weights."""
    return _attempt(
        request,
        lambda: weights.replay(weights_id, actor=request.actor, now=request.now),
        "step",
        _score,
        _("Replayed: the difference stands below."),
    )


@require_POST
def confirm(request: Asked, weights_id: int) -> HttpResponse:
    """Put replayed weights in force."""
    return _attempt(
        request,
        lambda: weights.confirm(weights_id, actor=request.actor, now=request.now),
        "step",
        _score,
        _("In force: the queue is sorted anew within minutes."),
    )


@require_POST
def drop(request: Asked, weights_id: int) -> HttpResponse:
    """Drop proposed weights."""
    return _attempt(
        request, lambda: weights.drop(weights_id, actor=request.actor, now=request.now), "step", _score, _("Dropped.")
    )


@require_http_methods(["GET", "POST"])
def rules(request: Asked) -> HttpResponse:
    """Show officers' rules and what is in quarantine; write one."""
    if request.method != "POST":
        return _rules(request)
    typed = request.POST

    def do() -> None:
        new = officer_rules.NewRule(
            typed.get("name", ""),
            typed.get("text", ""),
            typed.get("says", ""),
            _points(typed.get("points", "")),
            day(typed.get("expires_on", ""), name="expires_on") or date.min,
        )
        officer_rules.write(new, actor=request.actor, now=request.now)

    return _attempt(request, do, "rule", _rules, _("Written as a shadow, and tried on history."))


@require_POST
def switch(request: Asked, rule_id: int) -> HttpResponse:
    """Switch a rule."""
    state, why = request.POST.get("state", ""), request.POST.get("reasons", "")
    return _attempt(
        request,
        lambda: officer_rules.switch(rule_id, state, why, actor=request.actor, now=request.now),
        "step",
        _rules,
        _("Switched."),
    )


@require_POST
def try_again(request: Asked, rule_id: int) -> HttpResponse:
    """Try a rule on history again."""
    return _attempt(
        request,
        lambda: officer_rules.try_again(rule_id, actor=request.actor, now=request.now),
        "step",
        _rules,
        _("Tried again."),
    )


@require_POST
def lift(request: Asked, quarantine_id: int) -> HttpResponse:
    """Let a value count again."""
    why = request.POST.get("reasons", "")
    return _attempt(
        request,
        lambda: officer_rules.lift(quarantine_id, why, actor=request.actor, now=request.now),
        "step",
        _rules,
        _("It counts again."),
    )


def _points(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refused("form_incomplete", field="points") from None


def _score(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    standing = weights.in_force()
    points = standing.points if standing else scoring.STANDARD
    asked = typed.forms.get("propose") or {}
    context = {
        "versions": weights.versions(request.actor)[:20],
        "standing": standing,
        "rows": [(name, points[name], asked.get(name, points[name])) for name in scoring.STANDARD],
        "typed": typed,
    }
    return render(request, "console/score.html", context, status=typed.status)


def _rules(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    context = {
        "rules": officer_rules.visible(request.actor)[:100],
        "quarantines": officer_rules.quarantines(request.actor)[:100],
        "variables": [(name, words, repr(example)) for name, (words, example) in VARIABLES.items()],
        "typed": typed,
    }
    return render(request, "console/rules.html", context, status=typed.status)


def _attempt(
    request: Asked, do: Callable[[], object], form: str, page: Callable[[Asked, Typed], HttpResponse], said: str
) -> HttpResponse:
    try:
        do()
    except Refused as error:
        return page(request, kept(form, request.POST.dict(), error))
    messages.success(request, said)
    return redirect("score" if page is _score else "rules")
