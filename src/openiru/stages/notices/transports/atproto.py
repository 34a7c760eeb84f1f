"""Reports an account on Bluesky: `com.atproto.moderation.createReport`, through our own server to the labeler (reference §9, [C S55])."""

from __future__ import annotations

from typing import Any

from openiru.stages.notices.transports.shapes import Accepted, NotSent, Outgoing, Transport, Wire
from openiru.stages.notices.transports.web import Web, as_json, cut, number_in, over_http

MOST_GRAPHEMES = 2000
"""The lexicon's limit of `reason` in graphemes; we count code points, which are never fewer."""
LABELER = "did:plc:ar7c4by46qjdydhdevvrndac#atproto_labeler"
"""Bluesky's own moderation service, from memory; a line may name another as `labeler`."""
REASON = "com.atproto.moderation.defs#reasonViolation"
"""Known to every server; a line may name `tools.ozone.report.defs#reasonViolenceExtremistContent` as `reason_type`."""


def deliver(outgoing: Outgoing, wire: Wire, web: Web) -> Accepted:
    """Sign in at our server, find what is reported, and report it; the number of the report is the ticket."""
    line = wire.line("atproto")
    signed_in = web.look_up(
        f"{line.url}/xrpc/com.atproto.server.createSession", given={"identifier": line.user, "password": line.secret}
    )
    token = f"Bearer {signed_in.get('accessJwt', '')}"
    report = {
        "reasonType": line.options.get("reason_type", REASON),
        "reason": cut(outgoing.text, MOST_GRAPHEMES),
        "subject": subject(outgoing, web, line.url, token),
    }
    heard = web.deliver(
        f"{line.url}/xrpc/com.atproto.moderation.createReport",
        headers={
            "Authorization": token,
            "Content-Type": "application/json",
            "atproto-proxy": line.options.get("labeler", LABELER),
        },
        body=as_json(report),
    )
    number = number_in(heard, "id")
    return Accepted(f"{heard.status} report {number}", number)


def subject(outgoing: Outgoing, web: Web, base: str, token: str) -> dict[str, Any]:
    """One post by its strong reference (whose CID is its very content), else the account by its DID."""
    did = str(outgoing.facts["account"]["stable_id"])
    if not did.startswith("did:"):
        raise NotSent("the account's DID is not known: look it up first", permanent=True)
    items = outgoing.facts["items"]
    if len(items) != 1 or "/post/" not in items[0]["url"] or outgoing.facts["action"] == "disable_account":
        return {"$type": "com.atproto.admin.defs#repoRef", "did": did}
    key = items[0]["url"].rpartition("/post/")[2].partition("/")[0]
    found = web.look_up(
        f"{base}/xrpc/com.atproto.repo.getRecord?repo={did}&collection=app.bsky.feed.post&rkey={key}",
        headers={"Authorization": token},
    )
    return {"$type": "com.atproto.repo.strongRef", "uri": str(found.get("uri", "")), "cid": str(found.get("cid", ""))}


TRANSPORT = Transport(
    "atproto",
    "Bluesky's report method (com.atproto.moderation.createReport)",
    automatic=True,
    open=over_http("atproto", deliver),
    purposes=frozenset({"notice"}),
    platforms=frozenset({"bluesky"}),
)
