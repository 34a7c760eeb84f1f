"""Bluesky: accounts by DID or by a name of the name system, posts by record key; reports go to a moderation service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from openiru.platforms import completeness, idtime, letter, presence, replies
from openiru.platforms.addresses import other, recogniser, shortlink
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

_MIRRORS = frozenset({"fxbsky.app", "vxbsky.app", "bskyx.app", "cbsky.app"})
_HOSTED = "bsky.social"
HOSTS = ("bsky.app", _HOSTED, *sorted(_MIRRORS))
_PREFIXES = frozenset({"", "www", "main", "staging"})
_PLC = re.compile(r"did:plc:[a-z2-7]{24}")
_WEB = re.compile(r"did:web:[a-z0-9.-]{3,253}")
_NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_RECORD = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._:~-]{1,512}")
_TOKEN = re.compile(r"[A-Za-z0-9]{3,20}")
_RECORDS = {"post": "post", "feed": "feed", "lists": "list"}
_LONGEST_REASON = 2000
_STARTED = datetime(2022, 11, 1, tzinfo=UTC)
_BLUESKY = Platform.BLUESKY


def read_address(address: Address) -> Ref:
    """What a split address names. A DID is for ever, a name may move to another account."""
    steps = address.segments
    if address.site == _HOSTED:
        named = _LABEL.fullmatch(address.sub) and address.sub not in _PREFIXES and not steps
        return (_account(f"{address.sub}.{_HOSTED}", address) if named else None) or other(_BLUESKY, address)
    if address.sub == "go" and len(steps) == 1 and _TOKEN.fullmatch(steps[0]):
        return shortlink(_BLUESKY, steps[0], f"https://go.bsky.app/{steps[0]}", address.warnings)
    if address.site in _MIRRORS:
        warnings = (*address.warnings, "mirror")
        address = Address(address.site, address.sub, steps, address.path, address.query, warnings)
    elif address.sub not in _PREFIXES:
        return other(_BLUESKY, address)
    return _read(steps, address) or other(_BLUESKY, address)


def _read(steps: tuple[str, ...], address: Address) -> Ref | None:
    match steps:
        case ("profile", actor, kind, record, *_) if kind in _RECORDS:
            return _record(kind, record, _account(actor, address), address)
        case ("profile", actor, *_):
            return _account(actor, address)
        case ("starter-pack", actor, record, *_):
            return _record("starter-pack", record, _account(actor, address), address)
    return None


def _account(actor: str, address: Address) -> Ref | None:
    name = actor.removeprefix("@").lower()
    if _PLC.fullmatch(actor) or _WEB.fullmatch(actor):
        keytype, name = KeyType.ID, actor
    elif _NAME.fullmatch(name):
        keytype = KeyType.HANDLE
    else:
        return None
    url = f"https://bsky.app/profile/{name}"
    return Ref(_BLUESKY, Target.ACCOUNT, "account", keytype, name, url, warnings=address.warnings)


def _record(form: str, record: str, owner: Ref | None, address: Address) -> Ref | None:
    """A record is known by its owner and its key; under a name it is known only as long as the name stays."""
    if owner is None or not _RECORD.fullmatch(record):
        return None
    actor = owner.canonical_url.rpartition("/")[2]
    where = f"starter-pack/{actor}/{record}" if form == "starter-pack" else f"profile/{actor}/{form}/{record}"
    return Ref(
        _BLUESKY,
        Target.ITEM,
        _RECORDS.get(form, "starter_pack"),
        owner.keytype,
        f"{owner.value}/{record}",
        f"https://bsky.app/{where}",
        owner,
        warnings=address.warnings,
    )


def made_at(_: str, value: str) -> datetime | None:
    """The time in a record key, where the key is one that a clock made."""
    return idtime.of_tid(value.rpartition("/")[2], first=_STARTED) if "/" in value else None


recognise = recogniser(HOSTS, read_address)

SIGNALS = presence.load("bluesky", HOSTS)


def _reason_fits(facts: NoticeFacts, _: datetime) -> Iterator[Gap]:
    if len(letter.reasons_in_lines(facts)) > _LONGEST_REASON:
        yield completeness.soft(
            "reason_too_long", f"A report takes {_LONGEST_REASON} signs of reasons: split it, or shorten them."
        )


WORDS = replies.Words(
    outcomes=(
        (r"account (?:has been |was )?taken down|taken down (?:the|this) account", Outcome.ACCOUNT_DISABLED),
        (r"(?:label|warning) (?:has been |was )?(?:applied|added)", Outcome.RESTRICTED),
    ),
    tickets=(r"report (?:id|#)\s*[:#]?\s*(?P<ticket>[0-9]{3,20})",),
)

_FIELDS: tuple[letter.FormField, ...] = (
    ("subject (account)", lambda facts: facts.account_stable_id or facts.account_url),
    ("subject (records)", letter.items_in_lines),
)
_RULE_FIELDS: tuple[letter.FormField, ...] = (
    ("reasonType", lambda _: "tools.ozone.report.defs#reasonViolenceExtremistContent"),
    ("Guideline", lambda facts: facts.policy_line),
    ("Why it violates", lambda facts: facts.policy_why),
    ("Earlier accounts (reasonRuleBanEvasion)", lambda facts: "\n".join(facts.links_to_suspended)),
)
_LAW_FIELDS: tuple[letter.FormField, ...] = (
    ("Law and articles", letter.law_in_line),
    ("Country", lambda facts: facts.territory),
    ("User notice", letter.user_notice),
)
_REASONS: tuple[letter.FormField, ...] = (
    ("reason", letter.reasons_in_lines),
    ("Designation", letter.listings_in_lines),
    ("Requested action", letter.asked_in_line),
    ("Authority and official e-mail", lambda facts: f"{facts.authority} <{facts.authority_email}>"),
)

ROUTES = (
    Route(
        Leg.PLATFORM_POLICY,
        "portal",
        "Report in the app (com.atproto.moderation.createReport)",
        False,
        (),
        72,
        "§9 [C S55]: a documented method that answers with a number; we let a person submit; the hours are our own clock",
        Certainty.CODE,
    ),
    Route(
        Leg.LOCAL_LAW,
        "portal",
        "The legal contact of the server that hosts the account",
        False,
        (),
        336,
        "§9: the account's data are taken down where they are hosted; that the host has a legal contact is our assumption",
        Certainty.HYPOTHESIS,
    ),
)

FACTS = (
    PolicyFact(
        "no_deadline", "No answering time is published; we ask again on our own clock.", "§16", Certainty.HYPOTHESIS
    ),
    PolicyFact(
        "moderation_service",
        "A report goes to a moderation service; taking down the account's data is the hosting server's part.",
        "§9 [C S55]",
        Certainty.CODE,
    ),
    PolicyFact(
        "reason_words",
        "There is a reason for violent extremist content, sent only to the application's moderation authority.",
        "§9 [C S55]",
        Certainty.CODE,
    ),
    PolicyFact("per_host", "What a server says of an account holds for that server.", "§9 [C S56]", Certainty.CODE),
    PolicyFact("says_why", "Of all platforms only this one says why an account is gone.", "§0.7", Certainty.CODE),
    PolicyFact("open", "Its public posts are open by design.", "§0.6", Certainty.PLATFORM),
)

_STEPS = (
    "Open the account or record in the app and choose Report; or send the fields below to your own server's createReport.",
    "One report for the account and one for each record: a record is named by its address and version.",
    "Paste the number of the answer back here.",
)
_LAW_STEPS = (
    "Find the server that hosts the account (its DID document names it) and its legal contact.",
    "Send notice.pdf with the fields below, and the order with its translation where there is one.",
    "Paste the reference of the answer back here.",
)

PLATFORM = PlatformFile(
    platform=_BLUESKY,
    title="Bluesky",
    hosts=HOSTS,
    recognise=recognise,
    gaps=completeness.judge(_reason_fits, routes=ROUTES),
    compose=letter.composer(
        "Bluesky",
        {
            Leg.PLATFORM_POLICY: letter.Form(_FIELDS + _RULE_FIELDS + _REASONS, _STEPS),
            Leg.LOCAL_LAW: letter.Form(_FIELDS + _LAW_FIELDS + _REASONS, _LAW_STEPS),
        },
    ),
    read_reply=replies.reader(WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    routes=ROUTES,
    facts=FACTS,
    check=Check(
        SIGNALS.version,
        "https://public.api.bsky.app/xrpc/app.bsky.actor.getProfile?actor={actor}",
        True,
        SIGNALS.expires,
    ),
    examples={
        "https://bsky.app/profile/Example.bsky.social": "bluesky:account:h:example.bsky.social",
        "https://bsky.app/profile/did:plc:examplexampleexamplexamp": "bluesky:account:id:did:plc:examplexampleexamplexamp",
        "https://bsky.app/profile/did:plc:examplexampleexamplexamp/post/3kh5rarr3gn2n": (
            "bluesky:post:id:did:plc:examplexampleexamplexamp/3kh5rarr3gn2n"
        ),
        "at://did:plc:examplexampleexamplexamp/app.bsky.feed.post/3kh5rarr3gn2n": (
            "bluesky:post:id:did:plc:examplexampleexamplexamp/3kh5rarr3gn2n"
        ),
        "https://bsky.app/profile/example.org/post/3kh5rarr3gn2n": "bluesky:post:h:example.org/3kh5rarr3gn2n",
        "https://fxbsky.app/profile/example.org": "bluesky:account:h:example.org",
        "https://bsky.app/search?q=example": "bluesky:other:none:bsky.app/search",
    },
    read_address=read_address,
    dating=Dating(
        made_at,
        "§1: the record key in base 32, without its ten lowest bits, in microseconds; 0.1 to 3.5 s off",
        "the author's own program chooses it and may put it back in time",
    ),
)
