"""Deletes on its date what was reported and led nowhere (docs/decisions/0003); what a case stands on stays with the case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.intake.models import Account, Alias, Delivery, Item, Joining, Rejection, Report

AT_ONCE = 5_000


def forget(*, actor: Actor, now: datetime) -> int:
    """Delete what is due, 5,000 rows of each kind in a transaction with one entry each; returns how many rows went."""
    gone = 0
    while True:
        count = _forget_some(actor=actor, now=now)
        gone += count
        if not count:
            return gone


@transaction.atomic
def _forget_some(*, actor: Actor, now: datetime) -> int:
    actor.must("intake.forget")
    today = now.date()
    kept = Account.objects.filter(cases__isnull=False)
    due = {"retain_until__lt": today}
    gone = {
        "reports": _delete(Report.objects.filter(**due).exclude(account__in=kept)),
        "rejections": _delete(Rejection.objects.filter(batch__retain_until__lt=today)),
        "deliveries": _delete(Delivery.objects.filter(**due)),
        "items": _delete(Item.objects.filter(**due, captures=None).exclude(account__in=kept)),
    }
    gone["accounts"] = _delete_accounts(Account.objects.filter(**due).exclude(id__in=kept))
    total = sum(gone.values())
    if total:
        ledger.append(actor.id, "intake.forgotten", "intake", now=now, facts=dict(gone))
    return total


def _delete(found: QuerySet[Report] | QuerySet[Rejection] | QuerySet[Delivery] | QuerySet[Item]) -> int:
    chosen = list(found.order_by("id").values_list("id", flat=True)[:AT_ONCE])
    return found.model._default_manager.filter(id__in=chosen).delete()[0]


def _delete_accounts(due: QuerySet[Account]) -> int:
    """Accounts that nothing speaks of any more: no report, item, capture, look, joining, and no account that became them."""
    is_named = (
        Exists(Report.objects.filter(account=OuterRef("id"))),
        Exists(Report.objects.filter(reappearance_of=OuterRef("id"))),
        Exists(Item.objects.filter(account=OuterRef("id"))),
        Exists(Joining.objects.filter(source=OuterRef("id"))),
        Exists(Joining.objects.filter(target=OuterRef("id"))),
        Exists(Account.objects.filter(merged_into=OuterRef("id"))),
    )
    for named in is_named:
        due = due.exclude(named)
    unseen = due.filter(captures=None, observations=None, lookups=None, merged_into=None)
    chosen = list(unseen.order_by("id").values_list("id", flat=True)[:AT_ONCE])
    Alias.objects.filter(account_id__in=chosen).delete()
    return Account.objects.filter(id__in=chosen).delete()[0]
