"""The sandbox over HTTP, on loopback: pages under /<host>/<path>, report forms, and /_control/."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from openiru.sandbox import reading
from openiru.sandbox.engine import ClockGoesBack
from openiru.sandbox.journal import Journal
from openiru.sandbox.odd import odd_page
from openiru.sandbox.pages import Page, look, views_of
from openiru.sandbox.profiles import all_profiles
from openiru.sandbox.shapes import Platform
from openiru.sandbox.worldfile import BadWorld

_LARGEST = 60_000_000
_FORM = "/report-form"
_HOUR = 3600
_JSON = "application/json"


class Server(ThreadingHTTPServer):
    """A threaded server that knows the run it shows."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], journal: Journal, undelivered: list[str]) -> None:
        super().__init__(address, _Handler)
        self.journal = journal
        self.undelivered = undelivered
        self.visits: Counter[tuple[str, str, str]] = Counter()

    def platform_at(self, host: str) -> Platform | None:
        """The platform whose host this is, with any subdomain, or a host of one of its accounts."""
        for one in self.journal.engine.world.platforms:
            if any(host == own or host.endswith(f".{own}") for own in one.host.split()):
                return one
        return None

    def visit(self, platform: Platform, address: str, vantage: str, visitor: str) -> Page:
        """The page, or the wall that is put in front of it where a rule says so."""
        engine = self.journal.engine
        hour = engine.now.strftime("%Y%m%d%H")
        self.visits[platform.name, visitor, hour] += 1
        limit = engine.profile_of(platform).number("rate_limit", 1000)
        if engine.switched_on(platform, "rate_limit") and self.visits[platform.name, visitor, hour] > limit:
            return Page(429, "text/plain", "Too Many Requests")
        if engine.switched_on(platform, "login_wall"):
            return Page(302, "text/html", "", f"https://{platform.host.split()[0]}/login")
        return look(engine.accounts, platform, address, vantage)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads a log line per page."""

    def do_GET(self) -> None:
        """Pages and the readable part of the control door."""
        if self.path.startswith("/_control/"):
            self._control_read(self.path.removeprefix("/_control/"))
            return
        address = self.path.lstrip("/")
        vantage = self.headers.get("X-Sandbox-Vantage", "outside")
        odd = odd_page(address, vantage)
        if odd is not None:
            self._send(odd.status, odd.type, odd.body.encode(), odd.location, odd.retry_after)
            return
        platform = self.server.platform_at(_host(_shared(address)))
        if platform is None:
            self._text(404, "no such host in this world")
            return
        page = self.server.visit(platform, address, vantage, self.client_address[0])
        wait = str(_HOUR) if page.status == 429 else ""
        self._send(page.status, page.type, page.body.encode(), page.location, wait)

    def do_POST(self) -> None:
        """Report forms and the writing part of the control door."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST:
            self.close_connection = True
            self._json(413, {"error": "too large"})
            return
        body = self.rfile.read(length)
        path = urlsplit(self.path).path
        if path.startswith("/_control/"):
            self._control_write(path.removeprefix("/_control/"), body)
        elif path.endswith(_FORM):
            self._form(path, body)
        else:
            self._text(404, "nothing is taken in here")

    def _form(self, path: str, body: bytes) -> None:
        platform = self.server.platform_at(_host(path.lstrip("/")))
        if platform is None:
            self._json(404, {"error": "no such host in this world"})
            return
        try:
            sent = reading.form(self.headers.get("Content-Type", ""), body)
        except reading.NotReadable as failure:
            self._json(400, {"error": str(failure)})
            return
        self._json(200, {"ticket": self.server.journal.receive(platform, sent)})

    def _control_read(self, what: str) -> None:
        match what:
            case "state":
                state = dict(self.server.journal.engine.state())
                self._json(200, state | {"undelivered": list(self.server.undelivered)})
            case "rules":
                self._json(
                    200, _rules(self.server.journal.engine.overrides, self.server.journal.engine.world.platforms)
                )
            case _:
                self._json(404, {"error": "state or rules"})

    def _control_write(self, what: str, body: bytes) -> None:
        try:
            self._do(what, json.loads(body or b"{}"))
        except ClockGoesBack as failure:
            self._json(409, {"error": f"the clock does not go back; it is {failure}"})
        except (ValueError, KeyError, TypeError, BadWorld) as failure:
            self._json(400, {"error": str(failure)})

    def _do(self, what: str, value: Any) -> None:
        journal = self.server.journal
        match what:
            case "clock":
                journal.move_clock(datetime.fromisoformat(value["now"]))
                self._json(200, {"now": journal.engine.now.isoformat()})
            case "rules":
                journal.switch({str(rule): bool(on) for rule, on in value.items()})
                self._json(200, {"overrides": journal.engine.overrides})
            case "reset":
                journal.reset(value or None)
                self.server.visits.clear()
                self._json(200, {"now": journal.engine.now.isoformat()})
            case _:
                self._json(404, {"error": "clock, rules or reset"})

    def _json(self, status: int, value: object) -> None:
        self._send(status, _JSON, json.dumps(value, ensure_ascii=False).encode())

    def _text(self, status: int, words: str) -> None:
        self._send(status, "text/plain; charset=utf-8", words.encode())

    def _send(self, status: int, kind: str, body: bytes, location: str = "", retry_after: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)


def _shared(address: str) -> str:
    """Meta answers for Instagram's posts at Facebook's own host."""
    return "instagram.com" if address.startswith("graph.facebook.com/instagram_oembed") else address


def _host(address: str) -> str:
    return address.split("/", 1)[0].split("?", 1)[0].lower()


def _rules(overrides: Mapping[str, bool], platforms: tuple[Platform, ...]) -> Mapping[str, object]:
    profiles = {
        name: {
            "platforms": [one.name for one in platforms if one.profile == name],
            "delays": dict(profile.delays),
            "rules": [
                asdict(rule) | {"id": f"{name}:{rule.id}", "on": profile.on(rule.id, overrides)}
                for rule in profile.rules.values()
            ],
        }
        for name, profile in all_profiles().items()
    }
    pages = {
        one.name: [{"view": view.name, "source": view.source, "certainty": view.certainty} for view in views]
        for one in platforms
        for views in [views_of(one.markup)]
    }
    return {"profiles": profiles, "pages": pages}
