"""What a second person does on a case: opinion, yes, no, recall, a senior reviewer's word, telling the holder later."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import day, number
from openiru.faces.console.views.case import attempt
from openiru.stages.cases import protections, services
from openiru.stages.notices import services as notices
from openiru.stages.notices import urgency


@require_POST
def opinion(request: Asked, case_id: int) -> HttpResponse:
    """Give the second legal opinion."""
    typed = request.POST

    def do() -> None:
        if typed.get("agrees") not in {"yes", "no"}:
            raise Refused("form_incomplete", field="agrees")
        services.give_opinion(
            number(typed.get("assessment", ""), name="assessment"),
            agrees=typed["agrees"] == "yes",
            reasons=typed.get("reasons", ""),
            actor=request.actor,
            now=request.now,
        )

    return attempt(request, case_id, "opinion", do)


@require_POST
def approve(request: Asked, case_id: int) -> HttpResponse:
    """Say yes to the assessment that was read."""
    return attempt(request, case_id, "approve", _decision(request, services.approve))


@require_POST
def decline(request: Asked, case_id: int) -> HttpResponse:
    """Say no to it."""
    return attempt(request, case_id, "decline", _decision(request, services.decline))


def _decision(request: Asked, verb: Callable[..., object]) -> Callable[[], object]:
    typed = request.POST
    return lambda: verb(
        number(typed.get("assessment", ""), name="assessment"),
        reasons=typed.get("reasons", ""),
        actor=request.actor,
        now=request.now,
    )


@require_POST
def recall(request: Asked, case_id: int) -> HttpResponse:
    """Take an approval back."""
    typed = request.POST
    return attempt(
        request,
        case_id,
        "recall",
        lambda: services.recall(
            number(typed.get("decision", ""), name="decision"),
            reasons=typed.get("reasons", ""),
            actor=request.actor,
            now=request.now,
        ),
    )


@require_POST
def review(request: Asked, case_id: int) -> HttpResponse:
    """A senior reviewer's word on a protection in this case."""
    typed = request.POST

    def do() -> None:
        if typed.get("word") not in {"go_on", "stop"}:
            raise Refused("form_incomplete", field="word")
        new = protections.NewReview(
            case_id,
            None if typed.get("protection") == "signs" else number(typed.get("protection", ""), name="protection"),
            typed["word"] == "go_on",
            typed.get("reasons", ""),
        )
        protections.review(new, actor=request.actor, now=request.now)

    return attempt(request, case_id, "review", do)


@require_POST
def put_off(request: Asked, case_id: int) -> HttpResponse:
    """Approve that the holder is told later."""
    typed = request.POST

    def do() -> None:
        until = day(typed.get("until", ""), name="until")
        if until is None:
            raise Refused("form_incomplete", field="until")
        asked_by = number(typed.get("asked_by", ""), name="asked_by")
        new = notices.NewNonDisclosure(case_id, asked_by, until, typed.get("reasons", ""))
        notices.put_off_telling(new, actor=request.actor, now=request.now)

    return attempt(request, case_id, "put_off", do)


@require_POST
def urgent(request: Asked, case_id: int) -> HttpResponse:
    """Confirm that a threat is imminent, as another person stated it."""
    typed = request.POST

    def do() -> None:
        stated_by = number(typed.get("stated_by", ""), name="stated_by")
        new = urgency.NewUrgency(case_id, stated_by, typed.get("facts", ""))
        urgency.confirm(new, actor=request.actor, now=request.now)

    return attempt(request, case_id, "urgent", do)
