"""Evidence on screens: upload a file, capture now, look at bytes; no byte is shown before the look is in the custody."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked, today
from openiru.faces.console.forms import number_or_none
from openiru.faces.console.views.case import attempt
from openiru.faces.tools import fetcher
from openiru.stages.cases import queries
from openiru.stages.cases.queries import CasePage
from openiru.stages.evidence import queries as held
from openiru.stages.evidence import rules, services, store, work
from openiru.stages.evidence.models import File
from openiru.stages.intake.models import Item

SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}
"""What may be shown in the page; all else, markup above all, is only handed out as a file."""

LOOK_HOLDS = 15 * 60


@require_POST
def upload(request: Asked, case_id: int) -> HttpResponse:
    """Keep a file that a person captured."""

    def do() -> None:
        page = queries.page(case_id, request.actor, on=today(request))
        request.actor.must("evidence.capture")
        file = _given(request.FILES.get("file"))
        item = _item(page, request.POST.get("item", ""))
        kept = work.uploaded(file.name or "file", file.read())
        new = services.NewCapture(
            page.account.id,
            "upload",
            item.url if item else page.account.url,
            (kept,),
            item_id=item.id if item else None,
            note=request.POST.get("note", ""),
            graphic=bool(request.POST.get("graphic")),
            warning=request.POST.get("warning", ""),
            told=request.POST.dict(),
        )
        services.record(new, actor=request.actor, now=request.now)

    return attempt(request, case_id, "upload", do)


@require_POST
def capture(request: Asked, case_id: int) -> HttpResponse:
    """Capture the account, or one item of it, now."""

    def do() -> None:
        page = queries.page(case_id, request.actor, on=today(request))
        request.actor.must("evidence.capture")
        item = _item(page, request.POST.get("item", ""))
        take = work.by_browser if request.POST.get("browser") else work.by_http
        subject, address = (item, item.url) if item else (page.account, page.account.url)
        if not address:
            raise Refused("look_by_hand", why="a telephone number is not written into a capture")
        take(subject, address, fetcher=fetcher(), actor=request.actor, now=request.now)

    return attempt(request, case_id, "capture", do)


@require_POST
def tell(request: Asked, case_id: int, capture_id: int) -> HttpResponse:
    """Add to a capture what only a person can say."""

    def do() -> None:
        page = queries.page(case_id, request.actor, on=today(request))
        if not page.account.captures.filter(id=capture_id).exists():
            raise Refused("not_found")
        warning = request.POST.get("warning", "")
        services.tell(capture_id, request.POST.dict(), warning=warning, actor=request.actor, now=request.now)

    return attempt(request, case_id, "tell", do)


@require_POST
def look(request: Asked, file_id: int) -> HttpResponse:
    """Note who looks at captured bytes and why, then show them."""
    file = services.look(file_id, why=request.POST.get("why", ""), actor=request.actor, now=request.now)
    pass_ = signing.dumps([file.id, request.actor.user_id], salt="evidence")
    if file.media_type not in SHOWN:
        return redirect(f"{reverse('bytes', args=[file.id])}?pass={pass_}")
    context = {
        "file": file,
        "pass": pass_,
        "back": request.POST.get("case", ""),
        "used": held.looks_today(request.actor, request.now),
        "budget": held.exposure_budget(),
    }
    return render(request, "console/file.html", context)


@require_GET
def content(request: Asked, file_id: int) -> HttpResponse:
    """The bytes, for a quarter of an hour after the look, to the person who looked."""
    try:
        seen, person = signing.loads(request.GET.get("pass", ""), salt="evidence", max_age=LOOK_HOLDS)
    except signing.BadSignature:
        raise Refused("not_found") from None
    file = File.objects.filter(id=file_id, capture__deleted_at=None).first()
    if file is None or (seen, person) != (file_id, request.actor.user_id):
        raise Refused("not_found")
    shown = file.media_type in SHOWN
    kind = file.media_type if shown else "application/octet-stream"
    reply = HttpResponse(store.get(settings.EVIDENCE, file.sha256), content_type=kind)
    name = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in file.name)
    reply["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{name}"'
    reply["Content-Security-Policy"] = "sandbox; default-src 'none'"
    reply["Cache-Control"] = "private, no-store"
    return reply


def _item(page: CasePage, text: str) -> Item | None:
    wanted = number_or_none(text)
    found = next((item for item, _ in page.items if item.id == wanted), None)
    if wanted is not None and found is None:
        raise Refused("not_found")
    return found


def _given(file: UploadedFile[bytes] | None) -> UploadedFile[bytes]:
    if file is None or not file.size:
        raise Refused("file_missing")
    if file.size > rules.LARGEST_UPLOAD:
        raise Refused("too_big", limit=f"{rules.LARGEST_UPLOAD // 1024**2} MB")
    return file
