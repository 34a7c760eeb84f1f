"""The mailbox: messages that no reader could place or understand wait here for a person."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused, Unreadable
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import NOTHING, Typed, kept
from openiru.faces.console.labels import options
from openiru.faces.console.views.notice_steps import record_answer
from openiru.stages.notices import answers, queries
from openiru.terms import Outcome


@require_GET
def mailbox(request: Asked) -> HttpResponse:
    """Show what waits."""
    return _page(request)


def _page(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    waiting = queries.mailbox(request.actor)
    shown = [(message, f"message-{message.id}") for message in waiting[:50]]
    context = {"waiting": shown, "number": waiting.count(), "outcomes": options(Outcome), "typed": typed}
    return render(request, "console/mailbox.html", context, status=typed.status)


@require_POST
def place(request: Asked, message_id: int) -> HttpResponse:
    """Say which notice a message belongs to."""

    def do() -> None:
        notice = queries.visible(request.actor).filter(reference=request.POST.get("reference", "").strip()).first()
        if notice is None:
            raise Refused("not_found")
        answers.place(message_id, notice.id, actor=request.actor, now=request.now)

    return _attempt(request, message_id, do)


@require_POST
def record(request: Asked, message_id: int) -> HttpResponse:
    """Say what a placed message means."""

    def do() -> None:
        message = queries.mailbox(request.actor).filter(id=message_id).first()
        if message is None or message.notice_id is None:
            raise Refused("not_found")
        record_answer(request, message.notice_id)

    return _attempt(request, message_id, do)


def _attempt(request: Asked, message_id: int, do: Callable[[], object]) -> HttpResponse:
    try:
        do()
    except (Refused, Unreadable) as error:
        return _page(request, kept(f"message-{message_id}", request.POST.dict(), error))
    messages.success(request, _("Done."))
    return redirect("mailbox")
