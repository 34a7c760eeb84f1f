"""WhatsApp: public channels, group invites and numbers; only what is public can be referred, a number is private."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from openiru.platforms import completeness, letter, presence, replies
from openiru.platforms.addresses import other, parameters, recogniser
from openiru.platforms.orders import Addressee
from openiru.platforms.phones import phone_ref
from openiru.platforms.shapes import (
    Address,
    Certainty,
    Check,
    Gap,
    KeyType,
    NoticeFacts,
    PlatformFile,
    PolicyFact,
    Ref,
    Route,
    Target,
)
from openiru.terms import Leg, NoticeKind, Outcome, Platform

HOSTS = ("whatsapp.com", "wa.me")
_CHANNEL = re.compile(r"[A-Za-z0-9]{20,26}")
_INVITE = re.compile(r"[A-Za-z0-9]{20,24}")
_TOKEN = re.compile(r"[A-Za-z0-9]{4,40}")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_WHATSAPP = Platform.WHATSAPP


def read_address(address: Address) -> Ref:
    """What a split address names. Codes keep their case; a number is never in the key (reference §6)."""
    if address.site == "wa.me":
        found = _short_host(address) if address.sub in {"", "www"} else None
    elif address.sub == "chat":
        found = _invite(address)
    elif address.sub in {"", "www", "api", "web"}:
        found = _channel(address) or _send(address)
    else:
        found = None
    return found or other(_WHATSAPP, address)


def _short_host(address: Address) -> Ref | None:
    steps = address.segments
    match steps:
        case ("c", number, *_) | ("p", _, number, *_):
            return phone_ref(_WHATSAPP, "account", number, address)
        case ("message" | "qr" as kind, code, *_) if _TOKEN.fullmatch(code):
            url = f"https://wa.me/{kind}/{code}"
            return Ref(_WHATSAPP, Target.ACCOUNT, kind, KeyType.HANDLE, code, url, warnings=address.warnings)
        case (number, *_):
            return phone_ref(_WHATSAPP, "account", number, address)
    return _send(address)


def _invite(address: Address) -> Ref | None:
    steps = address.segments[1:] if address.segments[:1] == ("invite",) else address.segments
    if not steps or not _INVITE.fullmatch(steps[0]):
        return None
    url = f"https://chat.whatsapp.com/{steps[0]}"
    return Ref(_WHATSAPP, Target.ACCOUNT, "invite", KeyType.HANDLE, steps[0], url, warnings=address.warnings)


def _channel(address: Address) -> Ref | None:
    steps = address.segments
    if len(steps) < 2 or steps[0] != "channel" or not _CHANNEL.fullmatch(steps[1]):
        return None
    url = f"https://www.whatsapp.com/channel/{steps[1]}"
    channel = Ref(_WHATSAPP, Target.ACCOUNT, "channel", KeyType.ID, steps[1], url, warnings=address.warnings)
    if len(steps) == 2:
        return channel
    if not _NUMBER.fullmatch(steps[2]):
        return None
    where = f"{steps[1]}/{steps[2]}"
    return Ref(
        _WHATSAPP,
        Target.ITEM,
        "update",
        KeyType.ID,
        where,
        f"https://www.whatsapp.com/channel/{where}",
        channel,
        warnings=address.warnings,
    )


def _send(address: Address) -> Ref | None:
    if address.segments[:1] not in {("send",), ()}:
        return None
    number = parameters(address.query).get("phone", "")
    return phone_ref(_WHATSAPP, "account", number, address) if number else None


recognise = recogniser(HOSTS, read_address)

SIGNALS = presence.load("whatsapp", HOSTS)


def _order_needed(facts: NoticeFacts, _: datetime) -> Iterator[Gap]:
    if facts.leg is Leg.LOCAL_LAW and facts.kind is not NoticeKind.ORDER:
        yield completeness.soft(
            "order_expected", "WhatsApp acts under local law on valid legal orders only (reference §6)."
        )


def _content_invisible(facts: NoticeFacts, _: datetime) -> Iterator[Gap]:
    if ":phone:" in facts.account_key:
        yield completeness.soft(
            "content_invisible", "Messages of a number cannot be seen by WhatsApp unless a participant reports them."
        )


WORDS = replies.Words(
    outcomes=(
        (r"is not complete", Outcome.CLARIFICATION_ASKED),
        (r"valid legal order is needed|cannot act on it", Outcome.DECLINED_INVALID),
        (r"link (?:has been |was )?revoked|revoked", Outcome.LINK_REVOKED),
        (r"restricted in", Outcome.WITHHELD),
        (
            r"channel (?:has been |was |is )?suspended|(?:account|admin) (?:has been |was |is )?banned",
            Outcome.ACCOUNT_DISABLED,
        ),
        (r"updates? (?:has been |have been |was |were )?removed", Outcome.REMOVED_GLOBAL),
    ),
)

_FIELDS: tuple[letter.FormField, ...] = (
    ("Channel or invite link, or number with country code", lambda facts: facts.account_url),
    ("Dated updates", letter.items_in_lines),
    ("Explanation for each update", letter.reasons_in_lines),
    ("Designation", letter.listings_in_lines),
    ("Requested action", letter.asked_in_line),
    ("Authority and official e-mail", lambda facts: f"{facts.authority} <{facts.authority_email}>"),
)
_RULE_FIELDS: tuple[letter.FormField, ...] = (("Channels Guideline", lambda facts: facts.policy_line),)
_LAW_FIELDS: tuple[letter.FormField, ...] = (
    ("Legal order", letter.law_in_line),
    ("Country", lambda facts: facts.territory),
    ("User notice", letter.user_notice),
)

ROUTES = (
    Route(
        Leg.PLATFORM_POLICY,
        "portal",
        "Report in the channel's information",
        False,
        (),
        168,
        "§6 [P S39]: report of a channel or an update in the app; no form for governments is published",
        Certainty.PLATFORM,
    ),
    Route(
        Leg.LOCAL_LAW,
        "portal",
        "https://www.whatsapp.com/records/login",
        False,
        (),
        336,
        "§6 [P S39, S41]: orders to restrict channels are received; that this portal takes them is not confirmed",
        Certainty.HYPOTHESIS,
    ),
)

FACTS = (
    PolicyFact(
        "no_deadline", "No answering time is published; we ask again on our own clock.", "§16", Certainty.HYPOTHESIS
    ),
    PolicyFact(
        "no_content",
        "It cannot and does not produce the content of its users' messages.",
        "§6 [P S39, S40]",
        Certainty.PLATFORM,
    ),
    PolicyFact(
        "repetition",
        "Suspension depends on amount, nature and severity: refer several dated updates.",
        "§6 [P S39]",
        Certainty.PLATFORM,
    ),
    PolicyFact(
        "orders",
        "Legitimacy and completeness of a government request are always assessed.",
        "§6 [P S39]",
        Certainty.PLATFORM,
    ),
    PolicyFact("revocable", "An invite link is revocable: a new link, the same group.", "§6", Certainty.CODE),
    PolicyFact("never_join", "Never join a group to check it.", "§6", Certainty.HYPOTHESIS),
)

_STEPS = (
    "Open the channel and report the dated updates one by one; for a number or a group only a participant can.",
    "Submit by hand; where a case number is shown, paste it back here.",
)
_LAW_STEPS = (
    "Sign in with the official e-mail; the link to sign in comes by mail.",
    "Attach the order and notice.pdf; name the channel and the dated updates.",
    "Submit by hand and paste the case number back here.",
)

PLATFORM = PlatformFile(
    platform=_WHATSAPP,
    title="WhatsApp",
    hosts=HOSTS,
    recognise=recognise,
    gaps=completeness.judge(_order_needed, _content_invisible, routes=ROUTES),
    compose=letter.composer(
        "WhatsApp",
        {
            Leg.PLATFORM_POLICY: letter.Form(_FIELDS + _RULE_FIELDS, _STEPS),
            Leg.LOCAL_LAW: letter.Form(_FIELDS + _LAW_FIELDS, _LAW_STEPS),
        },
    ),
    read_reply=replies.reader(WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    addressee=Addressee("WhatsApp Ireland Limited", establishment="IE", source="from memory"),
    routes=ROUTES,
    facts=FACTS,
    check=Check(
        SIGNALS.version,
        "https://www.whatsapp.com/channel/{id}",
        True,
        SIGNALS.expires,
        manual_only=True,
        why_manual="A group without a picture and a revoked link look alike to a machine (reference §12).",
        by_kind={"invite": "https://chat.whatsapp.com/{handle}", "account": ""},
    ),
    examples={
        "https://chat.whatsapp.com/invite/ExampleInvite0000000Ab?mode=x": "whatsapp:invite:h:ExampleInvite0000000Ab",
        "https://www.whatsapp.com/channel/0029VaExample0000000001": "whatsapp:channel:id:0029VaExample0000000001",
        "https://whatsapp.com/channel/0029VaExample0000000001/117": "whatsapp:update:id:0029VaExample0000000001/117",
        "https://wa.me/+999-300-1234567": "whatsapp:account:phone:",
        "https://api.whatsapp.com/send?phone=9993001234567": "whatsapp:account:phone:",
        "https://wa.me/message/ABCDEFGH12345": "whatsapp:message:h:ABCDEFGH12345",
        "https://faq.whatsapp.com/808280033839222": "whatsapp:other:none:faq.whatsapp.com/808280033839222",
    },
    read_address=read_address,
    phone_url="https://wa.me/{digits}",
    id_url="https://www.whatsapp.com/channel/{id}",
)
