"""Takes reports from a mailbox by IMAP: letters of known senders become reports, each is moved to where it belongs, none twice."""

from __future__ import annotations

import email.policy
import io
import logging
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage

from django.conf import settings

from openiru.errors import Refused, Unavailable, Unreadable
from openiru.faces.jobs import imap
from openiru.faces.jobs.imap import Mailbox
from openiru.faces.words import text_of
from openiru.people.actor import SYSTEM
from openiru.stages.cases import services as cases
from openiru.stages.intake import formats, queries, reporters
from openiru.stages.intake.formats.shapes import Rejected, Row
from openiru.stages.intake.models import Delivery
from openiru.stages.notices import authentic, incoming
from openiru.stages.notices.transports import smtp
from openiru.stages.notices.transports.shapes import InDoubt, NotSent
from openiru.stages.notices.work import wire

log = logging.getLogger("openiru.letters")
TAKEN, UNKNOWN, REFUSED = "Taken", "Unknown", "Refused"
"""The folders a letter is moved to: it became reports; nobody we know sent it; it could not be read. None is deleted."""


def take_letters(mailbox: Mailbox, *, now: datetime) -> int:
    """Take in up to 50 letters; returns how many became reports. Raises `Unavailable` if the server cannot be asked."""
    taken = 0
    with imap.opened(mailbox) as server:
        for uid in imap.uids(server):
            folder = _take(imap.fetch(server, uid), mailbox, now=now)
            imap.move(server, uid, folder)
            taken += folder == TAKEN
    return taken


def send_receipts(*, now: datetime, limit: int = 20) -> int:
    """Tell senders what was taken of their letters, with the code to follow it; returns how many were told.

    Raises `Unavailable` when the mail server does not take one: it stays due, and the tick is red.
    """
    sent = 0
    for one in queries.receipts_due()[:limit]:
        try:
            smtp.send(wire(), _sender(), one.reporter.address, _receipt(one))
        except NotSent as error:
            raise Unavailable("mail", str(error)) from error
        except InDoubt:
            log.warning("whether the receipt of delivery %s arrived is not known; it is not sent again", one.id)
        reporters.receipt_sent(one.id, actor=SYSTEM, now=now)
        sent += 1
    return sent


def _sender() -> str:
    return str(settings.OPENIRU["OPENIRU_MAIL_FROM"])


def _receipt(delivery: Delivery) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = _sender(), delivery.reporter.address, "Your report was taken in"
    letter["In-Reply-To"], letter["Auto-Submitted"] = delivery.message_id, "auto-replied"
    taken = sum("report" in one for one in delivery.results)
    refused = [one for one in delivery.results if "reason" in one]
    lines = [f"{taken} reports were taken in, {len(refused)} rows were not.", ""]
    lines += [f"  line {one['line']}: {_words(str(one['reason']))}" for one in refused[:50]]
    lines += ["", "See what becomes of them here, with this code:", f"{settings.BASE_URL}/reported", delivery.code]
    letter.set_content("\n".join(lines))
    return letter.as_bytes(policy=email.policy.SMTP)


def _words(reason: str) -> str:
    return text_of(Unreadable(reason))


def _take(raw: bytes, mailbox: Mailbox, *, now: datetime) -> str:
    """Where a letter belongs after it was taken in, or not."""
    try:
        letter = incoming.take_apart(raw)
        reporter = queries.reporter_for_sender(letter.sender, now=now)
    except Refused:
        return UNKNOWN
    domain = letter.sender.rpartition("@")[2].lower()
    if mailbox.must_be_signed and not _is_signed(raw, domain):
        return UNKNOWN
    try:
        records = list(_records(raw, letter.body))
        if not records:
            return REFUSED
        reporters.deliver(reporter.id, letter.message_id or letter.sha256, records, actor=SYSTEM, now=now)
    except (Refused, Unreadable):
        return REFUSED
    cases.open_waiting(reporter.agency_id, actor=SYSTEM, now=now)
    return TAKEN


def _is_signed(raw: bytes, domain: str) -> bool:
    """Whether a DKIM signature of the sender's own domain holds: a sender's address alone proves nothing."""
    return any(domain == one or domain.endswith(f".{one}") for one in authentic.signed_by(raw))


def _records(raw: bytes, body: str) -> Iterator[Row | Rejected]:
    """The rows of the attached files; of a letter without files, the addresses in its text."""
    message = message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    files = [part for part in message.iter_attachments() if isinstance(part, EmailMessage) and part.get_filename()]
    if not files:
        yield from formats.READERS["paste"].read(io.BytesIO(body.encode()), None)
    for part in files:
        content = part.get_payload(decode=True)
        stream = io.BytesIO(content if isinstance(content, bytes) else b"")
        reader = formats.choose_for(str(part.get_filename()), stream)
        for number, one in enumerate(reader.read(stream, None)):
            if number > reporters.MOST:
                raise Refused("too_many", limit=reporters.MOST)
            yield one
