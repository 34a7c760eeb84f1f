"""The outbox: what must go out exactly once. Leases by SKIP LOCKED; what was begun and not ended is a doubt, never a second try."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import connection, transaction

from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.cooling import over
from openiru.stages.notices import rules
from openiru.stages.notices.models import Dispatch, Notice
from openiru.stages.notices.steps import mark_arrived, mark_proven
from openiru.stages.notices.transports import TRANSPORTS
from openiru.stages.notices.transports.shapes import Accepted, InDoubt, NotSent

LEASE = timedelta(minutes=5)
BATCH = 100
OVER = frozenset({Notice.State.WITHDRAWN, Notice.State.CLOSED})
"""States in which a notice is not sent any more; its withdrawal still is."""

Result = Accepted | NotSent | InDoubt
State = Dispatch.State


@dataclass(frozen=True, slots=True)
class Lease:
    """Messages that one worker took, in order. `token` tells this lease from every other."""

    token: str
    ids: tuple[int, ...]


def told(notice: Notice) -> list[str]:
    """Every address that a notice went to, or may have gone to: whoever was told is told of what becomes of it."""
    reached = [State.SENT, State.IN_DOUBT, State.SENDING]
    found = notice.dispatches.filter(purpose=Dispatch.Purpose.NOTICE, state__in=reached)
    return list(dict.fromkeys(found.order_by("id").values_list("address", flat=True)))


def put(notice: Notice, purpose: str, *, actor: Actor, now: datetime, address: str = "") -> Dispatch:
    """Add one message to the outbox, in the caller's transaction. Asking again for a cancelled or failed one makes it due."""
    where = address or notice.address
    state = State.QUEUED if TRANSPORTS[notice.way].does(purpose) else State.BY_HAND
    failed = notice.dispatches.filter(purpose=purpose, state=State.FAILED)
    found = (failed.filter(address=address) if address else failed).first()
    if found and purpose in {Dispatch.Purpose.NOTICE, Dispatch.Purpose.WITHDRAWAL}:
        changed_its_way = found.address != where
        found.state, found.next_try, found.attempts, found.error = state, now, 0, ""
        found.address, found.message_sha256 = where, "" if changed_its_way else found.message_sha256
        found.save(update_fields=["state", "next_try", "attempts", "error", "address", "message_sha256"])
        return found
    return Dispatch.objects.create(
        notice=notice,
        purpose=purpose,
        state=state,
        message_id=message_id(),
        address=where,
        queued_by_id=None if purpose == Dispatch.Purpose.REMINDER and actor.user_id is None else actor.person,
        queued_at=now,
        next_try=max(now, over(notice.decision)) if purpose == Dispatch.Purpose.NOTICE else now,
    )


def message_id() -> str:
    """A Message-ID that nobody can guess: whoever answers to it has read our mail."""
    domain = parseaddr(settings.OPENIRU["OPENIRU_MAIL_FROM"])[1].rpartition("@")[2] or "localhost"
    return f"<{secrets.token_hex(16)}@{domain}>"


def cancel(notice: Notice) -> None:
    """Stop what has not gone out, also what a worker took and has not begun; what is on its way is left to its result."""
    waiting = [State.QUEUED, State.LEASED, State.BY_HAND, State.FAILED]
    notice.dispatches.filter(state__in=waiting).update(state=State.CANCELLED)


@transaction.atomic
def lease(*, now: datetime, limit: int = BATCH) -> Lease:
    """Take messages that are due, oldest first, in one statement. Of those whose worker stopped, what it had not begun is due

    again; what it had begun may have arrived: that is a doubt, and a person's.
    """
    _park_lost(now)
    token = secrets.token_hex(8)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "until": now + LEASE, "limit": limit, "token": token})
        taken = sorted(cursor.fetchall())
    return Lease(token, tuple(number for _, number in taken))


_TAKE = """
with due as materialized (select id from notices_dispatch where state = 'queued' and next_try <= %(now)s
                          order by next_try, id limit %(limit)s for update skip locked)
update notices_dispatch d set state = 'leased', lease = %(token)s, leased_until = %(until)s, attempts = attempts + 1
from due where d.id = due.id
returning d.next_try, d.id
"""
"""A subquery in its place might be run once for each row, and take more than the limit."""


def _park_lost(now: datetime) -> None:
    lost = Dispatch.objects.select_for_update(skip_locked=True).filter(leased_until__lt=now)
    for dispatch in lost.filter(state=State.SENDING):
        _doubt(dispatch, "the worker stopped while the message was on its way", now)
    untouched = lost.filter(state=State.LEASED).values_list("id", flat=True)
    Dispatch.objects.filter(id__in=list(untouched)).update(state=State.QUEUED, lease="")


@transaction.atomic
def begin(taken: Lease, ids: Collection[int], *, now: datetime) -> frozenset[int]:
    """Write down, before the first byte goes out, that these may arrive from now on; returns those that still are this lease's.

    One that was cancelled meanwhile, or whose lease ran out, is not among them and must not be sent.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, {"until": now + LEASE, "ids": list(ids), "token": taken.token})
        return frozenset(number for (number,) in cursor.fetchall())


_BEGIN = """
update notices_dispatch set state = 'sending', leased_until = %(until)s
where id = any(%(ids)s) and state = 'leased' and lease = %(token)s returning id
"""


@transaction.atomic
def record_all(results: Sequence[tuple[int, Result]], *, actor: Actor, now: datetime) -> None:
    """Write down what came of several tries in one transaction: each is one change with one entry."""
    taken = {number: one for number, one in results if isinstance(one, Accepted) and not one.ticket}
    _record_taken(taken, actor, now)
    for dispatch_id, result in sorted(results, key=lambda one: one[0]):
        if dispatch_id not in taken:
            record(dispatch_id, result, actor=actor, now=now)


def _record_taken(taken: Mapping[int, Accepted], actor: Actor, now: datetime) -> None:
    """What most tries come to: a server took it and said no more. Written together, one entry for each."""
    if not taken:
        return
    rows = Dispatch.objects.select_for_update().select_related("notice").filter(id__in=list(taken))
    found = list(rows.order_by("id"))
    for dispatch in found:
        dispatch.state, dispatch.sent_at = State.SENT, now
        dispatch.server_said = taken[dispatch.id].said[:300]
        if dispatch.purpose == Dispatch.Purpose.NOTICE:
            mark_arrived(dispatch.notice, now)
    Dispatch.objects.bulk_update(found, ["state", "sent_at", "server_said"])
    said = [(one.notice.subject, {"purpose": one.purpose, "said": one.server_said}) for one in found]
    ledger.append_many(actor.id, "notice.dispatched", said, now=now)


@transaction.atomic
def record(dispatch_id: int, result: Result, *, actor: Actor, now: datetime) -> Dispatch:
    """Write down what came of one try; a late word changes nothing once a person settled the doubt, unless it arrived."""
    dispatch = Dispatch.objects.select_for_update().select_related("notice").get(id=dispatch_id)
    notice = dispatch.notice
    if isinstance(result, Accepted):
        _accepted(dispatch, notice, result, actor, now)
    elif dispatch.state not in {State.LEASED, State.SENDING, State.IN_DOUBT}:
        return dispatch
    elif isinstance(result, InDoubt):
        _doubt(dispatch, str(result), now)
    else:
        _failed(dispatch, notice, result, actor, now)
    return dispatch


def state_of_another_try(dispatch: Dispatch, notice: Notice) -> str:
    """Where a message goes that did not arrive: out again, unless its notice was withdrawn or closed meanwhile."""
    over = dispatch.purpose == Dispatch.Purpose.NOTICE and notice.state in OVER
    return State.CANCELLED if over else State.QUEUED


def _accepted(dispatch: Dispatch, notice: Notice, result: Accepted, actor: Actor, now: datetime) -> None:
    dispatch.state, dispatch.sent_at, dispatch.server_said = State.SENT, now, result.said[:300]
    dispatch.save(update_fields=["state", "sent_at", "server_said"])
    if dispatch.purpose == Dispatch.Purpose.NOTICE:
        mark_arrived(notice, now)
    if result.ticket:
        mark_proven(dispatch, notice, now, ticket=result.ticket)
    shown = {"purpose": dispatch.purpose, "said": result.said}
    ledger.append(actor.id, "notice.dispatched", notice.subject, now=now, facts=shown)


def _failed(dispatch: Dispatch, notice: Notice, result: NotSent, actor: Actor, now: datetime) -> None:
    over = result.permanent or dispatch.attempts >= rules.MOST_ATTEMPTS
    dispatch.state = State.FAILED if over else state_of_another_try(dispatch, notice)
    dispatch.next_try, dispatch.error = now + rules.retry_after(dispatch.attempts), result.reason
    dispatch.save(update_fields=["state", "next_try", "error"])
    if over and dispatch.purpose == Dispatch.Purpose.NOTICE:
        Notice.objects.filter(id=notice.id, state=Notice.State.QUEUED).update(state=Notice.State.FAILED)
    if dispatch.purpose == Dispatch.Purpose.NOTICE and notice.state in OVER:
        cancel(notice)
    shown = {"reason": result.reason, "final": over, "attempt": dispatch.attempts}
    ledger.append(actor.id, "notice.failed", notice.subject, now=now, facts=shown)


def _doubt(dispatch: Dispatch, why: str, now: datetime) -> None:
    dispatch.state, dispatch.error = State.IN_DOUBT, why[:300]
    dispatch.save(update_fields=["state", "error"])
    if dispatch.purpose == Dispatch.Purpose.NOTICE:
        Notice.objects.filter(id=dispatch.notice_id, state=Notice.State.QUEUED).update(state=Notice.State.IN_DOUBT)
    notice = Notice.objects.get(id=dispatch.notice_id)
    ledger.append("system", "notice.in_doubt", notice.subject, now=now, facts={"why": why, "purpose": dispatch.purpose})
