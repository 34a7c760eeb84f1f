"""How a notice goes from one state to the next: locked, checked against the flow, with its clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.stages.notices import rules
from openiru.stages.notices.models import Dispatch, Notice


def locked(notice_id: int, verb: str, actor: Actor) -> Notice:
    """Lock a notice's row for a verb; raises `not_found` for another agency's."""
    notice = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("case__agency", "decision__assessment")
        .filter(id=notice_id)
        .first()
    )
    if notice is None:
        raise Refused("not_found")
    actor.must(verb, agency_id=notice.case.agency_id)
    return notice


def move(notice: Notice, state: str) -> None:
    """Go to a state that may follow."""
    rules.check_step(notice.state, state)
    notice.state = state
    notice.save(update_fields=["state"])


def mark_arrived(notice: Notice, now: datetime) -> None:
    """The platform's server took it. A notice that was withdrawn or closed meanwhile keeps its state and learns that it went out."""
    if notice.state in {Notice.State.QUEUED, Notice.State.IN_DOUBT}:
        mark_sent(notice, now, received=False)
    elif notice.sent_at is None:
        notice.sent_at = now
        notice.save(update_fields=["sent_at"])


def mark_sent(notice: Notice, now: datetime, *, received: bool) -> None:
    """The platform has it, or its server took it: the clock starts."""
    notice.sent_at = notice.sent_at or now
    notice.received_at = notice.received_at or (now if received else None)
    notice.due_at = rules.due_at(
        notice.sent_at, notice.received_at, notice.paused_for or timedelta(0), notice.due_hours
    )
    notice.state = Notice.State.RECEIVED if notice.received_at else Notice.State.SENT
    notice.save(update_fields=["sent_at", "received_at", "due_at", "state", "ticket"])


def mark_proven(dispatch: Dispatch, notice: Notice, now: datetime, *, ticket: str = "") -> None:
    """It is proven that the platform has this message: by its own number, a delivery notification, or that somebody read it there."""
    dispatch.proven_at = dispatch.proven_at or now
    dispatch.save(update_fields=["proven_at"])
    if dispatch.purpose != Dispatch.Purpose.NOTICE:
        return
    notice.ticket = ticket[:80] or notice.ticket
    if notice.state in {Notice.State.QUEUED, Notice.State.IN_DOUBT, Notice.State.SENT}:
        mark_sent(notice, now, received=True)
    elif ticket:
        notice.save(update_fields=["ticket"])
