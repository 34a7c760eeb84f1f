"""What an analyst does on a case: take it, assess it, say why it is not referred, close it, open it again."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from openiru.faces.console.asked import Asked, today
from openiru.faces.console.views.case import attempt
from openiru.faces.console.worksheet import read
from openiru.stages.cases import queries, services
from openiru.stages.cases.rules import NewAssessment
from openiru.stages.cases.triage import holding


@require_POST
def take(request: Asked, case_id: int) -> HttpResponse:
    """Say that I work on this case."""
    return attempt(request, case_id, "take", lambda: holding.take(case_id, actor=request.actor, now=request.now))


@require_POST
def assess(request: Asked, case_id: int) -> HttpResponse:
    """Store the worksheet."""

    def do() -> None:
        page = queries.page(case_id, request.actor, on=today(request))
        new = read(request.POST.dict(), [item.id for item, _ in page.items])
        services.assess(case_id, new, actor=request.actor, now=request.now)

    return attempt(request, case_id, "assess", do)


@require_POST
def not_refer(request: Asked, case_id: int) -> HttpResponse:
    """Say why this account is not referred."""
    new = NewAssessment(refer=False, purpose=request.POST.get("reasons", ""))
    return attempt(
        request, case_id, "not_refer", lambda: services.assess(case_id, new, actor=request.actor, now=request.now)
    )


@require_POST
def close(request: Asked, case_id: int) -> HttpResponse:
    """Close a case without a notice."""
    reason = request.POST.get("reasons", "")
    return attempt(
        request, case_id, "close", lambda: services.close(case_id, reason=reason, actor=request.actor, now=request.now)
    )


@require_POST
def reopen(request: Asked, case_id: int) -> HttpResponse:
    """Open a case again."""
    because = request.POST.get("reasons", "")
    return attempt(
        request,
        case_id,
        "reopen",
        lambda: services.reopen(case_id, because=because, actor=request.actor, now=request.now),
    )


@require_POST
def let_go(request: Asked, case_id: int) -> HttpResponse:
    """Give back a case that I hold."""
    return attempt(request, case_id, "let_go", lambda: holding.let_go(case_id, actor=request.actor, now=request.now))


@require_POST
def danger(request: Asked, case_id: int) -> HttpResponse:
    """Say that life is in danger, or that it is no longer."""
    is_there, why = request.POST.get("danger") == "yes", request.POST.get("reasons", "")
    return attempt(
        request,
        case_id,
        "danger",
        lambda: holding.mark_urgent(case_id, urgent=is_there, why=why, actor=request.actor, now=request.now),
    )
