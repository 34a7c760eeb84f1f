"""Takes a page as a person would see it: picture, text and final markup, by a Chromium that only reaches where it may."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Route, sync_playwright

from openiru.errors import Refused, Unavailable
from openiru.fetch import Fetcher

PLACES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-sandbox",
)
MILLISECONDS = 20_000


@dataclass(frozen=True, slots=True)
class Shot:
    """What the browser saw."""

    status: int
    final_url: str
    markup: bytes
    picture: bytes


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


def shoot(url: str, *, fetcher: Fetcher) -> Shot:
    """Open a page in a fresh profile and take it; raises `Unavailable` when the browser or the page failed."""
    host = urlsplit(fetcher.where(url)).netloc
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=find(fetcher.chromium), headless=True, args=list(FLAGS))
            context = browser.new_context(
                extra_http_headers={"X-Sandbox-Vantage": fetcher.vantage} if fetcher.sandbox else {},
                viewport={"width": 1280, "height": 1600},
            )
            context.route("**/*", lambda route: _gate(route, fetcher, host if fetcher.sandbox else ""))
            page = context.new_page()
            reply = page.goto(fetcher.where(url), timeout=MILLISECONDS, wait_until="load")
            shot = Shot(
                status=reply.status if reply else 0,
                final_url=url if fetcher.sandbox else page.url,
                markup=page.content().encode(),
                picture=page.screenshot(full_page=True),
            )
            browser.close()
            return shot
    except BrowserError as error:
        raise Unavailable("Chromium", str(error).splitlines()[0][:200]) from error


def _gate(route: Route, fetcher: Fetcher, only: str) -> None:
    """Let the page reach what the fetcher may reach: a picture in it must not open our own network to a stranger."""
    url = route.request.url
    try:
        if only and urlsplit(url).netloc != only:
            raise Refused("address_forbidden")
        fetcher.guard(url)
    except (Refused, Unavailable):
        route.abort()
    else:
        route.continue_()


def _downloaded() -> list[Path]:
    return sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
