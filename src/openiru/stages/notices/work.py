"""Prepares documents and hands messages over: lease, build, write down that it begins, send outside any transaction, record."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from openiru.errors import Refused, Unavailable
from openiru.ledger import queries as ledger
from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS
from openiru.stages.evidence import store
from openiru.stages.evidence.models import File
from openiru.stages.notices import letters, lines, outbox, sealing
from openiru.stages.notices.clearance import surely_clear
from openiru.stages.notices.documents import mail, pdf
from openiru.stages.notices.documents.printed import printed
from openiru.stages.notices.door import check_may_send
from openiru.stages.notices.frozen import thaw
from openiru.stages.notices.models import Dispatch, Document, Notice
from openiru.stages.notices.transports import TRANSPORTS
from openiru.stages.notices.transports.shapes import InDoubt, NotSent, Outgoing, Sender, Wire
from openiru.terms import Mode, Platform

AT_ONCE = 10
"""So many are begun together: if the worker is killed, at most these are in doubt."""
LATEST = timedelta(minutes=2)
"""How long after they were begun the last of them may still be started: well before the lease runs out."""


def wire(now: datetime | None = None) -> Wire:
    """Where things leave this installation, as of now."""
    given = settings.OPENIRU
    host, _, port = given["OPENIRU_SMTP"].rpartition(":")
    standing = ledger.installation()
    return Wire(
        host=host.strip("[]"),
        port=int(port),
        tls=given["OPENIRU_SMTP_TLS"],
        user=given["OPENIRU_SMTP_USER"],
        password=given["OPENIRU_SMTP_PASSWORD"],
        loopback_only=standing is None or standing.mode == Mode.EXERCISE,
        sender=given["OPENIRU_MAIL_FROM"],
        base_url=settings.BASE_URL,
        keys=settings.KEYS,
        lines=lines.read(given["OPENIRU_LINES"]),
        now=now,
    )


def dispatch_due(*, actor: Actor, now: datetime, limit: int = 1000) -> int:
    """Send what is due; return how many tries were made. Connections are kept from one message to the next."""
    began, tried = time.monotonic(), 0
    ways = Ways(wire(now))

    def moment() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    try:
        while tried < limit:
            taken = outbox.lease(now=moment(), limit=min(outbox.BATCH, limit - tried))
            if not taken.ids:
                break
            for start in range(0, len(taken.ids), AT_ONCE):
                some = outbox.Lease(taken.token, taken.ids[start : start + AT_ONCE])
                outbox.record_all(_send_some(some, ways, moment()), actor=actor, now=now)
            tried += len(taken.ids)
    finally:
        ways.close()
    return tried


class Ways:
    """The ways that are open, each opened with its first message."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.open: dict[str, Sender] = {}

    def to(self, way: str) -> Sender:
        """The open way; raises `NotSent` for one that needs a person."""
        if way not in self.open:
            transport = TRANSPORTS[way]
            if transport.open is None:
                raise NotSent("this way needs a person", permanent=True)
            self.open[way] = transport.open(self.wire)
        return self.open[way]

    def close(self) -> None:
        """Let go of all connections."""
        for sender in self.open.values():
            sender.close()


def _send_some(taken: outbox.Lease, ways: Ways, now: datetime) -> list[tuple[int, outbox.Result]]:
    """Build a few messages, write down that they begin, and hand them over; what came of each."""
    ready: list[tuple[Dispatch, Outgoing]] = []
    results: list[tuple[int, outbox.Result]] = []
    dispatches = _dispatches(taken.ids)
    clear = surely_clear([one.notice.decision for one in dispatches], now)
    for dispatch in dispatches:
        try:
            ready.append((dispatch, prepare(dispatch, now=now, is_clear=dispatch.notice.decision_id in clear)))
        except NotSent as result:
            results.append((dispatch.id, result))
    begun = time.monotonic()
    mine = outbox.begin(taken, [dispatch.id for dispatch, _ in ready], now=now) if ready else frozenset()
    for dispatch, outgoing in ready:
        if dispatch.id in mine:
            results.append((dispatch.id, _hand_over(dispatch, outgoing, ways, begun)))
    return results


def _dispatches(ids: Iterable[int]) -> list[Dispatch]:
    found = Dispatch.objects.select_related("notice__case__agency", "notice__decision__assessment__case__account")
    return list(found.filter(id__in=list(ids)).order_by("next_try", "id"))


def prepare(dispatch: Dispatch, *, now: datetime, is_clear: bool = False) -> Outgoing:
    """Ask at the door (unless many were asked together), and build the message once: a second try has the same bytes."""
    notice = dispatch.notice
    transport = TRANSPORTS[notice.way]
    try:
        if dispatch.purpose == Dispatch.Purpose.NOTICE and not is_clear:
            check_may_send(notice.decision, now)
        if not transport.does(dispatch.purpose):
            raise NotSent("this way needs a person", permanent=True)
        content = mail_of(dispatch, now=now) if transport.is_mail else b""
        return Outgoing(
            purpose=dispatch.purpose,
            reference=notice.reference,
            key=dispatch.message_id.strip("<>"),
            address=dispatch.address,
            at=dispatch.queued_at,
            facts=notice.facts,
            text="" if transport.is_mail else letters.text(dispatch),
            mail=content,
            ticket=notice.ticket,
        )
    except Refused as error:
        raise NotSent(str(error), permanent=True) from error
    except Unavailable as error:
        raise NotSent(str(error), permanent=error.permanent) from error


def mail_of(dispatch: Dispatch, *, now: datetime) -> bytes:
    """The signed mail of a dispatch: built once, kept under its hash, and these very bytes whenever it goes out."""
    if not dispatch.message_sha256:
        files = documents(dispatch.notice, now=now) if dispatch.purpose == Dispatch.Purpose.NOTICE else ()
        form = TRANSPORTS[dispatch.notice.way].form
        signed = sealing.seal(letters.build(dispatch, files, form=form), now=now)
        dispatch.message_sha256 = store.put(settings.EVIDENCE, signed)
        dispatch.save(update_fields=["message_sha256"])
    return store.get(settings.EVIDENCE, dispatch.message_sha256)


def _hand_over(dispatch: Dispatch, outgoing: Outgoing, ways: Ways, begun: float) -> outbox.Result:
    if time.monotonic() - begun > LATEST.total_seconds():
        return NotSent("the worker was too slow to begin in time", permanent=False)
    try:
        return ways.to(dispatch.notice.way).send(outgoing)
    except (NotSent, InDoubt) as result:
        return result


def documents(notice: Notice, *, now: datetime) -> tuple[mail.Attached, ...]:
    """The notice's files, rendered once and kept by hash: the same bytes whenever they are asked for."""
    have = list(notice.documents.order_by("id"))
    if not have:
        made = _render(notice, now)
        with transaction.atomic():
            Notice.objects.select_for_update().get(id=notice.id)
            if not notice.documents.exists():
                Document.objects.bulk_create(
                    Document(
                        notice=notice,
                        name=file.name,
                        media_type=file.media_type,
                        size=len(file.content),
                        sha256=store.put(settings.EVIDENCE, file.content),
                    )
                    for file in made
                )
        have = list(notice.documents.order_by("id"))
    return tuple(mail.Attached(file.name, file.media_type, store.get(settings.EVIDENCE, file.sha256)) for file in have)


def content_of(file: File) -> bytes:
    """The bytes of a file of the evidence."""
    return store.get(settings.EVIDENCE, file.sha256)


def package(notice: Notice, *, now: datetime) -> bytes:
    """The portal package: a ZIP with the documents, the fields to copy from, and the items as a table.

    For one that waits to be submitted the laws are asked again: what a person takes to the form must still hold today.
    """
    if notice.state == Notice.State.QUEUED:
        check_may_send(notice.decision, now)
    composed = PLATFORMS[Platform(notice.platform)].compose(thaw(notice))
    items = notice.facts["items"]
    extra = (
        mail.Attached("fields.txt", "text/plain", mail.fields_text(composed).encode()),
        mail.Attached("items.csv", "text/csv", mail.items_csv(items).encode()),
    )
    return mail.portal_zip((*documents(notice, now=now), *extra), at=notice.composed_at)


def _render(notice: Notice, now: datetime) -> tuple[mail.Attached, ...]:
    name = str(notice.case.agency.name)
    signed = pdf.sign(pdf.typeset(printed(thaw(notice))), keys=settings.KEYS, name=name, now=now)
    return (
        mail.Attached("notice.json", "application/json", letters.as_json(notice.facts)),
        mail.Attached("notice.pdf", "application/pdf", signed),
    )
