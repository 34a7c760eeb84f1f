"""A page is captured as a reader sees it, by a browser without a network: all of it comes through the guarded fetcher."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pytest_django import Settings
from warcio.archiveiterator import ArchiveIterator

from openiru.errors import Unavailable
from openiru.fetch import Fetcher
from openiru.stages.evidence import rules, store, wacz, work
from openiru.stages.evidence.models import Capture, Host
from tests import builders
from tests.builders import NOW, Cast
from tests.laws.asking import refused

HERE = Fetcher(allow_loopback=True, per_minute=6000)


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


PAGE = """<!doctype html><title>Valley</title><p id=a>waiting</p><img src=/flag.png><img src=/moved.png>
<a href="https://t.me/elsewhere">on</a> <a class="tgme_widget_message_forwarded_from_name" href="https://t.me/source/7">from</a>
<img src="http://10.0.0.8/inside.png"><img src="http://169.254.169.254/latest"><img src="/inside">
<script>fetch('/drawn').then(r => r.text()).then(t => document.getElementById('a').textContent = t);
fetch('/take', {method: 'POST', body: 'x'}); new WebSocket('ws://' + location.host + '/socket')</script>"""


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """A page with pictures, a redirect, text drawn by script, and addresses it must not reach."""
        self.server.asked.append(f"{self.command} {self.path}")  # type: ignore[attr-defined]
        known: dict[str, tuple[int, str, bytes, dict[str, str]]] = {
            "/post": (302, "text/html", b"", {"Location": "/page"}),
            "/page": (200, "text/html", PAGE.encode(), {}),
            "/flag.png": (200, "image/png", a_picture(), {}),
            "/moved.png": (302, "text/html", b"", {"Location": "/flag.png"}),
            "/drawn": (200, "text/plain", "سلام, drawn by script".encode(), {}),
            "/inside": (302, "text/html", b"", {"Location": "http://169.254.169.254/"}),
            "/album": (
                200,
                "text/html",
                b"<title>Album</title><img src=/wall><script>setTimeout(() => "
                b"{ const one = new Image(); one.src = '/flag.png'; document.body.append(one) }, 300)</script>",
                {},
            ),
            "/wall": (429, "text/plain", b"Too Many Requests", {"Retry-After": "120"}),
        }
        status, kind, body, more = known.get(self.path, (404, "text/plain", b"", {}))
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.asked, server.daemon_threads = [], True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", server.asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.EVIDENCE = tmp_path
    return builders.a_cast()


def test_a_page_is_taken_whole_and_reaches_no_further_than_it_may(
    cast: Cast, site: tuple[str, list[str]], settings: Settings
) -> None:
    base, asked = site
    account = builders.a_case(cast).account
    made = work.by_browser(account, f"{base}/post", fetcher=HERE, actor=cast.ana, now=NOW)
    files = {one.name: store.get(settings.EVIDENCE, one.sha256) for one in made.files.all()}
    assert set(files) == {"page.wacz", "page.png", "page.txt", "page.html", "media-01.png", "media-02.png"}
    assert "سلام, drawn by script" in made.text and "drawn by script" in files["page.html"].decode()
    assert files["media-01.png"] == a_picture()
    assert (made.final_address, made.status, made.vantage) == (f"{base}/page", 200, "outside")
    refused_ = "\n".join(made.facts["refused"])
    for inside in ("10.0.0.8", "169.254.169.254", "/inside", "POST", "only_get"):
        assert inside in refused_
    assert not [one for one in asked if one.startswith("POST") or "socket" in one]
    assert made.facts["chain"] == [f"{base}/post", f"{base}/page"] and made.facts["title"] == "Valley"
    assert made.facts["links"] == ["https://t.me/elsewhere", "https://t.me/source/7"]
    assert made.facts["forwards"] == ["telegram:entity:h:source"]
    assert rules.lacking(made.facts, made.told) == rules.TOLD
    with Image.open(BytesIO(files["page.png"])) as picture:
        assert picture.size[0] == 1280


def test_the_package_is_read_by_its_index_and_holds_all_traffic(
    cast: Cast, site: tuple[str, list[str]], settings: Settings
) -> None:
    base, _ = site
    made = work.by_browser(builders.a_case(cast).account, f"{base}/post", fetcher=HERE, actor=cast.ana, now=NOW)
    packed = store.get(settings.EVIDENCE, made.files.get(name="page.wacz").sha256)
    assert wacz.problems(packed) == []
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        warc = archive.read("archive/data.warc.gz")
        lines = archive.read("indexes/index.cdxj").decode().splitlines()
        package = json.loads(archive.read("datapackage.json"))
    assert lines == sorted(lines) and package["mainPageUrl"] == f"{base}/page"
    for line in lines:
        entry = json.loads(line.split(" ", 2)[2])
        start, length = int(entry["offset"]), int(entry["length"])
        (record,) = ArchiveIterator(BytesIO(warc[start : start + length]), check_digests="raise")
        assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
    urls = {json.loads(line.split(" ", 2)[2])["url"] for line in lines}
    assert {f"{base}{path}" for path in ("/post", "/page", "/flag.png", "/moved.png", "/drawn")} <= urls
    assert {f"urn:view:{base}/page", f"urn:text:{base}/page"} <= urls


@given(place=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_no_changed_bit_of_a_signed_file_passes(place: int, bit: int) -> None:
    packed = _packed()
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    names = sorted(files)
    name = names[place % len(names)]
    changed = bytearray(files[name])
    changed[place % len(changed)] ^= 1 << bit
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for other, content in files.items():
            archive.writestr(other, bytes(changed) if other == name else content)
    found = wacz.problems(out.getvalue())
    softened = name == "datapackage-digest.json" and found == []
    assert found or (softened and _says_the_same(files[name], bytes(changed)))


def _says_the_same(one: bytes, other: bytes) -> bool:
    """Space between JSON words, and the words that say when and by what, are not signed by the format."""
    first, second = json.loads(one), json.loads(other)
    signed = ("hash", "signature", "publicKey")
    return all(first["signedData"][name] == second["signedData"][name] for name in signed)


_MADE: list[bytes] = []


def _packed() -> bytes:
    if not _MADE:
        from cryptography.hazmat.primitives.asymmetric import ec

        page = wacz.Shown("https://example.org/", "A page", "words")
        from openiru.fetch import Hop
        from openiru.stages.evidence.warc import as_warc

        hop = Hop("https://example.org/", 200, "OK", (("Host", "example.org"),), (("Content-Type", "text/html"),), b"x")
        _MADE.append(wacz.pack(as_warc((hop,), at=NOW), page, at=NOW, key=ec.generate_private_key(ec.SECP384R1())))
    return _MADE[0]


def test_a_host_that_asks_us_to_wait_is_left_alone_until_then(cast: Cast, site: tuple[str, list[str]]) -> None:
    base, asked = site
    account = builders.a_case(cast).account
    before = Capture.objects.count()
    with pytest.raises(Unavailable, match="asked us to wait"):
        work.by_http(account, f"{base}/wall", fetcher=HERE, actor=cast.ana, now=NOW)
    assert Host.objects.get().closed_until == NOW + timedelta(seconds=120)
    with pytest.raises(Unavailable, match="asked us to wait until"):
        work.by_http(account, f"{base}/page", fetcher=HERE, actor=cast.ana, now=NOW + timedelta(seconds=119))
    assert len(asked) == 1 and Capture.objects.count() == before
    later = NOW + timedelta(seconds=121)
    assert work.by_http(account, f"{base}/page", fetcher=HERE, actor=cast.ana, now=later).status == 200


def test_a_part_that_asks_us_to_wait_closes_its_host_for_the_rest_and_for_the_next(
    cast: Cast, site: tuple[str, list[str]]
) -> None:
    base, asked = site
    account = builders.a_case(cast).account
    made = work.by_browser(account, f"{base}/album", fetcher=HERE, actor=cast.ana, now=NOW)
    assert asked == ["GET /album", "GET /wall"]
    assert made.status == 200 and any("/flag.png" in one and "wait" in one for one in made.facts["refused"])
    assert Host.objects.get(name="127.0.0.1").closed_until == NOW + timedelta(seconds=120)
    with pytest.raises(Unavailable, match="asked us to wait"):
        work.by_http(account, f"{base}/page", fetcher=HERE, actor=cast.ana, now=NOW + timedelta(seconds=60))


def test_a_host_is_asked_no_oftener_than_its_rate(cast: Cast, site: tuple[str, list[str]]) -> None:
    base, asked = site
    account = builders.a_case(cast).account
    slow = Fetcher(allow_loopback=True, per_minute=6)
    for _ in range(5):
        work.by_http(account, f"{base}/page", fetcher=slow, actor=cast.ana, now=NOW)
    with pytest.raises(Unavailable, match="its turn comes"):
        work.by_http(account, f"{base}/page", fetcher=slow, actor=cast.ana, now=NOW)
    assert len(asked) == 5
    work.by_http(account, f"{base}/page", fetcher=slow, actor=cast.ana, now=NOW + timedelta(seconds=10))
    assert len(asked) == 6


@given(
    st.lists(st.integers(min_value=0, max_value=400), min_size=1, max_size=80), st.integers(1, 10), st.integers(1, 60)
)
def test_no_window_ever_holds_more_than_rate_and_burst_allow(waits: list[int], burst: int, per_minute: int) -> None:
    pace, due, at, taken = rules.Pace(per_minute, burst), None, NOW, []
    for wait in waits:
        at += timedelta(seconds=wait / 10)
        may, stands = rules.take_turn(due, at, pace)
        if may:
            due = stands
            taken.append(at)
        else:
            assert stands > at
            assert rules.take_turn(due, stands, pace)[0]
    for number, start in enumerate(taken):
        for more, end in enumerate(taken[number:], start=1):
            assert more <= burst + (end - start) / pace.every + 1e-6


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999", 86_400),
        ("Mon, 02 Mar 2026 09:05:00 GMT", 300),
        ("Mon, 02 Mar 2020 09:05:00 GMT", 0),
        ("soon", 3600),
        ("", 3600),
        ("-5", 3600),
    ],
)
def test_how_long_we_are_asked_to_wait(value: str, seconds: int) -> None:
    assert rules.wait_asked(value, NOW) == timedelta(seconds=seconds)


def test_what_is_not_a_page_of_this_account_is_not_captured(cast: Cast, site: tuple[str, list[str]]) -> None:
    account = builders.a_case(cast).account
    with refused("not_found"):
        work.by_http(account, f"{site[0]}/page", fetcher=HERE, actor=cast.eve, now=NOW)
