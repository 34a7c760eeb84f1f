"""The log on screen: how it stands, its newest entries and checkpoint, and checking all of it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import NOTHING, Typed, kept
from openiru.faces.tools import signer
from openiru.ledger import queries, verification
from openiru.ledger.events import EVENTS
from openiru.ledger.verification import Report
from openiru.tlog import checkpoint

SHOWN = 100


@require_GET
def ledger(request: Asked) -> HttpResponse:
    """Show the log's standing and its newest entries."""
    return _page(request)


@require_POST
def verify(request: Asked) -> HttpResponse:
    """Recompute all of it from the leaves; with a key from elsewhere the answer is authenticated."""
    request.actor.must("ledger.view")
    pinned = request.POST.get("key", "").strip()
    try:
        report = verification.verify(vkey=pinned or _own_key(), pinned=bool(pinned))
    except Refused as error:
        return _page(request, typed=kept("verify", request.POST.dict(), error))
    return _page(request, report=report)


def _page(request: Asked, *, report: Report | None = None, typed: Typed = NOTHING) -> HttpResponse:
    request.actor.must("ledger.view")
    event = request.GET.get("event", "")
    event = event if event in EVENTS else ""
    context = {
        "standing": queries.standing(),
        "entries": [(one, EVENTS.get(one.event, "")) for one in queries.latest(SHOWN, event=event)],
        "events": sorted(EVENTS),
        "event": event,
        "key": _own_key() if queries.installation() else "",
        "report": report,
        "typed": typed,
    }
    return render(request, "console/ledger.html", context, status=typed.status)


def _own_key() -> str:
    here = signer()
    return checkpoint.vkey(here.key.public_key(), here.name)
