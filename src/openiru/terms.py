"""The words every floor of the house shares: enums and ids, each with one meaning (docs/glossary.md)."""

from __future__ import annotations

from enum import StrEnum


class Platform(StrEnum):
    """A service we can refer to. The registry of what we know of each is `openiru.platforms`."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    X = "x"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    YOUTUBE = "youtube"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    DISCORD = "discord"
    SNAPCHAT = "snapchat"
    WEB = "web"


class Ground(StrEnum):
    """Closed list: the five kinds of terrorist content of Regulation (EU) 2021/784, Art. 2(7). There is no sixth."""

    INCITES = "incites"
    SOLICITS_OFFENCE = "solicits_offence"
    SOLICITS_PARTICIPATION = "solicits_participation"
    INSTRUCTS = "instructs"
    THREATENS = "threatens"


class NoticeKind(StrEnum):
    """Voluntary or binding; two types that are never mixed."""

    REFERRAL = "referral"
    ORDER = "order"


class Leg(StrEnum):
    """A step of the platform's ladder: own rules with global effect first, then local law in one territory."""

    PLATFORM_POLICY = "platform_policy"
    LOCAL_LAW = "local_law"


class Action(StrEnum):
    """What a notice asks for, least restrictive first."""

    LABEL = "label"
    WITHHOLD = "withhold"
    REMOVE_ITEMS = "remove_items"
    DISABLE_ACCOUNT = "disable_account"


class Outcome(StrEnum):
    """The normalised result of a notice; words of the reference are mapped onto these."""

    REMOVED_GLOBAL = "removed_global"
    ACCOUNT_DISABLED = "account_disabled"
    WITHHELD = "withheld"
    RESTRICTED = "restricted"
    LINK_REVOKED = "link_revoked"
    DUPLICATE = "duplicate"
    ALREADY_GONE = "already_gone"
    DECLINED_NO_VIOLATION = "declined_no_violation"
    DECLINED_INVALID = "declined_invalid"
    CLARIFICATION_ASKED = "clarification_asked"
    NO_ANSWER = "no_answer"
    NO_VISIBLE_CHANGE = "no_visible_change"
    REVERSED = "reversed"
    PLATFORM_ERROR_CORRECTED = "platform_error_corrected"


ACTED = frozenset(
    {Outcome.REMOVED_GLOBAL, Outcome.ACCOUNT_DISABLED, Outcome.WITHHELD, Outcome.RESTRICTED, Outcome.LINK_REVOKED}
)
"""Outcomes in which the platform says it did something."""

DECLINED = frozenset({Outcome.DECLINED_NO_VIOLATION, Outcome.DECLINED_INVALID})


class Presence(StrEnum):
    """What we see when we look. `unknown` is the default; only a quoted platform signal proves an account gone."""

    LIVE = "live"
    LIVE_PRIVATE = "live_private"
    WITHHELD = "withheld"
    LABEL_RESTRICTED = "label_restricted"
    SUSPENDED = "suspended"
    REMOVED_BY_PLATFORM = "removed_by_platform"
    NOT_FOUND = "not_found"
    RENAMED = "renamed"
    LOGIN_WALL = "login_wall"
    RATE_LIMITED = "rate_limited"
    GEO_BLOCKED_VANTAGE = "geo_blocked_vantage"
    ERROR = "error"
    UNKNOWN = "unknown"


class Verified(StrEnum):
    """Law 9: what several observations together allow us to say."""

    GONE = "verified_gone"
    NOT_VISIBLE = "no_longer_visible"
    WITHHELD_HERE = "withheld_here"
    STILL_LIVE = "still_live"
    UNKNOWN = "unknown"


class ProtectionKind(StrEnum):
    """A registered reason not to refer."""

    PRESS = "press"
    PRESS_UNION = "press_union"
    RIGHTS_DEFENDER = "rights_defender"
    RESEARCH = "research"
    COURT = "court"
    PARLIAMENT = "parliament"
    PARTY = "party"
    RELIGIOUS_AUTHORITY = "religious_authority"
    OFFICIAL = "official"
    COUNTER_SPEECH = "counter_speech"


class ListAuthorityKind(StrEnum):
    """How far a designating authority's word carries; the designation policy counts them apart."""

    MULTILATERAL = "multilateral"
    NATIONAL = "national"


class AliasQuality(StrEnum):
    """How good an alias is as evidence. Weak and low never match by themselves."""

    PRIMARY = "primary"
    STRONG = "strong"
    WEAK = "weak"
    PREVIOUS = "previous"


class Mode(StrEnum):
    """An installation is one or the other for ever (law 12)."""

    EXERCISE = "exercise"
    LIVE = "live"
