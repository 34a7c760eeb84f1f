"""Writes the world's files; what the simulated people may read and what only the final count may read lie apart."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from openiru.faces.exercise import lists
from openiru.faces.exercise.world.mix import GROUPS, MIXES
from openiru.faces.exercise.world.shapes import Planted, Wrong

_CLAIM = "multilateral;national-one;national-two;single-national"
_KIND_OF_LIST = {
    "multilateral": "multilateral",
    "national-one": "us_type",
    "national-two": "uk_type",
    "single-national": "single",
}
_PROTECTED = {Wrong.PRESS: "press", Wrong.RIGHTS: "rights_defender"}
_CANARIES = {
    "facebook": "https://www.facebook.com/{name}",
    "instagram": "https://www.instagram.com/{name}/",
    "tiktok": "https://www.tiktok.com/@{name}",
    "x": "https://x.com/{name}",
    "telegram": "https://t.me/{name}",
    "whatsapp": "https://whatsapp.com/channel/0029V{name}",
}


_CANARY_POSTS = {
    "facebook": ("https://www.facebook.com/examplecanary/posts/", "1000000000000001", "1000000000000002"),
    "instagram": ("https://www.instagram.com/p/", "CanaryLive1", "CanaryDead1"),
    "tiktok": ("https://www.tiktok.com/@examplecanary/video/", "7000000000000000001", "7000000000000000002"),
    "x": ("https://x.com/examplecanary/status/", "1000000000000000001", "1000000000000000002"),
    "telegram": ("https://t.me/examplecanary/", "1", "2"),
}
"""Posts of the canary accounts: the form of their address, one that is there, one that never was."""
_CANARY_CODES = {"whatsapp": ("canaryliveexample00", "canarydeadexample00")}


def write(folder: Path, accounts: Sequence[Planted], start: datetime) -> None:
    """Write every file of the world into a folder that exists."""
    _write_json(folder / "world.json", _for_sandbox(accounts, start))
    _write_json(folder / "truth.json", _truth(accounts))
    _write_csv(folder / "reported.csv", _REPORTED, (_reported(one) for one in accounts))
    _write_csv(folder / "protections.csv", ("kind", "name", "address"), _protections(accounts))
    _write_csv(folder / "canaries.csv", ("platform", "url", "expect"), _canaries())
    lists.write(folder, GROUPS)


_REPORTED = ("url", "followers", "claimed_organisation", "claimed_lists", "item_urls", "note")


def _reported(one: Planted) -> tuple[str, ...]:
    followers = str(one.followers) if one.followers else ""
    return (one.url, followers, one.group.title, _CLAIM, " ".join(one.reported_items), "reported by the agency")


def _protections(accounts: Iterable[Planted]) -> list[tuple[str, str, str]]:
    """Every other press and rights account: a protection table is never complete."""
    known = [one for one in accounts if one.wrong in _PROTECTED]
    return [(_PROTECTED[one.wrong], one.title, one.url) for one in known[::2]]


def _truth(accounts: Iterable[Planted]) -> dict[str, object]:
    return {
        "accounts": {
            one.url: {
                "affiliated": not one.wrong,
                "kind": one.wrong.value,
                "group": one.group.letter,
                "platform": one.platform,
            }
            for one in accounts
        }
    }


def _canary_name(platform: str, *, live: bool) -> str:
    names = _CANARY_CODES.get(platform, ("examplecanary", "nocanaryhere77"))
    return names[0] if live else names[1]


def _canaries() -> list[tuple[str, str, str]]:
    return [
        (platform, form.format(name=_canary_name(platform, live=live)), "live" if live else "not_found")
        for platform, form in _CANARIES.items()
        for live in (True, False)
    ] + [
        (platform, start + number, expect)
        for platform, (start, live, dead) in _CANARY_POSTS.items()
        for number, expect in ((live, "live"), (dead, "not_found"))
    ]


def _for_sandbox(accounts: Iterable[Planted], start: datetime) -> dict[str, object]:
    return {
        "start": start.isoformat(),
        "official_domains": ["example.org", "example"],
        "platforms": [
            {
                "name": mix.platform,
                "host": mix.hosts,
                "profile": mix.profile,
                "markup": mix.platform,
                "inboxes": list(mix.inboxes),
            }
            for mix in MIXES
        ],
        "organisations": [
            {
                "names": list(group.all_names),
                "listings": {lists.reference(name, group): _KIND_OF_LIST[name] for name in group.lists},
            }
            for group in GROUPS
        ],
        "accounts": [*(_visible(one) for one in accounts), *_canary_accounts()],
    }


def _visible(one: Planted) -> dict[str, object]:
    return {
        "url": one.url,
        "platform": one.platform,
        "kind": one.kind,
        "handle": one.handle,
        "stable_id": one.stable_id,
        "title": one.title,
        "bio": one.bio,
        "followers": one.followers,
        "private": one.private,
        "exists": one.exists,
        "posts": [
            {"url": item.url, "id": item.id, "text": item.text, "language": item.language, "posted_at": item.posted_at}
            for item in one.items
        ],
    }


def _canary_accounts() -> Iterable[dict[str, object]]:
    for number, (platform, form) in enumerate(_CANARIES.items()):
        name = _canary_name(platform, live=True)
        yield {
            "url": form.format(name=name),
            "platform": platform,
            "kind": "channel" if platform in ("telegram", "whatsapp") else "account",
            "handle": form.partition("{name}")[0].rpartition("/")[2].removeprefix("@") + name,
            "stable_id": str(9_000_000_000 + number),
            "title": "Example Library",
            "bio": "Opening hours of an invented library.",
            "followers": 1200,
            "posts": list(_canary_post(platform)),
        }


def _canary_post(platform: str) -> Iterable[dict[str, object]]:
    if platform in _CANARY_POSTS:
        start, number, _ = _CANARY_POSTS[platform]
        text = "The library is open from nine to five."
        yield {
            "url": start + number,
            "id": number,
            "text": text,
            "language": "en",
            "posted_at": "2026-01-05T08:00:00+00:00",
        }


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
