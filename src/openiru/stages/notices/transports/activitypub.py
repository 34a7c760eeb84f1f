"""Flags an account to its own server by ActivityPub: a `Flag`, signed by our actor (HTTP signatures, draft-cavage-12, rsa-sha256)."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from openiru.stages.notices.keys import ACTOR, public_pem, rsa_key
from openiru.stages.notices.transports.shapes import Accepted, NotSent, Outgoing, Transport, Wire
from openiru.stages.notices.transports.web import Web, as_json, over_http

TYPE = "application/activity+json"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]


def deliver(outgoing: Outgoing, wire: Wire, web: Web) -> Accepted:
    """Read the account's actor, and hand a `Flag` to its server's inbox. A 202 says it was taken, not that anybody saw it."""
    key, at = rsa_key(wire.keys, ACTOR), wire.moment(outgoing.at)
    actor_url = str(outgoing.facts["account"]["url"])
    found = web.look_up(actor_url, headers=signed(actor_url, b"", key=key, base=wire.base_url, at=at))
    inbox = _inbox(found, actor_url)
    body = as_json(flag(outgoing, wire.base_url, str(found["id"])))
    heard = web.deliver(inbox, headers=signed(inbox, body, key=key, base=wire.base_url, at=at), body=body)
    return Accepted(f"{heard.status} taken by {urlsplit(inbox).hostname}")


def flag(outgoing: Outgoing, base: str, account: str) -> dict[str, Any]:
    """The activity; its id stays the same for every try, so that a server that has it drops another."""
    return {
        "@context": CONTEXT[0],
        "id": f"{base}/flags/{outgoing.reference}",
        "type": "Flag",
        "actor": f"{base}/actor",
        "object": [account, *(str(one["url"]) for one in outgoing.facts["items"])],
        "content": outgoing.text,
    }


def actor(base: str, key: RSAPrivateKey, *, name: str) -> dict[str, Any]:
    """Our actor: an application that follows nobody, with the key that its signatures are checked by."""
    return {
        "@context": CONTEXT,
        "id": f"{base}/actor",
        "type": "Application",
        "preferredUsername": "unit",
        "name": name,
        "inbox": f"{base}/actor/inbox",
        "outbox": f"{base}/actor/outbox",
        "manuallyApprovesFollowers": True,
        "publicKey": {"id": f"{base}/actor#main-key", "owner": f"{base}/actor", "publicKeyPem": public_pem(key)},
    }


def nothing_in(url: str, summary: str) -> dict[str, Any]:
    """A collection that holds nothing: ActivityPub asks each actor for an inbox and an outbox (4.1)."""
    return {
        "@context": CONTEXT[0],
        "id": url,
        "type": "OrderedCollection",
        "summary": summary,
        "totalItems": 0,
        "orderedItems": [],
    }


def signed(url: str, body: bytes, *, key: RSAPrivateKey, base: str, at: datetime) -> dict[str, str]:
    """The headers of a signed request, a POST if it has a body: Host, Date, Digest, and the Signature over them."""
    method = "post" if body else "get"
    parts = urlsplit(url)
    headers = {"host": parts.netloc, "date": format_datetime(at, usegmt=True)}
    if body:
        headers["digest"] = f"SHA-256={base64.b64encode(hashlib.sha256(body).digest()).decode()}"
    target = f"{method} {parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    lines = [f"(request-target): {target}", *(f"{name}: {value}" for name, value in headers.items())]
    made = key.sign("\n".join(lines).encode(), padding.PKCS1v15(), hashes.SHA256())
    names = " ".join(("(request-target)", *headers))
    mark = base64.b64encode(made).decode()
    signature = f'keyId="{base}/actor#main-key",algorithm="rsa-sha256",headers="{names}",signature="{mark}"'
    return {**headers, "Signature": signature, "Accept": TYPE, **({"Content-Type": TYPE} if body else {})}


def _inbox(found: dict[str, Any], asked: str) -> str:
    """The shared inbox, else the account's own; only on the server that we asked."""
    endpoints = found.get("endpoints")
    shared = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else None
    inbox = str(shared or found.get("inbox") or "")
    if not found.get("id") or urlsplit(inbox).netloc != urlsplit(asked).netloc:
        raise NotSent("the account's server names no inbox of its own", permanent=True)
    return inbox


TRANSPORT = Transport(
    "activitypub",
    "A Flag to the account's own server (ActivityPub)",
    automatic=True,
    open=over_http("activitypub", deliver),
    purposes=frozenset({"notice"}),
    platforms=frozenset({"mastodon"}),
)
