"""Telegram: public channels, groups, users and their posts; by e-mail, for it has no form for governments."""

from __future__ import annotations

import re

from openiru.platforms import completeness, letter, presence, replies
from openiru.platforms.addresses import other, recogniser
from openiru.platforms.orders import Addressee
from openiru.platforms.phones import phone_ref
from openiru.platforms.shapes import (
    Address,
    Certainty,
    Check,
    ItemCheck,
    KeyType,
    PlatformFile,
    PolicyFact,
    Ref,
    Route,
    Target,
)
from openiru.terms import Leg, Outcome, Platform

HOSTS = ("t.me", "telegram.me", "telegram.dog")
_NAME = re.compile(r"[a-z](?!.*__)[a-z0-9_]{0,31}(?<!_)")
_HASH = re.compile(r"[A-Za-z0-9_-]{6,64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_RESERVED_WORDS = (
    "share addstickers addemoji proxy socks login confirmphone bg setlanguage iv invoice addtheme boost "
    "giftcode nft m s c joinchat addlist contact auth msg web a k z www"
)
_RESERVED = frozenset(_RESERVED_WORDS.split())
_TELEGRAM = Platform.TELEGRAM


def read_address(address: Address) -> Ref:
    """What a split address names (grammar: reference §2, after TDLib's LinkManager)."""
    steps = address.segments
    if address.sub and address.sub != "www":
        # Only the main host gives each username a name of its own in front of it.
        if address.site != "t.me" or len(address.sub) < 2 or address.sub in _RESERVED:
            return other(_TELEGRAM, address)
        steps = (address.sub, *steps)
    if steps and steps[0] in {"s", "S"}:
        steps = steps[1:]
    return (_special(steps, address) or _named(steps, address)) if steps else other(_TELEGRAM, address)


def _special(steps: tuple[str, ...], address: Address) -> Ref | None:
    first = steps[0]
    if first[0] == "+":
        return phone_ref(_TELEGRAM, "user", first, address) or _invite(first[1:], address)
    if len(steps) < 2:
        return None
    match first.lower():
        case "joinchat":
            return _invite(steps[1], address)
        case "c":
            return _private(steps[1:], address)
        case "addlist" if _HASH.fullmatch(steps[1]):
            url = f"https://t.me/addlist/{steps[1]}"
            return Ref(_TELEGRAM, Target.OTHER, "folder", KeyType.HANDLE, steps[1], url, warnings=address.warnings)
    return None


def _invite(code: str, address: Address) -> Ref:
    if not _HASH.fullmatch(code):
        return other(_TELEGRAM, address)
    # After a plus sign, a code of digits alone would be read as a phone number.
    url = f"https://t.me/joinchat/{code}" if code.isdigit() else f"https://t.me/+{code}"
    return Ref(_TELEGRAM, Target.ACCOUNT, "invite", KeyType.HANDLE, code, url, warnings=address.warnings)


def _private(steps: tuple[str, ...], address: Address) -> Ref:
    number, post = steps[0], steps[-1]
    if not all(_NUMBER.fullmatch(step) for step in steps[:3]):
        return other(_TELEGRAM, address)
    channel = Ref(
        _TELEGRAM, Target.ACCOUNT, "channel", KeyType.ID, number, f"https://t.me/c/{number}", warnings=address.warnings
    )
    if len(steps) == 1 or len(steps) > 3:
        return channel
    return Ref(
        _TELEGRAM,
        Target.ITEM,
        "post",
        KeyType.ID,
        f"{number}/{post}",
        f"https://t.me/c/{number}/{post}",
        channel,
        warnings=address.warnings,
    )


def _named(steps: tuple[str, ...], address: Address) -> Ref:
    name = steps[0].lower().removeprefix("@")
    if name in _RESERVED or not _NAME.fullmatch(name):
        return other(_TELEGRAM, address)
    entity = Ref(
        _TELEGRAM, Target.ACCOUNT, "entity", KeyType.HANDLE, name, f"https://t.me/{name}", warnings=address.warnings
    )
    if len(steps) == 1:
        return entity
    kind, post = "post", steps[-1]
    if len(steps) == 3 and steps[1] == "s":
        kind = "story"
    elif len(steps) > 3 or not all(_NUMBER.fullmatch(step) for step in steps[1:]):
        return other(_TELEGRAM, address)
    if not _NUMBER.fullmatch(post):
        return other(_TELEGRAM, address)
    where = f"{name}/s/{post}" if kind == "story" else f"{name}/{post}"
    warnings = (*address.warnings, "comment") if "comment=" in address.query else address.warnings
    return Ref(
        _TELEGRAM,
        Target.ITEM,
        kind,
        KeyType.HANDLE,
        f"{name}/{post}",
        f"https://t.me/{where}",
        entity,
        warnings=warnings,
    )


recognise = recogniser(HOSTS, read_address)

SIGNALS = presence.load("telegram", HOSTS)

WORDS = replies.Words(
    outcomes=(
        (r"clear and convincing explanation", Outcome.CLARIFICATION_ASKED),
        (r"dismissed", Outcome.DECLINED_INVALID),
        (r"not available in|hidden in", Outcome.WITHHELD),
        (
            r"(?:channel|group|bot|user|account)s? (?:has been |have been |was |were |is )?blocked",
            Outcome.ACCOUNT_DISABLED,
        ),
        (r"marked as (?:fake|scam)|functions? (?:was |were |has been )?restricted", Outcome.RESTRICTED),
    ),
    receipts=(r"forwarded to our moderators", r"thank you for helping"),
)

_FIELDS: tuple[letter.FormField, ...] = (
    ("Entities", lambda facts: facts.account_url),
    ("Numeric ID", lambda facts: facts.account_stable_id),
    ("Messages", letter.items_in_lines),
    ("Category", lambda _: "terrorism"),
    ("Organisation and listing", lambda facts: f"{facts.organisation}\n{letter.listings_in_lines(facts)}"),
    ("Clear and convincing explanation why the content is illegal", letter.reasons_in_lines),
    ("Name and contact", lambda facts: f"{facts.authority} <{facts.authority_email}>"),
)
_STEPS = (
    "Send as one mail with one account; keep the reference in the subject.",
    "No ticket number is given: watch for the reply.",
)
_RULE_FIELDS: tuple[letter.FormField, ...] = (("Rule violated", lambda facts: facts.policy_line),)
_LAW_FIELDS: tuple[letter.FormField, ...] = (("Law", letter.law_in_line), ("Country", lambda facts: facts.territory))

ROUTES = (
    Route(
        Leg.PLATFORM_POLICY,
        "email",
        "abuse@telegram.org",
        True,
        (),
        72,
        "§2 [P S21]: the general takedown address; the hours are our own clock",
        Certainty.PLATFORM,
    ),
    Route(
        Leg.LOCAL_LAW,
        "email",
        "abuse@telegram.org",
        True,
        (),
        168,
        "§2: no line for authorities outside the EU is published; the general address is our assumption",
        Certainty.HYPOTHESIS,
    ),
)

FACTS = (
    PolicyFact(
        "no_deadline", "No answering time is published; we ask again on our own clock.", "§16", Certainty.HYPOTHESIS
    ),
    PolicyFact(
        "out_of_scope",
        "Requesters outside the EU may not be processed by its legal representative (dsa.telegram@edsr.eu).",
        "§2 [P S22]",
        Certainty.PLATFORM,
    ),
    PolicyFact(
        "unfounded",
        "Repeated manifestly unfounded reports may suspend processing.",
        "§2 [P S22]",
        Certainty.PLATFORM,
    ),
    PolicyFact(
        "moderator", "Critical restrictions need the approval of a human moderator.", "§2 [P S22]", Certainty.PLATFORM
    ),
    PolicyFact("no_scraping", "Scraping and any AI use of its data are forbidden.", "§0.6 [P S17]", Certainty.PLATFORM),
    PolicyFact(
        "what_works",
        "Links with the numeric ID, three to ten exact posts, the listing, mirrors and invite links together.",
        "§2",
        Certainty.HYPOTHESIS,
    ),
)

PLATFORM = PlatformFile(
    platform=_TELEGRAM,
    title="Telegram",
    hosts=HOSTS,
    recognise=recognise,
    gaps=completeness.judge(routes=ROUTES),
    compose=letter.composer(
        "Telegram",
        {
            Leg.PLATFORM_POLICY: letter.Form(_FIELDS + _RULE_FIELDS, _STEPS),
            Leg.LOCAL_LAW: letter.Form(_FIELDS + _LAW_FIELDS, _STEPS),
        },
    ),
    read_reply=replies.reader(WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    addressee=Addressee(
        "Telegram",
        representative="European Digital Services Representative (EDSR)",
        contact_point="dsa.telegram@edsr.eu",
        languages=("en", "fr"),
        representative_state="BE",
        source="§2 [P S22]: for EU authorities; the contact point for orders is obtained from EDSR",
        confirmed=True,
    ),
    routes=ROUTES,
    facts=FACTS,
    posts=ItemCheck(
        Check(SIGNALS.version, "{plain}?embed=1", True, SIGNALS.expires),
        presence.reader(SIGNALS, recognise),
        hidden=r"https://t\.me/c/.*",
    ),
    check=Check(SIGNALS.version, "https://t.me/{handle}", True, SIGNALS.expires),
    examples={
        "https://t.me/s/Example_Channel/12?single#x": "telegram:post:h:example_channel/12",
        "https://telegram.me/joinchat/AAAAAE9B8u_wO9d4NiJp3w": "telegram:invite:h:AAAAAE9B8u_wO9d4NiJp3w",
        "https://t.me/+AbCdEf_123": "telegram:invite:h:AbCdEf_123",
        "https://t.me/c/1234567890/55": "telegram:post:id:1234567890/55",
        "https://example.t.me/12": "telegram:post:h:example/12",
        "tg://resolve?domain=example&post=12": "telegram:post:h:example/12",
        "-1001234567890": "telegram:channel:id:1234567890",
        "channel1234567890": "telegram:channel:id:1234567890",
        "https://t.me/+99912345678": "telegram:user:phone:",
        "https://t.me/s": "telegram:other:none:t.me/s",
    },
    read_address=read_address,
    phone_url="https://t.me/+{digits}",
    id_url="https://t.me/c/{id}",
    handle_url="https://t.me/{handle}",
)
