"""X: accounts by handle or number, posts by number; its rules first, then a portal under local law, never twice."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from openiru.platforms import completeness, idtime, letter, presence, replies
from openiru.platforms.addresses import other, parameters, recogniser, shortlink
from openiru.platforms.orders import Addressee
from openiru.platforms.shapes import (
    Address,
    Certainty,
    Check,
    Dating,
    ItemCheck,
    KeyType,
    PlatformFile,
    PolicyFact,
    Ref,
    Route,
    Target,
)
from openiru.terms import Leg, Outcome, Platform

_MIRRORS = frozenset({"fxtwitter.com", "vxtwitter.com", "fixupx.com", "fixvx.com", "twittpr.com"})
_ONION = "twitter3e4tixl4xyajtrzo62zg5vztmjuricljdp2c5kshju4avyoid.onion"
HOSTS = ("x.com", "twitter.com", "t.co", _ONION, *sorted(_MIRRORS))
_PREFIXES = frozenset({"", "www", "m", "mobile"})
_NAME = re.compile(r"[A-Za-z0-9_]{1,15}")
_NUMBER = re.compile(r"[1-9][0-9]{0,19}")
_TOKEN = re.compile(r"[A-Za-z0-9]{1,40}")
_RESERVED_WORDS = (
    "i home explore search hashtag settings messages notifications compose intent share login signup "
    "logout tos privacy about jobs download status statuses account help who_to_follow bookmarks "
    "communities"
)
_RESERVED = frozenset(_RESERVED_WORDS.split())
_TABS_WORDS = (
    "likes media with_replies followers following verified_followers highlights articles photo "
    "header_photo lists superfollows topics about affiliates"
)
_TABS = frozenset(_TABS_WORDS.split())
_INSIDE = {
    "user": ("user", Target.ACCOUNT),
    "communities": ("community", Target.ACCOUNT),
    "lists": ("list", Target.ITEM),
    "spaces": ("space", Target.ITEM),
    "broadcasts": ("broadcast", Target.ITEM),
    "events": ("event", Target.ITEM),
}
_EPOCH_MS = 1_288_834_974_657
_NUMBERED_BY_TIME = datetime(2010, 11, 4, 2, tzinfo=UTC)
_DATED = frozenset({"post", "user", "list", "community", "event"})
_X = Platform.X


def read_address(address: Address) -> Ref:
    """What a split address names. The handle before a post is ignored by X itself, so it is a claim and warned of."""
    steps = address.segments
    if address.site == "t.co":
        if len(steps) != 1 or address.sub not in _PREFIXES or not _TOKEN.fullmatch(steps[0]):
            return other(_X, address)
        return shortlink(_X, steps[0], f"https://t.co/{steps[0]}", address.warnings)
    warnings = address.warnings
    if address.site in _MIRRORS:
        warnings = (*warnings, "mirror")
    elif address.sub not in _PREFIXES:
        return other(_X, address)
    return (_read(steps, address, warnings) if steps else None) or other(_X, address)


def _read(steps: tuple[str, ...], address: Address, warnings: tuple[str, ...]) -> Ref | None:
    name = steps[0].removeprefix("@")
    lower = name.lower()
    if lower not in _RESERVED:
        return _named(lower, steps[1:], warnings) if _NAME.fullmatch(name) else None
    if lower == "i":
        return _internal(steps[1:], warnings)
    if lower == "intent":
        return _intent(parameters(address.query), warnings)
    if lower in {"status", "statuses"} and len(steps) > 1:
        return _post(steps[1], "", warnings)
    return None


def _named(name: str, rest: tuple[str, ...], warnings: tuple[str, ...]) -> Ref | None:
    if not rest or rest[0].lower() in _TABS:
        return _user(name, warnings)
    if rest[0].lower() in {"status", "statuses"} and len(rest) > 1:
        return _post(rest[1], name, warnings)
    return None


def _internal(rest: tuple[str, ...], warnings: tuple[str, ...]) -> Ref | None:
    if rest and rest[0] == "web":
        rest = rest[1:]
    if len(rest) < 2:
        return None
    if rest[0] in {"status", "videos", "cards"}:
        # Older players name the post behind words of their own: `videos/tweet/<id>`, `cards/tfw/v1/<id>`.
        return _post(rest[-1] if rest[0] != "status" else rest[1], "", warnings)
    found = _INSIDE.get(rest[0])
    pattern = _TOKEN if rest[0] in {"spaces", "broadcasts"} else _NUMBER
    if found is None or not pattern.fullmatch(rest[1]):
        return None
    kind, target = found
    return Ref(_X, target, kind, KeyType.ID, rest[1], f"https://x.com/i/{rest[0]}/{rest[1]}", warnings=warnings)


def _intent(query: dict[str, str], warnings: tuple[str, ...]) -> Ref | None:
    number, name = query.get("user_id", ""), query.get("screen_name", "")
    post = query.get("tweet_id") or query.get("in_reply_to", "")
    if _NUMBER.fullmatch(post):
        return _post(post, "", warnings)
    if _NUMBER.fullmatch(number):
        return Ref(_X, Target.ACCOUNT, "user", KeyType.ID, number, f"https://x.com/i/user/{number}", warnings=warnings)
    return _user(name.lower(), warnings) if _NAME.fullmatch(name) and name.lower() not in _RESERVED else None


def _user(name: str, warnings: tuple[str, ...]) -> Ref:
    return Ref(_X, Target.ACCOUNT, "user", KeyType.HANDLE, name, f"https://x.com/{name}", warnings=warnings)


def _post(number: str, name: str, warnings: tuple[str, ...]) -> Ref | None:
    if not _NUMBER.fullmatch(number):
        return None
    if not name:
        return Ref(_X, Target.ITEM, "post", KeyType.ID, number, f"https://x.com/i/status/{number}", warnings=warnings)
    url = f"https://x.com/{name}/status/{number}"
    warned = (*warnings, "handle_not_checked")
    return Ref(_X, Target.ITEM, "post", KeyType.ID, number, url, _user(name, ()), warnings=warned)


def made_at(kind: str, value: str) -> datetime | None:
    """The time in the upper bits of a number, since November 2010; before, numbers were counted."""
    if kind not in _DATED:
        return None
    return idtime.shifted(value, bits=22, epoch_ms=_EPOCH_MS, first=_NUMBERED_BY_TIME)


recognise = recogniser(HOSTS, read_address)

SIGNALS = presence.load("x", HOSTS)
_POSTS = presence.load("x_posts", HOSTS)

WORDS = replies.Words(
    outcomes=(
        (r"please do not submit", Outcome.CLARIFICATION_ASKED),
        (r"withheld in|based on local law", Outcome.WITHHELD),
        (r"does not currently violate our (?:terms|rules)", Outcome.DECLINED_NO_VIOLATION),
        (r"account (?:has been |was |is )?suspended", Outcome.ACCOUNT_DISABLED),
    ),
    tickets=(r"\[(?:ref|case)[:#]\s*(?P<ticket>[A-Z0-9_-]{4,40})\]",),
)

_FIELDS: tuple[letter.FormField, ...] = (
    ("@username", lambda facts: facts.account_handle),
    ("URL", lambda facts: facts.account_url),
    ("UID", lambda facts: facts.account_stable_id),
    ("Specific post(s)", letter.items_in_lines),
)
_RULE_FIELDS: tuple[letter.FormField, ...] = (
    ("Rule violated", lambda facts: facts.policy_line),
    ("Why it violates", lambda facts: facts.policy_why),
    ("Earlier suspended accounts of the same holder", lambda facts: "\n".join(facts.links_to_suspended)),
)
_LAW_FIELDS: tuple[letter.FormField, ...] = (
    ("Law(s) violated", letter.law_in_line),
    ("Country", lambda facts: facts.territory),
    ("Reported under our Rules before", lambda facts: facts.previous_ticket or facts.context),
    ("User notice", letter.user_notice),
    ("Translation of legal documents", lambda _: "attached where the document is not in English"),
)
_REASONS: tuple[letter.FormField, ...] = (
    ("Context", letter.reasons_in_lines),
    ("Designation", letter.listings_in_lines),
    ("Official e-mail", lambda facts: facts.authority_email),
)

ROUTES = (
    Route(
        Leg.PLATFORM_POLICY,
        "portal",
        "https://help.x.com/forms",
        False,
        (),
        168,
        "§3: report in the app or the help centre [P S5]; the form's address is from memory",
        Certainty.BACKGROUND,
    ),
    Route(
        Leg.LOCAL_LAW,
        "portal",
        "https://legalrequests.x.com",
        False,
        (),
        336,
        "§3 [P S5]: official e-mail only; the hours are our own clock",
        Certainty.PLATFORM,
    ),
)

FACTS = (
    PolicyFact(
        "no_deadline", "No answering time is published; we ask again on our own clock.", "§16", Certainty.HYPOTHESIS
    ),
    PolicyFact(
        "rules_first",
        "Do not ask to withhold what was not first reported for review under the rules.",
        "§3 [P S5]",
        Certainty.PLATFORM,
    ),
    PolicyFact("no_duplicates", "Sending duplicates may delay.", "§3 [P S5]", Certainty.PLATFORM),
    PolicyFact("no_automation", "Automated reporting needs prior consent.", "§0.5 [P S11]", Certainty.PLATFORM),
    PolicyFact(
        "publishes",
        "The holder gets a copy of the request and Lumen publishes it.",
        "§3 [P S5, S29]",
        Certainty.PLATFORM,
    ),
    PolicyFact(
        "names_no_list", "The policy names no list: the designation must be argued.", "§3 [P S11]", Certainty.PLATFORM
    ),
    PolicyFact(
        "evasion", "Another account of a suspended holder may be suspended too.", "§3 [P S11]", Certainty.PLATFORM
    ),
)

PLATFORM = PlatformFile(
    platform=_X,
    title="X",
    hosts=HOSTS,
    recognise=recognise,
    gaps=completeness.judge(completeness.own_form_first("X"), routes=ROUTES),
    compose=letter.composer(
        "X",
        {
            Leg.PLATFORM_POLICY: letter.Form(
                _FIELDS + _RULE_FIELDS + _REASONS,
                (
                    "Look for an open report on the same account first: duplicates delay.",
                    "Open the report form, choose `Violent & hateful entities`, and fill in the fields below.",
                    "Submit by hand and paste the number that is shown back here.",
                ),
            ),
            Leg.LOCAL_LAW: letter.Form(
                _FIELDS + _LAW_FIELDS + _REASONS,
                (
                    "Sign in at legalrequests.x.com with the official e-mail.",
                    "Choose content removal, name the exact posts, the law, and the report under the rules.",
                    "Attach notice.pdf, and the order with its translation where there is one.",
                    "Submit by hand and paste the reference number back here.",
                ),
            ),
        },
    ),
    read_reply=replies.reader(WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    addressee=Addressee(
        "X Internet Unlimited Company",
        contact_point="https://legalrequests.x.com",
        establishment="IE",
        source="§3 [P S5]: XIUC (Dublin)",
        confirmed=True,
    ),
    routes=ROUTES,
    facts=FACTS,
    posts=ItemCheck(
        Check(_POSTS.version, "https://publish.x.com/oembed?url={url}", True, _POSTS.expires),
        presence.reader(_POSTS, recognise),
    ),
    check=Check(
        SIGNALS.version,
        "https://x.com/{handle}",
        False,
        SIGNALS.expires,
        manual_only=True,
        why_manual="Profiles are behind a login wall and the data API may not be used for this (reference §0.6, §3).",
    ),
    examples={
        "https://mobile.twitter.com/EXAMPLE?s=20": "x:user:h:example",
        "https://x.com/whoever/status/20/photo/1": "x:post:id:20",
        "https://x.com/i/web/status/20": "x:post:id:20",
        "https://vxtwitter.com/a/status/20": "x:post:id:20",
        "https://twitter.com/i/user/2900000001": "x:user:id:2900000001",
        "https://twitter.com/intent/user?user_id=2900000001": "x:user:id:2900000001",
        "https://t.co/AbC123": "x:shortlink:h:AbC123",
        "https://x.com/i": "x:other:none:x.com/i",
    },
    read_address=read_address,
    id_url="https://x.com/i/user/{id}",
    handle_url="https://x.com/{handle}",
    dating=Dating(made_at, "§1 [V]: the number without its 22 lowest bits, in milliseconds since 2010; 0 to 1 s off"),
)
