"""Reads what a page says of an account, by a versioned table of signals per platform; `unknown` is the default."""

from __future__ import annotations

import base64
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from importlib import resources

from openiru.errors import Unreadable
from openiru.platforms import territories
from openiru.platforms.addresses import locate, split
from openiru.platforms.pages import Page, parse, values
from openiru.platforms.shapes import Certainty, KeyType, Ref, Response, Sighting, Target
from openiru.terms import Presence


class Where(StrEnum):
    """The places a platform itself writes to. There is none for free text: a bio may hold any words."""

    STATUS = "status"
    TITLE = "title"
    META = "meta"
    MARK = "mark"
    JSON = "json"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class Signal:
    """`pattern` must match the whole of what stands at `where`/`key`. Group 1 is the territory, where there is one.

    A `decisive` one holds beside signs of life: the platform says both in a document that its holder cannot write to.
    """

    name: str
    presence: Presence
    where: Where
    key: str
    pattern: str
    source: str
    certainty: Certainty
    decisive: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """Where a page carries a fact: group 1 of `pattern` is the `stable_id`, `handle` or `followers`."""

    fact: str
    where: Where
    key: str
    pattern: str


@dataclass(frozen=True, slots=True)
class SignalSet:
    """One platform's signals as of a version; after `expires` a person must look whether they still hold."""

    version: str
    expires: date
    hosts: tuple[str, ...]
    signals: tuple[Signal, ...]
    details: tuple[Detail, ...] = ()


_LOGIN = r"/(?:accounts/)?login(?:/.*|\.php.*)?|/i/flow/login.*|/checkpoint/.*"
_LIVING = frozenset({Presence.LIVE, Presence.LIVE_PRIVATE, Presence.LABEL_RESTRICTED})
_PROVING = (Presence.SUSPENDED, Presence.REMOVED_BY_PLATFORM, Presence.WITHHELD)
_GONE = frozenset({Presence.SUSPENDED, Presence.REMOVED_BY_PLATFORM, Presence.NOT_FOUND})
_ORDER = (
    Presence.LOGIN_WALL,
    Presence.RATE_LIMITED,
    Presence.GEO_BLOCKED_VANTAGE,
    Presence.ERROR,
    *_PROVING,
    Presence.LIVE_PRIVATE,
    Presence.LABEL_RESTRICTED,
    Presence.NOT_FOUND,
    Presence.LIVE,
)
_CODES = re.compile(r"[A-Z]{2}(?:,[A-Z]{2})*")
_LONGEST_QUOTE = 300


def load(name: str, hosts: tuple[str, ...]) -> SignalSet:
    """The signals of one platform from `signals/<name>.toml`; each names its source and how sure it is."""
    text = resources.files("openiru.platforms").joinpath(f"signals/{name}.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    signals = tuple(
        Signal(
            name=one["name"],
            presence=Presence(one["presence"]),
            where=Where(one["where"]),
            key=one.get("key", ""),
            pattern=one["pattern"],
            source=one["source"],
            certainty=Certainty(one["certainty"]),
            decisive=one.get("decisive", False),
        )
        for one in raw["signal"]
    )
    details = tuple(
        Detail(one["fact"], Where(one["where"]), one.get("key", ""), one["pattern"]) for one in raw.get("detail", ())
    )
    return SignalSet(raw["version"], raw["expires"], (*hosts, *raw.get("also_hosts", ())), signals, details)


def reader(signals: SignalSet, recognise: Callable[[str], Ref]) -> Callable[[Response], Sighting]:
    """`read_presence` of one platform, from its signals."""

    def read_presence(response: Response) -> Sighting:
        """What this one page says, and the words it rests on. One look proves nothing by itself (law 9)."""
        return _by_transport(response, signals) or _by_page(response, signals, recognise)

    return read_presence


def number(text: str) -> int | None:
    """`1,234`, `12.3K`, `2,1 M`, `1 234` → a number; what is no number → None."""
    match = re.fullmatch(r"([0-9][0-9.,\s\u00a0\u202f]*)\s*([KMB])?\+?", text.strip(), re.IGNORECASE)
    if match is None:
        return None
    digits = re.sub(r"[\s\u00a0\u202f]", "", match[1]).rstrip(".,")
    scale = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000}.get((match[2] or "").lower())
    if scale is None:
        return int(re.sub(r"[.,]", "", digits))
    return round(float(digits.replace(",", ".")) * scale) if digits.count(".") + digits.count(",") < 2 else None


def _by_transport(response: Response, signals: SignalSet) -> Sighting | None:
    """What status and address say before the page is read: walls, limits, another site in between."""
    if response.status == 429:
        return Sighting(Presence.RATE_LIMITED, "http.429", "HTTP 429")
    if response.status == 451:
        return Sighting(Presence.GEO_BLOCKED_VANTAGE, "http.451", "HTTP 451")
    if response.status >= 500 or response.status < 100:
        return Sighting(Presence.ERROR, "http.error", f"HTTP {response.status}")
    try:
        host, path, _, _ = split(response.final_url)
    except Unreadable:
        return Sighting(Presence.ERROR, "address.unreadable")
    if locate(host, signals.hosts or _home(response.url)) is None:
        # An operator's block page answers for the platform: it says nothing about the account.
        return Sighting(Presence.UNKNOWN, "address.elsewhere", response.final_url[:_LONGEST_QUOTE])
    if re.fullmatch(_LOGIN, path):
        return Sighting(Presence.LOGIN_WALL, "address.login", path[:_LONGEST_QUOTE])
    return None


def _home(asked: str) -> tuple[str, ...]:
    """A platform that lives on any host is at home where it was asked."""
    try:
        return (split(asked)[0].removeprefix("www."),)
    except Unreadable:
        return ()


def _by_page(response: Response, signals: SignalSet, recognise: Callable[[str], Ref]) -> Sighting:
    page = parse(response.body)
    hits = [(signal.where, hit) for signal in signals.signals if (hit := _hit(signal, response, page))]
    best = _choose(hits, response.vantage, frozenset(one.name for one in signals.signals if one.decisive))
    facts = _details(signals.details, response, page)
    asked, got = _handle(response.url, recognise), _handle(response.final_url, recognise)
    if asked and got and asked != got and best.presence in _LIVING:
        return Sighting(Presence.RENAMED, "address.renamed", response.final_url[:_LONGEST_QUOTE], handle=got)
    shown = facts.get("handle", "")
    # A block on the page may belong to somebody else (a forwarded message): its id is not this account's.
    own = not shown or not asked or asked in {shown.lower(), shown.lower().replace(".", "")}
    return Sighting(
        best.presence,
        best.signal,
        best.quote,
        best.territory,
        facts.get("stable_id", "") if own else "",
        shown,
        number(facts["followers"]) if "followers" in facts else None,
    )


def _choose(hits: list[tuple[Where, Sighting]], vantage: str, decisive: frozenset[str]) -> Sighting:
    """The strongest signal, unless the page contradicts itself: to call oneself `Account suspended` is not enough."""
    here = [(where, hit) for where, hit in hits if hit.presence is not Presence.WITHHELD or _is_here(hit, vantage)]
    if not here:
        return Sighting(Presence.UNKNOWN, "nothing.known")
    where, best = min(here, key=lambda pair: _ORDER.index(pair[1].presence))
    alive = any(hit.presence is Presence.LIVE for _, hit in here)
    gone = best.presence in _GONE or (best.presence is Presence.WITHHELD and where is Where.MARK)
    if gone and alive and best.signal not in decisive:
        return Sighting(Presence.UNKNOWN, f"contradiction.{best.signal}", best.quote)
    if _CODES.fullmatch(best.territory):
        return replace(best, territory=_code_of(vantage))
    return best


def _is_here(hit: Sighting, vantage: str) -> bool:
    """Withheld in another territory is not withheld here; a page that names no list of codes speaks to its visitor."""
    return not _CODES.fullmatch(hit.territory) or _code_of(vantage) in hit.territory.split(",")


def _code_of(vantage: str) -> str:
    match = re.match(r"[A-Za-z]{2}(?![A-Za-z])", vantage)
    return match[0].upper() if match else ""


def _hit(signal: Signal, response: Response, page: Page) -> Sighting | None:
    for value in _at(signal.where, signal.key, response, page):
        match = re.fullmatch(signal.pattern, value, re.DOTALL)
        if match:
            territory = next((group for group in match.groups() if group), "")
            return Sighting(signal.presence, signal.name, _quote(signal, value), territories.code_of(territory))
    return None


def _quote(signal: Signal, value: str) -> str:
    return f"{signal.key or signal.where}: {value}"[:_LONGEST_QUOTE]


def _at(where: Where, key: str, response: Response, page: Page) -> Iterator[str]:
    if where is Where.STATUS:
        yield str(response.status)
    elif where is Where.TITLE:
        yield page.title
    elif where is Where.PATH:
        yield re.sub(r"^[a-z]+://[^/]*", "", response.final_url)
    elif where is Where.META and key in page.metas:
        yield page.metas[key]
    elif where is Where.MARK and key in page.marks:
        yield page.marks[key]
    elif where is Where.JSON:
        for document in page.documents:
            yield from (_plain(value) for value in values(document, key))


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ",".join(str(part) for part in value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return "{}" if isinstance(value, dict) else str(value)


def _details(details: tuple[Detail, ...], response: Response, page: Page) -> dict[str, str]:
    found: dict[str, str] = {}
    for detail in details:
        for value in _at(detail.where, detail.key, response, page):
            match = re.fullmatch(detail.pattern, _decoded(detail.key, value), re.DOTALL)
            if match:
                found.setdefault(detail.fact, match[1].strip())
    return found


def _decoded(key: str, value: str) -> str:
    """Telegram writes the ids of its preview as base64 of JSON into `data-view` (reference §2)."""
    if key != "data-view":
        return value
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("utf-8", "replace")
    except ValueError:
        return ""


def _handle(url: str, recognise: Callable[[str], Ref]) -> str:
    try:
        ref = recognise(url)
    except Unreadable:
        return ""
    return ref.value if ref.target is Target.ACCOUNT and ref.keytype is KeyType.HANDLE else ""
