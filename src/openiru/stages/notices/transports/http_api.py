"""Hands a notice to a direct line's own interface: signed JSON (Standard Webhooks) with an idempotency key.

The other side needs nothing of ours but the secret: `docs/notice-format.md` is the notice, `docs/how-to/add-a-transport.md` the frame.
"""

from __future__ import annotations

from openiru.signatures import sign
from openiru.stages.notices.transports.shapes import Accepted, Outgoing, Transport, Wire
from openiru.stages.notices.transports.web import Web, as_json, number_in, over_http


def deliver(outgoing: Outgoing, wire: Wire, web: Web) -> Accepted:
    """Post the message; a ticket in the answer proves that they have it."""
    line = wire.line("http_api")
    message = {
        "type": f"notice.{outgoing.purpose}",
        "timestamp": outgoing.at.isoformat(),
        "data": {
            "reference": outgoing.reference,
            "previous_ticket": outgoing.ticket,
            "text": outgoing.text,
            "notice": outgoing.facts,
        },
    }
    body = as_json(message)
    marks = sign(outgoing.key, body, line.secret, now=wire.moment(outgoing.at))
    heard = web.deliver(
        line.url, headers={**marks, "Idempotency-Key": outgoing.key, "Content-Type": "application/json"}, body=body
    )
    number = number_in(heard, "ticket", "id")
    return Accepted(f"{heard.status} {number}", number)


TRANSPORT = Transport(
    "http_api", "A direct line's own interface (signed JSON)", automatic=True, open=over_http("http_api", deliver)
)
