"""Signs and checks messages as the Standard Webhooks specification (version 1) says: HMAC-SHA256 over `id.timestamp.body`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from openiru.errors import Refused

FRESH = timedelta(minutes=5)
"""How far a message's time may be from ours; outside of it a signature may be a replay."""


def sign(message_id: str, body: bytes, secret: str, *, now: datetime) -> dict[str, str]:
    """The three headers of a signed message; raises `signature_invalid` for a secret that is none."""
    at = str(int(now.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": _mark(message_id, at, body, secret),
    }


def check(headers: Mapping[str, str], body: bytes, secret: str, *, now: datetime) -> str:
    """The message's id, if one of its signatures holds and its time is fresh; raises `signature_invalid`."""
    message_id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not at.isascii() or not at.isdecimal() or len(at) > 12:
        raise Refused("signature_invalid")
    if abs(now.timestamp() - int(at)) > FRESH.total_seconds():
        raise Refused("signature_invalid", why="the time of the message is not fresh")
    wanted = _mark(message_id, at, body, secret).encode()
    given = headers.get("webhook-signature", "").encode().split(b" ")
    if not any(hmac.compare_digest(wanted, one) for one in given[:10]):
        raise Refused("signature_invalid")
    return message_id


def _mark(message_id: str, at: str, body: bytes, secret: str) -> str:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise Refused("signature_invalid") from None
    signed = hmac.new(key, f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"
