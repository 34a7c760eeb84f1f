"""A bundle: accounts that say the same on one screen; each has its own decision, with its own reasons, one at a time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked, today
from openiru.faces.console.forms import NOTHING, Typed, kept
from openiru.stages.cases import queries, services
from openiru.stages.cases.models import Case
from openiru.stages.cases.rules import NewAssessment
from openiru.stages.cases.triage import bundles


@require_GET
def bundle(request: Asked, case_id: int) -> HttpResponse:
    """Show the accounts of a bundle."""
    return _page(request, case_id)


@require_POST
def decide(request: Asked, case_id: int) -> HttpResponse:
    """Decide on one account of a bundle: yes or no to its assessment, or not to refer it."""
    word, number = request.POST.get("word", ""), int("0" + "".join(filter(str.isdecimal, request.POST.get("case", ""))))
    try:
        _decide(request, number, word)
    except Refused as error:
        return _page(request, case_id, kept(f"decide-{number}", request.POST.dict(), error))
    messages.success(request, _("Decided for this one account."))
    return redirect("bundle", case_id)


def _decide(request: Asked, number: int, word: str) -> None:
    reasons = request.POST.get("reasons", "")
    case = queries.visible(request.actor).filter(id=number).first()
    if case is None:
        raise Refused("not_found")
    bundles.check_own_reasons(case, reasons, request.actor)
    if word == "not_refer":
        new = NewAssessment(refer=False, purpose=reasons)
        services.assess(case.id, new, actor=request.actor, now=request.now)
        return
    verb = {"approve": services.approve, "decline": services.decline}.get(word)
    current = case.assessments.filter(replaced=False).first()
    if verb is None or current is None:
        raise Refused("form_incomplete", field="word")
    verb(current.id, reasons=reasons, actor=request.actor, now=request.now)


def _page(request: Asked, case_id: int, typed: Typed = NOTHING) -> HttpResponse:
    case = queries.visible(request.actor).select_related("account").filter(id=case_id).first()
    if case is None:
        raise Refused("not_found")
    rows = [(one, _shown(one, request)) for one in bundles.members(case, request.actor)]
    context = {"case": case, "rows": rows, "typed": typed}
    return render(request, "console/bundle.html", context, status=typed.status)


def _shown(case: Case, request: Asked) -> queries.CasePage:
    return queries.page(case.id, request.actor, on=today(request))
