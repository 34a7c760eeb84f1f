"""Builders for the platform tests: a complete notice, an item, a page that came back; every name is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from openiru.platforms.shapes import ItemFact, ListingFact, NoticeFacts, Response
from openiru.terms import Action, Ground, Leg, NoticeKind, Platform

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

ITEM_URLS = {
    Platform.FACEBOOK: "https://www.facebook.com/example.brigade/posts/1190000000000001",
    Platform.INSTAGRAM: "https://www.instagram.com/p/CAbCdEfGhIj/",
    Platform.TIKTOK: "https://www.tiktok.com/@example_brigade/video/7200000000000000001",
    Platform.X: "https://x.com/example_brigade/status/1900000000000000001",
    Platform.TELEGRAM: "https://t.me/example_brigade/12",
    Platform.WHATSAPP: "https://www.whatsapp.com/channel/0029VaExample0000000001/117",
    Platform.YOUTUBE: "https://www.youtube.com/watch?v=BaW_example",
    Platform.BLUESKY: "https://bsky.app/profile/example.org/post/3kh5rarr3gn2n",
    Platform.MASTODON: "https://mastodon.social/@example_brigade/109",
    Platform.DISCORD: "https://discord.com/channels/100000000000000001/100000000000000002/100000000000000003",
    Platform.SNAPCHAT: "https://www.snapchat.com/spotlight/W7_ExampleSpotlight",
    Platform.WEB: "https://example.com/statements/7",
}


def an_item(**changes: Any) -> ItemFact:
    """A complete item in English."""
    item = ItemFact(
        url=ITEM_URLS[Platform.TELEGRAM],
        key="telegram:post:h:example_brigade/12",
        ground=Ground.SOLICITS_PARTICIPATION,
        why="It calls on readers to join the armed wing.",
        language="en",
        excerpt="Join the Example Brigade today.",
        translation="",
        evidence_sha256="a1" * 32,
        last_seen_live=datetime(2026, 5, 4, 6, 30, tzinfo=UTC),
    )
    return replace(item, **changes)


def a_notice(**changes: Any) -> NoticeFacts:
    """A complete notice to Telegram under its own rules."""
    facts = NoticeFacts(
        reference="IRU-K7QM-2XNV-9RTB",
        kind=NoticeKind.REFERRAL,
        leg=Leg.PLATFORM_POLICY,
        platform=Platform.TELEGRAM,
        action=Action.REMOVE_ITEMS,
        account_url="https://t.me/example_brigade",
        account_key="telegram:entity:h:example_brigade",
        account_handle="example_brigade",
        account_stable_id="1234567890",
        organisation="Example Brigade",
        listings=(
            ListingFact("Council of Examples", "Example List", "EX.e.001", date(2019, 3, 2), "b2" * 32, ("SDGT",)),
        ),
        single_source=False,
        items=(an_item(),),
        affiliation="It signs its statements as the brigade's own press office.",
        policy_line="No promotion of violence on public channels.",
        policy_why="The posts recruit fighters.",
        law="",
        law_articles=(),
        authority="Example Referral Unit",
        authority_email="unit@iru.example.org",
        authority_address="1 Example Street, Exampletown",
        language="en",
        territory="",
        end_date=date(2027, 5, 4),
        redress="Appeal at https://iru.example.org/appeal within six weeks.",
        holder_text="A notice about your account was sent.",
        holder_code="HOLD-1234-CODE",
        nondisclosure_until=None,
        issued_at=NOW,
        previous_ticket="TCK-000123",
        links_to_suspended=("https://t.me/example_brigade_old",),
        context="Third notice on this holder.",
    )
    return replace(facts, **changes)


def a_notice_to(platform: Platform, leg: Leg = Leg.PLATFORM_POLICY) -> NoticeFacts:
    """A complete notice of either leg to any platform."""
    items = (an_item(url=ITEM_URLS[platform], key=f"{platform}:post:id:1"),)
    facts = a_notice(platform=platform, items=items, account_key=f"{platform}:user:h:example_brigade")
    if leg is Leg.LOCAL_LAW:
        return replace(
            facts,
            leg=leg,
            action=Action.WITHHOLD,
            law="Example Act 2012",
            law_articles=("s. 7", "s. 9"),
            territory="XX",
        )
    return facts


def a_page(url: str, body: str, **changes: Any) -> Response:
    """A page that answered 200 from outside any territory."""
    page = Response(url=url, final_url=url, status=200, headers={}, body=body, vantage="outside")
    return replace(page, **changes)
