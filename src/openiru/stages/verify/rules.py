"""Law 9 as a pure rule: what several looks together allow us to say, and what a run without canaries says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from openiru.platforms.shapes import Sighting
from openiru.terms import Presence, Verified

APART = timedelta(hours=24)
CANARY_FRESH = timedelta(hours=6)

_GONE = {Presence.SUSPENDED, Presence.REMOVED_BY_PLATFORM}
_THERE = {Presence.LIVE, Presence.LIVE_PRIVATE, Presence.LABEL_RESTRICTED, Presence.RENAMED}


@dataclass(frozen=True, slots=True)
class Look:
    """One observation as the rule needs it. `separating`: canaries read as expected from this vantage about that time."""

    at: datetime
    vantage: str
    presence: Presence
    quote: str
    territory: str = ""
    separating: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What we may say, the look that decides, and why, in one sentence."""

    verified: Verified
    look: Look | None
    why: str


def conclude(looks: Sequence[Look]) -> Said:
    """Return what the looks allow us to say; `looks` oldest first. Newest evidence wins; unknown is the default."""
    telling = [one for one in looks if one.presence in _GONE | _THERE | {Presence.WITHHELD, Presence.NOT_FOUND}]
    if not telling:
        return Said(Verified.UNKNOWN, None, "no look has shown anything yet")
    last = telling[-1]
    if last.presence in _GONE and last.quote:
        return Said(Verified.GONE, last, f"the platform says so: {last.quote[:120]}")
    if last.presence is Presence.WITHHELD and last.quote:
        where = last.territory or last.vantage
        return Said(Verified.WITHHELD_HERE, last, f"withheld in {where}: {last.quote[:120]}")
    if last.presence in _THERE:
        return _seen(telling, last)
    if last.presence is Presence.NOT_FOUND:
        return _not_found(telling, last)
    return Said(Verified.UNKNOWN, last, "the platform's own words are missing")


def conclude_item(looks: Sequence[Look]) -> Said:
    """The same of one post, but for one thing: what no look ever saw may be hidden from visitors, so it cannot have vanished."""
    said = conclude(looks)
    if said.verified is Verified.NOT_VISIBLE and not any(one.presence in _THERE for one in looks):
        return Said(Verified.UNKNOWN, said.look, "not found, but no look ever saw it: visitors may never have")
    return said


def _seen(telling: Sequence[Look], last: Look) -> Said:
    """Seen from one vantage; where another vantage's newest look reads withheld, both are true at once."""
    newest = {one.vantage: one for one in telling}
    withheld = next((one for one in newest.values() if one.presence is Presence.WITHHELD and one.quote), None)
    if withheld is not None:
        where = withheld.territory or withheld.vantage
        return Said(Verified.WITHHELD_HERE, withheld, f"withheld in {where}, seen from {last.vantage}")
    return Said(Verified.STILL_LIVE, last, f"seen {last.presence.replace('_', ' ')}")


def _not_found(telling: Sequence[Look], last: Look) -> Said:
    """`not_found` counts twice, a day apart, from one vantage, with canaries that separate; the cause stays unknown."""
    run: list[Look] = []
    for one in reversed(telling):
        if one.presence is not Presence.NOT_FOUND:
            break
        if one.vantage == last.vantage and one.separating:
            run.append(one)
    if last.separating and run and last.at - run[-1].at >= APART:
        return Said(Verified.NOT_VISIBLE, last, "not found twice, at least a day apart; the cause is unknown")
    return Said(Verified.UNKNOWN, last, "not found, not yet twice a day apart with canaries that separate")


def next_look(attempts: int) -> timedelta:
    """How long to wait after a look that failed: 15, 30, 60 … at most 360 minutes."""
    return timedelta(minutes=min(360, 15 * 2 ** max(0, attempts - 1)))


def of_this_run(sighting: Sighting, *, separating: bool, expired: bool) -> Sighting:
    """What a look of this run says: nothing, where its canaries do not separate or its signals are past their date."""
    if expired:
        return replace(sighting, presence=Presence.UNKNOWN, signal=f"expired.{sighting.signal}", territory="")
    if separating or sighting.presence in _OURS:
        return sighting
    return replace(sighting, presence=Presence.UNKNOWN, signal=f"run.{sighting.signal}", territory="")


_OURS = {Presence.UNKNOWN, Presence.ERROR, Presence.RATE_LIMITED, Presence.LOGIN_WALL, Presence.GEO_BLOCKED_VANTAGE}
"""States that speak of the look itself, and not of the account."""


def of_this_account(stable_id: str, sighting: Sighting) -> Sighting:
    """What a page says of the account with this stable id: nothing, if the page shows another id (the handle changed hands)."""
    if not stable_id or not sighting.stable_id or sighting.stable_id == stable_id:
        return sighting
    quote = f"the page shows the id {sighting.stable_id[:40]}, the account has another"
    return Sighting(Presence.UNKNOWN, "another_account", quote, stable_id=sighting.stable_id)
