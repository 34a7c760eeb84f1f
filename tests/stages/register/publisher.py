"""A publisher's server on loopback that answers as it is told: unchanged, cut off, slow, broken, too big, elsewhere."""

from __future__ import annotations

import hashlib
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(slots=True)
class Publisher:
    """What it serves by path, how it behaves, and what it was asked."""

    port: int = 0
    scheme: str = "http"
    files: dict[str, bytes] = field(default_factory=dict)
    status: int = 200
    cuts: list[int] = field(default_factory=list)
    drip: float = 0.0
    to: str = ""
    marked: bool = True
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def address(self, path: str) -> str:
        """The address of a path here."""
        return f"{self.scheme}://127.0.0.1:{self.port}/{path}"


@contextmanager
def publishing(certificate: Path | None = None) -> Iterator[Publisher]:
    """Run a publisher's server for as long as the block lasts."""
    publisher = Publisher()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"publisher": publisher}))
    publisher.port = server.server_address[1]
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        publisher.scheme = "https"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Answers for the publisher that `publishing` binds to it."""

    publisher: Publisher

    def do_GET(self) -> None:
        self.publisher.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if self.publisher.to:
            self._head(302, {"Location": self.publisher.to})
            self.publisher.to = ""
            return
        content = self.publisher.files.get(self.path.lstrip("/"))
        if self.publisher.status != 200 or content is None:
            self._head(self.publisher.status if self.publisher.status != 200 else 404, {})
            return
        self._file(content)

    def _file(self, content: bytes) -> None:
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        marks = {"ETag": tag} if self.publisher.marked else {}
        if self.headers.get("If-None-Match") == tag:
            self._head(304, marks)
            return
        start = self._start(tag)
        part = content[start:]
        more = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
        self._head(206 if start else 200, {**marks, **more}, len(part))
        self._send(part[: self.publisher.cuts.pop(0)] if self.publisher.cuts else part)

    def _start(self, tag: str) -> int:
        wanted = self.headers.get("Range", "")
        if not wanted or self.headers.get("If-Range") != tag:
            return 0
        return int(wanted.removeprefix("bytes=").rstrip("-"))

    def _head(self, status: int, headers: dict[str, str], length: int = 0) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _send(self, part: bytes) -> None:
        try:
            for at in range(0, len(part), 4096):
                self.wfile.write(part[at : at + 4096])
                self.wfile.flush()
                time.sleep(self.publisher.drip)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass
