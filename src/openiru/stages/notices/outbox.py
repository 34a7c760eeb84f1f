"""The outbox: what must go out exactly once. Leases by SKIP LOCKED; a lease that ran out is a doubt, never a second try."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction

from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.notices import rules
from openiru.stages.notices.models import Dispatch, Notice
from openiru.stages.notices.steps import mark_arrived
from openiru.stages.notices.transports import TRANSPORTS
from openiru.stages.notices.transports.shapes import Accepted, InDoubt, NotSent

LEASE = timedelta(minutes=5)
OVER = frozenset({Notice.State.WITHDRAWN, Notice.State.CLOSED})
"""States in which a notice is not sent any more; its withdrawal still is."""


def told(notice: Notice) -> list[str]:
    """Every address that a notice went to, or may have gone to: whoever was told is told of what becomes of it."""
    reached = [Dispatch.State.SENT, Dispatch.State.IN_DOUBT, Dispatch.State.LEASED]
    found = notice.dispatches.filter(purpose=Dispatch.Purpose.NOTICE, state__in=reached)
    return list(dict.fromkeys(found.order_by("id").values_list("address", flat=True)))


def put(notice: Notice, purpose: str, *, actor: Actor, now: datetime, address: str = "") -> Dispatch:
    """Add one message to the outbox, in the caller's transaction. Asking again for a cancelled or failed one makes it due."""
    automatic = TRANSPORTS[notice.way].automatic
    state = Dispatch.State.QUEUED if automatic else Dispatch.State.BY_HAND
    found = notice.dispatches.filter(
        purpose=purpose, state=Dispatch.State.FAILED, address=address or notice.address
    ).first()
    if found and purpose in {Dispatch.Purpose.NOTICE, Dispatch.Purpose.WITHDRAWAL}:
        found.state, found.next_try, found.attempts, found.error = state, now, 0, ""
        found.save(update_fields=["state", "next_try", "attempts", "error"])
        return found
    return Dispatch.objects.create(
        notice=notice,
        purpose=purpose,
        state=state,
        message_id=message_id(),
        address=address or notice.address,
        queued_by_id=None if purpose == Dispatch.Purpose.REMINDER and actor.user_id is None else actor.person,
        queued_at=now,
        next_try=now,
    )


def message_id() -> str:
    """A Message-ID that nobody can guess: whoever answers to it has read our mail."""
    domain = parseaddr(settings.OPENIRU["OPENIRU_MAIL_FROM"])[1].rpartition("@")[2] or "localhost"
    return f"<{secrets.token_hex(16)}@{domain}>"


def cancel(notice: Notice) -> None:
    """Stop what has not gone out; what is on its way is left to its result."""
    waiting = [Dispatch.State.QUEUED, Dispatch.State.BY_HAND, Dispatch.State.FAILED]
    notice.dispatches.filter(state__in=waiting).update(state=Dispatch.State.CANCELLED)


@transaction.atomic
def lease(*, now: datetime, limit: int = 20) -> list[int]:
    """Take messages that are due; first park those whose lease ran out: they may have arrived."""
    for lost in Dispatch.objects.select_for_update(skip_locked=True).filter(
        state=Dispatch.State.LEASED, leased_until__lt=now
    ):
        _doubt(lost, "the worker stopped while the message was on its way", now)
    due = list(
        Dispatch.objects.select_for_update(skip_locked=True)
        .filter(state=Dispatch.State.QUEUED, next_try__lte=now)
        .order_by("next_try", "id")[:limit]
    )
    for dispatch in due:
        dispatch.state, dispatch.leased_until = Dispatch.State.LEASED, now + LEASE
        dispatch.attempts += 1
    Dispatch.objects.bulk_update(due, ["state", "leased_until", "attempts"])
    return [dispatch.id for dispatch in due]


@transaction.atomic
def record(dispatch_id: int, result: Accepted | NotSent | InDoubt, *, actor: Actor, now: datetime) -> Dispatch:
    """Write down what came of one try; a late word changes nothing once a person settled the doubt, unless it arrived."""
    dispatch = Dispatch.objects.select_for_update().select_related("notice").get(id=dispatch_id)
    notice = Notice.objects.select_for_update().get(id=dispatch.notice_id)
    if isinstance(result, Accepted):
        dispatch.state, dispatch.sent_at, dispatch.server_said = Dispatch.State.SENT, now, result.said
        dispatch.save(update_fields=["state", "sent_at", "server_said"])
        if dispatch.purpose == Dispatch.Purpose.NOTICE:
            mark_arrived(notice, now)
        shown = {"purpose": dispatch.purpose, "said": result.said}
        ledger.append(actor.id, "notice.dispatched", notice.subject, now=now, facts=shown)
    elif dispatch.state not in {Dispatch.State.LEASED, Dispatch.State.IN_DOUBT}:
        return dispatch
    elif isinstance(result, InDoubt):
        _doubt(dispatch, str(result), now)
    else:
        _failed(dispatch, notice, result, actor, now)
    return dispatch


def state_of_another_try(dispatch: Dispatch, notice: Notice) -> str:
    """Where a message goes that did not arrive: out again, unless its notice was withdrawn or closed meanwhile."""
    over = dispatch.purpose == Dispatch.Purpose.NOTICE and notice.state in OVER
    return Dispatch.State.CANCELLED if over else Dispatch.State.QUEUED


def _failed(dispatch: Dispatch, notice: Notice, result: NotSent, actor: Actor, now: datetime) -> None:
    over = result.permanent or dispatch.attempts >= rules.MOST_ATTEMPTS
    dispatch.state = Dispatch.State.FAILED if over else state_of_another_try(dispatch, notice)
    dispatch.next_try, dispatch.error = now + rules.retry_after(dispatch.attempts), result.reason
    dispatch.save(update_fields=["state", "next_try", "error"])
    if over and dispatch.purpose == Dispatch.Purpose.NOTICE:
        Notice.objects.filter(id=notice.id, state=Notice.State.QUEUED).update(state=Notice.State.FAILED)
    if dispatch.purpose == Dispatch.Purpose.NOTICE and notice.state in OVER:
        cancel(notice)
    shown = {"reason": result.reason, "final": over, "attempt": dispatch.attempts}
    ledger.append(actor.id, "notice.failed", notice.subject, now=now, facts=shown)


def _doubt(dispatch: Dispatch, why: str, now: datetime) -> None:
    dispatch.state, dispatch.error = Dispatch.State.IN_DOUBT, why[:300]
    dispatch.save(update_fields=["state", "error"])
    if dispatch.purpose == Dispatch.Purpose.NOTICE:
        Notice.objects.filter(id=dispatch.notice_id, state=Notice.State.QUEUED).update(state=Notice.State.IN_DOUBT)
    notice = Notice.objects.get(id=dispatch.notice_id)
    ledger.append("system", "notice.in_doubt", notice.subject, now=now, facts={"why": why, "purpose": dispatch.purpose})
