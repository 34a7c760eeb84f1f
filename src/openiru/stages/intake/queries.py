"""Reads of intake for screens: batches, accounts, what was reported of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.people.services import digest
from openiru.platforms import PLATFORMS
from openiru.stages.intake.formats.shapes import Rejected, Row
from openiru.stages.intake.models import Account, Alias, Batch, Delivery, Joining, Rejection, Report, Reporter
from openiru.stages.intake.phones import unseal
from openiru.stages.intake.rules import name_row
from openiru.terms import Platform

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def batches(actor: Actor) -> QuerySet[Batch]:
    """The batches of the agencies this person may see, newest first."""
    return Batch.objects.filter(agency_id__in=actor.sees).select_related("agency", "by").order_by("-id")


def batch(batch_id: int, actor: Actor) -> Batch:
    """One batch; raises `not_found`."""
    found = batches(actor).filter(id=batch_id).first()
    if found is None:
        raise Refused("not_found")
    return found


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: records a second over all of it so far, and the time left at that rate, where there is any."""

    share: float
    rate: float | None
    left: timedelta | None


def progress(batch: Batch, *, now: datetime) -> Progress:
    """How far a batch is."""
    share = batch.done / batch.rows if batch.rows else float(batch.state == Batch.State.LOADED)
    seconds = ((batch.ended_at or now) - batch.at).total_seconds()
    if not batch.done or seconds <= 0:
        return Progress(share, None, None)
    rate = batch.done / seconds
    left = timedelta(seconds=(batch.rows - batch.done) / rate) if batch.ended_at is None else None
    return Progress(share, rate, left)


def known(agency_id: int, sha256: str) -> Batch | None:
    """The batch that these very bytes made for this agency, if any."""
    return Batch.objects.filter(agency_id=agency_id, sha256=sha256).first()


LOOKED_THROUGH = 100_000
ERROR_HEADING = ("line", "column", "value", "reason")


def rejections(batch: Batch) -> QuerySet[Rejection]:
    """The rows of a batch that were not taken, in the order of the file."""
    return batch.rejections.order_by("line", "id")


def error_rows(batch: Batch) -> Iterator[tuple[int, str, str, str]]:
    """Every row that was not taken as (line, column, value, reason), streamed; a value is never a formula of a table."""
    for bad in rejections(batch).iterator(chunk_size=5000):
        value = f"'{bad.value}" if bad.value[:1] in _FORMULA else bad.value
        yield bad.line, bad.column, value, bad.reason


def in_many_forms(batch: Batch, limit: int = 20) -> list[tuple[Account, list[str]]]:
    """Accounts that this file names by more than one address, with the addresses: the most varied first.

    Only for a file that a person may look through; of a larger one it is not asked.
    """
    if batch.rows > LOOKED_THROUGH:
        return []
    many = (
        Report.objects.filter(batch=batch)
        .values("account_id")
        .annotate(forms=Count("address", distinct=True))
        .filter(forms__gt=1)
        .order_by("-forms", "account_id")[:limit]
    )
    found = {one["account_id"]: one["forms"] for one in many}
    accounts = Account.objects.in_bulk(found)
    addresses: dict[int, set[str]] = {account_id: set() for account_id in found}
    told = Report.objects.filter(batch=batch, account_id__in=found).values_list("account_id", "address").distinct()
    for account_id, address in told:
        addresses[account_id].add(address)
    return [(accounts[account_id], sorted(addresses[account_id])) for account_id in found]


@dataclass(frozen=True, slots=True)
class Told:
    """A number or name of an account as somebody gave it at a time; `by` says who."""

    at: datetime
    value: str
    by: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """An account with its handles, the names and followers it was given over time, and who it was joined with."""

    account: Account
    aliases: list[Alias]
    reports: list[Report]
    names: list[Told]
    followers: list[Told]
    joinings: list[Joining]
    maybe_same: list[Account]


MOST_REPORTS = 200


def account_page(account_id: int, actor: Actor) -> AccountPage:
    """What we know of an account over time, as far as this person may see it; raises `not_found`."""
    actor.must("intake.view")
    seen = Q(reports__agency_id__in=actor.sees) | Q(cases__agency_id__in=actor.sees)
    joined = Q(merged_into__reports__agency_id__in=actor.sees)
    account = Account.objects.filter(seen | joined, id=account_id).distinct().first()
    if account is None:
        raise Refused("not_found")
    reports = list(reports_of(account_id, actor).order_by("-at", "-id")[:MOST_REPORTS])
    told = [(report, str(report.reporter or report.agency)) for report in reversed(reports)]
    return AccountPage(
        account,
        list(account.aliases.order_by("-holds", "-last_seen")),
        reports,
        _changes([Told(one.seen_at or one.at, one.name, by) for one, by in told if one.name]),
        _changes(
            [Told(one.seen_at or one.at, str(one.followers), by) for one, by in told if one.followers is not None]
        ),
        list(_joinings_of(account)),
        list(_maybe_same(account, actor)),
    )


def _changes(told: list[Told]) -> list[Told]:
    """In the order of time, each value only when it changes."""
    told = sorted(told, key=lambda one: one.at)
    return [one for place, one in enumerate(told) if place == 0 or told[place - 1].value != one.value]


def _joinings_of(account: Account) -> QuerySet[Joining]:
    either = Q(source=account) | Q(target=account)
    return Joining.objects.filter(either).select_related("source", "target", "by", "undone_by").order_by("-id")


def _maybe_same(account: Account, actor: Actor) -> QuerySet[Account]:
    """Accounts whose key is a handle that this one holds, and the other way round: for a person to judge."""
    held = Q(key__in=account.aliases.filter(holds=True).values("key"))
    holder = Q(aliases__key=account.key, aliases__holds=True)
    seen = Q(reports__agency_id__in=actor.sees) | Q(cases__agency_id__in=actor.sees)
    return Account.objects.filter(seen, held | holder, merged_into=None).exclude(id=account.id).distinct()


def account_of_address(address: str) -> int:
    """The account that an address leads to now; raises `not_found`, or `address_unreadable` with the reason."""
    named = name_row(Row(1, address), key=settings.SEAL_KEY)
    if isinstance(named, Rejected):
        raise Refused("address_unreadable", reason=named.reason)
    held = Alias.objects.filter(key=named.key, holds=True).select_related("account").first()
    found = held.account if held else Account.objects.filter(key=named.key).first()
    if found is None:
        raise Refused("not_found")
    return found.merged_into_id or found.id


def reporters(actor: Actor) -> QuerySet[Reporter]:
    """Those who report for the agencies this person may see, newest first, with how many reports each made."""
    actor.must("intake.reporters")
    found = Reporter.objects.filter(agency_id__in=actor.sees).select_related("agency", "made_by")
    return found.annotate(count=Count("reports")).order_by("ended_at", "-id")


def reporter_for_key(secret: str, *, now: datetime) -> Reporter:
    """Whoever has this key; raises `token_invalid`."""
    return _alive(Reporter.objects.filter(digest=digest(secret), way=Reporter.Way.API), now)


def reporter_for_hook(uuid: UUID, *, now: datetime) -> tuple[Reporter, str]:
    """The reporter of a webhook with its secret; raises `token_invalid`."""
    reporter = _alive(Reporter.objects.filter(uuid=uuid, way=Reporter.Way.WEBHOOK), now)
    return reporter, unseal(bytes(reporter.secret_sealed or b""), settings.SEAL_KEY)


def reporter_for_sender(address: str, *, now: datetime) -> Reporter:
    """Whoever reports from this mail address; raises `token_invalid`."""
    return _alive(Reporter.objects.filter(address=address.lower(), way=Reporter.Way.MAIL), now)


def receipts_due() -> QuerySet[Delivery]:
    """Letters whose senders were not told yet what was taken of them, the oldest first."""
    return Delivery.objects.filter(receipt_due=True).select_related("reporter__agency").order_by("id")


def _alive(found: QuerySet[Reporter], now: datetime) -> Reporter:
    reporter = found.filter(ended_at=None, ends_at__gt=now).first()
    if reporter is None:
        raise Refused("token_invalid")
    return reporter


def reports_of(account_id: int, actor: Actor) -> QuerySet[Report]:
    """What was reported of an account, as far as this person may see it, oldest first."""
    return (
        Report.objects.filter(account_id=account_id, agency_id__in=actor.sees)
        .select_related("agency", "reappearance_of", "reporter")
        .order_by("at", "id")
    )


def shown_address(account: Account) -> str:
    """The account's address for a screen; of a sealed phone number only that there is one."""
    return account.url or PLATFORMS[Platform(account.platform)].phone_url.format(digits="•••")
