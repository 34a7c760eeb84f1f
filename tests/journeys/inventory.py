"""Every page of the console with the person who sees most on it, and a real object for every kind of address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.urls import Resolver404, URLPattern, resolve

from openiru.faces.console import urls
from openiru.faces.portal import urls as portal_urls
from openiru.faces.public import urls as public_urls
from tests.journeys.office import Desk

PAGES = (
    ("ana", "/"),
    ("cleo", "/"),
    ("ana", "/queue"),
    ("ana", "/queue?state=all"),
    ("ana", "/queue?platform=x&language=ur&order=oldest&clock=week&skill=1"),
    ("ana", "/cases/<int:case_id>/bundle"),
    ("sue", "/score"),
    ("ana", "/rules"),
    ("sue", "/quality"),
    ("omar", "/quality"),
    ("omar", "/quality/blind/<int:blind_id>"),
    ("sue", "/quality/people/<int:user_id>"),
    ("ana", "/intake"),
    ("ana", "/watches"),
    ("ana", "/matching"),
    ("ana", "/matching/models"),
    ("sue", "/matching/models/<int:model_id>"),
    ("cleo", "/notices"),
    ("cleo", "/notices?state=all"),
    ("cleo", "/mailbox"),
    ("cleo", "/looks"),
    ("sue", "/compliance"),
    ("sue", "/compliance?platform=x&leg=platform_policy"),
    ("cleo", "/lines"),
    ("stranger", "/keys"),
    ("stranger", "/contact-point"),
    ("sue", "/platforms"),
    ("sue", "/platforms/reported"),
    ("sue", "/pairs"),
    ("cleo", "/pairs?claim=claimed_nothing&seen=unknown"),
    ("ana", "/returns"),
    ("ana", "/networks"),
    ("ben", "/register"),
    ("sue", "/register?name=Zarfana+Vanguard"),
    ("sue", "/register/the-policy"),
    ("sue", "/register/the-policy?counted=Northland&multilateral_needed=1&independent_needed=1"),
    ("ben", "/register/lists/<slug:slug>"),
    ("ana", "/organisations"),
    ("rio", "/protections"),
    ("rio", "/appeals"),
    ("dara", "/ledger"),
    ("dara", "/exercise"),
    ("adi", "/people"),
    ("adi", "/tokens"),
    ("ana", "/cases/<int:case_id>"),
    ("ben", "/cases/<int:case_id>"),
    ("cleo", "/notices/<int:notice_id>"),
    ("cleo", "/decisions/<int:decision_id>/preflight"),
    ("ana", "/intake/<int:batch_id>"),
    ("ana", "/accounts/<int:account_id>"),
    ("sue", "/reporters"),
    ("ana", "/organisations/<int:organisation_id>"),
    ("stranger", "/sign-in"),
    ("stranger", "/appeal"),
    ("stranger", "/policy"),
    ("stranger", "/reported"),
    ("pia", "/for-platforms"),
    ("pia", "/for-platforms?state=all"),
    ("pia", "/for-platforms/hooks"),
    ("pia", "/for-platforms/<str:reference>"),
)
NO_PAGES = {
    "next-case",
    "viewers",
    "batch-errors",
    "package",
    "document",
    "bytes",
    "checkpoint",
    "notice-schema",
    "healthz",
    "set_language",
    "portal-package",
    "portal-document",
    "portal-evidence",
    "actor",
    "actor-inbox",
    "actor-outbox",
}
"""Addresses that may be opened and are no page of their own: a redirect, a file, plain text."""
SEEDED = {
    "reporter_id": "1",
    "joining_id": "1",
    "return_id": "1",
    "snapshot_id": "1",
    "policy_id": "1",
    "protection_id": "1",
    "task_id": "1",
    "correction_id": "1",
    "step_id": "1",
    "line_id": "1",
    "entry_id": "1",
    "match_id": "1",
    "model_id": "1",
    "term_id": "1",
    "item_id": "1",
    "remark_id": "1",
    "query_id": "1",
    "weights_id": "1",
    "rule_id": "1",
    "quarantine_id": "1",
    "golden_id": "1",
    "interest_id": "1",
    "hook_id": "1",
    "str:name": "notice.pdf",
    "slug:name": "reported",
    "slug:slug": "assembly-list",
}
"""Objects that every exercise is made with, and that only show a form while they wait for somebody."""
LINKS = """() => [...document.querySelectorAll("main a[href], main form, main [formaction]")]
  .map(one => one.getAttribute("href") ?? one.getAttribute("action") ?? one.getAttribute("formaction") ?? "")"""
SCREENS = ((1280, 800), (820, 1180))
WIDTHS = "() => [document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
TURN = "direction => { document.documentElement.dir = direction; }"
_PART = re.compile(r"<(?:int:)?([a-z_]+(?::[a-z_]+)?)>")


def patterns() -> dict[str, str]:
    """The pattern of every address of the console, the portal and the public pages, by its name."""
    every = [*urls.urlpatterns, *portal_urls.urlpatterns, *public_urls.urlpatterns]
    return {str(one.name): f"/{one.pattern}" for one in every if isinstance(one, URLPattern)}


def too_wide(desk: Desk, paths: Iterable[str]) -> list[str]:
    """The pages that scroll sideways, on a small screen and on a tablet, in either direction of writing."""
    found = []
    for path in paths:
        desk.open(path)
        for width, height in SCREENS:
            desk.page.set_viewport_size({"width": width, "height": height})
            for direction in ("rtl", "ltr"):
                desk.page.evaluate(TURN, direction)
                scroll, client = desk.page.evaluate(WIDTHS)
                if scroll > client:
                    found.append(f"{desk.who} {path} at {width} {direction}: {scroll}")
    return found


@dataclass
class Objects:
    """One real object of each kind, as officers met them on their pages."""

    known: dict[str, str] = field(default_factory=lambda: dict(SEEDED))

    def read(self, desk: Desk, path: str) -> None:
        """Open a page and remember what its links and forms point at."""
        desk.open(path)
        for address in (path, *desk.page.evaluate(LINKS)):
            try:
                match = resolve(urlsplit(address).path)
            except Resolver404:
                continue
            for name, value in match.kwargs.items():
                if isinstance(value, int):
                    self.known.setdefault(name, str(value))
                elif name == "reference":
                    self.known.setdefault("str:reference", str(value))

    def filled(self, pattern: str) -> str:
        """The address of a real object under this pattern; a kind that nobody met fails the test."""
        return _PART.sub(lambda part: self.known[part.group(1)], pattern)

    def lacking(self) -> set[str]:
        """The kinds of objects that stand in some address and that nobody met."""
        wanted = {part for pattern in patterns().values() for part in _PART.findall(pattern)}
        return wanted - set(self.known)
