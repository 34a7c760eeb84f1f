"""Compliance by platform: the whole vector, claimed beside verified, why the rest is still there, each figure with its list."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.labels import options
from openiru.faces.console.views.queue import paged
from openiru.stages.transparency import export, queries
from openiru.stages.transparency.figures import FIGURES, REMAINING, Figure
from openiru.terms import Platform

GROUPS = ("work", "claimed", "verified", "errors")


@require_GET
def platforms(request: Asked) -> HttpResponse:
    """Show the vector; never one percentage."""
    rows = queries.compliance(request.actor, now=request.now)
    why = queries.remaining(request.actor, now=request.now)
    context = {
        "groups": [(group, _of(group)) for group in GROUPS],
        "rows": [
            (row, [(one, row.figures[one.name], at == 0) for group in GROUPS for at, one in enumerate(_of(group))])
            for row in rows
        ],
        "measured": rows,
        "reasons": list(REMAINING.values()),
        "why": [
            (row.platform, [(one, why.get(row.platform, {}).get(one.name, 0)) for one in REMAINING.values()])
            for row in rows
        ],
    }
    return render(request, "console/platforms.html", context)


@require_GET
def figure(request: Asked, name: str) -> HttpResponse:
    """Exactly the cases that a figure counts."""
    shown = (FIGURES | REMAINING).get(name)
    platform = request.GET.get("platform", "")
    if shown is None or platform not in {"", *Platform}:
        raise Refused("not_found")
    found = queries.cases_of(request.actor, name, platform=platform, now=request.now)
    found = found.prefetch_related("notices")
    context = {
        "figure": shown,
        "platform": platform,
        "platforms": options(Platform),
        "page": paged(found, request.GET.get("page", "")),
    }
    return render(request, "console/figure.html", context)


@require_POST
def as_csv(request: Asked) -> HttpResponse:
    """The whole record as a table; that it was taken is in the ledger, so this is not a plain link."""
    table = export.as_csv(request.actor, now=request.now)
    reply = HttpResponse(table, content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="compliance-{request.now:%Y-%m-%d}.csv"'
    return reply


def _of(group: str) -> list[Figure]:
    return [one for one in FIGURES.values() if one.group == group]
