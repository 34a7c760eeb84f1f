"""Open networks on loopback, written from their published schemas; they share no code with the connectors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

DID = "did:plc:examplexampleexamplexamp"
OTHER_DID = "did:plc:otherotherotherotherothe"


@dataclass
class Networks:
    """What the networks hold, newest last, and what they were asked. `answers` overrides the next replies of a host."""

    base: str = ""
    bluesky: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    messages: list[tuple[str, int]] = field(default_factory=list)
    preview: bool = True
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def post(self, number: int, *, did: str = DID, repost: bool = False, labels: tuple[str, ...] = ()) -> None:
        """A post in Bluesky's `app.bsky.feed.defs#feedViewPost`."""
        handle = "example.org" if did == DID else "other.example.org"
        one: dict[str, Any] = {
            "post": {
                "uri": f"at://{did}/app.bsky.feed.post/3kexample{number:04}",
                "cid": f"bafyexample{number}",
                "author": {"did": did, "handle": handle, "labels": [{"val": label} for label in labels]},
                "record": {"$type": "app.bsky.feed.post", "text": f"text {number}", "createdAt": _at(number)},
                "indexedAt": _at(number),
                "labels": [],
            }
        }
        if repost:
            one["reason"] = {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"did": DID}, "indexedAt": _at(number)}
        self.bluesky.append(one)

    def status(self, number: int, *, acct: str = "example", visibility: str = "public", reblog: bool = False) -> None:
        """A Mastodon `Status`."""
        self.statuses.append(
            {
                "id": str(number),
                "created_at": _at(number),
                "visibility": visibility,
                "reblog": {"id": "1"} if reblog else None,
                "account": {"id": "77", "acct": acct, "url": f"https://social.example.org/@{acct}"},
                "url": f"https://social.example.org/@{acct}/{number}",
                "content": f"<p>text {number}</p>",
            }
        )


def _at(number: int) -> str:
    return f"2026-03-01T{number // 60:02}:{number % 60:02}:00.000Z"


@contextmanager
def running() -> Iterator[Networks]:
    """The networks under `base`, each behind its host name as a first step of the path."""
    networks = Networks()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            networks.asked.append(self.path)
            status, headers, body = networks.answers.pop(0) if networks.answers else _answer(networks, self.path)
            content = body.encode()
            self.send_response(status)
            for name, value in {**networks.headers, **headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    networks.base = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield networks
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(networks: Networks, path: str) -> tuple[int, dict[str, str], str]:
    parts = urlsplit(path)
    host, _, method = parts.path.removeprefix("/").partition("/")
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if host == "public.api.bsky.app":
        return _bluesky(networks, method, query)
    if host == "t.me":
        return _telegram(networks, method, query)
    return _mastodon(networks, method, query)


def _bluesky(networks: Networks, method: str, query: dict[str, str]) -> tuple[int, dict[str, str], str]:
    newest_first = list(reversed(networks.bluesky))
    start, size = int(query.get("cursor", "0")), min(int(query["limit"]), 100)
    if method == "xrpc/app.bsky.feed.searchPosts":
        newest_first = [one for one in newest_first if query["q"] and "reason" not in one]
        found: dict[str, Any] = {"posts": [one["post"] for one in newest_first[start : start + size]]}
    elif method == "xrpc/app.bsky.feed.getAuthorFeed" and query["actor"] in {DID, "example.org"}:
        found = {"feed": newest_first[start : start + size]}
    else:
        return 400, {}, json.dumps({"error": "InvalidRequest", "message": "Profile not found"})
    if start + size < len(newest_first):
        found["cursor"] = str(start + size)
    return 200, {"Content-Type": "application/json"}, json.dumps(found)


def _mastodon(networks: Networks, method: str, query: dict[str, str]) -> tuple[int, dict[str, str], str]:
    if method == "api/v1/accounts/lookup":
        known = query["acct"] == "example"
        body = {"id": "77", "acct": "example", "username": "example"} if known else {"error": "Record not found"}
        return (200 if known else 404), {}, json.dumps(body)
    if method not in {"api/v1/accounts/77/statuses", "api/v1/timelines/tag/exampleband"}:
        return 404, {}, json.dumps({"error": "Record not found"})
    rows = networks.statuses
    if query.get("exclude_reblogs") == "true":
        rows = [row for row in rows if not row["reblog"]]
    size = min(int(query["limit"]), 40)
    newer = [row for row in rows if int(row["id"]) > int(query.get("min_id", "0"))]
    page = newer[:size] if "min_id" in query else newer[-size:]
    return 200, {}, json.dumps(list(reversed(page)))


def _telegram(networks: Networks, method: str, query: dict[str, str]) -> tuple[int, dict[str, str], str]:
    if not method.startswith("s/") or not networks.preview:
        return 200, {}, "<html><head><title>Telegram: Contact @example</title></head></html>"
    after = int(query.get("after", "0"))
    rows = [one for one in networks.messages if one[1] > after]
    page = rows[:20] if after else rows[-20:]
    blocks = "".join(
        f'<div class="tgme_widget_message js-widget_message" data-post="{name}/{number}">x</div>'
        for name, number in page
    )
    return 200, {}, f'<div class="tgme_channel_info"></div><section class="tgme_channel_history">{blocks}</section>'
