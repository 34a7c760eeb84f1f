"""Intake's verbs: take in a batch, file one report, join two accounts. A batch is one ledger entry over all of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.intake.formats.shapes import Parsed, Rejected, Row
from openiru.stages.intake.models import Account, Alias, Batch, Item, Report
from openiru.stages.intake.phones import masked
from openiru.stages.intake.rules import RETENTION_DAYS, Named, name_row


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a batch brought: accounts that are new, rows that joined known ones, rows that were not taken."""

    batch: Batch
    rows: int
    accounts: int
    new_accounts: int
    reports: int
    rejected: tuple[Rejected, ...]
    known: bool = False


@transaction.atomic
def load(parsed: Parsed, *, name: str, agency_id: int, actor: Actor, now: datetime) -> Loaded:
    """Take in a parsed file for an agency. The same bytes again add nothing and give the first result."""
    actor.must("intake.load", agency_id=agency_id)
    again = Batch.objects.filter(agency_id=agency_id, sha256=parsed.sha256).first()
    if again:
        rejected = tuple(Rejected(**bad) for bad in again.rejections)
        return Loaded(again, again.rows, again.accounts, 0, 0, rejected, known=True)
    named, bad = _name(parsed.rows)
    unread = [replace(item, value=masked(item.value)) for item in parsed.rejected]
    bad = sorted([*unread, *bad], key=lambda item: item.line)
    root, _ = ledger.batch_root({"line": row.row.line, "key": row.key} for row in named)
    batch = Batch.objects.create(
        agency_id=agency_id,
        name=name[:200],
        sha256=parsed.sha256,
        rows=parsed.count,
        accounts=len({row.key for row in named}),
        rejected=len(bad),
        rejections=[{"line": item.line, "value": item.value, "reason": item.reason} for item in bad],
        rows_root=root,
        at=now,
        by_id=actor.user_id,
    )
    new, reports = _store(named, batch, now)
    facts = {"rows": parsed.count, "accounts": batch.accounts, "rejected": len(bad), "rows_root": root}
    ledger.append(actor.id, "intake.batch_loaded", f"batch:{batch.id}", now=now, facts=facts)
    return Loaded(batch, parsed.count, batch.accounts, new, reports, tuple(bad))


@dataclass(frozen=True, slots=True)
class NewReport:
    """One report by hand or from verify; `reappearance_of` names the earlier account of the same holder."""

    row: Row
    agency_id: int
    reappearance_of: int | None = None


@transaction.atomic
def file_report(new: NewReport, *, actor: Actor, now: datetime) -> Report:
    """Take in one report; raises `Refused` with the reader's reason for an address that names no account."""
    actor.must("intake.load", agency_id=new.agency_id)
    named = name_row(new.row, key=settings.SEAL_KEY)
    if isinstance(named, Rejected):
        raise Refused("address_unreadable", reason=named.reason)
    accounts, _ = _accounts([named], now)
    account = accounts[named.key]
    _items([named], accounts, now)
    report, _ = Report.objects.get_or_create(
        agency_id=new.agency_id,
        account=account,
        address=_address(named),
        note=new.row.note,
        defaults={
            "claimed_organisation": new.row.claimed_organisation,
            "claimed_lists": list(new.row.claimed_lists),
            "followers": new.row.followers,
            "reappearance_of_id": new.reappearance_of,
            "at": now,
            "by_id": actor.user_id,
            "retain_until": _until(now),
        },
    )
    facts = {"key": named.key, "reappearance": new.reappearance_of is not None}
    ledger.append(actor.id, "intake.report_filed", f"account:{account.uuid}", now=now, facts=facts)
    return report


@transaction.atomic
def add_item(account_id: int, url: str, *, actor: Actor, now: datetime) -> Item:
    """Name one more item of an account. The account's own address stands for its front: title, picture, description."""
    actor.must("case.assess")
    account = Account.objects.filter(id=account_id, cases__agency_id__in=actor.sees).first()
    if account is None:
        raise Refused("not_found")
    named = name_row(Row(1, account.url, item_urls=() if url == account.url else (url,)), key=settings.SEAL_KEY)
    if isinstance(named, Rejected):
        raise Refused("address_unreadable", reason=named.reason)
    ref = named.items[0] if named.items else named.account
    is_front = not named.items
    item, made = Item.objects.get_or_create(
        key=f"{ref.key}#front" if is_front else ref.key,
        defaults={
            "account": account,
            "url": ref.canonical_url,
            "kind": "front" if is_front else ref.kind[:20],
            "first_seen": now,
        },
    )
    if item.account_id != account.id:
        raise Refused("address_unreadable", reason="item_of_another_account")
    if made:
        ledger.append(actor.id, "intake.item_added", f"account:{account.uuid}", now=now, facts={"key": item.key})
    return item


@transaction.atomic
def merge(account_id: int, into_id: int, *, why: str, actor: Actor, now: datetime) -> Account:
    """A person says that two accounts are one (a handle met its stable id); reports and items move, nothing is lost."""
    actor.must("case.assess")
    both = {one.id: one for one in Account.objects.select_for_update().filter(id__in=(account_id, into_id))}
    seen = Account.objects.filter(id__in=both, cases__agency__in=actor.sees).values_list("id", flat=True)
    if len(set(seen)) != len({account_id, into_id}):
        raise Refused("not_found")
    first, other = both[account_id], both[into_id]
    if first.platform != other.platform or first.merged_into_id or other.merged_into_id or first.id == other.id:
        raise Refused("wrong_state")
    Report.objects.filter(account=first).update(account=other)
    Item.objects.filter(account=first).update(account=other)
    first.merged_into = other
    first.save(update_fields=["merged_into"])
    facts = {"from": str(first.uuid), "why": why}
    ledger.append(actor.id, "intake.account_merged", f"account:{other.uuid}", now=now, facts=facts)
    return other


def note_handle(account: Account, handle: str, *, now: datetime) -> None:
    """Keep a handle that an account was seen under; a handle is never the same thing as the account."""
    if handle:
        alias, made = Alias.objects.get_or_create(
            account=account, handle=handle, defaults={"first_seen": now, "last_seen": now}
        )
        if not made:
            Alias.objects.filter(id=alias.id).update(last_seen=now)


def _name(rows: Iterable[Row]) -> tuple[list[Named], list[Rejected]]:
    named: list[Named] = []
    bad: list[Rejected] = []
    for row in rows:
        found = name_row(row, key=settings.SEAL_KEY)
        if isinstance(found, Named):
            named.append(found)
        else:
            bad.append(found)
    return named, bad


def _store(named: list[Named], batch: Batch, now: datetime) -> tuple[int, int]:
    accounts, new = _accounts(named, now)
    _items(named, accounts, now)
    reports = [
        Report(
            account=accounts[row.key],
            batch=batch,
            line=row.row.line,
            agency_id=batch.agency_id,
            address=_address(row),
            claimed_organisation=row.row.claimed_organisation,
            claimed_lists=list(row.row.claimed_lists),
            followers=row.row.followers,
            note=row.row.note,
            warnings=[warning[:60] for warning in row.account.warnings],
            at=now,
            by_id=batch.by_id,
            retain_until=_until(now),
        )
        for row in named
    ]
    made = Report.objects.bulk_create(reports, batch_size=1000, ignore_conflicts=True)
    return new, len(made)


def _accounts(named: list[Named], now: datetime) -> tuple[dict[str, Account], int]:
    """Find or make the account of every row, and keep the newest reported number of followers with its date."""
    wanted = {row.key: row for row in named}
    have = {account.key: account for account in Account.objects.filter(key__in=wanted)}
    fresh = [_account(row, now) for key, row in wanted.items() if key not in have]
    Account.objects.bulk_create(fresh, batch_size=1000)
    have |= {account.key: account for account in fresh}
    for key, account in have.items():
        if account.merged_into_id:
            have[key] = Account.objects.get(id=account.merged_into_id)
    counted = []
    for row in named:
        account = have[row.key]
        if row.row.followers is not None:
            account.followers, account.followers_at = row.row.followers, now
            counted.append(account)
    Account.objects.bulk_update(counted, ["followers", "followers_at"], batch_size=1000)
    return have, len(fresh)


def _account(named: Named, now: datetime) -> Account:
    ref, hidden = named.account, bool(named.phone_hash)
    assert ref.platform is not None
    stable = ref.value if ref.keytype == "id" else ""
    return Account(
        platform=ref.platform,
        kind=ref.kind[:20],
        key=named.key,
        url="" if hidden else ref.canonical_url,
        handle="" if hidden or stable else ref.value[:200],
        stable_id=stable[:120],
        phone_hash=named.phone_hash,
        phone_sealed=named.phone_sealed,
        first_seen=now,
        retain_until=_until(now),
    )


def _items(named: list[Named], accounts: dict[str, Account], now: datetime) -> None:
    items = [
        Item(account=accounts[row.key], key=ref.key, url=ref.canonical_url, kind=ref.kind[:20], first_seen=now)
        for row in named
        for ref in row.items
    ]
    Item.objects.bulk_create(items, batch_size=1000, ignore_conflicts=True)


def _address(named: Named) -> str:
    return named.key if named.phone_hash else named.row.url[:600]


def _until(now: datetime) -> date:
    return (now + timedelta(days=RETENTION_DAYS)).date()
