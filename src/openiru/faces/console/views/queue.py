"""The queue: the cases that wait for me, or all that I may see, narrowed by state, platform and words."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.labels import options
from openiru.stages.cases import queries
from openiru.stages.cases.models import Case
from openiru.stages.intake.models import Report
from openiru.terms import Platform

A_PAGE = 100
MINE, ALL = "mine", "all"


@require_GET
def queue(request: Asked) -> HttpResponse:
    """Show a page of cases; for HTMX only the table."""
    found = _narrowed(request)
    counts = queries.counts(request.actor)
    asked = request.GET.dict()
    state = asked.get("state", MINE)
    context = {
        "page": paged(_with_claims(found, request), asked.get("page", "")),
        "mine": queries.mine(request.actor).count(),
        "tabs": [(name, counts.get(name, 0)) for name in Case.State.values],
        "total": sum(counts.values()),
        "state": state,
        "platform": asked.get("platform", ""),
        "text": asked.get("text", ""),
        "graphic": asked.get("graphic", ""),
        "platforms": options(Platform),
    }
    return render(request, "console/_queue.html" if request.htmx else "console/queue.html", context)


@require_GET
def next_case(request: Asked, case_id: int) -> HttpResponse:
    """Go to the next case that waits for this person; to the queue when nothing waits."""
    case = queries.visible(request.actor).filter(id=case_id).first()
    if case is None:
        raise Refused("not_found")
    following = queries.next_case(case, request.actor)
    return redirect("case", following.id) if following else redirect("queue")


def paged(rows: QuerySet[Case] | Iterable[object], wanted: str) -> Page[object]:
    """One page of rows; a page that does not exist becomes the nearest one."""
    return Paginator(rows, A_PAGE).get_page(wanted)  # type: ignore[arg-type]


def _narrowed(request: Asked) -> QuerySet[Case]:
    asked = request.GET
    state = asked.get("state", MINE)
    by_state = state if state in Case.State.values else ""
    found = queries.queue(
        request.actor, state=by_state, platform=asked.get("platform", ""), text=asked.get("text", "").strip()
    )
    if asked.get("graphic") == "no":
        found = found.exclude(account__captures__graphic=True)
    return found.filter(id__in=queries.mine(request.actor).order_by().values("id")) if state == MINE else found


def _with_claims(cases: QuerySet[Case], request: Asked) -> QuerySet[Case]:
    """The reported names beside each case, in one query for the page, of what this person may see only."""
    seen = Report.objects.filter(agency_id__in=request.actor.sees).only("account_id", "claimed_organisation")
    return cases.prefetch_related(Prefetch("account__reports", seen.order_by("id"), to_attr="seen_reports"))
