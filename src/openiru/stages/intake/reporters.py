"""Verbs of those who report from outside: give one a way to report, end it, take in what they send."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.people.services import digest
from openiru.stages.intake import phones, storing
from openiru.stages.intake.formats.shapes import Rejected, Row
from openiru.stages.intake.models import Delivery, Reporter
from openiru.stages.intake.naming import parts
from openiru.stages.intake.rules import Named, name_row, until

GOOD_FOR = timedelta(days=365)
MOST = storing.FEW
"""Rows of one message; who has more sends a file."""

Way = Reporter.Way


@dataclass(frozen=True, slots=True)
class NewReporter:
    """Who may report for an agency, and how; `address` is the sender's, for mail."""

    agency_id: int
    name: str
    way: Reporter.Way
    address: str = ""


@transaction.atomic
def add(new: NewReporter, *, actor: Actor, now: datetime) -> tuple[Reporter, str]:
    """Give somebody a way to report for a year; returns the key or the webhook's secret, which is shown once.

    Raises `form_incomplete` without a name or an address, `reporter_exists` for an address that another one has.
    """
    actor.must("intake.reporters", agency_id=new.agency_id)
    address = new.address.strip().lower()
    if not new.name.strip() or (new.way == Way.MAIL and "@" not in address):
        raise Refused("form_incomplete", field="name, address")
    if new.way == Way.MAIL and Reporter.objects.filter(address=address, way=Way.MAIL, ended_at=None).exists():
        raise Refused("reporter_exists", address=address)
    secret = _secret(new.way)
    reporter = Reporter.objects.create(
        agency_id=new.agency_id,
        name=new.name.strip()[:120],
        way=new.way,
        address=address if new.way == Way.MAIL else "",
        digest=digest(secret) if new.way == Way.API else "",
        secret_sealed=phones.seal(secret, settings.SEAL_KEY) if new.way == Way.WEBHOOK else None,
        made_at=now,
        made_by_id=actor.user_id,
        ends_at=now + GOOD_FOR,
    )
    ledger.append(actor.id, "intake.reporter_added", f"reporter:{reporter.uuid}", now=now, facts={"way": new.way})
    return reporter, secret


@transaction.atomic
def end(reporter_id: int, *, actor: Actor, now: datetime) -> Reporter:
    """End a reporter's way to report at once; what was reported stays."""
    reporter = Reporter.objects.select_for_update().filter(id=reporter_id).first()
    if reporter is None:
        raise Refused("not_found")
    actor.must("intake.reporters", agency_id=reporter.agency_id)
    if reporter.ended_at is not None:
        raise Refused("wrong_state")
    reporter.ended_at = now
    reporter.save(update_fields=["ended_at"])
    ledger.append(actor.id, "intake.reporter_ended", f"reporter:{reporter.uuid}", now=now, facts={})
    return reporter


@transaction.atomic
def deliver(
    reporter_id: int, message_id: str, records: Sequence[Row | Rejected], *, actor: Actor, now: datetime
) -> Delivery:
    """Take in one message of a reporter: each row becomes a report or has its reason. The same message again changes nothing.

    Raises `not_allowed` for a reporter that has ended, `too_many` beyond 1,000 rows.
    """
    actor.must("intake.deliver")
    reporter = Reporter.objects.select_for_update().get(id=reporter_id)
    if reporter.ended_at is not None or reporter.ends_at <= now:
        raise Refused("not_allowed")
    if len(records) > MOST:
        raise Refused("too_many", limit=MOST)
    delivery, made = Delivery.objects.get_or_create(
        reporter=reporter, message_id=message_id[:200], defaults={"at": now, "retain_until": until(now)}
    )
    if not made:
        return delivery
    delivery.results = _take(reporter, records, now)
    delivery.receipt_due = reporter.way == Way.MAIL
    delivery.save(update_fields=["results", "receipt_due"])
    facts = {
        "reporter": str(reporter.uuid),
        "message": hashlib.sha256(message_id.encode()).hexdigest(),
        "taken": sum("report" in one for one in delivery.results),
        "refused": sum("reason" in one for one in delivery.results),
    }
    ledger.append(actor.id, "intake.delivery_taken", f"reporter:{reporter.uuid}", now=now, facts=facts)
    return delivery


@transaction.atomic
def receipt_sent(delivery_id: int, *, actor: Actor, now: datetime) -> None:
    """Note that the sender of a letter was told what was taken of it."""
    actor.must("intake.deliver")
    if not Delivery.objects.filter(id=delivery_id, receipt_due=True).update(receipt_due=False):
        raise Refused("wrong_state")
    ledger.append(actor.id, "intake.receipt_sent", f"delivery:{delivery_id}", now=now, facts={})


def _take(reporter: Reporter, records: Sequence[Row | Rejected], now: datetime) -> list[dict[str, object]]:
    named = [name_row(one, key=settings.SEAL_KEY) if isinstance(one, Row) else one for one in records]
    good = [one for one in named if isinstance(one, Named)]
    told: list[int] = []
    for part in parts([one.row for one in good], key=settings.SEAL_KEY) if good else ():
        whose = storing.Whose(None, reporter.agency_id, None, now, until(now), reporter.id)
        told += storing.store(part, whose).told
    reports = iter(told)
    return [
        {"line": one.row.line, "report": next(reports)}
        if isinstance(one, Named)
        else {"line": one.line, "column": one.column, "value": phones.masked(one.value), "reason": one.reason}
        for one in named
    ]


def _secret(way: Reporter.Way) -> str:
    """A key of 256 random bits; a webhook's secret in the form of the Standard Webhooks specification."""
    if way == Way.WEBHOOK:
        return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    return f"irr_{secrets.token_urlsafe(32)}" if way == Way.API else ""
