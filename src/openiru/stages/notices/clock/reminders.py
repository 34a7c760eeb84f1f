"""Reminders by themselves: the same recipient, the same notice, no new leg and no new fact; so a clock may send one (law 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.notices import door, outbox
from openiru.stages.notices.models import Dispatch, Notice
from openiru.stages.notices.steps import timer_of
from openiru.stages.notices.transports import TRANSPORTS

AGAIN_AFTER = timedelta(days=3)
MOST = 3
"""How often a clock asks again by itself; after that only people do."""


def remind_due(*, actor: Actor, now: datetime, limit: int = 200) -> int:
    """Ask again where an answer is late; return how many reminders were put into the outbox.

    Only on a working day of the notice's calendar, only by a way that a machine may use, and only while the approval, the
    listing and the policy still hold: for one that does not hold any more nothing is asked.
    """
    actor.must("notice.work")
    automatic = [name for name, transport in TRANSPORTS.items() if transport.automatic]
    late = Notice.objects.filter(
        state__in=[Notice.State.SENT, Notice.State.RECEIVED], due_at__lt=now, way__in=automatic
    )
    waited = Q(reminded_at=None) | Q(reminded_at__lte=now - AGAIN_AFTER)
    due = late.filter(waited).order_by("due_at", "id").values_list("id", flat=True)[:limit]
    return sum(_remind(notice_id, actor=actor, now=now) for notice_id in list(due))


@transaction.atomic
def _remind(notice_id: int, *, actor: Actor, now: datetime) -> bool:
    locked = Notice.objects.select_for_update(of=("self",), skip_locked=True)
    notice = locked.select_related("decision__assessment__case").filter(id=notice_id).first()
    if notice is None or not _may(notice, now):
        return False
    outbox.put(notice, Dispatch.Purpose.REMINDER, actor=actor, now=now)
    notice.reminded_at = now
    notice.save(update_fields=["reminded_at"])
    ledger.append(actor.id, "notice.reminded", notice.subject, now=now, facts={"by_itself": True})
    return True


def _may(notice: Notice, now: datetime) -> bool:
    timer = timer_of(notice)
    if notice.state not in {Notice.State.SENT, Notice.State.RECEIVED} or not timer.calendar.works_on(now.date()):
        return False
    if notice.dispatches.filter(purpose=Dispatch.Purpose.REMINDER).exclude(state="cancelled").count() >= MOST:
        return False
    try:
        door.check_may_send(notice.decision, now)
    except Refused:  # it is shown red on the notice's page; withdrawing or correcting is a person's
        return False
    return True
