"""How a notice goes from one state to the next: locked, checked against the flow, with its clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.stages.notices import profiles, rules
from openiru.stages.notices.clock import model
from openiru.stages.notices.clock.calendars import Calendar, Counting
from openiru.stages.notices.models import Dispatch, Notice
from openiru.terms import NoticeKind


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
    notice.due_at = timer_of(notice).due
    notice.state = Notice.State.RECEIVED if notice.received_at else Notice.State.SENT
    notice.save(update_fields=["sent_at", "received_at", "due_at", "state", "ticket"])


def timer_of(notice: Notice) -> model.Timer:
    """The clock of a notice that went out, by the calendar and counting of the instrument it rests on."""
    assert notice.sent_at is not None
    profile = profiles.PROFILES.get(notice.profile)
    order = notice.kind == NoticeKind.ORDER
    return model.Timer(
        sent=notice.sent_at,
        hours=notice.due_hours,
        received=notice.received_at,
        began=notice.clock_from,
        stopped=notice.paused_at,
        held=notice.paused_for or timedelta(0),
        counting=profile.counting if profile else Counting.ROLLED,
        calendar=profile.calendar if profile else Calendar(),
        after_pause=profile.after_pause if profile and order else model.AfterPause.EXTEND,
    )


def run_again(notice: Notice, now: datetime) -> None:
    """The clock of a notice that stood runs again, and it is known to have arrived; the caller moves its state."""
    timer = model.go(model.receive(timer_of(notice), now), now)
    notice.received_at, notice.clock_from = timer.received, timer.began
    notice.paused_at, notice.paused_for, notice.pause_reason = None, timer.held, ""
    notice.due_at = timer.due
    fields = ["received_at", "clock_from", "paused_at", "paused_for", "pause_reason", "due_at"]
    notice.save(update_fields=fields)


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
