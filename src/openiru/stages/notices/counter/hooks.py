"""Verbs of hooks: a platform names an address, the worker tells it what changed, and what cannot be told is red."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from openiru.errors import Refused
from openiru.ledger import queries as ledger_queries
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.intake import phones
from openiru.stages.notices.counter import queries, whose
from openiru.stages.notices.counterparts import Call, Hook, Remark
from openiru.stages.notices.models import Notice
from openiru.terms import Mode

WAITS = (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds before each try, about those that the Standard Webhooks specification recommends; then it has failed."""
MOST = 5
EVENTS = {
    "notice.sent": queries.ON_THE_TABLE,
    "notice.withdrawn": Q(state=Notice.State.WITHDRAWN),
    "notice.reminded": Q(reminded_at__isnull=False),
}
"""What a platform is told of, and which notices it is said of."""


@transaction.atomic
def add(url: str, *, actor: Actor, now: datetime) -> tuple[Hook, str]:
    """Note an address; returns its secret, which is shown once. Only https, except on loopback in an exercise."""
    actor.must("counter.hooks")
    platform = whose.platform_of(actor)
    parts = urlsplit(url.strip())
    standing = ledger_queries.installation()
    is_exercise = standing is None or standing.mode == Mode.EXERCISE
    if parts.scheme not in ({"https", "http"} if is_exercise else {"https"}) or not parts.hostname or parts.username:
        raise Refused("form_incomplete", field="url")
    if len(url) > 300 or Hook.objects.filter(platform=platform, ended_at=None).count() >= MOST:
        raise Refused("too_many", limit=MOST)
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    hook = Hook.objects.create(
        platform=platform,
        url=url.strip(),
        secret_sealed=phones.seal(secret, settings.SEAL_KEY),
        made_by_id=actor.person,
        made_at=now,
    )
    ledger.append(actor.id, "hook.added", f"hook:{hook.uuid}", now=now, facts={"platform": platform, "url": hook.url})
    return hook, secret


@transaction.atomic
def end(hook_id: int, *, actor: Actor, now: datetime) -> Hook:
    """End an address at once; what was not told there is not told any more."""
    actor.must("counter.hooks")
    found = Hook.objects.select_for_update().filter(id=hook_id, platform=whose.platform_of(actor), ended_at=None)
    hook = found.first()
    if hook is None:
        raise Refused("not_found")
    hook.ended_at = now
    hook.save(update_fields=["ended_at"])
    ledger.append(actor.id, "hook.ended", f"hook:{hook.uuid}", now=now, facts={})
    return hook


@transaction.atomic
def plan(*, actor: Actor, now: datetime) -> int:
    """Note what each address is to be told since it was named; each thing once. Returns how many are new."""
    actor.must("notice.work")
    made = 0
    for hook in Hook.objects.select_for_update(skip_locked=True).filter(ended_at=None):
        for event, which in EVENTS.items():
            since = Q(composed_at__gte=hook.made_at) | Q(
                state__in=["sent", "received", "paused", "in_doubt", "withdrawn"]
            )
            notices = Notice.objects.filter(which, since, platform=hook.platform)
            told = Call.objects.filter(hook=hook, event=event).values("notice_id")
            made += _note(hook, event, list(notices.exclude(id__in=told).values_list("id", flat=True)[:500]), now)
        replied = Remark.objects.filter(kind=Remark.Kind.REPLY, notice__platform=hook.platform, at__gte=hook.made_at)
        for remark_id, notice_id in replied.values_list("id", "notice_id"):
            if not Call.objects.filter(hook=hook, event=f"notice.replied.{remark_id}").exists():
                made += _note(hook, f"notice.replied.{remark_id}", [notice_id], now)
    return made


def _note(hook: Hook, event: str, notice_ids: list[int], now: datetime) -> int:
    calls = [
        Call(hook=hook, notice_id=one, event=event, message_id=f"msg_{secrets.token_hex(16)}", next_try=now)
        for one in notice_ids
    ]
    return len(Call.objects.bulk_create(calls, ignore_conflicts=True))


@transaction.atomic
def lease(*, actor: Actor, now: datetime, limit: int = 20) -> list[Call]:
    """Take what is due, and put its next try ahead: a worker that is killed leaves it due again. Being told twice is harmless."""
    actor.must("notice.work")
    due = queries.calls_due(now).select_for_update(skip_locked=True, of=("self",)).select_related("hook", "notice")
    taken = list(due.filter(hook__ended_at=None)[:limit])
    for call in taken:
        call.attempts += 1
        call.next_try = now + timedelta(seconds=WAITS[min(call.attempts, len(WAITS) - 1)] + 60)
    Call.objects.bulk_update(taken, ["attempts", "next_try"])
    return taken


@transaction.atomic
def record(call_id: int, error: str, *, actor: Actor, now: datetime) -> Call:
    """Write down how one call went; no ledger entry, since nothing of the notice changed."""
    actor.must("notice.work")
    call = Call.objects.select_for_update().get(id=call_id)
    if not error:
        call.state, call.told_at, call.error = Call.State.TOLD, now, ""
    else:
        over = call.attempts >= len(WAITS)
        call.state, call.error = (Call.State.FAILED if over else Call.State.QUEUED), error[:200]
        call.next_try = now + timedelta(seconds=WAITS[min(call.attempts, len(WAITS) - 1)])
    call.save(update_fields=["state", "told_at", "error", "next_try"])
    return call
