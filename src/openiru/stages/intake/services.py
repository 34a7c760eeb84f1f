"""Verbs of single reports: file one, name one more item. Files are taken in by `loading`, accounts joined by `accounts`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS
from openiru.stages.intake import storing
from openiru.stages.intake.formats.shapes import Rejected, Row
from openiru.stages.intake.models import Account, Item, Report
from openiru.stages.intake.naming import parts
from openiru.stages.intake.phones import unseal
from openiru.stages.intake.rules import name_row, until
from openiru.terms import Platform


@dataclass(frozen=True, slots=True)
class NewReport:
    """One report by a person, a system or verify; `reappearance_of` names the earlier account of the same holder."""

    row: Row
    agency_id: int
    reappearance_of: int | None = None
    reporter_id: int | None = None


@transaction.atomic
def file_report(new: NewReport, *, actor: Actor, now: datetime) -> Report:
    """Take in one report; the same words again give the first. Raises `address_unreadable` with the reason."""
    actor.must("intake.load", agency_id=new.agency_id)
    named = name_row(new.row, key=settings.SEAL_KEY)
    if isinstance(named, Rejected):
        raise Refused("address_unreadable", reason=named.reason)
    (part,) = parts([new.row], key=settings.SEAL_KEY)
    whose = storing.Whose(None, new.agency_id, actor.user_id, now, until(now), new.reporter_id)
    stored = storing.store(part, whose)
    report = Report.objects.select_related("account").get(id=stored.told[0])
    if new.reappearance_of is not None and report.reappearance_of_id is None:
        report.reappearance_of_id = new.reappearance_of
        report.save(update_fields=["reappearance_of"])
    facts = {"key": named.key, "reappearance": new.reappearance_of is not None}
    ledger.append(actor.id, "intake.report_filed", f"account:{report.account.uuid}", now=now, facts=facts)
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
            "retain_until": until(now),
        },
    )
    if item.account_id != account.id:
        raise Refused("address_unreadable", reason="item_of_another_account")
    if made:
        ledger.append(actor.id, "intake.item_added", f"account:{account.uuid}", now=now, facts={"key": item.key})
    return item


@transaction.atomic(savepoint=False)
def open_address(account: Account, *, actor: Actor, now: datetime) -> str:
    """The account's address for a notice. A sealed phone number is opened here and nowhere else, and the ledger knows."""
    actor.must("notice.compose")
    if account.phone_sealed is None:
        return account.url
    digits = unseal(bytes(account.phone_sealed), settings.SEAL_KEY)
    ledger.append(actor.id, "intake.phone_opened", f"account:{account.uuid}", now=now, facts={})
    return PLATFORMS[Platform(account.platform)].phone_url.format(digits=digits)
