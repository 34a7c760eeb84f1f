"""Reads delivery status notifications (RFC 3464): which message of ours they are about, and what became of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from enum import StrEnum

_UNREADABLE = (MessageError, LookupError, ValueError, TypeError, AttributeError)


class Fate(StrEnum):
    """`delivered` into a mailbox; `passed_on` to a system that tells no more: no proof; `delayed`: still trying; `failed`."""

    DELIVERED = "delivered"
    PASSED_ON = "passed_on"
    DELAYED = "delayed"
    FAILED = "failed"


ACTIONS = {
    "delivered": Fate.DELIVERED,
    "relayed": Fate.PASSED_ON,
    "expanded": Fate.PASSED_ON,
    "delayed": Fate.DELAYED,
    "failed": Fate.FAILED,
}
"""RFC 3464, 2.3.3: their word → ours."""


@dataclass(frozen=True, slots=True)
class Status:
    """One notification: the envelope id that we gave (RFC 3461), the Message-ID of the message it returns, and its fate."""

    envelope_id: str
    message_id: str
    fate: Fate
    said: str


def read(raw: bytes) -> Status | None:
    """The notification in these bytes; None for any other message, and for one that is not of its form."""
    try:
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        if message.get_content_type() != "multipart/report" or message.get_param("report-type") != "delivery-status":
            return None
        parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
        return _status(parts)
    except _UNREADABLE:
        return None


def _status(parts: list[EmailMessage]) -> Status | None:
    told = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if told is None:
        return None
    groups = [one for one in _groups(told) if one.keys()]
    whole, recipients = groups[0], [one for one in groups if one.get("Action")]
    fates = [ACTIONS.get(str(one["Action"]).strip().lower()) for one in recipients]
    if not fates or None in fates:
        return None
    worst = max((fate for fate in fates if fate), key=list(Fate).index)
    one = recipients[[ACTIONS[str(one["Action"]).strip().lower()] for one in recipients].index(worst)]
    said = f"{one.get('Status', '')} {one.get('Diagnostic-Code', '')}".strip()
    return Status(str(whole.get("Original-Envelope-Id", "")).strip()[:100], _returned(parts), worst, _plain(said))


def _groups(part: EmailMessage) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _returned(parts: list[EmailMessage]) -> str:
    """The Message-ID of the message that comes back, whole or its headers only."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0)
            return str(inner.get("Message-ID", "")).strip()[:200] if isinstance(inner, Message) else ""
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            headers = message_from_bytes(payload if isinstance(payload, bytes) else b"", policy=policy.default)
            return str(headers.get("Message-ID", "")).strip()[:200]
    return ""


def _plain(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:250]
