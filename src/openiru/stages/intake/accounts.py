"""Verbs of who is who: what a look teaches of an account, and a person's word that two accounts are one or one is two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.intake import storing
from openiru.stages.intake.models import Account, Alias, Item, Joining, Report
from openiru.stages.intake.rules import key_of_handle, key_of_id, until
from openiru.terms import Platform

_NONE = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a page says of the account it shows; empty where it says nothing."""

    handle: str = ""
    stable_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Parting:
    """Reports that are of another holder of the same handle; `stable_id` is that holder's, empty where nobody knows it."""

    reports: tuple[int, ...]
    why: str
    stable_id: str = ""


def learn(account: Account, learnt: Learnt, *, now: datetime) -> bool:
    """Keep what a page says, in the caller's transaction; False if the page shows another account.

    An account known by its handle alone is known by its stable id from now on; a page with another id at a handle means
    that the handle has a new holder, and nothing of that page is of this account.
    """
    if learnt.stable_id and account.stable_id and learnt.stable_id != account.stable_id:
        return False
    if learnt.stable_id and not account.stable_id:
        _identify(account, learnt.stable_id, now)
    if learnt.name and learnt.name != account.name:
        account.name = learnt.name[:300]
        account.save(update_fields=["name"])
    if learnt.handle:
        note_handle(account, learnt.handle, now=now)
    return True


def note_handle(account: Account, handle: str, *, now: datetime) -> None:
    """Keep a handle that an account was seen under: it leads here from now on, whoever held it before."""
    key = key_of_handle(Platform(account.platform), handle)
    if not key:
        return
    alias, made = Alias.objects.get_or_create(
        account=account,
        key=key,
        defaults={"handle": handle[:200], "first_seen": now, "last_seen": now, "holds": False},
    )
    if not made:
        Alias.objects.filter(id=alias.id).update(last_seen=now, handle=handle[:200])
    with connection.cursor() as cursor:
        storing.settle_handles(cursor, [key])
    account.refresh_from_db(fields=["handle"])


def _identify(account: Account, stable_id: str, now: datetime) -> None:
    by_id = key_of_id(Platform(account.platform), stable_id, account.kind)
    if by_id is None:
        return
    key, kind, account.stable_id = by_id
    fields = ["stable_id"]
    if not Account.objects.filter(key=key).exists():
        note_handle(account, account.handle, now=now)
        account.key, account.kind = key, kind
        fields += ["key", "kind"]
    account.save(update_fields=fields)


@transaction.atomic
def join(account_id: int, into_id: int, *, why: str, actor: Actor, now: datetime) -> Joining:
    """A person says that two accounts are one; reports, items and handles move, nothing is lost, and it can be undone.

    Raises `wrong_state` for two platforms, two stable ids, or an account that was joined before, `case_is_open` while the
    account to be given up has an open case.
    """
    source, target = _both(account_id, into_id, why, actor)
    two_ids = source.stable_id and target.stable_id and source.stable_id != target.stable_id
    if source.platform != target.platform or source.merged_into_id or target.merged_into_id or two_ids:
        raise Refused("wrong_state")
    if source.cases.filter(state__in=("open", "assessed", "approved")).exists():
        raise Refused("case_is_open")
    joining = Joining.objects.create(
        what=Joining.What.JOIN,
        source=source,
        target=target,
        why=why.strip()[:500],
        at=now,
        by_id=actor.person,
        **_move(target, Q(account=source), Q(account=source), Q(account=source)),
    )
    Account.objects.filter(Q(id=source.id) | Q(merged_into=source)).update(merged_into=target)
    facts = {"from": str(source.uuid), "why": joining.why}
    ledger.append(actor.id, "intake.account_merged", f"account:{target.uuid}", now=now, facts=facts)
    return joining


@transaction.atomic
def part(account_id: int, new: Parting, *, actor: Actor, now: datetime) -> Joining:
    """A person says that some reports are of another holder of the same handle: they move to an account of their own.

    Raises `form_incomplete` without reports or reasons.
    """
    source = _one(account_id, new.why, actor)
    chosen = Report.objects.filter(account=source, id__in=new.reports, agency_id__in=actor.sees)
    if not chosen or source.merged_into_id:
        raise Refused("form_incomplete", field="reports")
    target = _another(source, new.stable_id, now)
    joining = Joining.objects.create(
        what=Joining.What.PART,
        source=source,
        target=target,
        why=new.why.strip()[:500],
        at=now,
        by_id=actor.person,
        **_move(target, Q(id__in=chosen.values("id")), _NONE, _NONE),
    )
    facts = {"into": str(target.uuid), "reports": len(joining.reports), "why": joining.why}
    ledger.append(actor.id, "intake.account_parted", f"account:{source.uuid}", now=now, facts=facts)
    return joining


@transaction.atomic
def undo(joining_id: int, *, why: str, actor: Actor, now: datetime) -> Joining:
    """Take back a joining or a parting: what moved and is still there moves back. The latest of an account comes first."""
    joining = Joining.objects.select_for_update().filter(id=joining_id, undone_at=None).first()
    if joining is None:
        raise Refused("not_found")
    source, target = _both(joining.source_id, joining.target_id, why, actor)
    later = Joining.objects.filter(id__gt=joining.id, undone_at=None)
    if later.filter(Q(source__in=(source, target)) | Q(target__in=(source, target))).exists():
        raise Refused("wrong_state", later="undo the later one first")
    moved = Q(id__in=joining.reports), Q(id__in=joining.items), Q(id__in=joining.aliases)
    _move(source, *(Q(account=target) & one for one in moved))
    if joining.what == Joining.What.JOIN:
        Account.objects.filter(id=source.id).update(merged_into=None)
        earlier = Joining.objects.filter(what=Joining.What.JOIN, target=source, undone_at=None)
        Account.objects.filter(id__in=earlier.values("source")).update(merged_into=source)
    elif not Report.objects.filter(account=target).exists():
        Account.objects.filter(id=target.id).update(merged_into=source)
    joining.undone_at, joining.undone_by_id = now, actor.person
    joining.save(update_fields=["undone_at", "undone_by"])
    facts = {"joining": joining.id, "what": joining.what, "why": why.strip()[:500]}
    ledger.append(actor.id, "intake.joining_undone", f"account:{target.uuid}", now=now, facts=facts)
    return joining


def _both(one_id: int, other_id: int, why: str, actor: Actor) -> tuple[Account, Account]:
    one, other = _one(one_id, why, actor), _one(other_id, why, actor)
    if one.id == other.id:
        raise Refused("wrong_state")
    return one, other


def _one(account_id: int, why: str, actor: Actor) -> Account:
    actor.must("case.assess")
    seen = Q(cases__agency__in=actor.sees) | Q(reports__agency__in=actor.sees)
    known = Account.objects.filter(seen, id=account_id).exists()
    joined = Joining.objects.filter(source_id=account_id, by__agency_id__in=actor.sees).exists()
    if not (known or joined):
        raise Refused("not_found")
    if not why.strip():
        raise Refused("form_incomplete", field="why")
    return Account.objects.select_for_update().get(id=account_id)


def _another(source: Account, stable_id: str, now: datetime) -> Account:
    """The account of the other holder: by its id where known, else by the same handle with a number behind it."""
    by_id = key_of_id(Platform(source.platform), stable_id, source.kind) if stable_id else None
    if stable_id and (by_id is None or by_id[2] == source.stable_id):
        raise Refused("form_invalid", field="stable_id")
    number = 2
    while by_id is None and Account.objects.filter(key=f"{source.key}~{number}").exists():
        number += 1
    key, kind, known_id = by_id or (f"{source.key}~{number}", source.kind, "")
    account, _ = Account.objects.get_or_create(
        key=key,
        defaults={
            "platform": source.platform,
            "kind": kind,
            "url": source.url,
            "handle": source.handle,
            "stable_id": known_id,
            "first_seen": now,
            "retain_until": until(now),
        },
    )
    return account.merged_into or account


def _move(target: Account, reports: Q, items: Q, aliases: Q) -> dict[str, list[int]]:
    """Move rows to an account and say which; what the other has too, word for word, stays."""
    both = Alias.objects.filter(account=target).values("key")
    said = Report.objects.filter(account=target, agency=OuterRef("agency"), words=OuterRef("words"))
    moved = {
        "reports": _ids(Report.objects.filter(reports).exclude(Exists(said))),
        "items": _ids(Item.objects.filter(items)),
        "aliases": _ids(Alias.objects.filter(aliases).exclude(key__in=both)),
    }
    Report.objects.filter(id__in=moved["reports"]).update(account=target)
    Item.objects.filter(id__in=moved["items"]).update(account=target)
    Alias.objects.filter(id__in=moved["aliases"]).update(account=target)
    return moved


def _ids(found: QuerySet[Report] | QuerySet[Item] | QuerySet[Alias]) -> list[int]:
    return list(found.values_list("id", flat=True))
