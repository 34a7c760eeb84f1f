"""What faces hand to the stages: the signer of the log, fetchers for each vantage, and the clock of this installation."""

from __future__ import annotations

from datetime import datetime

import httpx
from django.conf import settings

from openiru.errors import Refused, Unavailable
from openiru.fetch import Fetcher
from openiru.ledger import queries as ledger
from openiru.ledger.signing import Signer, private_key
from openiru.terms import Mode


def signer() -> Signer:
    """Who signs checkpoints here; raises `not_found` before the installation was made."""
    standing = ledger.installation()
    if standing is None:
        raise Refused("not_found")
    return Signer(standing.origin, private_key(settings.KEYS, "log"))


def fetchers() -> tuple[Fetcher, ...]:
    """One fetcher for each vantage we look from; only an exercise may have stand-ins (law 12)."""
    sandbox = settings.OPENIRU["OPENIRU_SANDBOX"]
    standing = ledger.installation()
    if sandbox and (standing is None or standing.mode != Mode.EXERCISE):
        raise Refused("live_has_no_sandbox")
    if standing is not None and standing.mode == Mode.EXERCISE and not sandbox:
        return ()
    here = [name.strip() for name in settings.OPENIRU["OPENIRU_VANTAGE"].split(",") if name.strip()]
    if len(here) > 1 and not sandbox:
        raise Refused("one_vantage")
    loopback = settings.OPENIRU["OPENIRU_ALLOW_LOOPBACK"] == "1"
    chromium = settings.OPENIRU["OPENIRU_CHROMIUM"]
    rate = float(settings.OPENIRU["OPENIRU_RATE"])
    return tuple(Fetcher(name, sandbox, loopback, chromium, rate) for name in here)


def vantages() -> tuple[str, ...]:
    """Every place that this installation looks from, from this machine and from others; the first sees what everybody sees."""
    named = settings.OPENIRU["OPENIRU_VANTAGES"] or settings.OPENIRU["OPENIRU_VANTAGE"]
    return tuple(name.strip() for name in named.split(",") if name.strip())


def fetcher() -> Fetcher:
    """The fetcher of the first vantage; raises `address_forbidden` where this installation may not fetch."""
    found = fetchers()
    if not found:
        raise Refused("address_forbidden", why="an exercise without stand-ins looks at nothing")
    return found[0]


def tell_sandbox(now: datetime) -> int:
    """Tell an exercise's stand-ins what time it is; returns 0 where there are none. They may have heard a later time already."""
    sandbox = settings.OPENIRU["OPENIRU_SANDBOX"]
    if not sandbox:
        return 0
    try:
        reply = httpx.post(f"{sandbox}/_control/clock", json={"now": now.isoformat()}, timeout=120, trust_env=False)
    except httpx.HTTPError as error:
        raise Unavailable("sandbox", type(error).__name__) from error
    if reply.status_code not in {200, 409}:
        raise Unavailable("sandbox", f"HTTP {reply.status_code}")
    return 1
