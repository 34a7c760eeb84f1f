"""What a liaison does with a notice: send, submit by hand, settle a doubt, remind, record an answer, withdraw, close."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import number, number_or_none, word
from openiru.faces.console.views.notices import attempt
from openiru.stages.notices import answers, delisting, services, ways
from openiru.stages.notices.counter import services as counter
from openiru.terms import Outcome


@require_POST
def send(request: Asked, notice_id: int) -> HttpResponse:
    """Put a notice into the outbox."""
    return attempt(request, notice_id, "send", lambda: services.send(notice_id, actor=request.actor, now=request.now))


@require_POST
def submitted(request: Asked, notice_id: int) -> HttpResponse:
    """Bring the ticket of a submitted form back."""
    ticket = request.POST.get("ticket", "").strip()
    return attempt(
        request,
        notice_id,
        "submitted",
        lambda: services.submitted(notice_id, ticket, actor=request.actor, now=request.now),
    )


@require_POST
def settle(request: Asked, notice_id: int) -> HttpResponse:
    """Say whether what was in doubt arrived."""
    typed = request.POST

    def do() -> None:
        if typed.get("arrived") not in {"yes", "no"}:
            raise Refused("form_incomplete", field="arrived")
        services.settle(
            number(typed.get("dispatch", ""), name="dispatch"),
            arrived=typed["arrived"] == "yes",
            why=typed.get("why", ""),
            actor=request.actor,
            now=request.now,
        )

    return attempt(request, notice_id, "settle", do)


@require_POST
def remind(request: Asked, notice_id: int) -> HttpResponse:
    """Ask again for an overdue answer."""
    return attempt(
        request, notice_id, "remind", lambda: services.remind(notice_id, actor=request.actor, now=request.now)
    )


@require_POST
def answer(request: Asked, notice_id: int) -> HttpResponse:
    """Record what the platform answered."""
    return attempt(request, notice_id, "answer", lambda: record_answer(request, notice_id))


def record_answer(request: Asked, notice_id: int) -> None:
    """Read the form of an answer and record it; the mailbox uses it too."""
    typed = request.POST
    new = answers.NewAnswer(
        word(Outcome, typed.get("outcome", ""), name="outcome"),
        typed.get("quote", ""),
        typed.get("territory", "").strip().upper(),
        typed.get("ticket", "").strip(),
        number_or_none(typed.get("message", "")),
    )
    answers.record(notice_id, new, actor=request.actor, now=request.now)


@require_POST
def resume(request: Asked, notice_id: int) -> HttpResponse:
    """We answered the platform's question."""
    return attempt(
        request, notice_id, "resume", lambda: answers.resume(notice_id, actor=request.actor, now=request.now)
    )


@require_POST
def withdraw(request: Asked, notice_id: int) -> HttpResponse:
    """Take a notice back."""
    typed = request.POST
    return attempt(
        request,
        notice_id,
        "withdraw",
        lambda: services.withdraw(
            notice_id,
            reason=typed.get("reason", ""),
            wrong=bool(typed.get("wrong")),
            actor=request.actor,
            now=request.now,
        ),
    )


@require_POST
def keep(request: Asked, notice_id: int, task_id: int) -> HttpResponse:
    """Keep a notice whose organisation is designated again."""
    reasons = request.POST.get("reasons", "")
    return attempt(
        request, notice_id, "keep", lambda: delisting.keep(task_id, reasons, actor=request.actor, now=request.now)
    )


@require_POST
def close(request: Asked, notice_id: int) -> HttpResponse:
    """Close a notice on which nothing more is to be done."""
    return attempt(request, notice_id, "close", lambda: services.close(notice_id, actor=request.actor, now=request.now))


@require_POST
def way(request: Asked, notice_id: int) -> HttpResponse:
    """Let it go another way."""
    chosen, address = request.POST.get("way", ""), request.POST.get("address", "")
    return attempt(
        request, notice_id, "way", lambda: ways.choose(notice_id, chosen, address, actor=request.actor, now=request.now)
    )


@require_POST
def reply(request: Asked, notice_id: int, remark_id: int) -> HttpResponse:
    """Reply to what a platform asked or disputed."""
    words = request.POST.get("text", "")
    return attempt(
        request, notice_id, "reply", lambda: counter.reply(remark_id, words, actor=request.actor, now=request.now)
    )
