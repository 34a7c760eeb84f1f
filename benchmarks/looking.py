"""The parts of `benchmarks.verify` that look for real: accounts against the stand-ins, and the labelled pages."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from openiru.fetch import Fetcher
from openiru.ledger import services as ledger
from openiru.people.actor import SYSTEM
from openiru.platforms import PLATFORMS, recognise
from openiru.sandbox.main import start
from openiru.sandbox.odd import OddPage, odd_pages
from openiru.stages.intake.models import Account
from openiru.stages.verify import rules, work
from openiru.stages.verify.models import Canary, CanaryLook, Lookup, Observation
from openiru.stages.verify.rules import Look
from openiru.terms import Mode, Platform, Presence, Verified

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FORMS = {
    Platform.TELEGRAM: ("t.me", "mailbox", "https://t.me/{name}", "channel"),
    Platform.TIKTOK: ("tiktok.com", "partner", "https://www.tiktok.com/@{name}", "account"),
}
_ENDINGS = {
    "t.me": Platform.TELEGRAM, "x.com": Platform.X, "facebook.com": Platform.FACEBOOK, "instagram.com": Platform.INSTAGRAM,
    "tiktok.com": Platform.TIKTOK, "youtube.com": Platform.YOUTUBE, "bsky.app": Platform.BLUESKY, "mastodon.social": Platform.MASTODON,
    "discord.com": Platform.DISCORD, "whatsapp.com": Platform.WHATSAPP, "snapchat.com": Platform.SNAPCHAT,
}  # fmt: skip


def recheck(folder: Path, number: int, limit: float) -> dict[str, Any]:
    """Look at so many accounts that are due, one process, from lease to ledger; the stand-ins' own limit is a thousand an hour each."""
    ledger.install(mode=Mode.EXERCISE, name="Benchmark", now=NOW)
    rows = [_account(one, list(FORMS)[one % len(FORMS)]) for one in range(number)]
    running = start(_world(folder, rows))
    for platform, (_, _, form, _) in FORMS.items():
        Canary.objects.create(platform=platform, url=form.format(name="controlalive"), expect=Presence.LIVE)
        Canary.objects.create(platform=platform, url=form.format(name="controlabsent"), expect=Presence.NOT_FOUND)
    _store(rows)
    fetcher, began = Fetcher(sandbox=running.http), time.perf_counter()
    while work.look_due(fetcher=fetcher, actor=SYSTEM, now=NOW, limit=200):
        pass
    seconds = time.perf_counter() - began
    running.stop()
    states = _states()
    walls = (
        Observation.objects.filter(presence=Presence.RATE_LIMITED).count() + Lookup.objects.exclude(error="").count()
    )
    return {
        "ok": seconds < limit and walls == 0 and sum(states.values()) == number and "unknown" not in states,
        "accounts": number,
        "seconds": round(seconds, 2),
        "limit_s": limit,
        "milliseconds_per_look": round(seconds / number * 1000, 1),
        "canary_looks": CanaryLook.objects.count(),
        "walls": walls,
        "states": states,
    }


def decisions(folder: Path) -> dict[str, Any]:
    """Every labelled page twice, a day apart, with canaries that separate: false gone, and how many states were named."""
    running = start(_world(folder, []))
    false_gone, false_else, named, determinable, wrong = [], [], 0, 0, []
    for page in odd_pages():
        answer = Fetcher(page.vantage, sandbox=running.http).get(f"https://{page.address}")
        seen = PLATFORMS[_platform(page)].read_presence(answer.response)
        times = (NOW, NOW + timedelta(hours=25))
        looks = [Look(at, page.vantage, seen.presence, seen.quote, seen.territory, True) for at in times]
        said = rules.conclude(looks).verified
        if said is Verified.GONE and page.truth != "gone":
            false_gone.append(page.address)
        if said is Verified.NOT_VISIBLE and page.truth == "live":
            false_else.append(page.address)
        if page.shows and page.shows != Presence.UNKNOWN:
            determinable += 1
            named += seen.presence == page.shows
            wrong += [] if seen.presence == page.shows else [page.address]
    running.stop()
    return {
        "ok": not false_gone and named >= 0.95 * determinable,
        "pages": len(odd_pages()),
        "false_gone": false_gone,
        "live_but_no_longer_visible_after_two_looks": false_else,
        "determinable": determinable,
        "named": named,
        "share_named": round(named / determinable, 3),
        "misread": wrong,
    }


def _states() -> dict[str, int]:
    found: dict[str, int] = {}
    for presence in Observation.objects.values_list("presence", flat=True):
        found[presence] = found.get(presence, 0) + 1
    return found


def _account(number: int, platform: Platform, name: str = "", *, exists: bool = True) -> dict[str, Any]:
    _, _, form, kind = FORMS[platform]
    handle = name or f"benchaccount{number}"
    return {
        "url": form.format(name=handle), "platform": platform.value, "kind": kind, "handle": handle, "stable_id": str(7_000_000 + number),
        "title": handle, "bio": "", "followers": number, "private": False, "exists": exists if name else number % 3 > 0, "posts": [],
    }  # fmt: skip


def _world(folder: Path, rows: list[dict[str, Any]]) -> Path:
    canaries = [_account(0, platform, "controlalive") for platform in FORMS] if rows else []
    platforms = [
        {
            "name": one.value,
            "host": host,
            "profile": profile,
            "markup": one.value,
            "inboxes": [f"desk@{one}.example.org"],
        }
        for one, (host, profile, _, _) in FORMS.items()
    ]
    world = {"start": NOW.isoformat(), "official_domains": [], "organisations": [], "platforms": platforms}
    path = folder / f"world-{len(rows)}.json"
    path.write_text(json.dumps(world | {"accounts": [*rows, *canaries]}))
    return path


def _store(rows: list[dict[str, Any]]) -> None:
    made = []
    for row in rows:
        ref = recognise(row["url"])
        made.append(
            Account(
                key=ref.key,
                platform=row["platform"],
                kind=ref.kind,
                handle=row["handle"],
                url=row["url"],
                first_seen=NOW,
                retain_until=(NOW + timedelta(days=700)).date(),
            )
        )
    Account.objects.bulk_create(made)
    Lookup.objects.bulk_create(
        Lookup(account=one, vantage="outside", due_at=NOW, deadline=NOW + timedelta(hours=4)) for one in made
    )


def _platform(page: OddPage) -> Platform:
    host = page.address.split("/")[0]
    return next(name for ending, name in _ENDINGS.items() if host == ending or host.endswith(f".{ending}"))
