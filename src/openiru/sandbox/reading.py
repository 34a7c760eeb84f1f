"""Reads what was sent, by mail or by form: a notice, a withdrawal, or bare addresses; from the bytes alone."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from openiru.sandbox.addresses import addresses_in
from openiru.sandbox.fields import text
from openiru.sandbox.shapes import Kind, Submission

_FILES = {"notice.json": Kind.NOTICE, "withdrawal.json": Kind.WITHDRAWAL}
_SCHEMAS = {Kind.NOTICE: "openiru-notice/1", Kind.WITHDRAWAL: "openiru-withdrawal/1"}
_LARGEST = 5_000_000


class NotReadable(Exception):
    """A form got something that is neither a ZIP, nor a form with files, nor JSON with a text."""


def mail(raw: bytes, envelope_sender: str) -> Submission:
    """Read one mail. What has no readable file is a text with addresses in it."""
    message = message_from_bytes(raw, policy=SMTP)
    body = message.get_body(("plain", "html"))
    words = body.get_content() if body is not None else ""
    return _submission(
        dict(_attached(message)),
        words=str(words),
        sender=parseaddr(str(message.get("From", "")))[1] or envelope_sender,
        subject=" ".join(str(message.get("Subject", "")).split()),
        message_id=str(message.get("Message-ID", "")).strip(),
    )


def form(content_type: str, body: bytes) -> Submission:
    """Read one form. Raises `NotReadable`."""
    if body[:2] == b"PK":
        return _from_files(_unzipped(body))
    if content_type.startswith("multipart/"):
        return _from_files(_form_files(content_type, body))
    try:
        raw = json.loads(body)
    except ValueError as failure:
        raise NotReadable("neither a ZIP nor a form nor JSON") from failure
    if not isinstance(raw, dict):
        raise NotReadable("the JSON is not an object")
    urls = " ".join(str(one) for one in raw.get("urls", ()))
    words = f"{raw.get('text', '')}\n{urls}"
    return Submission(Kind.LIST, str(raw.get("email", "")), "", urls=addresses_in(words), text=words)


def _submission(files: Mapping[str, bytes], *, words: str, sender: str, subject: str, message_id: str) -> Submission:
    for name, kind in _FILES.items():
        document = _document(files.get(name, b""))
        if document and text(document, "schema") == _SCHEMAS[kind]:
            return Submission(kind, sender, subject, message_id, document, text=words)
    return Submission(Kind.LIST, sender, subject, message_id, urls=addresses_in(words), text=words)


def _from_files(files: Mapping[str, bytes]) -> Submission:
    words = files.get("fields.txt", b"").decode("utf-8", "replace")
    read = _submission(files, words=words, sender="", subject="", message_id="")
    reference = text(read.document, "reference")
    sender = text(read.document, "authority", "email")
    return Submission(read.kind, sender, f"[{reference}]" if reference else "", "", read.document, read.urls, words)


def _document(raw: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(raw) if raw else None
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _attached(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    for part in message.walk():
        name = part.get_filename()
        payload = part.get_payload(decode=True)
        if name and isinstance(payload, bytes):
            yield name, payload


def _unzipped(body: bytes) -> Mapping[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return {
                one.filename.rsplit("/", 1)[-1]: archive.read(one)
                for one in archive.infolist()
                if one.file_size <= _LARGEST
            }
    except zipfile.BadZipFile as failure:
        raise NotReadable("the ZIP is damaged") from failure


def _form_files(content_type: str, body: bytes) -> Mapping[str, bytes]:
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    files = dict(_attached(message_from_bytes(head + body, policy=SMTP)))
    zipped = next((one for one in files.values() if one[:2] == b"PK"), b"")
    return _unzipped(zipped) if zipped else files
