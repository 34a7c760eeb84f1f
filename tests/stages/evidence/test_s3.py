"""The S3 store: signatures as AWS prints them, and the store's rules over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from openiru.errors import Unavailable
from openiru.stages.evidence import store
from openiru.stages.evidence.s3 import Bucket, signed


def test_the_signature_is_the_one_that_aws_prints_in_its_example() -> None:
    """AWS, Signature Calculations for the Authorization Header: Example GET Object."""
    bucket = Bucket(
        "https://examplebucket.s3.amazonaws.com",
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        clock=lambda: datetime(2013, 5, 24, tzinfo=UTC),
    )
    headers = signed("GET", "https://examplebucket.s3.amazonaws.com/test.txt", b"", bucket, more={"range": "bytes=0-9"})
    assert headers["authorization"].endswith("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")


@pytest.fixture
def bucket() -> Iterator[tuple[Bucket, dict[str, bytes]]]:
    """A store on loopback that speaks the four requests and refuses what is not signed."""
    kept: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status: int, body: bytes = b"") -> None:
            """One answer."""
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body if self.command != "HEAD" else b"")

        def do_GET(self) -> None:
            """Read, for whoever signed."""
            if "AKIDEXAMPLE/" not in self.headers.get("Authorization", ""):
                self.answer(403)
            elif self.path in kept:
                self.answer(200, kept[self.path])
            else:
                self.answer(404)

        do_HEAD = do_GET  # noqa: N815

        def do_PUT(self) -> None:
            """Write."""
            kept[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(200)

        def do_DELETE(self) -> None:
            """Delete."""
            kept.pop(self.path, None)
            self.answer(204)

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield Bucket(f"http://127.0.0.1:{server.server_address[1]}/unit", "AKIDEXAMPLE", "secret"), kept
    server.shutdown()
    server.server_close()


def test_bytes_lie_sealed_once_and_go_when_they_are_dropped(bucket: tuple[Bucket, dict[str, bytes]]) -> None:
    shelf, kept = bucket
    digest = store.put(shelf, b"a page")
    assert store.put(shelf, b"a page") == digest and len(kept) == 1
    assert b"a page" not in next(iter(kept.values())) and digest not in next(iter(kept))
    assert store.get(shelf, digest) == b"a page"
    store.drop(shelf, digest)
    store.drop(shelf, digest)
    assert not store.has(shelf, digest)
    with pytest.raises(Unavailable, match="not there"):
        store.get(shelf, digest)


def test_a_store_that_says_no_is_unavailable_and_never_empty(bucket: tuple[Bucket, dict[str, bytes]]) -> None:
    shelf, _ = bucket
    with pytest.raises(Unavailable, match="403"):
        store.has(Bucket(shelf.address, "SOMEBODYELSE", "secret"), "0" * 64)
    with pytest.raises(Unavailable):
        store.put(Bucket("http://127.0.0.1:9/unit", "AKIDEXAMPLE", "secret"), b"a page")
    assert "secret" not in repr(shelf)
