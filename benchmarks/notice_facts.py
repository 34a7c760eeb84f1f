"""Invented notices for the benchmark: four platforms, three items each, every fourth a complete order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from openiru.platforms import PLATFORMS
from openiru.platforms.orders import Addressee, OrderFacts
from openiru.platforms.shapes import ItemFact, ListingFact, NoticeFacts
from openiru.stages.notices import profiles
from openiru.stages.notices.facts import STATEMENT
from openiru.stages.notices.preflight import elements, rules
from openiru.stages.notices.profiles.shapes import Profile
from openiru.terms import Action, Ground, Leg, Mode, NoticeKind, Platform

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
URDU = "وادی کی صبح کی صفوں میں شامل ہوں"
LAW = "Example Act 2012"
ADDRESSES = {
    Platform.FACEBOOK: ("https://www.facebook.com/brigade{n}", "https://www.facebook.com/brigade{n}/posts/119{n}{i}"),
    Platform.X: ("https://x.com/brigade{n}", "https://x.com/brigade{n}/status/19{n:08}{i}"),
    Platform.TELEGRAM: ("https://t.me/brigade{n}", "https://t.me/brigade{n}/{i}"),
    Platform.TIKTOK: ("https://www.tiktok.com/@brigade{n}", "https://www.tiktok.com/@brigade{n}/video/72{n:08}{i}"),
}


def checked(facts: NoticeFacts, now: datetime) -> object:
    """The pure half of the preflight: the platform's gaps, the instrument's, the score."""
    around = rules.Around("", "", (), False, True, profiles.find(facts.law), Mode.EXERCISE)
    gaps = (*PLATFORMS[facts.platform].gaps(facts, now), *rules.gaps(facts, around))
    return gaps, elements.measure(facts, now)


def a_notice(n: int) -> NoticeFacts:
    """The n-th notice; the same number gives the same notice."""
    platform = tuple(ADDRESSES)[n % len(ADDRESSES)]
    account, item = ADDRESSES[platform]
    order = n % 4 == 3
    law = profiles.find(LAW)
    assert law is not None and law.issuer is not None and law.redress is not None
    made = NoticeFacts(
        reference=f"IRU-{n:04}-AAAA-BBBB",
        kind=NoticeKind.REFERRAL,
        leg=Leg.PLATFORM_POLICY,
        platform=platform,
        action=Action.REMOVE_ITEMS,
        account_url=account.format(n=n),
        account_key=f"{platform}:user:h:brigade{n}",
        account_handle=f"brigade{n}",
        account_stable_id=str(10**9 + n),
        organisation="Example Brigade",
        listings=(ListingFact("Council of Examples", "Example List", "EX.1", None, "b2" * 32, ("SDGT",)),),
        single_source=False,
        items=_items(item, platform, n, law),
        affiliation="It signs as the brigade's press office.",
        policy_line="No promotion of violence.",
        policy_why="The posts recruit.",
        law="",
        law_articles=(),
        authority="Example Referral Unit",
        authority_email="unit@iru.example.org",
        authority_address="1 Example Street",
        language="en",
        territory="",
        end_date=None,
        redress="Appeal at https://iru.example.org/appeal.",
        holder_text="A notice was sent.",
        holder_code=f"HOLD-{n}",
        nondisclosure_until=None,
        issued_at=NOW,
        context="Single posts were weighed.",
        statement=STATEMENT,
    )
    return _ordered(made, law) if order else made


def _items(item: str, platform: Platform, n: int, law: Profile) -> tuple[ItemFact, ...]:
    """Three posts in three languages, two of them translated."""
    texts = (
        ("en", "Join the brigade.", ""),
        ("ur", URDU, "Join at dawn."),
        ("ar", "انضموا إلينا في الوادي", "Join us."),
    )
    return tuple(
        ItemFact(
            item.format(n=n, i=i),
            f"{platform}:post:id:{n}{i}",
            Ground.SOLICITS_PARTICIPATION,
            "It calls on readers to join.",
            language,
            text,
            translation,
            "a1" * 32,
            NOW,
            law.provisions[Ground.SOLICITS_PARTICIPATION],
        )
        for i, (language, text, translation) in enumerate(texts)
    )


def _ordered(made: NoticeFacts, law: Profile) -> NoticeFacts:
    assert law.issuer is not None and law.redress is not None
    to = PLATFORMS[made.platform].addressee or Addressee("Example Provider")
    order = OrderFacts(law.slug, law.basis, law.scope, law.deadline.hours, 6, "C-000001", to, law.issuer, law.redress)
    return replace(
        made, kind=NoticeKind.ORDER, leg=Leg.LOCAL_LAW, law=LAW, law_articles=("s. 12",), territory="ZZ", order=order
    )
