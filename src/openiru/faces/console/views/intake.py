"""Intake: take in a file or pasted text, confirm which column is what, and see what came of it, every row with its reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openiru.errors import Refused, Unreadable
from openiru.faces.console.asked import Asked, agency_of
from openiru.faces.console.forms import NOTHING, Typed, kept
from openiru.faces.console.views.queue import paged
from openiru.stages.cases import services as cases
from openiru.stages.intake import formats, keeping, loading, queries, services
from openiru.stages.intake.formats.cells import followers as read_followers
from openiru.stages.intake.formats.columns import HEADINGS
from openiru.stages.intake.formats.shapes import Columns, Parsed, Reader, Row
from openiru.stages.intake.models import Batch

PASTED_NAME = "paste"
SMALL = 2 * 1024 * 1024
"""A file up to this size is taken in while the officer waits; a larger one by the worker, with a page that shows how far."""
SHOWN = 50


@require_http_methods(["GET", "POST"])
def intake(request: Asked) -> HttpResponse:
    """Show the batches; receive a file or text."""
    request.actor.must("intake.view")
    if request.method != "POST":
        return _page(request)
    request.actor.must("intake.load", agency_id=agency_of(request))
    try:
        return _receive(request)
    except (Refused, Unreadable) as error:
        return _page(request, kept("intake", request.POST.dict(), error))


@require_POST
def columns(request: Asked) -> HttpResponse:
    """Take in a table that was kept, with the columns as the officer confirmed them."""
    request.actor.must("intake.load", agency_id=agency_of(request))
    typed = request.POST
    sha256, name = typed.get("sha256", ""), typed.get("name", "")[:200]
    reader = formats.READERS.get(typed.get("reader", ""))
    if reader is None or not (len(sha256) == 64 and sha256.isalnum() and keeping.path_of(sha256).is_file()):
        return _page(request, kept("intake", {}, Refused("file_missing")))
    mapping = {field: typed.get(f"column-{field}", "") for field in HEADINGS if typed.get(f"column-{field}")}
    try:
        with keeping.kept(sha256) as stream:
            if "url" not in mapping:
                raise Refused("form_incomplete", field="url")
            return _take(request, cast(BinaryIO, stream), name, reader, mapping)
    except (Refused, Unreadable) as error:
        with keeping.kept(sha256) as stream:
            return _columns_page(request, cast(BinaryIO, stream), name, reader, kept("columns", typed.dict(), error))


@require_POST
def report(request: Asked) -> HttpResponse:
    """Take in one report that an officer typed."""
    request.actor.must("intake.load", agency_id=agency_of(request))
    typed = request.POST
    try:
        row = Row(
            1,
            typed.get("address", "").strip(),
            followers=read_followers(typed.get("followers", "")),
            claimed_organisation=typed.get("organisation", "").strip()[:300],
            item_urls=tuple(typed.get("items", "").split()),
            note=typed.get("note", "").strip()[:4000],
        )
        new = services.NewReport(row, agency_of(request))
        filed = services.file_report(new, actor=request.actor, now=request.now)
    except (Refused, Unreadable) as error:
        return _page(request, kept("report", typed.dict(), error))
    cases.open_waiting(agency_of(request), actor=request.actor, now=request.now)
    messages.success(request, _("Reported. A report is never evidence; its case waits in the queue."))
    return redirect("account", filed.account_id)


@require_GET
def batch(request: Asked, batch_id: int) -> HttpResponse:
    """Show one batch: how far it is, the rows that were not taken, the accounts it names in many ways."""
    request.actor.must("intake.view")
    found = queries.batch(batch_id, request.actor)
    context = {
        "batch": found,
        "progress": queries.progress(found, now=request.now),
        "rejected": queries.rejections(found)[:SHOWN],
        "shown": SHOWN,
        "varied": queries.in_many_forms(found) if found.state == Batch.State.LOADED else (),
    }
    return render(request, "console/_batch.html" if request.htmx else "console/batch.html", context)


@require_GET
def errors(request: Asked, batch_id: int) -> StreamingHttpResponse:
    """Every row that was not taken, as a CSV file, streamed."""
    request.actor.must("intake.view")
    found = queries.batch(batch_id, request.actor)
    answer = StreamingHttpResponse(_table(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="not-taken-{found.id}.csv"'
    return answer


def _table(found: Batch) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(queries.ERROR_HEADING)
    for bad in queries.error_rows(found):
        writer.writerow(bad)
        if line.tell() > 60_000:
            yield line.getvalue()
            line.seek(0)
            line.truncate()
    yield line.getvalue()


def _page(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    page = paged(queries.batches(request.actor), request.GET.get("page", ""))
    context = {"page": page, "typed": typed, "formats": formats.READERS.values()}
    return render(request, "console/intake.html", context, status=typed.status)


def _receive(request: Asked) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None or not file.size:
        pasted = request.POST.get("pasted", "")
        if not pasted.strip():
            raise Refused("file_missing")
        return _take(request, io.BytesIO(pasted.encode()), PASTED_NAME, formats.READERS["paste"], None)
    return _received_file(request, file, file.name or "file")


def _received_file(request: Asked, file: UploadedFile[bytes], name: str) -> HttpResponse:
    stream = cast(BinaryIO, file.file)
    reader = formats.choose_for(name, stream)
    if reader.columns is None:
        return _take(request, stream, name, reader, None)
    try:
        reader.columns(stream)
    except Unreadable as error:
        raise formats.in_file(error, name) from error
    digest = formats.digest_of(stream)
    known = queries.known(agency_of(request), digest)
    if known is not None:
        return _show(request, loading.Loaded(known, known=True))
    stream.seek(0)
    keeping.keep(stream, digest)
    stream.seek(0)
    return _columns_page(request, stream, name, reader)


def _columns_page(request: Asked, stream: BinaryIO, name: str, reader: Reader, typed: Typed = NOTHING) -> HttpResponse:
    """The table's first rows, and our guess of what each column is, to be confirmed."""
    assert reader.columns is not None
    digest = formats.digest_of(stream)
    found = reader.columns(stream)
    context = {
        "name": name,
        "reader": reader,
        "sha256": digest,
        "columns": found,
        "fields": [(field, field, _chosen(field, found, typed)) for field in HEADINGS],
        "headings": [(heading, heading) for heading in found.headings if heading],
        "typed": typed,
    }
    return render(request, "console/columns.html", context, status=typed.status)


def _chosen(field: str, found: Columns, typed: Typed) -> str:
    return typed.values.get(f"column-{field}", "") if typed.form else found.guessed.get(field, "")


def _take(
    request: Asked, stream: BinaryIO, name: str, reader: Reader, mapping: Mapping[str, str] | None
) -> HttpResponse:
    """Take in a small file at once; leave a large one to the worker."""
    agency_id = agency_of(request)
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size <= SMALL:
        parsed = _parsed(reader, stream, name, mapping)
        loaded = loading.load(parsed, name=name, agency_id=agency_id, actor=request.actor, now=request.now)
        keeping.forget(parsed.sha256)
        opened = cases.open_waiting(agency_id, actor=request.actor, now=request.now)
        said = ngettext("%(n)d case was opened.", "%(n)d cases were opened.", opened) % {"n": opened}
        messages.success(request, said)
        return _show(request, loaded)
    digest = formats.digest_of(stream)
    keeping.keep(stream, digest)
    upload = loading.Upload(name, digest, None, agency_id, reader.name, mapping or {}, size, is_kept=True)
    return _show(request, loading.open_batch(upload, actor=request.actor, now=request.now))


def _parsed(reader: Reader, stream: BinaryIO, name: str, mapping: Mapping[str, str] | None) -> Parsed:
    try:
        return formats.parse(reader, stream, mapping)
    except Unreadable as error:
        raise formats.in_file(error, name) from error


def _show(request: Asked, loaded: loading.Loaded) -> HttpResponse:
    if loaded.known:
        messages.warning(request, _("This very file was taken in before; nothing was added."))
    return redirect("batch", loaded.batch.id)
