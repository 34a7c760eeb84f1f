"""Tells hooks: lease, one signed request outside any transaction (Standard Webhooks), record."""

from __future__ import annotations

import json
from datetime import datetime

from django.conf import settings

from openiru import signatures
from openiru.errors import Refused, Unavailable
from openiru.fetch import Fetcher, Lost
from openiru.ledger import queries as ledger
from openiru.people.actor import Actor
from openiru.stages.intake import phones
from openiru.stages.notices.counter import hooks
from openiru.stages.notices.counterparts import Call
from openiru.terms import Mode


def tell_due(*, actor: Actor, now: datetime, limit: int = 20) -> int:
    """Tell what is due; returns how many were told. An exercise reaches loopback only."""
    standing = ledger.installation()
    fetcher = Fetcher(allow_loopback=standing is None or standing.mode == Mode.EXERCISE)
    told = 0
    for call in hooks.lease(actor=actor, now=now, limit=limit):
        error = _tell(call, fetcher, now)
        hooks.record(call.id, error, actor=actor, now=now)
        told += not error
    return told


def _tell(call: Call, fetcher: Fetcher, now: datetime) -> str:
    """What went wrong, or an empty text."""
    body = json.dumps(
        {
            "type": ".".join(call.event.split(".")[:2]),
            "timestamp": now.isoformat(),
            "data": {
                "reference": call.notice.reference,
                "url": f"{settings.BASE_URL}/api/v1/platform/notices/{call.notice.reference}",
            },
        }
    ).encode()
    secret = phones.unseal(bytes(call.hook.secret_sealed), settings.SEAL_KEY)
    headers = {**signatures.sign(call.message_id, body, secret, now=now), "Content-Type": "application/json"}
    try:
        heard = fetcher.ask("POST", call.hook.url, headers=headers, content=body)
    except (Lost, Unavailable, Refused) as error:
        return str(error) or type(error).__name__
    return "" if 200 <= heard.status < 300 else f"answered {heard.status}"
