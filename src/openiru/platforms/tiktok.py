"""TikTok: accounts by name, number or secUid, and their videos; by its partner portal or its reporting form."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from openiru.platforms import completeness, idtime, letter, presence, replies
from openiru.platforms.addresses import other, recogniser, shortlink
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

HOSTS = ("tiktok.com", "tiktokv.com")
_PREFIXES = frozenset({"", "www", "m", "us"})
_SHORT = frozenset({"vm", "vt"})
_NAME = re.compile(r"(?![0-9]+$)[a-z0-9_.]{1,23}[a-z0-9_]")
_NUMBER = re.compile(r"[1-9][0-9]{5,20}")
_SEC_UID = re.compile(r"MS4wLjAB[A-Za-z0-9_-]{20,150}")
_TOKEN = re.compile(r"[A-Za-z0-9]{5,20}")
_TABS = frozenset({"live", "playlist", "collection", "reposts", "liked"})
_STARTED = datetime(2014, 1, 1, tzinfo=UTC)
_TIKTOK = Platform.TIKTOK


def read_address(address: Address) -> Ref:
    """What a split address names. The name before a video may be empty, a number or anything: it is a claim."""
    steps = address.segments
    if not steps:
        return other(_TIKTOK, address)
    if address.sub in _SHORT:
        return _short(steps[0], f"https://{address.sub}.tiktok.com/{steps[0]}/", address) or other(_TIKTOK, address)
    if address.sub not in _PREFIXES:
        return other(_TIKTOK, address)
    if steps[0][0] == "@":
        return _under_account(steps, address) or other(_TIKTOK, address)
    return _elsewhere(steps, address) or other(_TIKTOK, address)


def _under_account(steps: tuple[str, ...], address: Address) -> Ref | None:
    account = _account(steps[0][1:], address)
    if len(steps) == 1 or steps[1] in _TABS:
        return account
    if steps[1] in {"video", "photo"} and len(steps) > 2:
        return _video(steps[2], steps[1], account, address)
    return None


def _elsewhere(steps: tuple[str, ...], address: Address) -> Ref | None:
    match steps:
        case ("t", token, *_):
            return _short(token, f"https://www.tiktok.com/t/{token}/", address)
        case ("embed", name, *_) if name[0] == "@":
            return _account(name[1:], address)
        case ("share", "video", number, *_) | ("embed", "v2", number, *_) | ("embed" | "v", number, *_):
            return _video(number.removesuffix(".html"), "video", None, address)
        case ("share", "live", number, *_) if _NUMBER.fullmatch(number):
            url = f"https://m.tiktok.com/share/live/{number}"
            return Ref(_TIKTOK, Target.ITEM, "live", KeyType.ID, number, url, warnings=address.warnings)
        case ("tag" | "music" as kind, _, *_):
            return other(_TIKTOK, address, kind)
    return None


def _account(name: str, address: Address) -> Ref | None:
    lower = name.lower()
    if _NUMBER.fullmatch(name) or _SEC_UID.fullmatch(name):
        keytype, value = KeyType.ID, name
    elif _NAME.fullmatch(lower):
        keytype, value = KeyType.HANDLE, lower
    else:
        return None
    url = f"https://www.tiktok.com/@{value}"
    return Ref(_TIKTOK, Target.ACCOUNT, "user", keytype, value, url, warnings=address.warnings)


def _video(number: str, form: str, account: Ref | None, address: Address) -> Ref | None:
    if not _NUMBER.fullmatch(number):
        return None
    name = account.value if account else ""
    url = f"https://www.tiktok.com/@{name}/{form}/{number}"
    warnings = (*address.warnings, "handle_not_checked") if account else address.warnings
    return Ref(_TIKTOK, Target.ITEM, "video", KeyType.ID, number, url, account, warnings=warnings)


def _short(token: str, url: str, address: Address) -> Ref | None:
    return shortlink(_TIKTOK, token, url, address.warnings) if _TOKEN.fullmatch(token) else None


def made_at(_: str, value: str) -> datetime | None:
    """The seconds in the upper half of the number of a video, a broadcast or an account of the newer kind."""
    return idtime.shifted(value, bits=32, unit_ms=1000, first=_STARTED)


recognise = recogniser(HOSTS, read_address)

SIGNALS = presence.load("tiktok", HOSTS)
_POSTS = presence.load("tiktok_posts", HOSTS)

WORDS = replies.Words(
    outcomes=(
        (r"rejected: .*", Outcome.DECLINED_INVALID),
        (r"account (?:was |has been |is )?banned", Outcome.ACCOUNT_DISABLED),
        (r"restricted in|under local law", Outcome.WITHHELD),
        (r"ineligible for the for you feed", Outcome.RESTRICTED),
    ),
)

_FIELDS: tuple[letter.FormField, ...] = (
    ("Username or profile URL", lambda facts: facts.account_url),
    ("User ID", lambda facts: facts.account_stable_id),
    ("Video URLs or IDs", letter.items_in_lines),
)
_RULE_FIELDS: tuple[letter.FormField, ...] = (
    ("Community Guideline", lambda facts: facts.policy_line),
    ("Why it violates", lambda facts: facts.policy_why),
)
_LAW_FIELDS: tuple[letter.FormField, ...] = (
    ("Country", lambda facts: facts.territory),
    ("Relevant law", letter.law_in_line),
    ("Reasons", lambda facts: facts.affiliation),
)
_REASONS: tuple[letter.FormField, ...] = (
    ("Explanation for each item", letter.reasons_in_lines),
    ("Designation", letter.listings_in_lines),
    ("Requested action", letter.asked_in_line),
    ("Authority and official e-mail", lambda facts: f"{facts.authority} <{facts.authority_email}>"),
)
_STEPS = (
    "Sign in to the form with the official e-mail.",
    "Copy the fields below; attach notice.pdf and a screenshot of the account.",
    "Submit by hand and paste the report number back here.",
)

ROUTES = (
    Route(
        Leg.PLATFORM_POLICY,
        "portal",
        "TikTok Safety Enforcement Tool (TSET)",
        False,
        (),
        72,
        "§7 [S46]: the portal of partner reporters; its address is not public, the hours are our own clock",
        Certainty.NEWS,
    ),
    Route(
        Leg.LOCAL_LAW,
        "portal",
        "https://www.tiktok.com/legal/page/global/reporting-illegal-content",
        False,
        (),
        168,
        "§7 [P S47]: the illegal-content form; that it serves authorities outside the EU is our assumption",
        Certainty.HYPOTHESIS,
    ),
    Route(
        Leg.PLATFORM_POLICY,
        "email",
        "",
        False,
        (),
        72,
        "§13.7 [N]: a standing channel exists for one country; its address is agreed and set by the deployment",
        Certainty.HYPOTHESIS,
    ),
)

FACTS = (
    PolicyFact(
        "no_deadline", "No answering time is published; we ask again on our own clock.", "§16", Certainty.HYPOTHESIS
    ),
    PolicyFact("ladder", "Guidelines first, then local law, else rejected.", "§7 [P S8]", Certainty.PLATFORM),
    PolicyFact(
        "both_told", "Reporter and poster are told the decision and both may appeal.", "§7 [P S47]", Certainty.PLATFORM
    ),
    PolicyFact("overbroad", "Overly broad requests are refused.", "§7 [P S45]", Certainty.PLATFORM),
    PolicyFact(
        "evasion", "Additional or new accounts of a banned holder are banned.", "§7 [P S49]", Certainty.PLATFORM
    ),
    PolicyFact(
        "policy_wins",
        "Of what was acted on in one country, nine in ten were under the guidelines.",
        "§7 [N S48]",
        Certainty.NEWS,
    ),
)

PLATFORM = PlatformFile(
    platform=_TIKTOK,
    title="TikTok",
    hosts=HOSTS,
    recognise=recognise,
    gaps=completeness.judge(routes=ROUTES),
    compose=letter.composer(
        "TikTok",
        {
            Leg.PLATFORM_POLICY: letter.Form(_FIELDS + _RULE_FIELDS + _REASONS, _STEPS),
            Leg.LOCAL_LAW: letter.Form(_FIELDS + _LAW_FIELDS + _REASONS, _STEPS),
        },
    ),
    read_reply=replies.reader(WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    addressee=Addressee(
        "TikTok Technology Limited",
        establishment="IE",
        source="§7 names the Singapore company for others; the Irish one is from memory",
    ),
    routes=ROUTES,
    facts=FACTS,
    posts=ItemCheck(
        Check(_POSTS.version, "https://www.tiktok.com/oembed?url={url}", True, _POSTS.expires),
        presence.reader(_POSTS, recognise),
    ),
    check=Check(
        SIGNALS.version,
        "https://www.tiktok.com/oembed?url=https://www.tiktok.com/@{handle}",
        True,
        SIGNALS.expires,
    ),
    examples={
        "https://www.tiktok.com/@Example.User": "tiktok:user:h:example.user",
        "https://www.tiktok.com/@/video/7200000000000000001": "tiktok:video:id:7200000000000000001",
        "https://tiktokv.com/share/video/7200000000000000001": "tiktok:video:id:7200000000000000001",
        "https://www.tiktok.com/@example/photo/7200000000000000001": "tiktok:video:id:7200000000000000001",
        "https://www.tiktok.com/@6800000000000000001": "tiktok:user:id:6800000000000000001",
        "https://vm.tiktok.com/ZTR45GpSF/": "tiktok:shortlink:h:ZTR45GpSF",
        "https://www.tiktok.com/tag/example": "tiktok:tag:none:www.tiktok.com/tag/example",
    },
    read_address=read_address,
    id_url="https://www.tiktok.com/@{id}",
    handle_url="https://www.tiktok.com/@{handle}",
    dating=Dating(
        made_at, "§1 [V]: the upper half of the number, in seconds; 2 to 11 s before the platform's own time"
    ),
)
