"""Mastodon and what speaks its addresses, on any host: accounts as user@host, posts by their number on one server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import resources

from openiru.errors import Unreadable
from openiru.platforms import completeness, idtime, letter, presence, replies, shared
from openiru.platforms.addresses import a_label, other, recogniser
from openiru.platforms.shapes import (
    Address,
    Certainty,
    Check,
    Contact,
    ContactSource,
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

_USER = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[1-9][0-9]{0,19}")
_TABS_WORDS = "with_replies media followers following featured tagged collections about outbox inbox"
_TABS = frozenset(_TABS_WORDS.split())
_TELLING = frozenset({"users", "ap", "web", "deck"})
_LONGEST_COMMENT = 1000
_STARTED = datetime(2016, 3, 1, tzinfo=UTC)
_MASTODON = Platform.MASTODON
_KNOWN = {
    line.strip()
    for line in resources.files("openiru.platforms").joinpath("data/instances.txt").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
}


def know_instances(hosts: Iterable[str]) -> None:
    """Add hosts that a deployment knows to be instances (docs/decisions/0008). Raises Unreadable for what is no host."""
    _KNOWN.update([a_label(host.strip().lower()) for host in hosts])


def read_address(address: Address) -> Ref | None:
    """What an address names if its host is a known instance, or its path is of a form that (nearly) only instances have."""
    host = address.site.removeprefix("www.")
    if host in _KNOWN:
        return (
            _read(host, address.segments, address)
            or _known(host, address.segments, address)
            or other(_MASTODON, address)
        )
    if not _may_tell(address.segments) or "lookalike_host" in address.warnings or shared.is_shared(host):
        return None
    warnings = (*address.warnings, "instance_not_confirmed")
    unsure = Address(address.site, address.sub, address.segments, address.path, address.query, warnings)
    return _read(host, address.segments, unsure)


def _may_tell(steps: tuple[str, ...]) -> bool:
    """Whether a path can be of a form that tells an instance; most are not, and no more is asked of them."""
    return bool(steps) and (steps[0][0] == "@" or steps[0] in _TELLING)


def _read(host: str, steps: tuple[str, ...], address: Address) -> Ref | None:
    """Forms that tell an instance by themselves: `/@user`, and the addresses of posts in ActivityPub."""
    match steps:
        case ("web" | "deck", first, *rest) if first[0] == "@":
            return _read(host, (first, *rest), address)
        case ("users", user, "statuses", number, *_):
            return _post(host, number, _account(user, host, host, address), address)
        case ("ap", "users", actor, "statuses", number, *_) if _NUMBER.fullmatch(actor):
            return _post(host, number, _by_number(host, actor, address), address)
        case ("ap", "users", actor):
            return _by_number(host, actor, address)
        case (name,) if name[0] == "@":
            return _named(host, name, address)
        case (name, tab) if name[0] == "@" and tab in _TABS:
            return _named(host, name, address)
        case (name, number, *_) if name[0] == "@":
            return _post(host, number, _named(host, name, address), address)
    return None


def _known(host: str, steps: tuple[str, ...], address: Address) -> Ref | None:
    """Forms that other sites have too: read only where the host is known."""
    match steps:
        case ("web" | "deck", first, *rest):
            return _known(host, (first, *rest), address)
        case ("users", user, *_):
            return _account(user, host, host, address)
        case ("accounts", number, *_):
            return _by_number(host, number, address)
        case ("statuses", number, *_):
            return _post(host, number, None, address, needs_owner=False)
    return None


def _named(host: str, name: str, address: Address) -> Ref | None:
    """`@user`, or `@user@home` as another server shows it."""
    user, at, home = name[1:].partition("@")
    if not at:
        return _account(user, host, host, address)
    try:
        return _account(user, a_label(home.lower()), host, address)
    except Unreadable:
        return None


def _account(user: str, home: str, host: str, address: Address) -> Ref | None:
    lower = user.lower()
    if not _USER.fullmatch(lower):
        return None
    url = f"https://{host}/@{lower}" if home == host else f"https://{host}/@{lower}@{home}"
    value = f"{lower}@{home}"
    return Ref(_MASTODON, Target.ACCOUNT, "account", KeyType.HANDLE, value, url, warnings=address.warnings)


def _by_number(host: str, number: str, address: Address) -> Ref | None:
    """The number of an account is its server's own: it means nothing elsewhere."""
    if not _NUMBER.fullmatch(number):
        return None
    url, value = f"https://{host}/ap/users/{number}", f"{host}/{number}"
    return Ref(_MASTODON, Target.ACCOUNT, "account", KeyType.ID, value, url, warnings=address.warnings)


def _post(host: str, number: str, owner: Ref | None, address: Address, *, needs_owner: bool = True) -> Ref | None:
    if not _NUMBER.fullmatch(number) or (owner is None and needs_owner):
        return None
    url = f"{owner.canonical_url}/{number}" if owner else f"https://{host}/statuses/{number}"
    if owner and owner.keytype is KeyType.ID:
        url = f"{owner.canonical_url}/statuses/{number}"
    value = f"{host}/{number}"
    return Ref(_MASTODON, Target.ITEM, "post", KeyType.ID, value, url, owner, warnings=address.warnings)


def made_at(_: str, value: str) -> datetime | None:
    """The time in the upper 48 bits of a number of a server of Mastodon's own kind."""
    return idtime.shifted(value.rpartition("/")[2], bits=16, first=_STARTED)


def contact_address(handle: str) -> str:
    """Where the account's own server says who runs it."""
    return f"https://{handle.rpartition('@')[2]}/api/v2/instance"


def read_contact(body: str) -> tuple[Contact, ...]:
    """The server's contact (`Instance.contact.email`). Raises Unreadable `not_an_instance`."""
    try:
        return (Contact("contact", "", str(json.loads(body)["contact"]["email"])),)
    except (ValueError, KeyError, TypeError, RecursionError) as failure:
        raise Unreadable("not_an_instance") from failure


recognise = recogniser((), read_address)

SIGNALS = presence.load("mastodon", ())


def _one_server_only(_: NoticeFacts, __: datetime) -> Iterator[Gap]:
    yield completeness.soft(
        "one_server_only",
        "What one server removes may stay on its origin and in copies: look at each server by itself.",
    )


def _comment_fits(facts: NoticeFacts, _: datetime) -> Iterator[Gap]:
    if len(letter.reasons_in_lines(facts)) > _LONGEST_COMMENT:
        yield completeness.soft(
            "comment_too_long", f"A report takes {_LONGEST_COMMENT} signs: shorten it, or write by mail."
        )


WORDS = replies.Words(
    outcomes=(
        (r"(?:account|user) (?:has been |was |is )?(?:limited|silenced)|marked as sensitive", Outcome.RESTRICTED),
        (r"(?:account|user) (?:has been |was |is )?(?:frozen|suspended)", Outcome.ACCOUNT_DISABLED),
        (r"(?:posts?|status(?:es)?) (?:has been |have been |was |were )?(?:removed|deleted)", Outcome.REMOVED_GLOBAL),
    ),
)

_FIELDS: tuple[letter.FormField, ...] = (
    ("Account (user@host)", lambda facts: facts.account_handle or facts.account_url),
    ("status_ids", letter.items_in_lines),
)
_RULE_FIELDS: tuple[letter.FormField, ...] = (
    ("category", lambda _: "violation"),
    ("Server rule", lambda facts: facts.policy_line),
    ("Why it is broken", lambda facts: facts.policy_why),
)
_LAW_FIELDS: tuple[letter.FormField, ...] = (
    ("category", lambda _: "legal"),
    ("Law and articles", letter.law_in_line),
    ("Country", lambda facts: facts.territory),
    ("User notice", letter.user_notice),
)
_REASONS: tuple[letter.FormField, ...] = (
    ("comment", letter.reasons_in_lines),
    ("Designation", letter.listings_in_lines),
    ("Requested action", letter.asked_in_line),
    ("Authority and official e-mail", lambda facts: f"{facts.authority} <{facts.authority_email}>"),
)
_STEPS = (
    "Find the account's own server (after the second @) and its contact: /about, or contact.email of /api/v2/instance.",
    "Report the account and the exact posts there, or write to the contact with notice.pdf; do not report through another server.",
    "Paste the number or the reference of the answer back here.",
)

ROUTES = (
    Route(
        Leg.PLATFORM_POLICY,
        "portal",
        "Report on the account's own server, or its contact in /api/v2/instance",
        False,
        (),
        72,
        "§10 [P S58]: POST /api/v1/reports needs an account there; the contact does not; the hours are our own clock",
        Certainty.PLATFORM,
    ),
    Route(
        Leg.LOCAL_LAW,
        "portal",
        "The contact of the account's own server in /api/v2/instance",
        False,
        (),
        168,
        "§10: newer versions have a category `legal`; that a server acts on foreign law is our assumption",
        Certainty.HYPOTHESIS,
    ),
)

FACTS = (
    PolicyFact(
        "no_deadline", "No answering time is published; we ask again on our own clock.", "§16", Certainty.HYPOTHESIS
    ),
    PolicyFact(
        "own_rules", "Each server has its own rules and its own moderators.", "§10 [P S58]", Certainty.PLATFORM
    ),
    PolicyFact(
        "per_host", "Blocking on one server is not removal: the post stays at its origin and in copies.", "§10",
        Certainty.PLATFORM,
    ),
    PolicyFact("local_numbers", "An account's number is its server's own.", "§10", Certainty.PLATFORM),
    PolicyFact("moves", "A holder may move to another server and takes the followers along.", "§10", Certainty.PLATFORM),
    PolicyFact("no_polling", "A report on another's server cannot be followed up by its maker.", "§10 [P S58]",
               Certainty.PLATFORM),
)  # fmt: skip

PLATFORM = PlatformFile(
    platform=_MASTODON,
    title="Mastodon",
    hosts=(),
    recognise=recognise,
    gaps=completeness.judge(_one_server_only, _comment_fits, routes=ROUTES),
    compose=letter.composer(
        "Mastodon",
        {
            Leg.PLATFORM_POLICY: letter.Form(_FIELDS + _RULE_FIELDS + _REASONS, _STEPS),
            Leg.LOCAL_LAW: letter.Form(_FIELDS + _LAW_FIELDS + _REASONS, _STEPS),
        },
    ),
    read_reply=replies.reader(WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    routes=ROUTES,
    facts=FACTS,
    check=Check(
        SIGNALS.version, "https://{host}/api/v1/accounts/lookup?acct={user}", True, SIGNALS.expires
    ),
    examples={
        "https://mastodon.social/@Example": "mastodon:account:h:example@mastodon.social",
        "@Example@mastodon.social": "mastodon:account:h:example@mastodon.social",
        "https://mastodon.social/users/example": "mastodon:account:h:example@mastodon.social",
        "https://mastodon.social/@example@social.example.org": "mastodon:account:h:example@social.example.org",
        "https://mastodon.social/@Example/109": "mastodon:post:id:mastodon.social/109",
        "https://social.example.org/users/example/statuses/109": "mastodon:post:id:social.example.org/109",
        "https://mastodon.social/explore": "mastodon:other:none:mastodon.social/explore",
    },
    read_address=read_address,
    contacts=ContactSource(contact_address, read_contact),
    dating=Dating(
        made_at,
        "§1 [B]: the number without its 16 lowest bits, in milliseconds; from memory, no error was measured",
        "other programs that speak Mastodon's addresses may number otherwise",
    ),
)  # fmt: skip
