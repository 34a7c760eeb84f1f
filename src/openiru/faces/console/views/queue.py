"""The queue: saved queries, one page by its keys, the next case taken in one step; colleagues at work are shown."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.labels import label, options
from openiru.people.queries import public_agencies
from openiru.stages.cases.models import Case
from openiru.stages.cases.triage import holding, queues, rules
from openiru.stages.cases.triage.rules import MINE, Clock, Order, Wanted
from openiru.stages.intake.models import Report
from openiru.stages.register.models import Organisation
from openiru.terms import Platform

A_PAGE = 100
QUEUE = "queue"
"""The name under which a person's session keeps what they last asked for, so that `next` follows it."""


@require_GET
def queue(request: Asked) -> HttpResponse:
    """Show a page of cases; for HTMX only the table."""
    wanted = rules.wanted(request.GET.dict())
    if request.session.get(QUEUE) != wanted.as_json():
        request.session[QUEUE] = wanted.as_json()
    found = queues.page(wanted, request.actor, now=request.now, after=rules.place(request.GET.get("after", "")))
    prefetch_related_objects(found.cases, claims_seen(request))
    counts = queues.counts(request.actor)
    context = {
        "cases": found.cases,
        "more": _address(wanted, after=str(found.after)) if found.after else "",
        "first": _address(wanted) if request.GET.get("after") else "",
        "wanted": wanted,
        "number": queues.many(wanted, request.actor, now=request.now) if wanted.state == MINE else 0,
        "tabs": [(name, counts.get(name, 0), _address(wanted, state=name)) for name in Case.State.values],
        "mine_tab": _address(wanted, state=MINE),
        "all_tab": _address(wanted, state="all"),
        "most": queues.MOST_COUNTED,
    }
    if request.htmx:
        return render(request, "console/_queue.html", context)
    return render(request, "console/queue.html", context | _choices(request))


def _choices(request: Asked) -> dict[str, object]:
    """What may be chosen: only values that open cases have, and the agencies whose cases this person sees."""
    organisations = Organisation.objects.in_bulk(queues.values("organisation_id", request.actor))
    saved = [(one, _address(rules.wanted(one.wanted))) for one in queues.saved(request.actor)]
    return {
        "platforms": options(Platform),
        "clocks": [(clock.value, label(f"clock_{clock}")) for clock in Clock],
        "orders": [(order.value, label(f"order_{order}")) for order in Order],
        "languages": [(one, one) for one in queues.values("language", request.actor)],
        "organisations": sorted(((one.id, one.name) for one in organisations.values()), key=lambda pair: pair[1]),
        "agencies": [(one.id, one.name) for one in public_agencies() if one.id in request.actor.sees],
        "saved": saved,
    }


@require_POST
def save(request: Asked) -> HttpResponse:
    """Keep what is asked for under a name."""
    wanted = rules.wanted(request.session.get(QUEUE) or {})
    name, shared = request.POST.get("name", ""), bool(request.POST.get("shared"))
    holding.save(name, wanted, shared=shared, actor=request.actor, now=request.now)
    messages.success(request, _("Saved."))
    return redirect(_address(wanted))


@require_POST
def unsave(request: Asked, query_id: int) -> HttpResponse:
    """Delete a query of one's own."""
    holding.unsave(query_id, actor=request.actor, now=request.now)
    return redirect("queue")


@require_POST
def take_next(request: Asked) -> HttpResponse:
    """Take the next case of the queue that nobody holds, and open it."""
    return to_next(request)


@require_GET
def next_case(request: Asked, case_id: int) -> HttpResponse:
    """Go to the next case of the queue without taking it; to the queue when nothing waits."""
    if not Case.objects.filter(id=case_id, agency_id__in=request.actor.sees).exists():
        raise Refused("not_found")
    following = next(queues.free(_kept(request), request.actor, now=request.now, besides=case_id), None)
    return redirect("case", following) if following else redirect("queue")


def to_next(request: Asked, besides: int | None = None) -> HttpResponse:
    """Take the next case and go there; to the queue, with a word, when nothing waits."""
    found = holding.take_next(_kept(request), actor=request.actor, now=request.now, besides=besides)
    if found is None:
        messages.success(request, _("Nothing more waits in this queue."))
        return redirect("queue")
    return redirect("case", found)


@require_GET
def viewers(request: Asked, case_id: int) -> HttpResponse:
    """Who else has this case open, and who holds it; asking says that one has it open oneself."""
    case = Case.objects.select_related("held_by").filter(id=case_id, agency_id__in=request.actor.sees).first()
    if case is None:
        raise Refused("not_found")
    return render(request, "console/case/_viewers.html", seen_on(case, request))


def seen_on(case: Case, request: Asked) -> dict[str, object]:
    """Note that this person has the case open; who else does."""
    holding.look(case.id, actor=request.actor, now=request.now)
    return {"case": case, "viewers": queues.viewers(case.id, request.actor, now=request.now)}


def paged(rows: QuerySet[Case] | Iterable[object], wanted: str) -> Page[object]:
    """One page of rows; a page that does not exist becomes the nearest one."""
    return Paginator(rows, A_PAGE).get_page(wanted)  # type: ignore[arg-type]


def claims_seen(request: Asked) -> Prefetch[str, QuerySet[Report], str]:
    """The reported names beside each case, in one query for the page, of what this person may see only."""
    seen = Report.objects.filter(agency_id__in=request.actor.sees).only("account_id", "claimed_organisation")
    return Prefetch("account__reports", seen.order_by("id"), to_attr="seen_reports")


def _kept(request: Asked) -> Wanted:
    """The queue this person works on: the one last looked at, but only what waits for them."""
    kept = dict(request.session.get(QUEUE) or {})
    kept["state"] = MINE
    return rules.wanted(kept)


def _address(wanted: Wanted, **changes: str) -> str:
    plain = {**wanted.as_json(), **changes}
    if not wanted.graphic:
        plain["graphic"] = "no"
    return f"/queue?{urlencode({name: '1' if value is True else value for name, value in plain.items()})}"
