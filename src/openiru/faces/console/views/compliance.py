"""Compliance in depth: the vector over weeks, time to action, claimed beside verified, and our own quality beside theirs."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.labels import label, options
from openiru.stages.transparency import export, quality, survival, vector
from openiru.terms import Ground, Leg, Platform, Verified

LARGEST = 400
"""Rows of the table by week that a page shows; the CSV has all."""


@require_GET
def compliance(request: Asked) -> HttpResponse:
    """Show one part, or all."""
    asked = _asked(request.GET.get("platform", ""), request.GET.get("ground", ""), request.GET.get("leg", ""))
    cells = vector.cells(request.actor, asked)
    weeks = vector.cells(request.actor, vector.Asked(asked.platform, asked.ground, asked.leg, ("week",)))
    curves = survival.curves(request.actor, asked, now=request.now)
    claims = vector.claimed_by_verified(request.actor, asked)
    context = {
        "asked": asked,
        "platforms": options(Platform),
        "grounds": options(Ground),
        "legs": options(Leg),
        "columns": [(name, _title(name)) for name in vector.COUNTS],
        "cells": cells[:LARGEST],
        "more": max(0, len(cells) - LARGEST),
        "curves": curves,
        "claims": [(claim, [(seen, row.get(seen, 0)) for seen in Verified]) for claim, row in claims.items()],
        "verified": list(Verified),
        "made": quality.quality(request.actor, asked),
        "made_columns": [_title(name) for name in quality.QUALITY],
        "lacking": [(one, _sentence(one.code)) for one in quality.lacking(request.actor, asked)],
        "charts": {"weeks": _weeks(weeks), "survival": [_line(one) for one in curves]},
    }
    return render(request, "console/compliance.html", context)


@require_POST
def as_csv(request: Asked) -> HttpResponse:
    """The vector as a table; that it was taken is in the ledger."""
    asked = _asked(request.POST.get("platform", ""), request.POST.get("ground", ""), request.POST.get("leg", ""))
    reply = HttpResponse(
        export.vector_csv(request.actor, asked, now=request.now), content_type="text/csv; charset=utf-8"
    )
    reply["Content-Disposition"] = f'attachment; filename="vector-{request.now:%Y-%m-%d}.csv"'
    return reply


def _asked(platform: str, ground: str, leg: str) -> vector.Asked:
    if platform not in {"", *Platform} or ground not in {"", *Ground} or leg not in {"", *Leg}:
        raise Refused("not_found")
    return vector.Asked(platform, ground, leg)


def _sentence(code: str) -> str:
    """What notices lack, as the end of `212 X notices …`."""
    return label(f"lack_{code}") if label(f"lack_{code}") != f"lack {code.replace('_', ' ')}" else label(code)


def _title(name: str) -> str:
    """The heading of a count; of a notice `wrong` means something else than of a suggestion."""
    return _("wrong") if name == "wrong" else label(name)


def _weeks(cells: list[vector.Cell]) -> dict[str, object]:
    """Series for the chart of weeks, oldest first; the last three stand beside the others."""
    rows = list(reversed(cells))
    names = ("sent", "answered", "acted", "verified_gone", "wrong", "withdrawn", "reversed")
    return {
        "weeks": [str(cell.week) for cell in rows],
        "series": [{"name": _title(name), "data": [cell.counts[name] for cell in rows]} for name in names],
    }


def _line(curve: survival.Curve) -> dict[str, object]:
    points = [[round(point.hours, 2), round(point.share, 4)] for point in curve.points]
    return {"name": f"{label(curve.platform)} ({curve.acted}/{curve.notices})", "data": points}
