"""Politeness towards hosts, shared by all processes: how often each is asked, and how long it asked us to wait."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import connection, transaction

from openiru.errors import Unavailable
from openiru.fetch import Fetcher, Hop, Page
from openiru.people.actor import Actor
from openiru.stages.evidence import rules
from openiru.stages.evidence.models import Host
from openiru.stages.intake.models import Account
from openiru.stages.intake.watching import leave

BURST = 5


def with_leave(account: Account, *, fetcher: Fetcher, actor: Actor, now: datetime) -> Fetcher:
    """The fetcher at the pace of the leave that an agency with a case on this account has, of those this person may see.

    Raises `Refused("no_leave")`. Stand-ins and our own machine need none: nobody else's service is asked.
    """
    if fetcher.sandbox or fetcher.allow_loopback:
        return fetcher
    cases = account.cases.all() if actor.is_system else account.cases.filter(agency__in=actor.sees)
    slowest = leave.per_minute(account.platform, cases.values("agency"), on=now.date())
    return replace(fetcher, per_minute=min(fetcher.per_minute, slowest))


@transaction.atomic
def take(url: str, *, fetcher: Fetcher, now: datetime) -> None:
    """Take a turn to ask the host of `url` from this vantage; raises `Unavailable` with the time when it is too early.

    Stand-ins are on our own machine and have no pace; that they asked us to wait holds for them too.
    """
    name = host_of(url)
    Host.objects.get_or_create(name=name, vantage=fetcher.vantage)
    host = Host.objects.select_for_update().get(name=name, vantage=fetcher.vantage)
    if host.closed_until and host.closed_until > now:
        raise Unavailable(name, f"asked us to wait until {host.closed_until:%Y-%m-%d %H:%M:%S} UTC")
    if fetcher.sandbox:
        return
    may, due = rules.take_turn(host.due_at, now, rules.Pace(fetcher.per_minute, BURST))
    if not may:
        raise Unavailable(name, f"its turn comes at {due:%H:%M:%S} UTC ({fetcher.per_minute:g} a minute)")
    host.due_at = due
    host.save(update_fields=["due_at"])


def heed(page: Page, *, fetcher: Fetcher, now: datetime) -> None:
    """Note that a host asked us to wait, and raise `Unavailable`: a wall is no evidence of what is behind it."""
    wait = asked_to_wait(page, fetcher=fetcher, now=now)
    if wait is not None:
        seen = page.response
        raise Unavailable(host_of(seen.final_url), f"HTTP {seen.status}, asked us to wait {wait}")


@transaction.atomic
def asked_to_wait(page: Page, *, fetcher: Fetcher, now: datetime) -> timedelta | None:
    """How long an answer asks us to stay away, noted for all processes; None if it asks nothing."""
    seen = page.response
    if seen.status not in rules.ASKS_TO_WAIT:
        return None
    return _stay_away(seen.final_url, seen.headers.items(), fetcher, now)


@transaction.atomic
def heed_parts(hops: Iterable[Hop], *, fetcher: Fetcher, now: datetime) -> None:
    """Note every host that asked us to wait for a part of a page: the page was seen, the host is left alone from now on."""
    for hop in hops:
        if hop.status in rules.ASKS_TO_WAIT:
            _stay_away(hop.url, hop.headers, fetcher, now)


def _stay_away(url: str, headers: Iterable[tuple[str, str]], fetcher: Fetcher, now: datetime) -> timedelta:
    asked = next((value for name, value in headers if name.lower() == "retry-after"), "")
    wait = rules.wait_asked(asked, now)
    Host.objects.update_or_create(name=host_of(url), vantage=fetcher.vantage, defaults={"closed_until": now + wait})
    return wait


def standing(vantage: str) -> dict[str, datetime | None]:
    """When each host is due next, from this vantage."""
    return dict(Host.objects.filter(vantage=vantage).values_list("name", "due_at"))


def closed(vantage: str, *, now: datetime) -> dict[str, datetime]:
    """Hosts that asked us to stay away, and until when."""
    rows = Host.objects.filter(vantage=vantage, closed_until__gt=now).values_list("name", "closed_until")
    return {name: until for name, until in rows if until}


@transaction.atomic
def keep(due: dict[str, datetime], *, vantage: str) -> None:
    """Write down the turns that a run took; another process may have taken later ones meanwhile."""
    Host.objects.bulk_create([Host(name=name, vantage=vantage) for name in due], ignore_conflicts=True)
    for host in Host.objects.select_for_update().filter(vantage=vantage, name__in=due).order_by("name"):
        host.due_at = max(host.due_at or due[host.name], due[host.name])
        host.save(update_fields=["due_at"])


@contextmanager
def alone(vantage: str) -> Iterator[bool]:
    """Whether this process is the only one that looks from a vantage now; of several, one looks and the others go on."""
    key = int.from_bytes(hashlib.blake2b(f"look:{vantage}".encode(), digest_size=4).digest())
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [_LOOKING, key & 0x7FFF_FFFF])
        got = bool(cursor.fetchone()[0])
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [_LOOKING, key & 0x7FFF_FFFF])


_LOOKING = 0x100C


def host_of(url: str) -> str:
    """Whose pace an address counts against."""
    return (urlsplit(url).hostname or "")[:200]
