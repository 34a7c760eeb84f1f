"""Text models: which stand and by whose word, their papers, how shadow and live differ; and what reviewers say of texts."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openiru.detect.text.evaluating import Share
from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import NOTHING, Typed, kept
from openiru.faces.console.views.case import attempt
from openiru.faces.console.views.queue import paged
from openiru.stages.matching import model_rules as rules
from openiru.stages.matching import modelled, modelling


@require_GET
def models(request: Asked) -> HttpResponse:
    """Show every version, where it stands, what waits, and ten texts to label."""
    return _page(request)


@require_GET
def model(request: Asked, model_id: int) -> HttpResponse:
    """Show a version's papers."""
    found = modelled.models(request.actor).filter(id=model_id).first()
    if found is None:
        raise Http404
    lines = [
        {"label": label, "of": of, "found": Share(part, whole), "alarms": Share(said, others), "error": error}
        for label, of, part, whole, said, others, error in found.facts["lines"]
    ]
    context = {
        "model": found,
        "terms": list(found.terms.all()),
        "lines": lines,
        "sources": [(name, Share(part, whole)) for name, part, whole in found.facts["sources"]],
        "alarms": Share(*found.facts["alarms"]),
    }
    return render(request, "console/text_model.html", context)


@require_POST
def propose(request: Asked, model_id: int) -> HttpResponse:
    """Propose that a version goes live."""
    said = _("Proposed: it goes live once another person confirms.")
    return _attempt(request, lambda: modelling.propose(model_id, actor=request.actor, now=request.now), said)


@require_POST
def confirm(request: Asked, term_id: int) -> HttpResponse:
    """Put a version live, as another person."""
    said = _("It is live. What was read is read again with it.")
    return _attempt(request, lambda: modelling.confirm(term_id, actor=request.actor, now=request.now), said)


@require_POST
def end(request: Asked, term_id: int) -> HttpResponse:
    """Take a version out of its place."""
    return _attempt(request, lambda: modelling.end(term_id, actor=request.actor, now=request.now), _("Ended."))


@require_POST
def label(request: Asked, item_id: int) -> HttpResponse:
    """Say what a post's text is, from the page of models."""
    said = _("Kept: the next training learns from it.")
    return _attempt(request, lambda: _label(request, item_id), said)


@require_POST
def label_on_case(request: Asked, case_id: int, item_id: int) -> HttpResponse:
    """Say what a post's text is, from the page of a case."""
    return attempt(request, case_id, "label", lambda: _label(request, item_id))


def _label(request: Asked, item_id: int) -> None:
    modelling.label(item_id, request.POST.getlist("labels"), actor=request.actor, now=request.now)


def _page(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    actor = request.actor
    context = {
        "page": paged(modelled.models(actor), request.GET.get("page", "")),
        "waiting": modelled.waiting(actor),
        "differences": modelled.differences(actor),
        "shadow_rows": modelled.shadow_rows(),
        "asked": modelled.unlabelled(actor) if actor.may("match.label") else [],
        "least": rules.LEAST_LABELS,
        "typed": typed,
    }
    return render(request, "console/text_models.html", context, status=typed.status)


def _attempt(request: Asked, do: Callable[[], object], said: str) -> HttpResponse:
    try:
        do()
    except Refused as error:
        return _page(request, kept("step", request.POST.dict(), error))
    messages.success(request, said)
    return redirect("text-models")
