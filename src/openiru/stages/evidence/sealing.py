"""What makes evidence stand up later: the time-stamp, the way out, and an end that can be proved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.evidence import store
from openiru.stages.evidence.models import Capture, Custody, File
from openiru.stages.evidence.services import RETENTION_DAYS, hold_still, touch, visible


@transaction.atomic
def stamped(capture_id: int, reply: bytes, at: datetime, *, actor: Actor, now: datetime) -> None:
    """Keep an authority's time-stamp over a capture's manifest; the first one stays."""
    actor.must("evidence.capture")
    capture = Capture.objects.select_for_update(of=("self",)).get(id=capture_id)
    if capture.stamp is not None:
        return
    capture.stamp, capture.stamped_at = reply, at
    capture.save(update_fields=["stamp", "stamped_at"])
    facts = {"digest": capture.digest, "stated": at.isoformat()}
    ledger.append(actor.id, "evidence.stamped", f"capture:{capture.uuid}", now=now, facts=facts)


@transaction.atomic
def hand_out(account_id: int, *, why: str, actor: Actor, now: datetime) -> list[Capture]:
    """Note that all evidence this person may see of an account is exported and why, before a byte leaves; returns the captures."""
    actor.must("evidence.export")
    if not why.strip():
        raise Refused("reasons_missing")
    ours = Q() if actor.is_system else Q(by=None) | Q(by__agency__in=actor.sees)
    found = Capture.objects.select_for_update(of=("self",)).filter(ours, account_id=account_id, deleted_at=None)
    captures = list(found.select_related("account", "item").order_by("id"))
    if not captures or not (actor.is_system or visible(captures[0], actor)):
        raise Refused("not_found")
    for capture in captures:
        touch(capture, Custody.Act.EXPORTED, why, actor=actor, now=now)
    facts = {"captures": [capture.digest for capture in captures], "why": why[:300]}
    ledger.append(actor.id, "evidence.exported", f"account:{captures[0].account.uuid}", now=now, facts=facts)
    return captures


@transaction.atomic
def delete_due(*, actor: Actor, now: datetime) -> int:
    """Mark what is past its date and that no case still needs: one in work, or one that moved in the last two years.

    From here on nobody sees it; `erase` takes the bytes away. The digests stay.
    """
    actor.must("evidence.capture")
    in_work = Q(account__cases__state__in=["open", "assessed"])
    referred = Q(account__cases__state="approved", account__cases__changed_at__gte=now - timedelta(days=RETENTION_DAYS))
    due = Capture.objects.filter(retain_until__lt=now.date(), deleted_at=None).exclude(in_work | referred).distinct()
    for capture in due:
        capture.deleted_at, capture.text, capture.facts, capture.told = now, "", {}, {}
        capture.save(update_fields=["deleted_at", "text", "facts", "told"])
        touch(capture, Custody.Act.DELETED, "retention ended", actor=actor, now=now)
        facts = {"digest": capture.digest}
        ledger.append(actor.id, "evidence.deleted", f"capture:{capture.uuid}", now=now, facts=facts)
    return len(due)


@transaction.atomic
def erase(*, actor: Actor, now: datetime, limit: int = 50) -> int:
    """Take away the bytes of deleted captures, look that they are gone, and only then say so in the ledger.

    The store is touched inside this transaction: no capture may be recorded on bytes that go at the same moment.
    A crash in between leaves a deleted capture that is simply taken again.
    """
    actor.must("evidence.capture")
    hold_still(alone=True)
    due = Capture.objects.filter(deleted_at__isnull=False, erased_at=None).order_by("id")[:limit]
    for capture in due:
        digests = set(capture.files.values_list("sha256", flat=True))
        kept = _needed_elsewhere(digests)
        for digest in digests - kept:
            store.drop(settings.EVIDENCE, digest)
        left = [digest for digest in digests - kept if store.has(settings.EVIDENCE, digest)]
        if left:
            raise Refused("not_erased", files=len(left))
        capture.erased_at = now
        capture.save(update_fields=["erased_at"])
        touch(capture, Custody.Act.ERASED, "bytes gone from the store", actor=actor, now=now)
        facts = {"digest": capture.digest, "gone": sorted(digests - kept), "needed_elsewhere": sorted(kept)}
        ledger.append(actor.id, "evidence.erased", f"capture:{capture.uuid}", now=now, facts=facts)
    return len(due)


def _needed_elsewhere(digests: Iterable[str]) -> set[str]:
    """Digests that a capture which is not deleted still stands on."""
    living = File.objects.filter(sha256__in=list(digests), capture__deleted_at=None)
    return set(living.values_list("sha256", flat=True))
