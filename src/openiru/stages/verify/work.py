"""Looks at accounts that are due: canaries first, then each page over HTTP; what fails is tried again and shown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from openiru.errors import Refused, Unavailable
from openiru.fetch import Fetcher
from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS, recognise
from openiru.platforms.shapes import Check, KeyType, Response, Sighting, names_of
from openiru.stages.evidence import pacing
from openiru.stages.evidence.rules import Pace
from openiru.stages.intake.models import Account
from openiru.stages.verify import items, rules, schedule, services
from openiru.stages.verify.models import Canary, CanaryLook, Lookup, Observation
from openiru.stages.verify.seeing import Seen, separating
from openiru.terms import Platform, Presence


@dataclass(frozen=True, slots=True)
class Run:
    """One platform in one run: whether its canaries separate, and whether its signals are past their date."""

    separating: bool
    expired: bool


def look_due(*, fetcher: Fetcher, actor: Actor, now: datetime, limit: int = 50) -> int:
    """Make the looks that are due from this fetcher's vantage, the nearest deadline first; return how many were made or failed."""
    with pacing.alone(fetcher.vantage) as got:
        return _look_due(fetcher, actor, now, limit) if got else 0


def _look_due(fetcher: Fetcher, actor: Actor, now: datetime, limit: int) -> int:
    leased = services.lease(now=now, vantage=fetcher.vantage, limit=limit)
    paces: dict[str, Pace] = {}
    turns, later, runs, done = _turns(fetcher, now, paces), {}, {}, 0
    for one in leased:
        platform, of_items = Platform(one.account.platform), one.item is not None
        host = pacing.host_of(_address_of(one))
        try:
            paces[host] = _pace(pacing.with_leave(one.account, fetcher=fetcher, actor=actor, now=now))
            wait = turns.grant(host, now)
            if wait is not None:
                later[one.id] = wait
                continue
            if (platform, of_items) not in runs:
                runs[platform, of_items] = begin(platform, fetcher=fetcher, now=now, turns=turns, of_items=of_items)
            done += 1
            seen = _look_at(one, fetcher, runs[platform, of_items], now)
        except (Unavailable, Refused) as error:
            services.failed(one.id, str(error), now=now)
            turns.closed |= pacing.closed(fetcher.vantage, now=now)
            continue
        if one.item is None:
            services.record(seen, actor=actor, now=now, lookup_id=one.id)
        else:
            items.record(one.item.id, seen, actor=actor, now=now, lookup_id=one.id)
    services.put_off(later)
    pacing.keep({host: due for host, due in turns.due.items() if due}, vantage=fetcher.vantage)
    return done


def _address_of(one: Lookup) -> str:
    if one.item is None:
        return check_address(one.account)
    return items.address_of(one.account.platform, one.item.kind, one.item.url)


def _look_at(one: Lookup, fetcher: Fetcher, run: Run, now: datetime) -> Seen:
    if one.item is None:
        return look(one.account, fetcher=fetcher, run=run, now=now, notice_id=one.notice_id)
    known = items.check_of(one.account.platform)
    if known is None:
        raise Refused("look_by_hand", why="this platform documents no way to look up a post")
    return _read(one.account, known.check, known.read, _address_of(one), fetcher=fetcher, run=run, now=now)


def look_now(account: Account, *, fetcher: Fetcher, actor: Actor, now: datetime) -> Observation:
    """A person looks at one account now."""
    _by_machine(account)
    fetcher = pacing.with_leave(account, fetcher=fetcher, actor=actor, now=now)
    run = begin(Platform(account.platform), fetcher=fetcher, now=now)
    return services.record(look(account, fetcher=fetcher, run=run, now=now), actor=actor, now=now)


def begin(
    platform: Platform,
    *,
    fetcher: Fetcher,
    now: datetime,
    turns: schedule.Turns | None = None,
    of_items: bool = False,
) -> Run:
    """Look at a platform's canaries (unless that was done within the hour) and say what looks of this run are worth."""
    for host in look_at_canaries(platform, fetcher=fetcher, now=now, of_items=of_items):
        if turns is not None:
            turns.spend(host, now)
    known = items.check_of(platform) if of_items else None
    check = known.check if known else PLATFORMS[platform].check
    expired = now.date() > check.expires
    return Run(separating(platform, fetcher.vantage, now, of_items=of_items), expired)


def look(account: Account, *, fetcher: Fetcher, run: Run, now: datetime, notice_id: int | None = None) -> Seen:
    """Fetch an account's page and read it.

    Raises `Refused("look_by_hand")` where the platform lets no machine look, and `Unavailable` where it asks us to wait.
    """
    _by_machine(account)
    platform, url = PLATFORMS[Platform(account.platform)], check_address(account)
    return replace(
        _read(account, platform.check, platform.read_presence, url, fetcher=fetcher, run=run, now=now),
        notice_id=notice_id,
    )


def _read(  # noqa: PLR0913
    account: Account,
    check: Check,
    read: Callable[[Response], Sighting],
    url: str,
    *,
    fetcher: Fetcher,
    run: Run,
    now: datetime,
) -> Seen:
    page = fetcher.get(url)
    pacing.heed(page, fetcher=fetcher, now=now)
    sighting = read(page.response)
    return Seen(
        account_id=account.id,
        vantage=fetcher.vantage,
        sighting=rules.of_this_run(sighting, separating=run.separating, expired=run.expired),
        address=url,
        final_address=page.response.final_url,
        status=page.response.status,
        page_sha256=hashlib.sha256(page.content).hexdigest(),
        signal_set=check.signal_set,
        read_as=sighting.presence.value,
    )


def _by_machine(account: Account) -> None:
    check = PLATFORMS[Platform(account.platform)].check
    if account.phone_hash or account.platform in services.MANUAL:
        raise Refused("look_by_hand", why=check.why_manual or "its check is not documented by the platform")


def _turns(fetcher: Fetcher, now: datetime, paces: Mapping[str, Pace]) -> schedule.Turns:
    """The turns as all processes left them. Stand-ins on our own machine have no pace, but what they ask is heeded."""
    due = {} if fetcher.sandbox else pacing.standing(fetcher.vantage)
    usual = _pace(fetcher)
    return schedule.Turns(lambda host: paces.get(host, usual), dict(due), pacing.closed(fetcher.vantage, now=now))


def _pace(fetcher: Fetcher) -> Pace:
    return Pace(60_000, 10_000) if fetcher.sandbox else Pace(fetcher.per_minute, pacing.BURST)


def check_address(account: Account) -> str:
    """The address that tells most on this platform, else the account's own."""
    names = names_of(account.handle, account.stable_id)
    return _address(Platform(account.platform), account.kind, names) or account.url


def _canary_address(canary: Canary) -> str:
    """A canary is asked in the very way in which accounts are asked, or it separates nothing."""
    ref = recognise(canary.url)
    if canary.of_items:
        return items.address_of(canary.platform, ref.kind, canary.url)
    names = names_of("", ref.value) if ref.keytype is KeyType.ID else names_of(ref.value, "")
    return _address(Platform(canary.platform), ref.kind, names) or canary.url


def _address(platform: Platform, kind: str, names: Mapping[str, str]) -> str:
    check = PLATFORMS[platform].check
    form = check.by_kind.get(kind, check.url)
    needed = [name for name in names if f"{{{name}}}" in form]
    return form.format(**names) if needed and all(names[name] for name in needed) else ""


def look_at_canaries(platform: Platform, *, fetcher: Fetcher, now: datetime, of_items: bool = False) -> list[str]:
    """Look at this platform's canaries unless that was done within the hour; returns the hosts that were asked."""
    asked = []
    known = items.check_of(platform) if of_items else None
    read = known.read if known else PLATFORMS[platform].read_presence
    for canary in Canary.objects.filter(platform=platform, of_items=of_items):
        recent = CanaryLook.objects.filter(canary=canary, vantage=fetcher.vantage, at__gte=now - rules.CANARY_FRESH / 6)
        if recent.exclude(presence=Presence.ERROR).exists():
            continue
        address = _canary_address(canary)
        asked.append(pacing.host_of(address))
        try:
            presence = read(fetcher.get(address).response).presence
        except (Unavailable, Refused):
            presence = Presence.ERROR
        services.record_canary(canary.id, presence, vantage=fetcher.vantage, now=now)
    return asked
