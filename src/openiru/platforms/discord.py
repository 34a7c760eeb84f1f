"""Discord: servers by number, invites by code, messages by their three numbers; screenshots are not accepted there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from openiru.platforms import completeness, idtime, letter, presence, replies
from openiru.platforms.addresses import other, recogniser
from openiru.platforms.orders import Addressee
from openiru.platforms.shapes import (
    Address,
    Certainty,
    Check,
    Dating,
    Gap,
    KeyType,
    NoticeFacts,
    PlatformFile,
    PolicyFact,
    Ref,
    Route,
    Target,
)
from openiru.terms import Leg, Outcome, Platform

HOSTS = ("discord.com", "discord.gg", "discordapp.com")
_PREFIXES = frozenset({"", "www", "ptb", "canary", "m"})
_CODE = re.compile(r"[A-Za-z0-9-]{2,40}")
_NUMBER = re.compile(r"[1-9][0-9]{14,19}")
_TRAILING = re.compile(r"[^/]*-([1-9][0-9]{14,19})")
_EPOCH_MS = 1_420_070_400_000
_STARTED = datetime(2015, 1, 1, tzinfo=UTC)
_DISCORD = Platform.DISCORD


def read_address(address: Address) -> Ref:
    """What a split address names. Invite codes keep their case; what is between two people is never read."""
    steps = address.segments
    if address.sub not in _PREFIXES or not steps:
        return other(_DISCORD, address)
    if address.site == "discord.gg":
        return _invite(steps[1:] if steps[0] == "invite" else steps, address) or other(_DISCORD, address)
    return _read(steps, address) or other(_DISCORD, address)


def _read(steps: tuple[str, ...], address: Address) -> Ref | None:
    match steps:
        case ("invite", *rest):
            return _invite(tuple(rest), address)
        case ("channels", guild, *rest):
            return _inside(guild, tuple(rest), address)
        case ("users", number, *_) if _NUMBER.fullmatch(number):
            url = f"https://discord.com/users/{number}"
            return Ref(_DISCORD, Target.ACCOUNT, "user", KeyType.ID, number, url, warnings=address.warnings)
        case ("servers", name, *_):
            match = _TRAILING.fullmatch(name)
            return _server(match[1] if match else name, address)
        case ("events", guild, number, *_) if _NUMBER.fullmatch(number):
            return _item("event", guild, f"events/{guild}/{number}", f"{guild}/{number}", address)
    return None


def _invite(steps: tuple[str, ...], address: Address) -> Ref | None:
    if not steps or not _CODE.fullmatch(steps[0]):
        return None
    url = f"https://discord.gg/{steps[0]}"
    return Ref(_DISCORD, Target.ACCOUNT, "invite", KeyType.HANDLE, steps[0], url, warnings=address.warnings)


def _server(number: str, address: Address) -> Ref | None:
    if not _NUMBER.fullmatch(number):
        return None
    url = f"https://discord.com/channels/{number}"
    return Ref(_DISCORD, Target.ACCOUNT, "server", KeyType.ID, number, url, warnings=address.warnings)


def _inside(guild: str, rest: tuple[str, ...], address: Address) -> Ref | None:
    if not rest:
        return _server(guild, address)
    if not all(_NUMBER.fullmatch(step) for step in rest[:2]):
        return None
    kind, where = ("message", "/".join((guild, *rest[:2]))) if len(rest) > 1 else ("channel", f"{guild}/{rest[0]}")
    return _item(kind, guild, f"channels/{where}", where, address)


def _item(kind: str, guild: str, path: str, value: str, address: Address) -> Ref | None:
    server = _server(guild, address)
    if server is None:
        return None
    url = f"https://discord.com/{path}"
    return Ref(_DISCORD, Target.ITEM, kind, KeyType.ID, value, url, server, warnings=address.warnings)


def made_at(_: str, value: str) -> datetime | None:
    """The time in the upper 42 bits of a number, since 2015."""
    return idtime.shifted(value.rpartition("/")[2], bits=22, epoch_ms=_EPOCH_MS, first=_STARTED)


recognise = recogniser(HOSTS, read_address)

SIGNALS = presence.load("discord", HOSTS)


def _numbers_needed(facts: NoticeFacts, _: datetime) -> Iterator[Gap]:
    if ":invite:" in facts.account_key and not facts.account_stable_id:
        yield completeness.soft(
            "server_number_needed",
            "An invite can expire: give the server's number and links to the messages (reference §10).",
        )


WORDS = replies.Words(
    outcomes=(
        (r"(?:message links?|user ids?|server ids?) (?:is|are) (?:needed|required|missing)", Outcome.CLARIFICATION_ASKED),
        (r"server (?:has been |was |is )?(?:removed|deleted|shut down)|removed (?:the|this) server", Outcome.ACCOUNT_DISABLED),
        (r"did not (?:find|identify) a violation|no violation of our community guidelines", Outcome.DECLINED_NO_VIOLATION),
        (r"warning (?:has been |was )?issued", Outcome.RESTRICTED),
    ),
    tickets=(r"request \(?#?(?P<ticket>[0-9]{5,12})\)?",),
)  # fmt: skip

_FIELDS: tuple[letter.FormField, ...] = (
    ("Server or user", lambda facts: facts.account_url),
    ("Server ID or user ID", lambda facts: facts.account_stable_id),
    ("Message links", letter.items_in_lines),
)
_RULE_FIELDS: tuple[letter.FormField, ...] = (
    ("Community Guideline", lambda facts: facts.policy_line),
    ("Why it is violated", lambda facts: facts.policy_why),
)
_LAW_FIELDS: tuple[letter.FormField, ...] = (
    ("Law and articles", letter.law_in_line),
    ("Country", lambda facts: facts.territory),
    ("User notice", letter.user_notice),
)
_REASONS: tuple[letter.FormField, ...] = (
    ("Explanation for each message", letter.reasons_in_lines),
    ("Designation", letter.listings_in_lines),
    ("Requested action", letter.asked_in_line),
    ("Authority and official e-mail", lambda facts: f"{facts.authority} <{facts.authority_email}>"),
)

ROUTES = (
    Route(
        Leg.PLATFORM_POLICY,
        "portal",
        "Report in the app, or Discord's form for reports",
        False,
        (),
        72,
        "§10 [P S59]: message links and numbers, no screenshots, no duplicates; the hours are our own clock",
        Certainty.PLATFORM,
    ),
    Route(
        Leg.LOCAL_LAW,
        "portal",
        "Discord's portal for law enforcement",
        False,
        (),
        336,
        "§10 [B]: legal requests go through a portal; its address is not confirmed",
        Certainty.BACKGROUND,
    ),
)

FACTS = (
    PolicyFact(
        "no_deadline", "No answering time is published; we ask again on our own clock.", "§16", Certainty.HYPOTHESIS
    ),
    PolicyFact(
        "numbers", "It wants message links, user and server numbers; screenshots are no evidence.", "§10 [P S59]",
        Certainty.PLATFORM,
    ),
    PolicyFact(
        "no_duplicates", "Duplicate or mass reports cost the right to report.", "§10 [P S59]", Certainty.PLATFORM
    ),
    PolicyFact("expired", "An invite that has expired says nothing about its server.", "§12", Certainty.CODE),
    PolicyFact("never_join", "Never join a server to look at it.", "§10", Certainty.HYPOTHESIS),
)  # fmt: skip

_STEPS = (
    "Report each message by its link in the app, or fill in the form with the numbers below.",
    "Attach no screenshots: they are not taken.",
    "Submit by hand and paste the request number back here.",
)
_LAW_STEPS = (
    "Sign in to the portal with the official e-mail.",
    "Attach the order and notice.pdf; name the server and the messages by number.",
    "Submit by hand and paste the reference back here.",
)

PLATFORM = PlatformFile(
    platform=_DISCORD,
    title="Discord",
    hosts=HOSTS,
    recognise=recognise,
    gaps=completeness.judge(_numbers_needed, routes=ROUTES),
    compose=letter.composer(
        "Discord",
        {
            Leg.PLATFORM_POLICY: letter.Form(_FIELDS + _RULE_FIELDS + _REASONS, _STEPS),
            Leg.LOCAL_LAW: letter.Form(_FIELDS + _LAW_FIELDS + _REASONS, _LAW_STEPS),
        },
    ),
    read_reply=replies.reader(WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    addressee=Addressee("Discord Netherlands B.V.", establishment="NL", source="from memory"),
    routes=ROUTES,
    facts=FACTS,
    check=Check(
        SIGNALS.version,
        "https://discord.com/api/v9/invites/{handle}?with_counts=true",
        True,
        SIGNALS.expires,
        by_kind={"server": "", "user": ""},
    ),
    examples={
        "https://discord.gg/ExaMple": "discord:invite:h:ExaMple",
        "https://discord.com/invite/ExaMple": "discord:invite:h:ExaMple",
        "https://discord.com/channels/100000000000000001/100000000000000002/100000000000000003": (
            "discord:message:id:100000000000000001/100000000000000002/100000000000000003"
        ),
        "https://discord.com/channels/100000000000000001": "discord:server:id:100000000000000001",
        "https://discordapp.com/users/100000000000000004": "discord:user:id:100000000000000004",
        "https://discord.com/channels/@me": "discord:other:none:discord.com/channels/@me",
    },
    read_address=read_address,
    dating=Dating(
        made_at,
        "§1 [B]: the number without its 22 lowest bits, in milliseconds since 2015; from memory, no error measured",
    ),
)
