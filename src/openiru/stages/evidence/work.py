"""Captures pages, time-stamps and exports: the world is touched first, then a service records; no transaction waits for a network."""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from openiru.errors import Refused, Unreadable
from openiru.fetch import Fetcher, Page
from openiru.ledger import queries as ledger
from openiru.people.actor import Actor
from openiru.platforms import recognise
from openiru.stages.evidence import bag, browser, pacing, rules, sealing, services, stamp, store, wacz
from openiru.stages.evidence.bag import Verdict
from openiru.stages.evidence.markup import words_of
from openiru.stages.evidence.models import Capture
from openiru.stages.evidence.warc import SOFTWARE, as_warc
from openiru.stages.intake.models import Account, Item
from openiru.terms import Mode

MOST_MEDIA = 20
_META = re.compile(
    r"(?is)<meta\s+(?:property|name)=[\"'](?:og:|twitter:)?(?:title|description)[\"']\s+content=[\"'](.*?)[\"']"
)
_STATE = re.compile(r'"(?:desc|caption)"\s*:\s*("(?:[^"\\]|\\.)*")')


def by_http(subject: Account | Item, url: str, *, fetcher: Fetcher, actor: Actor, now: datetime) -> Capture:
    """Capture a page over HTTP, without drawing it: one WACZ with every hop that led to it."""
    fetcher = pacing.with_leave(_account(subject), fetcher=fetcher, actor=actor, now=now)
    pacing.take(url, fetcher=fetcher, now=now)
    page = fetcher.get(url)
    pacing.heed(page, fetcher=fetcher, now=now)
    text = visible_text(page.response.body)
    files = (services.keep("page.wacz", "application/wacz", _package(as_warc(page.hops, at=now), page, text, now)),)
    new = _new(subject, Capture.Way.HTTP, page, files, text)
    return services.record(new, actor=actor, now=now)


def by_browser(subject: Account | Item, url: str, *, fetcher: Fetcher, actor: Actor, now: datetime) -> Capture:
    """Capture a page as a reader sees it: picture, text, final markup, the media it shows, and a WACZ of all its traffic."""
    fetcher = pacing.with_leave(_account(subject), fetcher=fetcher, actor=actor, now=now)
    pacing.take(url, fetcher=fetcher, now=now)
    shot = browser.shoot(url, fetcher=fetcher, closed=pacing.closed(fetcher.vantage, now=now))
    pacing.heed(shot.page, fetcher=fetcher, now=now)
    pacing.heed_parts(shot.hops, fetcher=fetcher, now=now)
    text = f"{visible_text(shot.page.response.body)} {' '.join(shot.text.split())}".strip()
    views = (
        (f"urn:view:{shot.final_url}", "image/png", shot.picture),
        (f"urn:text:{shot.final_url}", "text/plain; charset=utf-8", shot.text.encode()),
    )
    packed = _package(as_warc(shot.hops, at=now, views=views), shot.page, shot.text, now, shot.title)
    files = (
        services.keep("page.wacz", "application/wacz", packed),
        services.keep("page.png", "image/png", shot.picture),
        services.keep("page.txt", "text/plain", shot.text.encode()),
        services.keep("page.html", "text/html", shot.markup),
        *_media(shot),
    )
    more = {
        "title": shot.title[:300],
        "requests": len(shot.hops),
        "refused": list(shot.refused[:50]),
        "links": [url[:600] for url in shot.links[:200]],
        "forwards": _keys(shot.forwards),
        "media": [{"address": one.url[:600], "media_type": one.media_type} for one in shot.media],
    }
    new = _new(subject, Capture.Way.BROWSER, shot.page, files, text, more)
    return services.record(new, actor=actor, now=now)


def uploaded(name: str, content: bytes) -> services.StoredFile:
    """Keep a person's own screenshot, video or file, under the type that its bytes show. Raises `too_big`, `file_missing`."""
    if not content:
        raise Refused("file_missing")
    if len(content) > rules.LARGEST_UPLOAD:
        raise Refused("too_big", limit=f"{rules.LARGEST_UPLOAD // 1024**2} MB")
    return services.keep((name or "file")[-200:].replace("/", "_"), rules.sniff(content), content)


def authority() -> stamp.Authority | None:
    """The time-stamp authority of this installation; None where none is named. An exercise may only have one on loopback."""
    url, roots = settings.OPENIRU["OPENIRU_TSA"], settings.OPENIRU["OPENIRU_TSA_ROOTS"]
    standing = ledger.installation()
    exercise = standing is None or standing.mode == Mode.EXERCISE
    return stamp.authority(url, Path(roots), loopback_only=exercise) if url else None


def stamp_due(*, actor: Actor, now: datetime, limit: int = 50) -> int:
    """Have what has no time-stamp yet stamped; return how many. Raises `Unavailable` when the authority fails."""
    named = authority()
    if named is None:
        return 0
    waiting = Capture.objects.filter(stamp=None, deleted_at=None).prefetch_related("files").order_by("id")[:limit]
    for capture in waiting:
        reply, at = stamp.ask(named, manifest(capture))
        sealing.stamped(capture.id, reply, at, actor=actor, now=now)
    return len(waiting)


def manifest(capture: Capture) -> bytes:
    """The canonical list of a capture's files: its SHA-256 is the seal."""
    return bag.manifest_of([_file(one) for one in capture.files.order_by("id")])


def export(account: Account, out: Path, *, why: str, actor: Actor, now: datetime) -> int:
    """Write all evidence of an account into a new folder as a bag; returns the number of files. Custody first, then bytes."""
    if out.exists():
        raise Refused("file_exists", path=str(out))
    captures = sealing.hand_out(account.id, why=why, actor=actor, now=now)
    standing = ledger.installation()
    about = {
        "Source-Organization": standing.name if standing else "",
        "Bagging-Date": now.date().isoformat(),
        "External-Identifier": str(account.uuid),
        "External-Description": f"evidence of {account.platform}: {len(captures)} captures",
        "Bag-Software-Agent": SOFTWARE,
    }
    return bag.write(out, _payload(captures), about)


def verify_bag(folder: Path, roots: Path | None = None) -> Verdict:
    """Check a bag offline; with certificates of an authority the time-stamps as well. Raises `Refused` if it is no bag."""
    if not (folder / "data").is_dir():
        raise Refused("not_a_bag", path=str(folder))
    if roots is None:
        return bag.verify(folder)
    trusted = stamp.certificates(roots)
    return bag.verify(folder, lambda reply, content: stamp.check(reply, content, trusted))


def visible_text(markup: str) -> str:
    """The words a reader sees: title and description first, then what the page's own state holds of the post, then the body.

    Markup, scripts and comments are left out; a page that is drawn by script (TikTok) carries its text in that state.
    """
    lead = " ".join((*_META.findall(markup), *(_unquote(text) for text in _STATE.findall(markup))))
    return re.sub(r"\s+", " ", f"{lead} {words_of(markup, between=' ')}").strip()


def _account(subject: Account | Item) -> Account:
    return subject.account if isinstance(subject, Item) else subject


def _payload(captures: list[Capture]) -> Iterator[tuple[str, bytes]]:
    for capture in captures:
        top = f"captures/{capture.uuid}"
        for file in capture.files.order_by("id"):
            yield f"{top}/files/{file.name}", store.get(settings.EVIDENCE, file.sha256)
        if capture.stamp is not None:
            yield f"{top}/seal.tsr", bytes(capture.stamp)
        yield f"{top}/capture.json", json.dumps(_about(capture), ensure_ascii=False, indent=1).encode()


def _about(capture: Capture) -> dict[str, object]:
    """Everything that is known of a capture, with its custody and its entries in the public log."""
    entries = ledger.about(f"capture:{capture.uuid}")
    return {
        "uuid": str(capture.uuid),
        "digest": capture.digest,
        "account": capture.account.key,
        "item": capture.item.key if capture.item else "",
        "way": capture.way,
        "status": capture.status,
        "facts": capture.facts,
        "told": capture.told,
        "lacking": rules.lacking(capture.facts, capture.told),
        "note": capture.note,
        "warning": capture.warning,
        "files": [_file(one) for one in capture.files.order_by("id")],
        "custody": [
            {"act": one.act, "actor": one.actor, "at": one.at.isoformat(), "why": one.why}
            for one in capture.custody.order_by("id")
        ],
        "ledger": [{"index": one.index, "leaf": bytes(one.leaf).decode()} for one in entries],
    }


def _file(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("name", "media_type", "size", "sha256")}


def _package(warc: bytes, page: Page, text: str, now: datetime, title: str = "") -> bytes:
    shown = wacz.Shown(page.response.final_url, title or page.response.final_url, text)
    return wacz.pack(warc, shown, at=now, key=wacz.signing_key(settings.KEYS))


def _media(shot: browser.Shot) -> Iterator[services.StoredFile]:
    for number, one in enumerate(shot.media[:MOST_MEDIA], start=1):
        ending = mimetypes.guess_extension(one.media_type) or ""
        yield services.keep(f"media-{number:02}{ending}", rules.sniff(one.content), one.content)


def _keys(urls: tuple[str, ...]) -> list[str]:
    """The accounts that addresses name or belong to, by canonical key; numbers are left out."""
    found = []
    for url in urls[:100]:
        try:
            account = recognise(url).account
        except Unreadable:
            continue
        if account is not None and account.phone is None:
            found.append(account.key)
    return sorted(set(found))


def _unquote(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return ""


def _new(  # noqa: PLR0913
    subject: Account | Item,
    way: str,
    page: Page,
    files: tuple[services.StoredFile, ...],
    text: str,
    more: dict[str, object] | None = None,
) -> services.NewCapture:
    is_item = isinstance(subject, Item)
    seen = page.response
    last = page.hops[-1] if page.hops else None
    return services.NewCapture(
        account_id=_account(subject).id,
        item_id=subject.id if is_item else None,
        way=way,
        address=seen.url,
        final_address=seen.final_url,
        status=seen.status,
        vantage=seen.vantage,
        text=text,
        files=files,
        facts={
            "chain": list(page.chain),
            "agent": dict(last.asked).get("user-agent", "") if last else "",
            "headers": [list(pair) for pair in last.headers][:60] if last else [],
            **(more or {}),
        },
    )
