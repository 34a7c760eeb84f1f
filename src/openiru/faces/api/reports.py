"""Reporting by machine: one report or many with a key, a signed webhook, a file, and what became of it all."""

from __future__ import annotations

import json
from typing import BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Header, Path, Query, Router, Status, UploadedFile
from pydantic import ValidationError

from openiru import clock, signatures
from openiru.errors import Refused
from openiru.faces.api.door import Knock
from openiru.faces.api.shapes import BatchOut, BecameOut, DeliveryOut, ErrorOut, MessageId, ReportsIn
from openiru.ledger import queries as ledger
from openiru.people.actor import SYSTEM
from openiru.stages.cases import services as cases
from openiru.stages.intake import formats, keeping, loading, queries, reporters
from openiru.stages.intake.models import Batch, Delivery, Reporter
from openiru.stages.transparency import followup

REFUSED = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), ErrorOut)
LARGEST = 2 * 1024 * 1024 * 1024
LARGEST_MESSAGE = 5 * 1024 * 1024

router = Router(tags=["reports"])
hooks = Router(tags=["reports"])


@router.post("/reports", response={200: DeliveryOut, **REFUSED}, summary="Report accounts")
def report(request: HttpRequest, body: ReportsIn) -> Delivery:
    """Take in up to 1,000 reports; each becomes a report or has its reason. Needs a reporter's key."""
    knock = _knock(request)
    if knock.reporter is None:
        raise Refused("needs_reporter")
    return _deliver(knock.reporter, body, knock)


@router.get("/reports/{message_id}", response={200: DeliveryOut, **REFUSED}, summary="A message of mine")
def delivery(request: HttpRequest, message_id: Path[MessageId]) -> Delivery:
    """A message that this reporter sent, with what was taken of it."""
    return _delivery(_knock(request), message_id)


@router.get("/reports/{message_id}/became", response={200: list[BecameOut], **REFUSED}, summary="What became of it")
def became(request: HttpRequest, message_id: Path[MessageId]) -> list[BecameOut]:
    """What became of each report of a message."""
    found = _delivery(_knock(request), message_id)
    ids = [cast(int, one["report"]) for one in found.results if "report" in one]
    return [
        BecameOut(report=one.report.id, at=one.report.at, state=one.state.value, since=one.since)
        for one in followup.follow(ids)
    ]


@router.post("/batches", response={202: BatchOut, **REFUSED}, summary="Send a file")
def send_file(request: HttpRequest, file: File[UploadedFile], columns: Query[str] = "") -> Status[Batch]:
    """Leave a file to the worker, for the agency of the token's person. `columns` is a JSON object, field → heading."""
    knock = _knock(request)
    actor = knock.person
    agency_id = actor.agency_id or 0
    actor.must("intake.load", agency_id=agency_id)
    if (file.size or 0) > LARGEST:
        raise Refused("too_big", limit=LARGEST)
    stream = cast(BinaryIO, file.file)
    reader = formats.choose_for(file.name or "file", stream)
    digest = formats.digest_of(stream)
    keeping.keep(stream, digest)
    upload = loading.Upload(
        (file.name or "file")[:200],
        digest,
        None,
        agency_id,
        reader.name,
        _columns(columns),
        file.size or 0,
        is_kept=True,
    )
    opened = loading.open_batch(upload, actor=actor, now=knock.now)
    if opened.known and opened.batch.state not in {Batch.State.WAITING, Batch.State.LOADING}:
        keeping.forget(digest)
    return Status(202, opened.batch)


@router.get("/batches/{batch_id}", response={200: BatchOut, **REFUSED}, summary="How far a file is")
def batch(request: HttpRequest, batch_id: Path[int]) -> Batch:
    """How far a file is that was sent."""
    actor = _knock(request).person
    actor.must("intake.view")
    return queries.batch(batch_id, actor)


@hooks.post("/webhooks/{reporter}", auth=None, response={200: DeliveryOut, **REFUSED}, summary="Signed webhook")
def webhook(
    request: HttpRequest,
    reporter: Path[UUID],
    webhook_id: Header[str] = "",
    webhook_timestamp: Header[str] = "",
    webhook_signature: Header[str] = "",
) -> Delivery:
    """The same body as `POST /reports` without `message_id`, signed as the Standard Webhooks specification says."""
    now = clock.now()
    if int(request.headers.get("content-length") or 0) > LARGEST_MESSAGE:
        raise Refused("too_big", limit=LARGEST_MESSAGE)
    found, secret = queries.reporter_for_hook(reporter, now=now)
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": webhook_timestamp,
        "webhook-signature": webhook_signature,
    }
    message_id = signatures.check(headers, request.body, secret, now=now)
    try:
        given = json.loads(request.body)
        body = ReportsIn.model_validate({**given, "message_id": message_id} if isinstance(given, dict) else given)
    except (ValueError, RecursionError, ValidationError) as error:
        raise Refused("body_invalid", why=str(error)[:300]) from error
    return _deliver(found, body, Knock(None, found, now))


def _knock(request: HttpRequest) -> Knock:
    return cast(Knock, request.auth)  # type: ignore[attr-defined]


def _delivery(knock: Knock, message_id: str) -> Delivery:
    if knock.reporter is None:
        raise Refused("needs_reporter")
    found = Delivery.objects.filter(reporter=knock.reporter, message_id=message_id).first()
    if found is None:
        raise Refused("not_found")
    return found


def _deliver(reporter: Reporter, body: ReportsIn, knock: Knock) -> Delivery:
    if ledger.installation() is None:
        raise Refused("not_found")
    rows = [one.as_row(number) for number, one in enumerate(body.reports, 1)]
    taken = reporters.deliver(reporter.id, body.message_id, rows, actor=SYSTEM, now=knock.now)
    cases.open_waiting(reporter.agency_id, actor=SYSTEM, now=knock.now)
    return taken


def _columns(text: str) -> dict[str, str]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Refused("body_invalid", why="columns") from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Refused("body_invalid", why="columns")
    return found
