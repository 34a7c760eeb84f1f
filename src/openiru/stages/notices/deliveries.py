"""What became of a message on its way: a delivery that is proven, one that is late, one that came back, which turns red."""

from __future__ import annotations

from datetime import datetime

from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.notices.models import Dispatch, Notice
from openiru.stages.notices.statuses import Fate, Status
from openiru.stages.notices.steps import mark_proven

EVENTS = {
    Fate.DELIVERED: "notice.delivered",
    Fate.PASSED_ON: "notice.delayed",
    Fate.DELAYED: "notice.delayed",
    Fate.FAILED: "notice.bounced",
}


def about(status: Status) -> Dispatch | None:
    """The message that a notification is about: by what only those on its way have seen, never by an address."""
    mark = status.envelope_id or status.message_id.strip("<>").partition("@")[0]
    found = Dispatch.objects.filter(message_id__startswith=f"<{mark}@").first() if len(mark) == 32 else None
    return found if found and found.attempts else None


def note(dispatch: Dispatch, status: Status, *, actor: Actor, now: datetime) -> bool:
    """Write down a message's fate, in the caller's transaction. False where it says nothing new, or contradicts what is known:

    a message that the platform has answered did not fail.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(id=dispatch.notice_id)
    dispatch = Dispatch.objects.select_for_update().get(id=dispatch.id)
    if dispatch.state not in {Dispatch.State.SENT, Dispatch.State.IN_DOUBT, Dispatch.State.SENDING}:
        return False
    if status.fate is Fate.FAILED and dispatch.proven_at is not None:
        return False
    _APPLY[status.fate](dispatch, notice, status, now)
    facts = {"purpose": dispatch.purpose, "said": status.said}
    ledger.append(actor.id, EVENTS[status.fate], notice.subject, now=now, facts=facts)
    return True


def _delivered(dispatch: Dispatch, notice: Notice, _status: Status, now: datetime) -> None:
    dispatch.state, dispatch.sent_at = Dispatch.State.SENT, dispatch.sent_at or now
    dispatch.error = ""
    dispatch.save(update_fields=["state", "sent_at", "error"])
    mark_proven(dispatch, notice, now)


def _waiting(dispatch: Dispatch, _notice: Notice, status: Status, _now: datetime) -> None:
    dispatch.server_said = f"{status.fate}: {status.said}"[:300]
    dispatch.save(update_fields=["server_said"])


def _came_back(dispatch: Dispatch, notice: Notice, status: Status, _now: datetime) -> None:
    """It did not arrive: the notice is as if it had not been sent, and red until a person sends it again or closes it."""
    dispatch.state, dispatch.error = Dispatch.State.FAILED, f"it came back: {status.said}"[:300]
    dispatch.save(update_fields=["state", "error"])
    if dispatch.purpose != Dispatch.Purpose.NOTICE or notice.received_at is not None:
        return
    notice.sent_at = notice.due_at = None
    if notice.state in {Notice.State.SENT, Notice.State.IN_DOUBT, Notice.State.QUEUED}:
        notice.state = Notice.State.FAILED
    notice.save(update_fields=["sent_at", "due_at", "state"])


_APPLY = {Fate.DELIVERED: _delivered, Fate.PASSED_ON: _waiting, Fate.DELAYED: _waiting, Fate.FAILED: _came_back}
