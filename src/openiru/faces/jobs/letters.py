"""Takes reports from a mailbox by IMAP: letters of known senders become reports, each is moved to where it belongs, none twice."""

from __future__ import annotations

import email.policy
import imaplib
import io
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from openiru.errors import Refused, Unavailable, Unreadable
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
SECONDS = 30
AT_ONCE = 50
TAKEN, UNKNOWN, REFUSED = "Taken", "Unknown", "Refused"
"""The folders a letter is moved to: it became reports; nobody we know sent it; it could not be read. None is deleted."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where letters lie: `url` is imaps://host:port/Folder; `imap://` is for loopback only."""

    url: str
    user: str
    password: str
    must_be_signed: bool = True


def take_letters(mailbox: Mailbox, *, now: datetime) -> int:
    """Take in up to 50 letters; returns how many became reports. Raises `Unavailable` if the server cannot be asked."""
    taken = 0
    with _open(mailbox) as server:
        for uid in _uids(server):
            folder = _take(_fetch(server, uid), mailbox, now=now)
            _move(server, uid, folder)
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


@contextmanager
def _open(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    where = urlsplit(mailbox.url)
    host, folder = where.hostname or "", unquote(where.path.lstrip("/")) or "INBOX"
    is_loopback = host in {"127.0.0.1", "::1", "localhost"}
    if where.scheme != "imaps" and not is_loopback:
        raise Unavailable("mailbox", "mail without TLS is only for loopback", permanent=True)
    try:
        server = _connect(where.scheme, host, where.port)
    except OSError as error:
        raise Unavailable("mailbox", f"the server is not there: {type(error).__name__}") from error
    try:
        server.login(mailbox.user, mailbox.password)
        _must(server.select(_quoted(folder)), "select")
        yield server
    except (imaplib.IMAP4.error, OSError) as error:
        raise Unavailable("mailbox", f"{type(error).__name__}: {error}"[:200]) from error
    finally:
        server.shutdown()


def _connect(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imaps":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=SECONDS)
    return imaplib.IMAP4(host, port or 143, timeout=SECONDS)


def _uids(server: imaplib.IMAP4) -> list[bytes]:
    found = _must(server.uid("SEARCH", "ALL"), "search")
    return bytes(found[0] or b"").split()[:AT_ONCE]


def _fetch(server: imaplib.IMAP4, uid: bytes) -> bytes:
    """The whole letter; what is too large comes cut, and is refused by its size."""
    found = _must(server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{incoming.LARGEST + 1}>)"), "fetch")
    return next((bytes(part[1]) for part in found if isinstance(part, tuple)), b"")


def _move(server: imaplib.IMAP4, uid: bytes, folder: str) -> None:
    """Move a letter: copied first, so that a break in between leaves it twice and never nowhere."""
    server.create(_quoted(folder))
    _must(server.uid("COPY", uid.decode(), _quoted(folder)), "copy")
    _must(server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Deleted)"), "store")
    _must(server.expunge(), "expunge")


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _must(answer: tuple[str, list[Any]], step: str) -> list[Any]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(f"{step}: {answer[0]}")
    return answer[1]
