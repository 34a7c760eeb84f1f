"""Reports an account on the Mastodon server where we have an account: `POST /api/v1/reports` (reference §10, [P S58])."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from openiru.stages.notices.transports.shapes import Accepted, Line, NotSent, Outgoing, Transport, Wire
from openiru.stages.notices.transports.web import Web, as_json, cut, number_in, over_http

MOST = 1000
"""The server's limit of `comment`."""


def deliver(outgoing: Outgoing, wire: Wire, web: Web) -> Accepted:
    """Find the account and its posts on our server, report them, and let it be forwarded to the account's own server."""
    line = wire.line("mastodon")
    allowed = {"Authorization": f"Bearer {line.secret}"}
    account = _account(outgoing, line, web, allowed)
    body = {
        "account_id": account,
        "status_ids": _statuses(outgoing, line, web, allowed),
        "comment": cut(f"[{outgoing.reference}] {outgoing.text}", MOST),
        "forward": True,
        "category": line.options.get("category", "violation"),
        **({"rule_ids": line.options["rule_ids"].split()} if line.options.get("rule_ids") else {}),
    }
    heard = web.deliver(
        f"{line.url}/api/v1/reports",
        headers={**allowed, "Content-Type": "application/json", "Idempotency-Key": outgoing.key},
        body=as_json(body),
    )
    number = number_in(heard, "id")
    return Accepted(f"{heard.status} report {number}", number)


def _account(outgoing: Outgoing, line: Line, web: Web, allowed: dict[str, str]) -> str:
    handle = str(outgoing.facts["account"]["handle"]).lstrip("@")
    found = _search(handle, "accounts", line, web, allowed)
    home = urlsplit(line.url).hostname or ""
    wanted = handle.removesuffix(f"@{home}").lower()
    for one in found:
        if str(one.get("acct", "")).lower() == wanted:
            return str(one.get("id", ""))
    raise NotSent("our server does not know this account", permanent=True)


def _statuses(outgoing: Outgoing, line: Line, web: Web, allowed: dict[str, str]) -> list[str]:
    """Our server's own numbers of the posts; one that it does not find stands in the comment all the same."""
    numbers = []
    for item in outgoing.facts["items"]:
        for one in _search(str(item["url"]), "statuses", line, web, allowed):
            if item["url"] in {one.get("url"), one.get("uri")}:
                numbers.append(str(one.get("id", "")))
    return numbers


def _search(words: str, kind: str, line: Line, web: Web, allowed: dict[str, str]) -> list[dict[str, Any]]:
    url = f"{line.url}/api/v2/search?q={quote(words, safe='')}&type={kind}&resolve=true&limit=5"
    found = web.look_up(url, headers=allowed).get(kind, [])
    return [one for one in found if isinstance(one, dict)]


TRANSPORT = Transport(
    "mastodon",
    "Mastodon's report method (POST /api/v1/reports)",
    automatic=True,
    open=over_http("mastodon", deliver),
    purposes=frozenset({"notice"}),
    platforms=frozenset({"mastodon"}),
)
