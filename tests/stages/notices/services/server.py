"""A small HTTP server on loopback that keeps what it was asked, and answers as a service's rules say, or breaks as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One request as it came over the wire; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


Answer = tuple[int, Any]
Rules = Callable[[Asked], Answer]


@dataclass
class Service:
    """A running service. `breaks` says what goes wrong with the request that delivers: `drop`, or a status."""

    rules: Rules
    delivers: Callable[[Asked], bool]
    url: str = ""
    breaks: str = ""
    asked: list[Asked] = field(default_factory=list)

    @property
    def got(self) -> list[Asked]:
        """What was delivered, whatever the other side was told."""
        return [one for one in self.asked if self.delivers(one)]


@contextmanager
def serving(rules: Rules, delivers: Callable[[Asked], bool]) -> Iterator[Service]:
    """Run a service on a free port of loopback."""
    service = Service(rules, delivers)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, self.rfile.read(length))
            service.asked.append(asked)
            if service.breaks == "drop" and delivers(asked):
                self.connection.close()
                return
            broken = service.breaks.isdigit() and delivers(asked)
            status, given = (int(service.breaks), {"error": "Broken"}) if broken else rules(asked)
            content = json.dumps(given).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
