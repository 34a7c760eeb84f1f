"""The types that every platform file speaks: what an address names, a notice holds, an answer and a page say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from openiru.platforms.orders import Addressee, OrderFacts
from openiru.terms import Action, Ground, Leg, NoticeKind, Outcome, Platform, Presence


class KeyType(StrEnum):
    """`id` is stable, `h` a handle that may change hands, `phone` a number (personal data), `none` for no key."""

    ID = "id"
    HANDLE = "h"
    PHONE = "phone"
    PFBID = "pfbid"
    NONE = "none"


class Target(StrEnum):
    """What the address points at, as far as casework cares."""

    ACCOUNT = "account"
    ITEM = "item"
    SHORTLINK = "shortlink"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Personal data that must be hashed before it is stored or logged; its repr never shows it."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "•••" + self.value[-3:]


@dataclass(frozen=True, slots=True)
class Ref:
    """What one address names. `key` is `platform:kind:keytype:value`.

    For a phone, value and canonical address are empty and `phone` is set: they are stored, and a number is not.
    """

    platform: Platform | None
    target: Target
    kind: str
    keytype: KeyType
    value: str
    canonical_url: str
    parent: Ref | None = None
    phone: Sensitive | None = None
    warnings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The canonical key, e.g. `x:user:h:jack`; equal keys are the same account or item."""
        return f"{self.platform or 'web'}:{self.kind}:{self.keytype}:{self.value}"

    @property
    def account(self) -> Ref | None:
        """The account this address is of or belongs to, where the address says so."""
        if self.target is Target.ACCOUNT:
            return self
        return self.parent if self.parent and self.parent.target is Target.ACCOUNT else None


class Address(NamedTuple):
    """One address, cleaned, unwrapped and split: `site` is a platform's own domain, `sub` what stands before it.

    `segments` are percent-decoded and never empty; `path` is as written, to give back what we could not read.
    """

    site: str
    sub: str
    segments: tuple[str, ...]
    path: str
    query: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListingFact:
    """One list entry that a notice relies on, as of a hashed snapshot."""

    authority: str
    list_name: str
    reference: str
    listed_on: date | None
    snapshot_sha256: str
    programs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemFact:
    """One exact post, video or message with what is wrong with it. `translation` is needed unless it is in English."""

    url: str
    key: str
    ground: Ground
    why: str
    language: str
    excerpt: str = ""
    translation: str = ""
    evidence_sha256: str = ""
    last_seen_live: datetime | None = None
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The union of what platforms ask for (reference/platforms.md §13); a composer takes what its platform reads."""

    reference: str
    kind: NoticeKind
    leg: Leg
    platform: Platform
    action: Action
    account_url: str
    account_key: str
    account_handle: str
    account_stable_id: str
    organisation: str
    listings: tuple[ListingFact, ...]
    single_source: bool
    items: tuple[ItemFact, ...]
    affiliation: str
    policy_line: str
    policy_why: str
    law: str
    law_articles: tuple[str, ...]
    authority: str
    authority_email: str
    authority_address: str
    language: str
    territory: str
    end_date: date | None
    redress: str
    holder_text: str
    holder_code: str
    nondisclosure_until: date | None
    issued_at: datetime
    previous_ticket: str = ""
    links_to_suspended: tuple[str, ...] = ()
    context: str = ""
    urgency: str = ""
    statement: str = ""
    order: OrderFacts | None = None


class Weight(StrEnum):
    """A hard gap stops a notice; a soft one is shown with its reason."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a complete notice would have; `code` is stable, `reason` is a sentence for the officer."""

    code: str
    weight: Weight
    reason: str


@dataclass(frozen=True, slots=True)
class Package:
    """What is sent to one platform: the fields in its order and words, and a covering text; no document."""

    subject: str
    body: str
    fields: Mapping[str, object]
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a platform's reply says, per item where it says so. `outcome` None means: a person must read it."""

    outcome: Outcome | None
    receipt_only: bool
    ticket: str
    territory: str
    quote: str
    items: Mapping[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """What came back when we looked at a page: enough to read presence and to check the reading later."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: str
    vantage: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one page says. `quote` is the very text the state rests on; `signal` names the rule that fired."""

    presence: Presence
    signal: str
    quote: str = ""
    territory: str = ""
    stable_id: str = ""
    handle: str = ""
    followers: int | None = None


class Certainty(StrEnum):
    """How sure a fact is, as the reference marks it: the platform's own text, code, news, background, hypothesis."""

    PLATFORM = "P"
    CODE = "C"
    NEWS = "N"
    VERIFIED = "V"
    BACKGROUND = "B"
    HYPOTHESIS = "H"


@dataclass(frozen=True, slots=True)
class PolicyFact:
    """Something a platform's policy says, with where it was read and how sure it is."""

    code: str
    says: str
    source: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Check:
    """How presence is looked up: `url` has names of `names_of`; undocumented ones are off by default.

    `by_kind` gives the template of a kind of account whose page stands elsewhere; an empty one: the account's own page.
    """

    signal_set: str
    url: str
    documented: bool
    expires: date
    manual_only: bool = False
    why_manual: str = ""
    by_kind: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemCheck:
    """How presence of one post is looked up: `{url}` in the template is the post's address, encoded, `{plain}` as it is.

    `hidden` matches addresses that no visitor can see, there or not: a machine does not ask them.
    """

    check: Check
    read: Callable[[Response], Sighting]
    hidden: str = ""


def names_of(handle: str, stable_id: str) -> Mapping[str, str]:
    """What a `Check` may ask by: `handle`, `id`, `actor` (the id where known, else the handle), and `user`, `host` of `user@host`."""
    user, _, host = handle.partition("@")
    return {"handle": handle, "id": stable_id, "actor": stable_id or handle, "user": user if host else "", "host": host}


@dataclass(frozen=True, slots=True)
class Route:
    """How a notice of one leg reaches the platform: `email` or `portal`, and the fields its form has."""

    leg: Leg
    way: str
    address: str
    automated_allowed: bool
    recognised_lists: tuple[str, ...]
    due_hours: int
    source: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Dating:
    """When the platform made what a key names, read from its number: `read(kind, value)` → UTC or None.

    `source` has the formula and the error that was observed; `caution` says why the time may be wrong, where it may.
    """

    read: Callable[[str, str], datetime | None]
    source: str
    caution: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """The time that an id carries, and how far it can be trusted."""

    at: datetime
    source: str
    caution: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A role to write to, as a register or a server publishes it; holders are never read: nobody's data are asked for."""

    role: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ContactSource:
    """Where a platform without one address says whom to write to: `address(handle)`, and `read` of the answer's body.

    `read` raises Unreadable for an answer of another kind.
    """

    address: Callable[[str], str]
    read: Callable[[str], tuple[Contact, ...]]


@dataclass(frozen=True, slots=True)
class PlatformFile:
    """All that we know of one platform; each `platforms/<name>.py` ends with one of these called `PLATFORM`.

    `read_address` is `recognise` after splitting; `phone_url` (with `{digits}`) is the address of a number, `id_url` and
    `handle_url` (with `{id}` and `{handle}`) those of an account by its stable id and by its handle, where there are any.
    A platform that lives on any host has no `hosts`; its `read_address` gives None for what it does not know as its own.
    """

    platform: Platform
    title: str
    hosts: tuple[str, ...]
    recognise: Callable[[str], Ref]
    gaps: Callable[[NoticeFacts, datetime], tuple[Gap, ...]]
    compose: Callable[[NoticeFacts], Package]
    read_reply: Callable[[str, str], Reply]
    read_presence: Callable[[Response], Sighting]
    routes: tuple[Route, ...]
    facts: tuple[PolicyFact, ...]
    check: Check
    examples: Mapping[str, str]
    read_address: Callable[[Address], Ref | None]
    phone_url: str = ""
    id_url: str = ""
    handle_url: str = ""
    dating: Dating | None = None
    contacts: ContactSource | None = None
    addressee: Addressee | None = None
    posts: ItemCheck | None = None
