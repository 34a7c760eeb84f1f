"""What else is done with a notice: correct it, ask for and decide a further step, record a typed answer to an order."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import word
from openiru.faces.console.views.notices import attempt
from openiru.stages.notices import corrections
from openiru.stages.notices import typed as annexes
from openiru.stages.notices.clock import escalations
from openiru.stages.notices.models import Escalation


@require_POST
def correct(request: Asked, notice_id: int) -> HttpResponse:
    """Send the correction that was made from facts."""
    return attempt(
        request, notice_id, "correct", lambda: corrections.send(notice_id, actor=request.actor, now=request.now)
    )


@require_POST
def confirm(request: Asked, notice_id: int, correction_id: int) -> HttpResponse:
    """The platform took note of a correction."""
    quote = request.POST.get("quote", "")
    return attempt(
        request,
        notice_id,
        "confirm_correction",
        lambda: corrections.confirmed(correction_id, quote, actor=request.actor, now=request.now),
    )


@require_POST
def escalate(request: Asked, notice_id: int) -> HttpResponse:
    """Ask for a further step that the policy proposes."""
    asked = request.POST

    def do() -> None:
        step = word(Escalation.Step, asked.get("step", ""), name="step")
        escalations.ask(notice_id, step, asked.get("basis", ""), actor=request.actor, now=request.now)

    return attempt(request, notice_id, "escalate", do)


@require_POST
def decide(request: Asked, notice_id: int, step_id: int) -> HttpResponse:
    """Decide on a further step as another person."""
    asked = request.POST

    def do() -> None:
        if asked.get("approved") not in {"yes", "no"}:
            raise Refused("form_incomplete", field="approved")
        yes = asked["approved"] == "yes"
        escalations.decide(
            step_id, approved=yes, reasons=asked.get("reasons", ""), actor=request.actor, now=request.now
        )

    return attempt(request, notice_id, "decide_step", do)


@require_POST
def typed(request: Asked, notice_id: int) -> HttpResponse:
    """Record Annex II or III as the provider sent it."""
    return attempt(request, notice_id, "typed", lambda: _record(request, notice_id))


def _record(request: Asked, notice_id: int) -> None:
    asked = request.POST
    provider = annexes.Provider(
        asked.get("addressee", ""),
        asked.get("file_reference", ""),
        _moment(asked.get("received_at", ""), "received_at"),
        asked.get("authorised_person", ""),
        asked.get("email", ""),
        request.now,
    )
    if asked.get("measure"):
        measure = word(annexes.Measure, asked["measure"], name="measure")
        form = annexes.Executed(provider, measure, _moment(asked.get("taken_at", ""), "taken_at"))
        annexes.executed(notice_id, form, actor=request.actor, now=request.now)
        return
    grounds = frozenset(word(annexes.Ground, one, name="grounds") for one in asked.getlist("grounds"))
    refusal = annexes.NotExecuted(provider, grounds, asked.get("further", ""), asked.get("needed", ""))
    annexes.not_executed(notice_id, refusal, actor=request.actor, now=request.now)


def _moment(text: str, name: str) -> datetime:
    """A moment as a form gives it, in UTC; raises `form_incomplete`."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise Refused("form_incomplete", field=name) from error
