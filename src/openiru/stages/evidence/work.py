"""Captures pages: fetch or browse first, store the bytes, then record them; nothing of this holds a transaction open."""

from __future__ import annotations

import json
import re
from datetime import datetime

from openiru.fetch import Fetcher, Page
from openiru.people.actor import Actor
from openiru.stages.evidence import browser, services
from openiru.stages.evidence.markup import words_of
from openiru.stages.evidence.models import Capture
from openiru.stages.evidence.warc import as_warc
from openiru.stages.intake.models import Account, Item

_META = re.compile(
    r"(?is)<meta\s+(?:property|name)=[\"'](?:og:|twitter:)?(?:title|description)[\"']\s+content=[\"'](.*?)[\"']"
)
_STATE = re.compile(r'"(?:desc|caption)"\s*:\s*("(?:[^"\\]|\\.)*")')


def by_http(subject: Account | Item, url: str, *, fetcher: Fetcher, actor: Actor, now: datetime) -> Capture:
    """Capture a page over HTTP into a WARC file."""
    page = fetcher.get(url)
    files = (services.keep("capture.warc.gz", "application/warc", as_warc(page, at=now)),)
    return services.record(_new(subject, Capture.Way.HTTP, page, files), actor=actor, now=now)


def by_browser(subject: Account | Item, url: str, *, fetcher: Fetcher, actor: Actor, now: datetime) -> Capture:
    """Capture a page as a picture and as its final markup, beside the WARC of the same address."""
    page = fetcher.get(url)
    shot = browser.shoot(url, fetcher=fetcher)
    files = (
        services.keep("capture.warc.gz", "application/warc", as_warc(page, at=now)),
        services.keep("page.html", "text/html", shot.markup),
        services.keep("page.png", "image/png", shot.picture),
    )
    return services.record(_new(subject, Capture.Way.BROWSER, page, files), actor=actor, now=now)


def visible_text(markup: str) -> str:
    """The words a reader sees: title and description first, then what the page's own state holds of the post, then the body.

    Markup, scripts and comments are left out; a page that is drawn by script (TikTok) carries its text in that state.
    """
    lead = " ".join((*_META.findall(markup), *(_unquote(text) for text in _STATE.findall(markup))))
    return re.sub(r"\s+", " ", f"{lead} {words_of(markup, between=' ')}").strip()


def _unquote(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return ""


def _new(subject: Account | Item, way: str, page: Page, files: tuple[services.StoredFile, ...]) -> services.NewCapture:
    is_item = isinstance(subject, Item)
    return services.NewCapture(
        account_id=subject.account_id if isinstance(subject, Item) else subject.id,
        item_id=subject.id if is_item else None,
        way=way,
        address=page.response.url,
        final_address=page.response.final_url,
        status=page.response.status,
        vantage=page.response.vantage,
        text=visible_text(page.response.body),
        files=files,
    )
