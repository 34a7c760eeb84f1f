"""Notices: the board by state and clock, the preflight of an approval, and one notice with all that belongs to it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused, Unavailable, Unreadable
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import NOTHING, Typed, kept
from openiru.faces.console.labels import options
from openiru.faces.console.views.queue import paged
from openiru.faces.words import status_of, text_of
from openiru.stages.cases.models import Decision
from openiru.stages.cases.queries import approved_unsent
from openiru.stages.notices import corrections, direct_lines, profiles, queries, services, ways, work
from openiru.stages.notices.documents import correcting
from openiru.stages.notices.models import Escalation, Notice
from openiru.stages.verify.items import standing_of
from openiru.stages.verify.queries import conclusion_of
from openiru.terms import Outcome, Platform

DONE = {
    "send": _("In the outbox. By e-mail the worker hands it over; by the platform's form it waits for you."),
    "submitted": _("Noted as submitted."),
    "settle": _("Settled."),
    "remind": _("A reminder is in the outbox."),
    "answer": _("The answer is recorded, as the platform's claim."),
    "resume": _("The clock runs again."),
    "keep": _("Kept: the organisation is designated again."),
    "correct": _("The correction is on its way to everybody the notice went to."),
    "confirm_correction": _("Noted: the platform took note of the correction."),
    "escalate": _("Asked for. Another person decides."),
    "decide_step": _("Decided."),
    "typed": _("The typed answer is recorded."),
    "withdraw": _("Withdrawn. Whoever was told is told."),
    "close": _("Closed."),
    "way": _("It goes this way from now on."),
    "reply": _("Your reply is where the platform reads it."),
}

OVER = (Notice.State.ANSWERED, Notice.State.WITHDRAWN, Notice.State.CLOSED)
"""States in which nothing is waited for; the board leaves them out unless they are asked for."""


@require_GET
def board(request: Asked) -> HttpResponse:
    """Notices, what is due first comes first; for HTMX only the table."""
    asked = request.GET
    state, platform = asked.get("state", ""), asked.get("platform", "")
    page = paged(_narrowed(request, state, platform), asked.get("page", ""))
    counts = queries.counts(request.actor)
    context = {
        "page": page,
        "rows": [(one, queries.proposal(one, now=request.now)) for one in page if isinstance(one, Notice)],
        "tabs": [(name, counts.get(name, 0)) for name in Notice.State.values],
        "total": sum(counts.values()),
        "under_way": sum(number for name, number in counts.items() if name not in OVER),
        "overdue": queries.board(request.actor, overdue_at=request.now).count(),
        "approved": approved_unsent(request.actor)[:50] if request.actor.may("notice.compose") else (),
        "state": state,
        "platform": platform,
        "platforms": options(Platform),
    }
    return render(request, "console/_notices.html" if request.htmx else "console/notices.html", context)


def _narrowed(request: Asked, state: str, platform: str) -> QuerySet[Notice]:
    """The notices of a tab: one state, what is overdue, everything, or (without a word) what is under way."""
    late = request.now if state == "overdue" else None
    by_state = state if state in Notice.State.values else ""
    found = queries.board(request.actor, state=by_state, platform=platform, overdue_at=late)
    return found.exclude(state__in=OVER) if not state else found


@require_GET
def preflight(request: Asked, decision_id: int) -> HttpResponse:
    """What a notice of this approval would still lack."""
    return _preflight(request, decision_id)


def _preflight(request: Asked, decision_id: int, refused: Refused | None = None) -> HttpResponse:
    request.actor.must("notice.view")
    decision = (
        Decision.objects.select_related("assessment__case__account", "assessment__case__agency")
        .filter(id=decision_id, approved=True, assessment__case__agency_id__in=request.actor.sees)
        .first()
    )
    if decision is None:
        raise Refused("not_found")
    report = queries.preflight_of(decision, now=request.now)
    context = {
        "decision": decision,
        "case": decision.assessment.case,
        "report": report,
        "text": text_of(refused) if refused else "",
    }
    return render(request, "console/preflight.html", context, status=status_of(refused) if refused else 200)


@require_POST
def compose(request: Asked, decision_id: int) -> HttpResponse:
    """Compose the notice of an approval."""
    try:
        made = services.compose(decision_id, actor=request.actor, now=request.now)
    except Refused as refused:
        return _preflight(request, decision_id, refused)
    messages.success(request, _("Composed. Read it, then send it."))
    return redirect("notice", made.id)


@require_GET
def show(request: Asked, notice_id: int) -> HttpResponse:
    """Show a notice."""
    return notice_page(request, notice_id)


def notice_page(request: Asked, notice_id: int, typed: Typed = NOTHING) -> HttpResponse:
    """Render a notice; after a refusal with what was typed."""
    notice = queries.get(notice_id, request.actor)
    context = {
        "notice": notice,
        "composed": queries.composed(notice),
        "proposals": queries.proposals(notice, now=request.now),
        "report": queries.preflight_again(notice, now=request.now) if notice.state in {"drafted", "failed"} else None,
        "steps": [step.value for step in Escalation.Step],
        "correction": _correction(request, notice),
        "profile": profiles.PROFILES.get(notice.profile),
        "late": notice.state in {"sent", "received"} and notice.due_at is not None and notice.due_at < request.now,
        "withdrawal": getattr(notice, "withdrawal", None),
        "withdrawal_tasks": queries.withdrawal_tasks(request.actor).filter(notice=notice),
        "conclusion": conclusion_of(notice.case.account_id),
        "posts": standing_of(notice) if notice.sent_at else [],
        "outcomes": options(Outcome),
        "typed": typed,
        "waits_by_hand": [one for one in notice.dispatches.all() if one.state == "by_hand"],
        "in_doubt": [one for one in notice.dispatches.all() if one.state == "in_doubt"],
        "ways": [(one.name, one.title) for one in ways.fitting(notice)],
        "lines": direct_lines.lines(request.actor, platform=notice.platform),
        "remarks": notice.remarks.select_related("to").prefetch_related("replies").order_by("id"),
    }
    return render(request, "console/notice.html", context, status=typed.status)


def _correction(request: Asked, notice: Notice) -> str:
    """The letter that would be sent, while a clock asks for a correction; empty else."""
    asked = notice.withdrawal_tasks.filter(settled_at=None, kind="correct").exists()
    try:
        return correcting.text_of(corrections.draft(notice, now=request.now)) if asked else ""
    except Refused:
        return ""


def attempt(request: Asked, notice_id: int, form: str, do: Callable[[], object]) -> HttpResponse:
    """Do what a form of the notice page asks; what is refused comes back with all that was typed."""
    try:
        do()
    except (Refused, Unreadable, Unavailable) as error:
        return notice_page(request, notice_id, kept(form, request.POST.dict(), error))
    messages.success(request, DONE[form])
    return redirect("notice", notice_id)


@require_GET
def package(request: Asked, notice_id: int) -> HttpResponse:
    """The portal package: a ZIP with the documents and the fields to copy from."""
    notice = queries.get(notice_id, request.actor)
    reply = HttpResponse(work.package(notice, now=request.now), content_type="application/zip")
    reply["Content-Disposition"] = f'attachment; filename="{notice.reference}.zip"'
    return reply


@require_GET
def document(request: Asked, notice_id: int, name: str) -> HttpResponse:
    """One document of a notice, the same bytes as were or will be sent."""
    notice = queries.get(notice_id, request.actor)
    found = next((file for file in work.documents(notice, now=request.now) if file.name == name), None)
    if found is None:
        raise Refused("not_found")
    reply = HttpResponse(found.content, content_type=found.media_type)
    reply["Content-Disposition"] = f'attachment; filename="{notice.reference}-{found.name}"'
    reply["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return reply
