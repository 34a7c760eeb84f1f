"""What everybody may see and do without signing in: an appeal by its code, the policy, the checkpoint, whether we are up."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from openiru import clock
from openiru.errors import Refused
from openiru.faces.public.laws import LAWS
from openiru.faces.words import status_of, text_of
from openiru.ledger import queries as ledger
from openiru.platforms.document import schema
from openiru.stages.redress import queries, services
from openiru.stages.register import queries as register
from openiru.stages.transparency import followup

SHOWN_CHANGES = 20
"""Changes of the policy that the public page lists, newest first, with their reasons and without anybody's name (law 11)."""


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest) -> HttpResponse:
    """Take an appeal, or show what became of earlier ones; the code is the only key."""
    typed = request.POST.dict()
    if request.method != "POST":
        return _appeal(request, {})
    if typed.get("do") == "look":
        return _appeal(request, typed, asked=True)
    try:
        services.file(
            str(typed.get("code", "")),
            text=str(typed.get("text", "")),
            contact=str(typed.get("contact", "")),
            now=clock.now(),
        )
    except Refused as error:
        return _appeal(request, typed, error=error)
    return _appeal(request, {"code": typed.get("code", "")}, asked=True, filed=True)


def _appeal(
    request: HttpRequest,
    values: Mapping[str, object],
    *,
    error: Refused | None = None,
    asked: bool = False,
    filed: bool = False,
) -> HttpResponse:
    code = str(values.get("code", ""))
    context = {
        "values": values,
        "text": text_of(error) if error else "",
        "asked": asked,
        "filed": filed,
        "appeals": queries.for_holder(code) if asked else (),
    }
    return render(request, "public/appeal.html", context, status=status_of(error) if error else 200)


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def reported(request: HttpRequest) -> HttpResponse:
    """What became of a report that was mailed; the code of its receipt is the only key."""
    code = request.POST.get("code", "").replace("\0", "").strip().upper()[:40]
    context = {"code": code, "asked": bool(code), "followed": followup.by_code(code) if code else ()}
    return render(request, "public/reported.html", context)


@login_not_required
@require_GET
def policy(request: HttpRequest) -> HttpResponse:
    """The designation policy in force, the lists, the laws of the house."""
    current = register.current_policy()
    changes = list(register.policies().exclude(confirmed_at=None).order_by("-confirmed_at", "-id")[:SHOWN_CHANGES])
    context = {
        "policy": current,
        "counted": sorted(current.counted),
        "since": changes[0].confirmed_at if changes else None,
        "changes": changes,
        "lists": register.lists(),
        "laws": LAWS,
    }
    return render(request, "public/policy.html", context)


@login_not_required
@require_GET
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint as it is, for witnesses; 404 before there is one."""
    found = ledger.standing().checkpoint
    if found is None:
        return HttpResponse("no checkpoint was signed yet\n", content_type="text/plain; charset=utf-8", status=404)
    return HttpResponse(found.note, content_type="text/plain; charset=utf-8")


@never_cache
@login_not_required
@require_GET
def healthz(_request: HttpRequest) -> HttpResponse:
    """`ok` while the database answers; a database that is down is an error of the server, 500."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_GET
def notice_schema(_request: HttpRequest) -> HttpResponse:
    """The JSON Schema of `notice.json`, so that whoever gets one can check it."""
    return HttpResponse(json.dumps(schema(), indent=2), content_type="application/schema+json")
