"""Intake: take in a file or pasted text, and show what came of it, every row that was not taken with its line and reason."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from openiru.errors import Refused, Unreadable
from openiru.faces.console.asked import Asked, agency_of
from openiru.faces.console.forms import NOTHING, Typed, kept
from openiru.faces.console.views.queue import paged
from openiru.stages.cases import services as cases
from openiru.stages.intake import formats, queries, services
from openiru.stages.intake.formats.shapes import Parsed

PASTED_NAME = "paste"


@require_http_methods(["GET", "POST"])
def intake(request: Asked) -> HttpResponse:
    """Show the batches; take one in."""
    request.actor.must("intake.view")
    if request.method != "POST":
        return _page(request)
    try:
        batch_id = _load(request)
    except (Refused, Unreadable) as error:
        return _page(request, kept("intake", request.POST.dict(), error))
    return redirect("batch", batch_id)


@require_GET
def batch(request: Asked, batch_id: int) -> HttpResponse:
    """Show one batch with the rows that were not taken."""
    request.actor.must("intake.view")
    return render(request, "console/batch.html", {"batch": queries.batch(batch_id, request.actor)})


def _page(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    page = paged(queries.batches(request.actor), request.GET.get("page", ""))
    return render(request, "console/intake.html", {"page": page, "typed": typed}, status=typed.status)


def _load(request: Asked) -> int:
    """Take in what was given, open the cases of what is new, and say so."""
    request.actor.must("intake.load", agency_id=agency_of(request))
    parsed, name = _parsed(request.FILES.get("file"), request.POST.get("pasted", ""))
    who = {"actor": request.actor, "now": request.now}
    loaded = services.load(parsed, name=name, agency_id=agency_of(request), **who)  # type: ignore[arg-type]
    opened = cases.open_waiting(agency_of(request), actor=request.actor, now=request.now)
    if loaded.known:
        messages.warning(request, _("This very file was taken in before; nothing was added."))
    said = ngettext("%(n)d case was opened.", "%(n)d cases were opened.", opened) % {"n": opened}
    messages.success(request, said)
    return loaded.batch.id


def _parsed(file: UploadedFile[bytes] | None, pasted: str) -> tuple[Parsed, str]:
    if file is not None and file.size:
        name = file.name or "file"
        stream = cast(BinaryIO, file.file)
        return formats.parse(formats.choose_for(name, stream), stream), name
    if not pasted.strip():
        raise Refused("file_missing")
    return formats.parse(formats.READERS["paste"], io.BytesIO(pasted.encode())), PASTED_NAME
