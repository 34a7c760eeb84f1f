"""Snapchat: accounts by name, spotlights and public stories; its portal for authorities also says what became of a request."""

from __future__ import annotations

import re

from openiru.platforms import completeness, letter, presence, replies
from openiru.platforms.addresses import other, recogniser, shortlink
from openiru.platforms.orders import Addressee
from openiru.platforms.shapes import (
    Address,
    Certainty,
    Check,
    KeyType,
    PlatformFile,
    PolicyFact,
    Ref,
    Route,
    Target,
)
from openiru.terms import Leg, Outcome, Platform

HOSTS = ("snapchat.com",)
_PREFIXES = frozenset({"", "www", "story", "web"})
_NAME = re.compile(r"[a-z][a-z0-9_.-]{1,13}[a-z0-9]")
_ITEM = re.compile(r"[A-Za-z0-9_-]{6,200}")
_TOKEN = re.compile(r"[A-Za-z0-9]{4,40}")
_SNAPCHAT = Platform.SNAPCHAT


def read_address(address: Address) -> Ref:
    """What a split address names. Names are the same in any case; the rest keeps its case."""
    if address.sub not in _PREFIXES or not address.segments:
        return other(_SNAPCHAT, address)
    return _read(address.segments, address) or other(_SNAPCHAT, address)


def _read(steps: tuple[str, ...], address: Address) -> Ref | None:
    match steps:
        case ("add" | "u", name, *_):
            return _user(name, address)
        case ("t", token, *_) if _TOKEN.fullmatch(token):
            return shortlink(_SNAPCHAT, token, f"https://www.snapchat.com/t/{token}", address.warnings)
        case ("spotlight", number, *_):
            return _item("spotlight", number, None, address)
        case ("s" | "p", number, *_) if address.sub == "story" or steps[0] == "p":
            return _item("story", number, None, address)
        case (name, "spotlight" | "highlight" as kind, number, *_) if name[0] == "@":
            return _item(kind, number, _user(name, address), address)
        case (name, *_) if name[0] == "@":
            return _user(name, address)
    return None


def _user(text: str, address: Address) -> Ref | None:
    name = text.removeprefix("@").lower()
    if not _NAME.fullmatch(name):
        return None
    url = f"https://www.snapchat.com/add/{name}"
    return Ref(_SNAPCHAT, Target.ACCOUNT, "user", KeyType.HANDLE, name, url, warnings=address.warnings)


def _item(kind: str, number: str, owner: Ref | None, address: Address) -> Ref | None:
    if not _ITEM.fullmatch(number):
        return None
    form = {"spotlight": f"spotlight/{number}", "story": f"p/{number}"}.get(kind, f"highlight/{number}")
    if kind == "highlight" and owner is None:
        return None
    url = f"https://www.snapchat.com/@{owner.value}/{kind}/{number}" if owner else f"https://www.snapchat.com/{form}"
    return Ref(_SNAPCHAT, Target.ITEM, kind, KeyType.ID, number, url, owner, warnings=address.warnings)


recognise = recogniser(HOSTS, read_address)

SIGNALS = presence.load("snapchat", HOSTS)

WORDS = replies.Words(
    outcomes=(
        (r"account (?:has been |was |is )?(?:locked|deleted|terminated)", Outcome.ACCOUNT_DISABLED),
        (r"(?:snap|spotlight|story) (?:has been |was )?removed", Outcome.REMOVED_GLOBAL),
        (r"unable to locate|could not locate", Outcome.ALREADY_GONE),
    ),
    tickets=(r"\b(?P<ticket>LESS-[0-9]{3,12})\b",),
)

_FIELDS: tuple[letter.FormField, ...] = (
    ("Username", lambda facts: facts.account_handle),
    ("Profile URL", lambda facts: facts.account_url),
    ("Spotlight or story URLs", letter.items_in_lines),
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
    ("Explanation for each URL", letter.reasons_in_lines),
    ("Designation", letter.listings_in_lines),
    ("Requested action", letter.asked_in_line),
    ("Authority and official e-mail", lambda facts: f"{facts.authority} <{facts.authority_email}>"),
)

ROUTES = (
    Route(
        Leg.PLATFORM_POLICY,
        "portal",
        "Report in the app, or Snapchat's support form",
        False,
        (),
        72,
        "§10: reporting in the app; the form is from memory; the hours are our own clock",
        Certainty.BACKGROUND,
    ),
    Route(
        Leg.LOCAL_LAW,
        "portal",
        "https://less.snapchat.com",
        False,
        (),
        336,
        "§10 [P S60]: the portal of law enforcement, with the status of each request; that it takes removal requests is our "
        "assumption",
        Certainty.HYPOTHESIS,
    ),
)

FACTS = (
    PolicyFact(
        "no_deadline", "No answering time is published; we ask again on our own clock.", "§16", Certainty.HYPOTHESIS
    ),
    PolicyFact(
        "names", "The name identifies an account; number, phone or e-mail with less success.", "§10 [P S60]",
        Certainty.PLATFORM,
    ),
    PolicyFact("status", "The portal shows the status of a request.", "§10 [P S60]", Certainty.PLATFORM),
    PolicyFact("renames", "A name may be changed once a year.", "§10 [B]", Certainty.BACKGROUND),
    PolicyFact("vanishes", "Stories vanish after a day: capture first.", "§10", Certainty.BACKGROUND),
)  # fmt: skip

_STEPS = (
    "Open the profile or the spotlight in the app and report it; or fill in the support form with the fields below.",
    "Submit by hand; where a number is shown, paste it back here.",
)
_LAW_STEPS = (
    "Sign in to less.snapchat.com with the official e-mail.",
    "Attach the order and notice.pdf; name the account by its username.",
    "Submit by hand and paste the request number back here; the portal shows its status.",
)

PLATFORM = PlatformFile(
    platform=_SNAPCHAT,
    title="Snapchat",
    hosts=HOSTS,
    recognise=recognise,
    gaps=completeness.judge(routes=ROUTES),
    compose=letter.composer(
        "Snapchat",
        {
            Leg.PLATFORM_POLICY: letter.Form(_FIELDS + _RULE_FIELDS + _REASONS, _STEPS),
            Leg.LOCAL_LAW: letter.Form(_FIELDS + _LAW_FIELDS + _REASONS, _LAW_STEPS),
        },
    ),
    read_reply=replies.reader(WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    addressee=Addressee("Snap B.V.", establishment="NL", source="from memory"),
    routes=ROUTES,
    facts=FACTS,
    check=Check(SIGNALS.version, "https://www.snapchat.com/@{handle}", True, SIGNALS.expires),
    examples={
        "https://www.snapchat.com/add/Example.User": "snapchat:user:h:example.user",
        "https://snapchat.com/@example-user": "snapchat:user:h:example-user",
        "https://story.snapchat.com/u/example_user": "snapchat:user:h:example_user",
        "https://www.snapchat.com/spotlight/W7_ExampleSpotlight": "snapchat:spotlight:id:W7_ExampleSpotlight",
        "https://www.snapchat.com/t/AbC123xy": "snapchat:shortlink:h:AbC123xy",
        "https://www.snapchat.com/lens/example": "snapchat:other:none:www.snapchat.com/lens/example",
    },
    read_address=read_address,
)
