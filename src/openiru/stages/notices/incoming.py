"""Takes a message of a stranger apart: whatever its bytes are, it can be stored, and its words can be read."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr

from openiru.errors import Refused
from openiru.stages.evidence.markup import words_of

LARGEST = 10 * 1024 * 1024
_UNREADABLE = (MessageError, LookupError, ValueError, TypeError, AttributeError)
"""What the standard library raises for headers and bodies that nobody should have sent."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message, taken apart; nothing in it is trusted."""

    sha256: str
    message_id: str
    answers_to: tuple[str, ...]
    sender: str
    title: str
    body: str


def take_apart(raw: bytes) -> Incoming:
    """Read a message's headers and its text; raises `too_big`."""
    if len(raw) > LARGEST:
        raise Refused("too_big", limit=LARGEST)
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Incoming(
        sha256=hashlib.sha256(raw).hexdigest(),
        message_id=_header(message, "Message-ID")[:300],
        answers_to=tuple(f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}".split()),
        sender=parseaddr(_header(message, "From"))[1][:300],
        title=_header(message, "Subject")[:300],
        body=_body(message)[:200_000],
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = str(message.get(name, ""))
    except _UNREADABLE:
        value = next((str(text) for one, text in message.raw_items() if one.lower() == name.lower()), "")
    return _storable(re.sub(r"[\r\n]+", " ", value))


def _body(message: EmailMessage) -> str:
    try:
        part = message.get_body(("plain", "html"))
    except _UNREADABLE:
        part = None
    if part is None:
        return ""
    try:
        text = str(part.get_content())
    except _UNREADABLE:
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", errors="replace") if isinstance(payload, bytes) else ""
    return _storable(words_of(text) if part.get_content_subtype() == "html" else text)


def _storable(text: str) -> str:
    """PostgreSQL takes neither NUL nor half a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", errors="replace").decode()
