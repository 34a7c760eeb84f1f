"""The values of the stand-in platforms: what a world holds, what somebody sent, and what a platform made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What somebody sent: a complete notice with a file, bare addresses in a text, or the taking back of a notice."""

    NOTICE = "notice"
    LIST = "list"
    WITHDRAWAL = "withdrawal"


class Effect(StrEnum):
    """What a decision does to the pages; `none` leaves them as they are."""

    NONE = "none"
    SUSPEND = "suspend"
    REMOVE_ITEMS = "remove_items"
    WITHHOLD = "withhold"
    REVOKE_LINK = "revoke_link"
    REINSTATE = "reinstate"


class Result(StrEnum):
    """What a platform decides; its profile has the words for each."""

    ACCOUNT_DISABLED = "account_disabled"
    ITEMS_REMOVED = "items_removed"
    WITHHELD = "withheld"
    LINK_REVOKED = "link_revoked"
    DUPLICATE = "duplicate"
    ALREADY_GONE = "already_gone"
    NO_VIOLATION = "no_violation"
    INVALID = "invalid"
    CLARIFICATION = "clarification"
    SILENCE = "silence"
    REINSTATED = "reinstated"


@dataclass(frozen=True, slots=True)
class Post:
    """One item of an account, with its own page."""

    url: str
    text: str
    language: str
    posted_at: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as anybody can see it. Whether it was rightly reported is not in here: the platform must look."""

    url: str
    platform: str
    kind: str
    handle: str
    stable_id: str
    title: str
    bio: str
    followers: int
    private: bool
    exists: bool
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    """A listed organisation in the platform's own copy of the lists: its names, and reference -> kind of list."""

    names: tuple[str, ...]
    listings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Platform:
    """One stand-in: its name and hosts are labels; everything it does comes from its profile."""

    name: str
    host: str
    profile: str
    markup: str
    inboxes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    """All that exists at the start of a run."""

    start: datetime
    official_domains: tuple[str, ...]
    platforms: tuple[Platform, ...]
    organisations: tuple[Organisation, ...]
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """One message as the platform read it. `document` is a notice or withdrawal, `urls` those in a bare text."""

    kind: Kind
    sender: str
    subject: str
    message_id: str = ""
    document: Mapping[str, object] = field(default_factory=dict)
    urls: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the platform decided about one account: the result, the rule that led to it, and what it does."""

    url: str
    result: Result
    rule: str
    effect: Effect = Effect.NONE
    territory: str = ""
    items: Mapping[str, Result] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
