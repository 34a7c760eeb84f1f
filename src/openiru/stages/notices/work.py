"""Prepares documents and hands messages over: lease, render and send outside any transaction, record."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from openiru.errors import Refused, Unavailable
from openiru.ledger import queries as ledger
from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS
from openiru.stages.evidence import store
from openiru.stages.notices import outbox
from openiru.stages.notices.documents import letters, mail, pdf
from openiru.stages.notices.documents.printed import printed
from openiru.stages.notices.door import check_may_send
from openiru.stages.notices.frozen import thaw
from openiru.stages.notices.models import Dispatch, Document, Notice
from openiru.stages.notices.transports import TRANSPORTS
from openiru.stages.notices.transports.shapes import Accepted, InDoubt, NotSent, Wire
from openiru.terms import Mode, Platform


def wire() -> Wire:
    """Where mail leaves this installation."""
    host, _, port = settings.OPENIRU["OPENIRU_SMTP"].rpartition(":")
    standing = ledger.installation()
    return Wire(
        host=host.strip("[]"),
        port=int(port),
        tls=settings.OPENIRU["OPENIRU_SMTP_TLS"],
        user=settings.OPENIRU["OPENIRU_SMTP_USER"],
        password=settings.OPENIRU["OPENIRU_SMTP_PASSWORD"],
        loopback_only=standing is None or standing.mode == Mode.EXERCISE,
    )


def dispatch_due(*, actor: Actor, now: datetime, limit: int = 20) -> int:
    """Send what is due; return how many tries were made. One lease at a time: none runs out while another is sent."""
    began, tried = time.monotonic(), 0
    while tried < limit:
        leased = outbox.lease(now=now + timedelta(seconds=time.monotonic() - began), limit=1)
        for dispatch_id in leased:
            dispatch = Dispatch.objects.select_related("notice__case__agency", "notice__decision").get(id=dispatch_id)
            outbox.record(dispatch_id, _try(dispatch, now), actor=actor, now=now)
        if not leased:
            break
        tried += 1
    return tried


def _try(dispatch: Dispatch, now: datetime) -> Accepted | NotSent | InDoubt:
    transport = TRANSPORTS[dispatch.notice.way]
    if transport.send is None:
        return NotSent("this way needs a person", permanent=True)
    try:
        if dispatch.purpose == Dispatch.Purpose.NOTICE:
            check_may_send(dispatch.notice.decision, now)
        message = _message(dispatch, now)
        return transport.send(wire(), settings.OPENIRU["OPENIRU_MAIL_FROM"], dispatch.address, message)
    except (NotSent, InDoubt) as result:
        return result
    except Refused as error:
        return NotSent(str(error), permanent=True)
    except Unavailable as error:
        return NotSent(str(error), permanent=error.permanent)


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
        mail.Attached("notice.json", "application/json", _json(notice.facts)),
        mail.Attached("notice.pdf", "application/pdf", signed),
    )


def _message(dispatch: Dispatch, now: datetime) -> bytes:
    notice = dispatch.notice
    first = notice.dispatches.filter(purpose=Dispatch.Purpose.NOTICE).exclude(id=dispatch.id).first()
    envelope = mail.Envelope(
        settings.OPENIRU["OPENIRU_MAIL_FROM"],
        dispatch.address,
        dispatch.message_id,
        dispatch.queued_at,
        in_reply_to=first.message_id if first else "",
    )
    if dispatch.purpose == Dispatch.Purpose.NOTICE:
        composed = PLATFORMS[Platform(notice.platform)].compose(thaw(notice))
        return mail.mail(envelope, subject=composed.subject, body=composed.body, attached=documents(notice, now=now))
    if dispatch.purpose == Dispatch.Purpose.REMINDER:
        return mail.mail(envelope, subject=f"[{notice.reference}] Reminder", body=_reminder_text(notice), attached=())
    if dispatch.purpose == Dispatch.Purpose.CORRECTION:
        return letters.correction(dispatch, envelope)
    subject = f"[{notice.reference}] Withdrawal"
    return mail.mail(envelope, subject=subject, body=_withdrawal_text(notice), attached=(_undo(notice),))


def _reminder_text(notice: Notice) -> str:
    due = f"It was due on {notice.due_at:%Y-%m-%d}." if notice.due_at else ""
    return f"We have not had your answer to {notice.reference} of {notice.composed_at:%Y-%m-%d}. {due}\n"


def _withdrawal_text(notice: Notice) -> str:
    account = notice.facts["account"]["url"]
    reason = notice.withdrawal.reason
    return (
        f"We withdraw our notice {notice.reference}.\n\nAccount: {account}\nReason: {reason}\n\nPlease undo what was done on it, tell the "
        f"account holder, and tell us by {notice.withdrawal.due_at:%Y-%m-%d %H:%M} UTC.\n"
    )


def _undo(notice: Notice) -> mail.Attached:
    undo = {
        "schema": "openiru-withdrawal/1",
        "reference": notice.reference,
        "previous_ticket": notice.ticket,
        "account": {"url": notice.facts["account"]["url"]},
        "reason": notice.withdrawal.reason,
        "asks": "reinstate",
    }
    return mail.Attached("withdrawal.json", "application/json", _json(undo))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()
