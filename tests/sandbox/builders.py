"""A small world and complete notices for the tests of the stand-ins; a test states only what matters to it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from openiru.sandbox.answers import Answer
from openiru.sandbox.engine import Engine
from openiru.sandbox.shapes import Kind, Platform, Submission
from openiru.sandbox.worldfile import parse

START = datetime(2025, 9, 1, 8, tzinfo=UTC)
GROUP = "Zarfana Vanguard"
SENDER = "desk@regulator.example.org"
PROFILES = {
    "facebook": ("standards", "facebook.com"),
    "instagram": ("standards", "instagram.com"),
    "tiktok": ("partner", "tiktok.com"),
    "x": ("portal", "x.com twitter.com"),
    "telegram": ("mailbox", "t.me"),
    "whatsapp": ("encrypted", "whatsapp.com wa.me"),
}
URLS = {
    "facebook": ("https://www.facebook.com/nilpurawaz1", "https://www.facebook.com/nilpurawaz1/posts/{n}"),
    "instagram": ("https://www.instagram.com/nilpurawaz1/", "https://www.instagram.com/p/CWqAgUZgCk{n}/"),
    "tiktok": (
        "https://www.tiktok.com/@nilpurawaz1",
        "https://www.tiktok.com/@nilpurawaz1/video/724056825918601963{n}",
    ),
    "x": ("https://x.com/nilpurawaz1", "https://x.com/nilpurawaz1/status/196000000000000000{n}"),
    "telegram": ("https://t.me/nilpurawaz1", "https://t.me/nilpurawaz1/{n}"),
    "whatsapp": (
        "https://whatsapp.com/channel/0029VaExampleExample0001",
        "https://whatsapp.com/channel/0029VaExampleExample0001/10{n}",
    ),
}
CALL = f"Join the ranks of {GROUP} in Nilpur."


def a_post(platform: str, number: int, text: str = CALL) -> dict[str, str]:
    """One post of the usual account; higher numbers are newer."""
    return {
        "url": URLS[platform][1].format(n=number),
        "id": str(number),
        "text": text,
        "language": "en",
        "posted_at": (START - timedelta(days=20 - number)).isoformat(),
    }


def an_account(platform: str, **changes: Any) -> dict[str, Any]:
    """An account that shows nothing on its front and three calls in its posts."""
    url = URLS[platform][0]
    account = {
        "url": url,
        "platform": platform,
        "kind": "channel" if platform in ("telegram", "whatsapp") else "account",
        "handle": url.rstrip("/").rpartition("/")[2].removeprefix("@"),
        "stable_id": "1600000001",
        "title": "Voice of Nilpur",
        "bio": "Updates from Nilpur.",
        "followers": 12345,
        "posts": [a_post(platform, number) for number in (1, 2, 3)],
    }
    return account | changes


def a_world(*accounts: Mapping[str, Any], names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A world with these accounts; `names` gives the platforms other names."""
    called = names or {}
    raw = {
        "start": START.isoformat(),
        "official_domains": ["example.org"],
        "platforms": [
            {
                "name": called.get(name, name),
                "host": hosts,
                "profile": profile,
                "markup": name,
                "inboxes": [f"desk-{called.get(name, name)}@platform.example"],
            }
            for name, (profile, hosts) in PROFILES.items()
        ],
        "organisations": [
            {"names": [GROUP, "ہراول زرفانہ"], "listings": {"EXe.001": "multilateral", "90001": "us_type"}},
            {"names": ["Nilmarg Lantern Front"], "listings": {"EXN.003": "single"}},
        ],
        "accounts": [{**one, "platform": called.get(one["platform"], one["platform"])} for one in accounts],
    }
    return copy.deepcopy(raw)


def a_notice(platform: str, **changes: Any) -> dict[str, Any]:
    """A complete notice about the usual account on the first leg."""
    notice: dict[str, Any] = {
        "schema": "openiru-notice/1",
        "reference": "IRU-AAAA-BBBB-CCCC",
        "kind": "referral",
        "leg": "platform_policy",
        "action": "disable_account",
        "issued_at": START.isoformat(),
        "language": "en",
        "territory": "",
        "end_date": None,
        "authority": {"name": "Example Regulator", "email": SENDER, "address": "1 Example Street"},
        "account": {"url": URLS[platform][0], "key": "", "handle": "", "stable_id": ""},
        "organisation": {
            "name": GROUP,
            "single_source": False,
            "listings": [{"authority": "Example Council", "list": "multilateral", "reference": "EXe.001"}],
        },
        "items": [
            {
                "url": URLS[platform][1].format(n=number),
                "ground": "solicits_participation",
                "why": "It calls on readers to join.",
                "language": "ur",
                "excerpt": "…",
                "translation": "Join the ranks.",
            }
            for number in (1, 2, 3)
        ],
        "affiliation": "It speaks in the organisation's name.",
        "policy": {"line": "Violent organisations", "why": "It recruits for one."},
        "law": {"instrument": "", "articles": []},
        "redress": "An appeal within six months.",
        "holder_notice": {"text": "You may appeal.", "code": "ABC"},
        "previous_ticket": "",
        "links_to_suspended": [],
        "context": "",
    }
    return notice | changes


def second_leg(platform: str, ticket: str, **changes: Any) -> dict[str, Any]:
    """A complete order under local law after the first leg with that ticket."""
    return a_notice(
        platform,
        **{
            "reference": "IRU-DDDD-EEEE-FFFF",
            "kind": "order",
            "leg": "local_law",
            "action": "withhold",
            "territory": "OM",
            "law": {"instrument": "Example Act", "articles": ["7"]},
            "policy": {"line": "", "why": ""},
            "previous_ticket": ticket,
        }
        | changes,
    )


class Desk:
    """An engine with everything it sends, and short ways to drive it."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.sent: list[Answer] = []
        self.engine = Engine(parse(raw), self.sent.append)

    def platform(self, name: str) -> Platform:
        """The platform of this name."""
        return next(one for one in self.engine.world.platforms if one.name == name)

    def send(self, name: str, document: Mapping[str, Any], *, sender: str = SENDER) -> str:
        """Send a notice or a withdrawal; returns the ticket."""
        kind = Kind.NOTICE if document["schema"] == "openiru-notice/1" else Kind.WITHDRAWAL
        mail = Submission(kind, sender, f"[{document['reference']}] Referral", "<1@example.org>", document)
        return self.engine.receive(self.platform(name), mail)

    def send_list(self, name: str, *urls: str, sender: str = SENDER) -> str:
        """Send bare addresses."""
        return self.engine.receive(self.platform(name), Submission(Kind.LIST, sender, "Blocking", urls=urls))

    def wait(self, days: int = 30) -> None:
        """Let time pass."""
        self.engine.move_clock(self.engine.now + timedelta(days=days))

    def account(self, url: str) -> Mapping[str, Any]:
        """What the control door says of an account."""
        accounts: Any = self.engine.state()["accounts"]
        return next(one for one in accounts if one["url"] == url)


def outcome(platform: str, document: Mapping[str, Any], *, account: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """State and result of the usual account after this one notice and a month."""
    desk = Desk(a_world(account or an_account(platform)))
    desk.send(platform, document)
    desk.wait()
    seen = desk.account((account or an_account(platform))["url"])
    return seen["state"], seen["result"]
