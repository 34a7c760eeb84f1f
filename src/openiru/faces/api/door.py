"""Who knocks: a person's token, a reporter's key, a webhook's signature (Standard Webhooks, version 1)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from ninja.security import HttpBearer

from openiru import clock
from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.people.queries import actor_for_token
from openiru.stages.intake import queries as intake
from openiru.stages.intake.models import Reporter

FRESH = timedelta(minutes=5)
"""How far a webhook's time may be from ours; outside of it a signature may be a replay."""


@dataclass(frozen=True, slots=True)
class Knock:
    """Who makes a request, and when: a person, or a reporter (then `actor` is None)."""

    actor: Actor | None
    reporter: Reporter | None
    now: datetime

    @property
    def person(self) -> Actor:
        """The person; raises `not_allowed` for a reporter."""
        if self.actor is None:
            raise Refused("not_allowed")
        return self.actor


class Bearer(HttpBearer):
    """`Authorization: Bearer iru_…` for a person's token, `Bearer irr_…` for a reporter's key."""

    def authenticate(self, request: HttpRequest, token: str) -> Knock:  # noqa: ARG002 (ninja hands it over)
        """Say who it is; raises `token_invalid`."""
        now = clock.now()
        if token.startswith("irr_"):
            return Knock(None, intake.reporter_for_key(token, now=now), now)
        return Knock(actor_for_token(token, now=now), None, now)


def check_signature(headers: dict[str, str], body: bytes, secret: str, *, now: datetime) -> str:
    """The message's id, if one of its signatures holds and its time is fresh; raises `signature_invalid`.

    Source: the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.body`, base64, `v1,` before it.
    """
    message_id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not at.isascii() or not at.isdecimal() or len(at) > 12:
        raise Refused("signature_invalid")
    if abs(now.timestamp() - int(at)) > FRESH.total_seconds():
        raise Refused("signature_invalid", why="the time of the message is not fresh")
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise Refused("signature_invalid") from None
    signed = hmac.new(key, f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
    wanted = f"v1,{base64.b64encode(signed).decode()}".encode()
    given = headers.get("webhook-signature", "").encode().split(b" ")
    if not any(hmac.compare_digest(wanted, one) for one in given[:10]):
        raise Refused("signature_invalid")
    return message_id
