"""Quality of decisions: agreement with its interval, golden cases, blind second readings; one's own figures for oneself."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked, today
from openiru.faces.console.forms import NOTHING, Typed, kept, number
from openiru.faces.console.labels import options
from openiru.faces.console.views.case import attempt
from openiru.people.models import User
from openiru.stages.cases import queries as cases
from openiru.stages.cases.quality import queries, sampling, services
from openiru.stages.cases.quality.models import Answer
from openiru.stages.transparency import bias


@require_http_methods(["GET", "POST"])
def quality(request: Asked) -> HttpResponse:
    """Show what waits to be read blindly and, to whom it concerns, the figures; set the share."""
    if request.method != "POST":
        return _page(request)

    def do() -> None:
        percent = number(request.POST.get("percent", ""), name="percent")
        services.set_share(percent, actor=request.actor, now=request.now)

    return _attempt(request, do, "share", _("Set."))


@require_POST
def golden(request: Asked, case_id: int) -> HttpResponse:
    """Propose a case as a golden one."""
    answer, reasons = request.POST.get("answer", ""), request.POST.get("reasons", "")
    return attempt(
        request,
        case_id,
        "golden",
        lambda: services.propose_golden(case_id, answer, reasons, actor=request.actor, now=request.now),
    )


@require_POST
def confirm_golden(request: Asked, golden_id: int) -> HttpResponse:
    """Agree to a golden case."""
    return _attempt(
        request,
        lambda: services.confirm_golden(golden_id, actor=request.actor, now=request.now),
        "golden",
        _("Agreed: colleagues are given it to read."),
    )


@require_POST
def read_golden(request: Asked, golden_id: int) -> HttpResponse:
    """Begin to read a golden case."""
    blind = services.read_golden(golden_id, actor=request.actor, now=request.now)
    return redirect("blind", blind.id)


@require_http_methods(["GET", "POST"])
def blind(request: Asked, blind_id: int) -> HttpResponse:
    """Read a case without seeing what was decided; say what one reads."""
    if request.method != "POST":
        return _blind(request, blind_id)
    answer, reasons = request.POST.get("answer", ""), request.POST.get("reasons", "")
    try:
        done = services.read(blind_id, answer, reasons, actor=request.actor, now=request.now)
    except Refused as error:
        return _blind(request, blind_id, kept("blind", request.POST.dict(), error))
    same = done.answer == done.first
    messages.success(
        request,
        _("Kept. You read it as it was decided.") if same else _("Kept. It was decided otherwise: talk about it."),
    )
    return redirect("quality")


@require_GET
def person(request: Asked, user_id: int) -> HttpResponse:
    """One person's figures: for that person and the supervisor."""
    agreement, drift = queries.of_person(user_id, request.actor, now=request.now)
    who = User.objects.filter(id=user_id, agency_id__in=request.actor.sees).first()
    if who is None:
        raise Refused("not_found")
    return render(request, "console/quality_person.html", {"who": who, "agreement": agreement, "drift": drift})


def _blind(request: Asked, blind_id: int, typed: Typed = NOTHING) -> HttpResponse:
    one = queries.one(blind_id, request.actor)
    context = {
        "blind": one,
        "page": cases.page(one.case_id, request.actor, on=today(request)),
        "answers": options(Answer),
        "typed": typed,
    }
    return render(request, "console/blind.html", context, status=typed.status)


def _page(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    actor = request.actor
    context: dict[str, object] = {"typed": typed, "share": sampling.share_of(actor.agency_id or 0)}
    if actor.may("quality.read"):
        context |= {"waiting": queries.waiting(actor)[:50], "golden_to_read": queries.golden_to_read(actor)[:20]}
    if actor.may("quality.view"):
        context |= {
            "figures": queries.figures(actor, now=request.now),
            "disagreements": queries.disagreements(actor)[:20],
        }
        context |= {"bias": bias.table(actor), "labels": bias.labels(actor)[:20]}
    if actor.may("quality.golden"):
        context["golden"] = queries.golden_cases(actor)[:50]
    if actor.may("quality.view_person"):
        context["people"] = User.objects.filter(agency_id__in=actor.sees, is_active=True).order_by("name")
    if not {"waiting", "figures"} & set(context):
        actor.must("quality.view")
    return render(request, "console/quality.html", context, status=typed.status)


def _attempt(request: Asked, do: Callable[[], object], form: str, said: str) -> HttpResponse:
    try:
        do()
    except Refused as error:
        return _page(request, kept(form, request.POST.dict(), error))
    messages.success(request, said)
    return redirect("quality")
