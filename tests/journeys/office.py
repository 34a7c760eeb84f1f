"""A desk for each person of the exercise: a browser window of their own, in which every complaint of the browser is kept."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
)

from tests.journeys.house import House

SCREEN: ViewportSize = {"width": 1280, "height": 800}
expect.set_options(timeout=10_000)


class Desk:
    """One person's window, and what they do with it in words of the page."""

    def __init__(self, who: str, page: Page, url: str) -> None:
        self.who = who
        self.page = page
        self.url = url

    def open(self, path: str, *, status: int = 200) -> Response:
        """Go to an address of the console and expect this status."""
        reply = self.page.goto(path if path.startswith("http") else self.url + path)
        assert reply is not None
        assert reply.status == status, f"{self.who} at {path}: {reply.status} instead of {status}"
        return reply

    @property
    def path(self) -> str:
        """Where the window is, without the host."""
        return self.page.url.removeprefix(self.url)

    def follow(self, link: str) -> None:
        """Click a link by its words."""
        self.page.get_by_role("link", name=link, exact=True).first.click()
        self.page.wait_for_load_state()

    def press(self, button: str, *, inside: Locator | None = None) -> None:
        """Press a button by its words and wait for the page that comes of it."""
        place = inside if inside is not None else self.page.locator("main")
        with self.page.expect_navigation():
            place.get_by_role("button", name=button, exact=True).click()

    def unfold(self, heading: str) -> Locator:
        """Open a folded part by its heading and return it."""
        summary = self.page.locator("summary").filter(has_text=re.compile(rf"^\s*{re.escape(heading)}"))
        fold = self.page.locator("details.fold").filter(has=summary).last
        if fold.get_attribute("open") is None:
            fold.locator("summary").first.click()
        return fold

    def told(self, words: str) -> None:
        """The page says that it was done."""
        expect(self.page.locator("p.said").first).to_contain_text(words)

    def refused(self, words: str) -> None:
        """The page says why it was not done."""
        expect(self.page.locator("p.error").first).to_contain_text(words)

    def sees(self, words: str | re.Pattern[str]) -> None:
        """Words stand somewhere on the page."""
        expect(self.page.locator("main")).to_contain_text(words)

    def sees_no(self, words: str) -> None:
        """Words stand nowhere on the page."""
        expect(self.page.locator("main")).not_to_contain_text(words)

    def until(self, path: str, look: Callable[[], bool], *, seconds: float = 60) -> None:
        """Load a page again and again until it shows what the worker or a platform will have done."""
        end = time.monotonic() + seconds
        while True:
            self.open(path)
            if look():
                return
            assert time.monotonic() < end, f"{path} after {seconds} s:\n{self.page.locator('main').inner_text()[:3000]}"
            self.page.wait_for_timeout(500)

    def status_of(self, method: str, path: str, **form: str | float | bool) -> int:
        """The status with which an address answers this person, without leaving the page."""
        cookies = {one["name"]: one["value"] for one in self.page.context.cookies()}
        headers = {"X-CSRFToken": cookies.get("csrftoken", "")}
        typed = form if method == "POST" else None
        reply = self.page.request.fetch(self.url + path, method=method, headers=headers, max_redirects=0, form=typed)
        return reply.status


class Office:
    """Opens windows on one installation, keeps what the browser complains of, and takes pictures when a test failed."""

    def __init__(self, house: House, chrome: Browser) -> None:
        self.house = house
        self._chrome = chrome
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self._desks: dict[str, Desk] = {}

    def sit(self, who: str) -> Desk:
        """The desk at which this person is signed in; the first time they sign in by the form."""
        if who not in self._desks:
            known = self.house.sessions.get(who)
            desk = self.window(who, storage_state=known)
            if known is None:
                self.sign_in(desk)
                self.house.sessions[who] = desk.page.context.storage_state()
            self._desks[who] = desk
        return self._desks[who]

    def sign_in(self, desk: Desk) -> None:
        """Type the address and the password that were shown once."""
        person = self.house.people[desk.who]
        desk.open("/sign-in")
        desk.page.get_by_label("E-mail").fill(person.email)
        desk.page.get_by_label("Password").fill(person.password)
        desk.press("Sign in")
        assert desk.path in {"/", "/for-platforms"}, f"{desk.who} is at {desk.path}"

    def window(self, who: str, **options: Any) -> Desk:
        """A window in a fresh profile, nobody signed in; a stranger's too."""
        context = self._chrome.new_context(**{"viewport": SCREEN, **options})
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("request", self._watch)
        context.on("response", self._answered)
        self._contexts.append(context)
        return Desk(who, context.new_page(), self.house.url)

    def colours(self, desk: Desk, scheme: Literal["light", "dark"]) -> tuple[str, str]:
        """Background and ink of the page in this colour scheme."""
        desk.page.emulate_media(color_scheme=scheme)
        ask = "(() => { const at = getComputedStyle(document.body); return [at.backgroundColor, at.color]; })()"
        background, ink = desk.page.evaluate(ask)
        return background, ink

    def _hear(self, message: ConsoleMessage) -> None:
        refusal = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        if message.type in {"error", "warning"} and not refusal:
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.house.url + "/", "data:", "about:")):
            self.complaints.append(f"left the house: {request.url}")

    def _answered(self, reply: Response) -> None:
        part = reply.request.resource_type not in {"document", "fetch", "xhr"}
        if reply.status >= 500 or (part and reply.status >= 400):
            self.complaints.append(f"status {reply.status}: {reply.url}")

    def keep_pictures(self, name: str) -> None:
        """Save each window's picture and source where OPENIRU_ARTIFACTS says; nowhere when it does not."""
        folder = os.environ.get("OPENIRU_ARTIFACTS")
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        pages = [page for context in self._contexts for page in context.pages]
        for number, page in enumerate(pages):
            stem = Path(folder) / re.sub(r"\W+", "-", f"{name}-{number}")
            page.screenshot(path=stem.with_suffix(".png"), full_page=True)
            stem.with_suffix(".html").write_text(page.content(), encoding="utf-8")

    def close(self) -> list[str]:
        """Close every window; return what the browser complained of."""
        for context in self._contexts:
            context.close()
        return self.complaints
