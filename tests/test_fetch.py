"""The fetcher against real servers on loopback: never into a private network, bounded in size, time and redirects."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from openiru import fetch
from openiru.errors import Refused, Unavailable
from openiru.fetch import Fetcher
from openiru.stages.evidence.markup import words_of
from openiru.stages.evidence.warc import as_warc
from openiru.stages.evidence.work import visible_text
from tests.builders import NOW
from tests.laws.asking import refused

HERE = Fetcher(allow_loopback=True)
OUT = Fetcher()


class _Pages(BaseHTTPRequestHandler):
    """Answers by path; what it was asked stands in `server.asked`."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """One page."""
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        name, _, rest = self.path.lstrip("/").partition("/")
        {"to": self.redirect, "loop": self.loop, "big": self.big, "drip": self.drip}.get(name, self.page)(rest)

    def page(self, rest: str) -> None:
        """A small page, with the charset of its path."""
        self.answer(200, "<title>Valley</title><p>سلام</p>".encode(), f"text/html; charset={rest or 'utf-8'}")

    def redirect(self, rest: str) -> None:
        """On to the address behind `/to/`."""
        self.answer(302, b"moved", "text/html", Location=rest)

    def loop(self, rest: str) -> None:
        """On to the next number, without an end."""
        self.answer(301, b"", "text/html", Location=f"/loop/{int(rest or 0) + 1}")

    def big(self, _rest: str) -> None:
        """Bytes until nobody listens."""
        self.start(None)
        chunk = b"x" * 1_000_000
        try:
            for _ in range(64):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                self.server.given += len(chunk)  # type: ignore[attr-defined]
        except OSError:
            self.close_connection = True

    def drip(self, _rest: str) -> None:
        """A byte at a time."""
        self.start(None)
        try:
            for _ in range(200):
                self.wfile.write(b"1\r\nx\r\n")
                time.sleep(0.02)
        except OSError:
            self.close_connection = True

    def start(self, length: int | None, **headers: str) -> None:
        """Status and headers."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked") if length is None else None
        self.end_headers()

    def answer(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        """A whole answer."""
        self.send_response(status)
        for key, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@dataclass
class Site:
    """A site on loopback."""

    server: Any
    url: str

    def redirecting_to(self, address: str) -> str:
        """An address of this site that leads on to another."""
        return f"{self.url}/to/{address}"


@pytest.fixture
def site() -> Iterator[Site]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    server.asked, server.given, server.daemon_threads = [], 0, True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield Site(server, f"http://127.0.0.1:{server.server_address[1]}")
    server.shutdown()
    server.server_close()


INSIDE = (
    "http://127.0.0.1/", "http://localhost:80/", "http://[::1]/", "http://10.0.0.8/", "http://192.168.1.1/", "http://172.16.9.9/",
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://[fe80::1]/", "http://0.0.0.0/", "http://[::]/",
    "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://2130706433/", "http://0x7f.1/", "http://127.1/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:169.254.169.254]/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::]/", "http://[ff02::1]/",
)  # fmt: skip
NO_ADDRESS = ("file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "http://", "//example.org/", "javascript:1",
              "http://[bad/", "http://example.org:99999/", "data:text/html,x", "")  # fmt: skip


@pytest.mark.parametrize("url", [*INSIDE, *NO_ADDRESS])
def test_nothing_inside_and_nothing_odd_is_fetched(url: str) -> None:
    with refused("address_forbidden"):
        OUT.get(url)


def test_our_own_machine_is_only_asked_where_that_is_allowed(site: Site) -> None:
    with refused("address_forbidden"):
        OUT.get(site.url)
    assert site.server.asked == []
    assert HERE.get(site.url).response.status == 200


@pytest.mark.parametrize("url", ["http://example.org/", "http://10.0.0.8/", "http://169.254.169.254/"])
def test_where_loopback_is_allowed_nothing_else_is(url: str) -> None:
    with refused("loopback_only"):
        HERE.get(url)


@pytest.mark.parametrize(
    "onward", ["http://169.254.169.254/", "http://10.0.0.8/", "file:///etc/passwd", "http://[bad/"]
)
def test_a_redirect_leads_nowhere_that_is_forbidden(site: Site, onward: str) -> None:
    with pytest.raises(Refused) as caught:
        HERE.get(site.redirecting_to(onward))
    assert caught.value.code in {"address_forbidden", "loopback_only"}
    assert len(site.server.asked) == 1


def test_a_public_address_that_redirects_inside_is_stopped_there(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name resolves to a public address once, and the redirect points at our own machine."""
    guarded: list[str] = []
    real = Fetcher.guard

    def guard(self: Fetcher, url: str) -> None:
        guarded.append(url)
        if len(guarded) > 1:
            real(self, url)

    monkeypatch.setattr(Fetcher, "guard", guard)
    with refused("address_forbidden"):
        OUT.get(site.redirecting_to(f"{site.url}/inside"))
    assert len(guarded) == 2 and len(site.server.asked) == 1


def test_redirects_are_followed_to_their_end_and_kept(site: Site) -> None:
    page = HERE.get(site.redirecting_to(f"{site.url}/page"))
    assert page.response.final_url == f"{site.url}/page" and len(page.chain) == 2


def test_redirects_without_an_end_are_given_up(site: Site) -> None:
    with pytest.raises(Unavailable, match="redirects"):
        HERE.get(f"{site.url}/loop/0")
    assert len(site.server.asked) == fetch.REDIRECTS + 1


def test_a_page_beyond_the_limit_is_given_up_and_not_read_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "LARGEST", 2_000_000)
    with refused("too_big"):
        HERE.get(f"{site.url}/big")
    assert site.server.given < 32_000_000


def test_a_page_that_drips_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "LONGEST", 0.2)
    began = time.monotonic()
    with pytest.raises(Unavailable, match="too slow"):
        HERE.get(f"{site.url}/drip")
    assert time.monotonic() - began < 2


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        HERE.get("http://127.0.0.1:9/")
    with pytest.raises(Unavailable, match="name not found"):
        OUT.get("https://nowhere.invalid/")


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256", "no-such-charset", "utf-16"])
def test_an_odd_charset_breaks_nothing_and_the_bytes_are_kept_as_they_came(site: Site, charset: str) -> None:
    page = HERE.get(f"{site.url}/page/{charset}")
    assert page.content == "<title>Valley</title><p>سلام</p>".encode()
    assert page.response.body


def test_an_exercise_asks_only_the_stand_ins(site: Site) -> None:
    stand_in = Fetcher("ZZ", sandbox=site.url)
    page = stand_in.get("https://t.me/example?a=1")
    assert site.server.asked == ["/t.me/example?a=1"]
    assert page.response.url == page.response.final_url == "https://t.me/example?a=1" and page.response.vantage == "ZZ"
    for address in ("http://stand-ins.example.org", "http://10.1.1.1", "http://127.0.0.1.example.org"):
        with refused("loopback_only"):
            Fetcher("ZZ", sandbox=address)


def test_a_name_that_points_elsewhere_after_it_was_judged_changes_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judged address (127.0.0.2, taken for public here) is asked, not the one that the name has a moment later."""
    answers = iter(["127.0.0.2", "127.0.0.1", "127.0.0.1"])
    port = int(site.url.rpartition(":")[2])
    real = socket.getaddrinfo

    def resolve(host: Any, *more: Any, **others: Any) -> Any:
        if host == "turning.example.org":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]
        return real(host, *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(fetch, "_is_public", lambda address: address == "127.0.0.2")
    with pytest.raises(Unavailable, match="ConnectError"):
        OUT.get(f"http://turning.example.org:{port}/page")
    assert site.server.asked == []


def test_every_hop_is_kept_with_what_was_asked(site: Site) -> None:
    page = HERE.get(site.redirecting_to(f"{site.url}/page"))
    assert [(hop.status, hop.content[:5]) for hop in page.hops] == [(302, b"moved"), (200, b"<titl")]
    assert dict(page.hops[0].asked)["user-agent"] == fetch.AGENT


def test_the_archive_is_read_by_other_tools(site: Site) -> None:
    page = HERE.get(f"{site.url}/page")
    info, record, asked = [
        (one, one.content_stream().read())
        for one in ArchiveIterator(BytesIO(as_warc(page.hops, at=NOW)), check_digests="raise")
    ]
    assert [one[0].rec_type for one in (info, record, asked)] == ["warcinfo", "response", "request"]
    assert record[0].rec_headers.get_header("WARC-Target-URI") == f"{site.url}/page"
    assert record[0].rec_headers.get_header("WARC-Date") == "2026-03-02T09:00:00Z"
    assert record[0].http_headers.get_statuscode() == "200" and record[1] == page.content


def test_the_words_of_a_page_are_what_a_reader_sees() -> None:
    page = (
        '<meta property="og:description" content="Join us"><style>p{}</style><script>var hidden = "x"</script>'
        '<!-- not <b>this</b> --><p>Enlist <b>with</b> us &amp; them</p>{"desc":"call \\u0627"}'
    )
    text = visible_text(page)
    assert text.startswith("Join us call ا") and "Enlist with us & them" in text
    assert "hidden" not in text and "not this" not in text and "p{}" not in text


def test_hostile_markup_is_read_in_one_pass() -> None:
    for hostile in ("<script", "<", "<!--", "<a", "&#", "<a <b>", "</"):
        began = time.monotonic()
        words_of(hostile * 300_000)
        assert time.monotonic() - began < 3, hostile


@given(st.text(max_size=200))
def test_plain_words_are_themselves(words: str) -> None:
    if not set(words) & set("<>&"):
        assert words_of(words, between=" ").split() == words.split()
