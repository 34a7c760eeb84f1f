"""Looks at accounts that are due: canaries first, then each page over HTTP; what fails is tried again and shown."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from openiru.errors import Refused, Unavailable
from openiru.fetch import Fetcher
from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS, recognise
from openiru.platforms.shapes import KeyType, names_of
from openiru.stages.intake.models import Account
from openiru.stages.verify import rules, services
from openiru.stages.verify.models import Canary, CanaryLook, Observation
from openiru.terms import Platform, Presence


def look_due(*, fetcher: Fetcher, actor: Actor, now: datetime, limit: int = 50) -> int:
    """Make the looks that are due from this fetcher's vantage; return how many were made or failed."""
    leased = services.lease(now=now, vantage=fetcher.vantage, limit=limit)
    for platform in sorted({one.account.platform for one in leased}):
        look_at_canaries(Platform(platform), fetcher=fetcher, now=now)
    for one in leased:
        try:
            seen = look(one.account, fetcher=fetcher, notice_id=one.notice_id)
        except (Unavailable, Refused) as error:
            services.failed(one.id, str(error), now=now)
            continue
        services.record(seen, actor=actor, now=now, lookup_id=one.id)
    return len(leased)


def look_now(account: Account, *, fetcher: Fetcher, actor: Actor, now: datetime) -> Observation:
    """A person looks at one account now."""
    look_at_canaries(Platform(account.platform), fetcher=fetcher, now=now)
    return services.record(look(account, fetcher=fetcher), actor=actor, now=now)


def look(account: Account, *, fetcher: Fetcher, notice_id: int | None = None) -> services.Seen:
    """Fetch an account's page and read it. Raises `Refused("look_by_hand")` where the platform lets no machine look."""
    platform = PLATFORMS[Platform(account.platform)]
    if account.phone_hash or platform.check.manual_only:
        raise Refused("look_by_hand", why=platform.check.why_manual)
    url = check_address(account)
    page = fetcher.get(url)
    return services.Seen(
        account_id=account.id,
        vantage=fetcher.vantage,
        sighting=platform.read_presence(page.response),
        address=url,
        status=page.response.status,
        page_sha256=hashlib.sha256(page.content).hexdigest(),
        notice_id=notice_id,
    )


def check_address(account: Account) -> str:
    """The address that tells most on this platform, else the account's own."""
    names = names_of(account.handle, account.stable_id)
    return _address(Platform(account.platform), account.kind, names) or account.url


def _canary_address(canary: Canary) -> str:
    """A canary is asked in the very way in which accounts are asked, or it separates nothing."""
    ref = recognise(canary.url)
    names = names_of("", ref.value) if ref.keytype is KeyType.ID else names_of(ref.value, "")
    return _address(Platform(canary.platform), ref.kind, names) or canary.url


def _address(platform: Platform, kind: str, names: Mapping[str, str]) -> str:
    check = PLATFORMS[platform].check
    form = check.by_kind.get(kind, check.url)
    needed = [name for name in names if f"{{{name}}}" in form]
    return form.format(**names) if needed and all(names[name] for name in needed) else ""


def look_at_canaries(platform: Platform, *, fetcher: Fetcher, now: datetime) -> None:
    """Look at this platform's canaries unless that was done within the hour."""
    for canary in Canary.objects.filter(platform=platform):
        recent = CanaryLook.objects.filter(canary=canary, vantage=fetcher.vantage, at__gte=now - rules.CANARY_FRESH / 6)
        if recent.exists():
            continue
        try:
            presence = PLATFORMS[platform].read_presence(fetcher.get(_canary_address(canary)).response).presence
        except (Unavailable, Refused):
            presence = Presence.ERROR
        services.record_canary(canary.id, presence, vantage=fetcher.vantage, now=now)
