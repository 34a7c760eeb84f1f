"""Takes a page as a person would see it, by a Chromium that has no network: every byte it asks for comes through the guarded fetcher."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as Tab
from playwright.sync_api import Route, sync_playwright

from openiru.errors import Refused, Unavailable
from openiru.fetch import AGENT, Fetcher, Hop, Page
from openiru.stages.evidence.rules import ASKS_TO_WAIT

PLACES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
    "--autoplay-policy=user-gesture-required",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
)
"""The proxy is a closed port: what does not come through the fetcher comes from nowhere."""
MILLISECONDS = 20_000
SETTLE = 1_500
"""Milliseconds that a page has after loading to draw what it draws by script."""
MOST_REQUESTS = 150
MOST_BYTES = 60 * 1024 * 1024
SECONDS = 30.0
TALLEST = 16_000
_MEDIA = ("image/", "video/", "audio/")
_SHOWN = """() => [...document.querySelectorAll('img, video, audio, source')]
  .flatMap(one => [one.currentSrc, one.src, one.poster]).filter(one => one && one.startsWith('http'))"""


_LINKS = """() => [...document.querySelectorAll('a[href]')].slice(0, 400).map(one => [one.href, /forwarded/.test(one.className)])"""
"""Every link of the page; Telegram's preview marks those to where a message was forwarded from by their class (reference §2)."""


@dataclass(frozen=True, slots=True)
class Media:
    """One picture, video or sound that the page shows."""

    url: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Shot:
    """What the browser saw: the first page as fetched, all that went over the wire, and what the reader sees."""

    page: Page
    hops: tuple[Hop, ...]
    media: tuple[Media, ...]
    refused: tuple[str, ...]
    links: tuple[str, ...]
    forwards: tuple[str, ...]
    final_url: str
    title: str
    text: str
    markup: bytes
    picture: bytes


@dataclass(slots=True)
class _Wire:
    """Answers a page's requests within its bounds, and keeps them."""

    fetcher: Fetcher
    first: Page
    until: float
    hops: list[Hop] = field(default_factory=list)
    given: dict[str, Hop] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    size: int = 0

    def answer(self, route: Route) -> None:
        """Give what the fetcher gets; what may not be asked, or is too much, is stopped and written down."""
        asked = route.request
        try:
            page = self._get(asked.url, asked.method, asked.headers.get("accept", "*/*"))
        except (Refused, Unavailable) as error:
            self.refused.append(f"{asked.method} {asked.url[:300]}: {error}"[:400])
            route.abort()
            return
        last = page.hops[-1]
        headers = {name: value for name, value in last.headers if name.lower() not in _TRANSFER}
        route.fulfill(status=last.status, headers=headers, body=last.content)

    def _get(self, url: str, method: str, accept: str) -> Page:
        if method != "GET":
            raise Refused("only_get")
        if not self.hops and url == self.first.response.final_url:
            page = self.first
        elif len(self.hops) >= MOST_REQUESTS or self.size > MOST_BYTES or time.monotonic() > self.until:
            raise Refused("too_big", limit="the page's bounds")
        elif urlsplit(url).hostname in self.closed:
            raise Unavailable(str(urlsplit(url).hostname), "asked us to wait")
        else:
            page = self.fetcher.get(url, accept=accept)
        if page.response.status in ASKS_TO_WAIT:
            self.closed.add(urlsplit(page.response.final_url).hostname or "")
        self.hops += page.hops
        self.given[url] = page.hops[-1]
        self.size += sum(len(hop.content) for hop in page.hops)
        return page


_TRANSFER = {"transfer-encoding", "content-encoding", "content-length", "connection", "set-cookie", "location"}


def find(configured: str = "") -> str:
    """Path of a Chromium; raises `Unavailable` with the one command that installs one."""
    found = configured or next((path for name in PLACES if (path := shutil.which(name))), "")
    if not found:
        found = next((str(path) for path in _downloaded()), "")
    if not found:
        raise Unavailable(
            "Chromium", "not found: apt-get install chromium, or playwright install chromium", permanent=True
        )
    return found


def flags() -> list[str]:
    """How the browser is started: with its own sandbox, which it cannot have under root."""
    return [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)


def shoot(url: str, *, fetcher: Fetcher, closed: Iterable[str] = ()) -> Shot:
    """Open a page in a fresh profile and take it; raises `Unavailable` when the browser or the page failed.

    `closed`: hosts that asked us to wait and are not asked for parts of the page either.
    """
    wire = _Wire(fetcher, fetcher.get(url), time.monotonic() + SECONDS, closed=set(closed))
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=find(fetcher.chromium), headless=True, args=flags())
            context = browser.new_context(
                viewport={"width": 1280, "height": 1600},
                user_agent=AGENT,
                service_workers="block",
                accept_downloads=False,
                locale="en",
            )
            context.route("**/*", lambda route: wire.answer(route))
            context.route_web_socket("**/*", lambda socket: socket.close())
            try:
                return _take(context.new_page(), wire)
            finally:
                browser.close()
    except BrowserError as error:
        raise Unavailable("Chromium", str(error).splitlines()[0][:200]) from error


def _take(tab: Tab, wire: _Wire) -> Shot:
    tab.goto(wire.first.response.final_url, timeout=MILLISECONDS, wait_until="load")
    _settle(tab)
    shown = dict.fromkeys(tab.evaluate(_SHOWN))
    links: list[tuple[str, bool]] = tab.evaluate(_LINKS)
    text = tab.inner_text("body") if tab.query_selector("body") else ""
    height = min(TALLEST, int(tab.evaluate("document.documentElement.scrollHeight")))
    picture = tab.screenshot(
        full_page=True, clip={"x": 0, "y": 0, "width": 1280, "height": max(1600, height)}, animations="disabled"
    )
    return Shot(
        wire.first,
        tuple(wire.hops),
        _media(wire, set(shown)),
        tuple(wire.refused),
        tuple(dict.fromkeys(url for url, _ in links if url.startswith("http"))),
        tuple(dict.fromkeys(url for url, forwarded in links if forwarded and url.startswith("http"))),
        tab.url,
        tab.title(),
        text,
        tab.content().encode(),
        picture,
    )


def _settle(tab: Tab) -> None:
    """Wait until the page is quiet, but not for ever: some pages never are."""
    try:
        tab.wait_for_load_state("networkidle", timeout=SETTLE)
    except BrowserError:
        return


def _media(wire: _Wire, shown: set[str]) -> tuple[Media, ...]:
    found = []
    for url, hop in wire.given.items():
        kind = next((value for name, value in hop.headers if name.lower() == "content-type"), "").split(";")[0].strip()
        if url in shown and hop.status == 200 and kind.startswith(_MEDIA):
            found.append(Media(url, kind, hop.content))
    return tuple(found)


def _downloaded() -> list[Path]:
    return sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
