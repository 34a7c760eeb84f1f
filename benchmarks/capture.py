"""Seconds for one capture of a typical page: browser, picture, text, media, signed package, sealed store; beside a bare screenshot."""

from __future__ import annotations

import io
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

from openiru.fetch import Fetcher

LIMIT = 5.0
PICTURES, POSTS = 16, 24


def a_page() -> dict[str, tuple[str, bytes]]:
    """A profile as they are: 24 posts, 16 photographs, a style sheet, a script that draws a part."""
    chance, files = random.Random(7), {}
    for number in range(PICTURES):
        noise = Image.frombytes("RGB", (64, 48), chance.randbytes(64 * 48 * 3))
        out = io.BytesIO()
        noise.resize((800, 600)).save(out, "JPEG", quality=80)
        files[f"/photo{number}.jpg"] = ("image/jpeg", out.getvalue())
    posts = "".join(
        f"<article><p dir=auto>Post {number}: یہ ایک مثال ہے. {'words ' * 40}</p>"
        f"<img src=/photo{number % PICTURES}.jpg width=400></article>"
        for number in range(POSTS)
    )
    script = (
        "fetch('/more.json').then(r => r.json()).then(j => { document.querySelector('#more').textContent = j.text })"
    )
    head = "<!doctype html><title>Example</title><link rel=stylesheet href=/a.css><h1>Example</h1>"
    page = f"{head}{posts}<p id=more></p><script>{script}</script>"
    files["/"] = ("text/html; charset=utf-8", page.encode())
    files["/a.css"] = ("text/css", b"body { font: 16px sans-serif } article { margin: 12px }")
    files["/more.json"] = ("application/json", b'{"text": "drawn by script"}')
    return files


def main() -> int:
    """Print both medians; status 1 when a capture takes longer than the limit."""
    parser = ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="openiru-bench-") as folder:
        os.environ |= {"OPENIRU_HOME": folder, "DJANGO_SETTINGS_MODULE": "openiru.config.settings"}
        import django

        django.setup()
        files = a_page()
        server, base = _serve(files)
        ours = [_capture(base) for _ in range(args.runs)]
        bare = [_bare(base) for _ in range(args.runs)]
        server.shutdown()
    whole, plain = statistics.median(one["seconds"] for one in ours), statistics.median(bare)
    result = {
        "ok": max(one["seconds"] for one in ours) < LIMIT,
        "page_bytes": sum(len(content) for _, content in files.values()),
        "requests": ours[0]["requests"],
        "stored_bytes": ours[0]["stored"],
        "median_s": round(whole, 2),
        "slowest_s": round(max(one["seconds"] for one in ours), 2),
        "limit_s": LIMIT,
        "bare_screenshot_median_s": round(plain, 2),
        "ratio": round(whole / plain, 2),
    }
    print(
        json.dumps(result, indent=1) if args.json else "\n".join(f"{key:<28}{value}" for key, value in result.items())
    )
    return int(not result["ok"])


def _capture(url: str) -> dict[str, Any]:
    """All that a capture does outside the database."""
    from datetime import UTC, datetime

    from django.conf import settings

    from openiru.stages.evidence import browser, store, wacz
    from openiru.stages.evidence.warc import as_warc

    at = datetime(2026, 3, 2, tzinfo=UTC)
    began = time.perf_counter()
    shot = browser.shoot(url, fetcher=Fetcher(allow_loopback=True))
    views = ((f"urn:view:{url}", "image/png", shot.picture), (f"urn:text:{url}", "text/plain", shot.text.encode()))
    shown = wacz.Shown(url, shot.title, shot.text)
    packed = wacz.pack(as_warc(shot.hops, at=at, views=views), shown, at=at, key=wacz.signing_key(settings.KEYS))
    kept = [packed, shot.picture, shot.text.encode(), shot.markup, *(one.content for one in shot.media)]
    for content in kept:
        store.drop(settings.EVIDENCE, store.put(settings.EVIDENCE, content))
    seconds = time.perf_counter() - began
    assert "drawn by script" in shot.text and len(shot.media) == PICTURES and not wacz.problems(packed)
    return {"seconds": seconds, "requests": len(shot.hops), "stored": sum(len(content) for content in kept)}


def _bare(url: str) -> float:
    """The same browser with its own network: open, wait until quiet, take a picture. What a person's tool would do at least."""
    from playwright.sync_api import sync_playwright

    from openiru.stages.evidence import browser

    began = time.perf_counter()
    with sync_playwright() as play:
        started = [one for one in browser.flags() if not one.startswith("--proxy")]
        chrome = play.chromium.launch(executable_path=browser.find(), headless=True, args=started)
        tab = chrome.new_page(viewport={"width": 1280, "height": 1600})
        tab.goto(url, wait_until="networkidle")
        tab.screenshot(full_page=True)
        chrome.close()
    return time.perf_counter() - began


def _serve(files: dict[str, tuple[str, bytes]]) -> tuple[ThreadingHTTPServer, str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """One file."""
            kind, body = files.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in files else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}/"


if __name__ == "__main__":
    sys.exit(main())
