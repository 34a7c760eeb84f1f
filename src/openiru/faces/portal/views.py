"""A platform's notices: the board, one notice with what is asked, why and on what evidence, and the forms to answer it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openiru.errors import Refused
from openiru.faces.portal.asked import NOTHING, Asked, Typed, kept
from openiru.stages.notices import work
from openiru.stages.notices.counter import hooks as verbs
from openiru.stages.notices.counter import queries, services
from openiru.terms import Outcome

OUTCOMES = [one.value for one in Outcome if one not in services.NOT_THEIRS]
SHOWN = 200
DONE = {
    "acknowledge": _("Thank you: we know that you have it."),
    "ask": _("Your question is with us; the clock stands until we reply."),
    "answer": _("Your answer is recorded, in your words."),
    "dispute": _("Your dispute is with us; people look at it and reply here."),
}


@never_cache
@require_GET
def board(request: Asked) -> HttpResponse:
    """What went to their platform, what is due first comes first."""
    state = request.GET.get("state", "open")
    found = queries.board(request.actor, state="" if state == "all" else state)
    context = {
        "rows": found[:SHOWN],
        "number": found.count(),
        "shown": SHOWN,
        "state": state,
        "counts": queries.counts(request.actor),
        "platform": request.actor.platform,
    }
    return render(request, "portal/board.html", context)


@never_cache
@require_GET
def show(request: Asked, reference: str) -> HttpResponse:
    """One notice."""
    return _page(request, reference)


def _page(request: Asked, reference: str, typed: Typed = NOTHING) -> HttpResponse:
    notice = queries.get(reference, request.actor)
    said = queries.standing(notice)
    files = dict(queries.evidence(notice))
    context = {
        "notice": notice,
        "facts": notice.facts,
        "items": [(one, files.get(one["url"], []), said.get(one["url"], "")) for one in notice.facts["items"]],
        "outcomes": OUTCOMES,
        "labels": services.LABELS,
        "withdrawal": getattr(notice, "withdrawal", None),
        "typed": typed,
    }
    return render(request, "portal/notice.html", context, status=typed.status)


def _attempt(request: Asked, reference: str, form: str, do: Callable[[], object]) -> HttpResponse:
    try:
        do()
    except Refused as error:
        return _page(request, reference, kept(form, request, error))
    messages.success(request, DONE[form])
    return redirect("portal-notice", reference)


@require_POST
def acknowledge(request: Asked, reference: str) -> HttpResponse:
    """They have it."""
    ticket = request.POST.get("ticket", "").strip()
    return _attempt(
        request,
        reference,
        "acknowledge",
        lambda: services.acknowledge(reference, ticket=ticket, actor=request.actor, now=request.now),
    )


@require_POST
def ask(request: Asked, reference: str) -> HttpResponse:
    """A question."""
    words = request.POST.get("text", "")
    return _attempt(
        request, reference, "ask", lambda: services.ask(reference, words, actor=request.actor, now=request.now)
    )


@require_POST
def answer(request: Asked, reference: str) -> HttpResponse:
    """An answer, to the whole or item by item: what is left open stays open."""
    return _attempt(
        request,
        reference,
        "answer",
        lambda: services.answer(reference, _said(request, reference), actor=request.actor, now=request.now),
    )


def _said(request: Asked, reference: str) -> services.Said:
    typed = request.POST
    notice = queries.get(reference, request.actor)
    chosen = {one["url"]: typed.get(f"item-{number}", "") for number, one in enumerate(notice.facts["items"])}
    items = {url: _outcome(word) for url, word in chosen.items() if word}
    whole = typed.get("outcome", "")
    return services.Said(
        typed.get("words", ""),
        _outcome(whole) if whole else None,
        items,
        typed.get("territory", ""),
        typed.get("ticket", ""),
    )


def _outcome(word: str) -> Outcome:
    if word not in OUTCOMES:
        raise Refused("form_incomplete", field="outcome")
    return Outcome(word)


@require_POST
def dispute(request: Asked, reference: str) -> HttpResponse:
    """A label of ours is wrong, they say."""
    typed = request.POST
    said = services.Disputed(typed.get("label", ""), typed.get("why", ""), typed.get("item", ""))
    return _attempt(
        request, reference, "dispute", lambda: services.dispute(reference, said, actor=request.actor, now=request.now)
    )


@require_GET
def package(request: Asked, reference: str) -> HttpResponse:
    """Everything of a notice as a ZIP."""
    notice = queries.get(reference, request.actor)
    content = work.package(notice, now=request.now)
    services.take_out(reference, "package", actor=request.actor, now=request.now)
    return _file(content, "application/zip", f"{notice.reference}.zip")


@require_GET
def document(request: Asked, reference: str, name: str) -> HttpResponse:
    """One document of a notice, the same bytes as were sent."""
    notice = queries.get(reference, request.actor)
    found = next((one for one in work.documents(notice, now=request.now) if one.name == name), None)
    if found is None:
        raise Refused("not_found")
    services.take_out(reference, name, actor=request.actor, now=request.now)
    return _file(found.content, found.media_type, f"{notice.reference}-{name}")


@require_GET
def file(request: Asked, reference: str, file_id: int) -> HttpResponse:
    """A file of the evidence that the notice rests on; custody notes that it was handed out."""
    notice = queries.get(reference, request.actor)
    wanted = next((one for _, files in queries.evidence(notice) for one in files if one.id == file_id), None)
    if wanted is None:
        raise Refused("not_found")
    content = work.content_of(wanted)
    services.take_out(reference, f"evidence {wanted.sha256}", actor=request.actor, now=request.now, file_id=file_id)
    return _file(content, wanted.media_type, wanted.name)


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    reply = HttpResponse(content, content_type=media_type)
    plain = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "._-")) or "file"
    reply["Content-Disposition"] = f'attachment; filename="{plain}"'
    reply["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return reply


@never_cache
@require_http_methods(["GET", "POST"])
def hooks(request: Asked) -> HttpResponse:
    """The addresses at which they are told; a new one's secret is shown once."""
    if request.method != "POST":
        return _hooks(request)
    try:
        added = verbs.add(request.POST.get("url", ""), actor=request.actor, now=request.now)
    except Refused as error:
        return _hooks(request, typed=kept("add", request, error))
    return _hooks(request, once=added[1])


@require_POST
def end_hook(request: Asked, hook_id: int) -> HttpResponse:
    """End an address at once."""
    verbs.end(hook_id, actor=request.actor, now=request.now)
    return redirect("portal-hooks")


def _hooks(request: Asked, *, once: str = "", typed: Typed = NOTHING) -> HttpResponse:
    context = {"hooks": queries.hooks(request.actor), "once": once, "typed": typed}
    return render(request, "portal/hooks.html", context, status=typed.status)
