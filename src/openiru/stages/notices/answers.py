"""What comes back: messages placed by what only their reader can know, answers read or recorded, the clock stopped and started."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import Reply
from openiru.stages.notices import deliveries, itemwise, queries, reference, rules, statuses
from openiru.stages.notices.incoming import Incoming, take_apart
from openiru.stages.notices.models import Answer, Dispatch, Message, Notice, Withdrawal
from openiru.stages.notices.steps import locked, mark_sent, move, run_again
from openiru.terms import Outcome, Platform

SHORTEST_TICKET = 6
_REFERENCE = re.compile(r"\[(IRU-[0-9A-Z-]{14})\]")


@transaction.atomic
def receive(raw: bytes, *, actor: Actor, now: datetime, signed_by: frozenset[str] | None = None) -> Message:
    """Take in a message. It is placed only if it answers to a Message-ID of ours, bears our signed reference, or names the ticket
    of a form we submitted with our reference, *and* comes from that platform's domain; else a person places it.
    `signed_by` are the domains whose DKIM signature holds; without a Message-ID of ours one of them must be (None: an exercise).
    A delivery status notification is about the message whose mark it names."""
    actor.must("notice.work")
    incoming = take_apart(raw)
    known = Message.objects.filter(sha256=incoming.sha256).first()
    if known:
        return known
    told = statuses.read(raw)
    about = deliveries.about(told) if told else None
    if told and about:
        return _fate(incoming, about, told, actor, now)
    notice, why = _place(incoming, signed_by)
    message = _keep(incoming, notice, why, actor, now)
    if notice:
        _read(message, notice, actor, now)
    return message


def _keep(incoming: Incoming, notice: Notice | None, why: str, actor: Actor, now: datetime) -> Message:
    message = Message.objects.create(
        message_id=incoming.message_id,
        sha256=incoming.sha256,
        notice=notice,
        sender=incoming.sender,
        title=incoming.title,
        body=incoming.body,
        why=why,
        state=Message.State.UNREAD if notice else Message.State.UNPLACED,
        at=now,
    )
    subject = notice.subject if notice else "mailbox"
    ledger.append(actor.id, "notice.message_received", subject, now=now, facts={"sha256": incoming.sha256, "why": why})
    return message


def _fate(incoming: Incoming, about: Dispatch, told: statuses.Status, actor: Actor, now: datetime) -> Message:
    """A mail server says what became of a message of ours; only whoever carried it knows the mark that it names."""
    message = _keep(incoming, about.notice, "", actor, now)
    if deliveries.note(about, told, actor=actor, now=now):
        message.state = Message.State.READ
    else:
        message.why = f"says {told.fate}, and the message is {about.state}"[:200]
    message.save(update_fields=["state", "why"])
    return message


@transaction.atomic
def place(message_id: int, notice_id: int, *, actor: Actor, now: datetime) -> Message:
    """A person says which notice a message belongs to; what it says is then read like any other."""
    notice = locked(notice_id, "notice.answer", actor)
    waiting = Message.objects.select_for_update(of=("self",)).filter(queries.readable(actor), id=message_id)
    message = waiting.first()
    if message is None:
        raise Refused("not_found")
    if message.state != Message.State.UNPLACED:
        raise Refused("wrong_state", state=message.state)
    message.notice, message.settled_by_id, message.state = notice, actor.person, Message.State.UNREAD
    message.save(update_fields=["notice", "settled_by", "state"])
    shown = {"sha256": message.sha256, "why": "a person placed it"}
    ledger.append(actor.id, "notice.message_received", notice.subject, now=now, facts=shown)
    _read(message, notice, actor, now)
    return message


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer as a person recorded it, with the words it rests on; `items` where it says something else of each."""

    outcome: Outcome
    quote: str
    territory: str = ""
    ticket: str = ""
    message_id: int | None = None
    items: Mapping[str, Outcome] = field(default_factory=dict)


@transaction.atomic
def record(notice_id: int, new: NewAnswer, *, actor: Actor, now: datetime) -> Answer:
    """A person records what the platform answered; a correction is one more answer, the earlier stays."""
    notice = locked(notice_id, "notice.answer", actor)
    if notice.sent_at is None:
        raise Refused("notice_not_sent")
    if not new.quote.strip():
        raise Refused("reasons_missing")
    message = Message.objects.filter(id=new.message_id, notice=notice).first() if new.message_id else None
    if message:
        message.state, message.settled_by_id = Message.State.SETTLED, actor.person
        message.save(update_fields=["state", "settled_by"])
    reply = Reply(new.outcome, False, new.ticket, new.territory, new.quote, new.items)
    return take(notice, reply, message, actor, now)


@transaction.atomic
def resume(notice_id: int, *, actor: Actor, now: datetime) -> Notice:
    """We answered the platform's question: the clock runs again, the pause is added."""
    notice = locked(notice_id, "notice.answer", actor)
    if notice.state != Notice.State.PAUSED or notice.paused_at is None or notice.sent_at is None:
        raise Refused("wrong_state", state=notice.state)
    run_again(notice, now)
    move(notice, Notice.State.RECEIVED)
    ledger.append(actor.id, "notice.clock_resumed", notice.subject, now=now, facts={})
    return notice


def _place(incoming: Incoming, signed_by: frozenset[str] | None) -> tuple[Notice | None, str]:
    domain = incoming.sender.rpartition("@")[2].lower()
    sent = Dispatch.objects.filter(message_id__in=incoming.answers_to).select_related("notice").first()
    notice = sent.notice if sent else _by_reference(incoming) or _by_ticket(incoming)
    if notice is None:
        return None, "answers to no message of ours, bears no reference that we signed and names no ticket of ours"
    if not _speaks_for(Platform(notice.platform), domain, notice.address):
        return None, f"the sender's domain {domain[:80]} is not this platform's"
    if (
        sent is None
        and signed_by is not None
        and not any(domain == one or domain.endswith(f".{one}") for one in signed_by)
    ):
        return None, f"names what is ours, but nothing proves that {domain[:80]} sent it (no DKIM signature that holds)"
    return Notice.objects.select_for_update().get(id=notice.id), ""


def _by_reference(incoming: Incoming) -> Notice | None:
    """The one notice whose reference stands in the message with the signature that only we can make; two are for a person."""
    named = reference.found_in(f"{incoming.title}\n{incoming.body}")
    return Notice.objects.filter(reference__in=named).first() if len(named) == 1 else None


def _by_ticket(incoming: Incoming) -> Notice | None:
    """The one notice that a person submitted on a form and whose ticket stands in the message, with our reference."""
    named = _REFERENCE.search(incoming.title)
    found = Notice.objects.filter(reference=named.group(1), way="portal").exclude(ticket="").first() if named else None
    if found is None or len(found.ticket) < SHORTEST_TICKET:
        return None
    return found if re.search(rf"(?<![\w-]){re.escape(found.ticket)}(?![\w-])", incoming.body) else None


def _speaks_for(platform: Platform, domain: str, address: str) -> bool:
    ours = {address.rpartition("@")[2].lower(), *PLATFORMS[platform].hosts}
    return any(domain == host or domain.endswith(f".{host}") for host in ours if host)


def _read(message: Message, notice: Notice, actor: Actor, now: datetime) -> None:
    """Let the platform's own reader say what it means; what it does not know waits for a person."""
    reply = PLATFORMS[Platform(notice.platform)].read_reply(message.title, message.body)
    if reply.receipt_only:
        receipt(notice, reply.ticket, actor, now)
    elif reply.outcome is not None:
        if notice.state in {Notice.State.QUEUED, Notice.State.IN_DOUBT}:
            arrived(notice, now)
        if not _may_follow(notice, reply.outcome):
            message.why = f"it says {reply.outcome}, and the notice is {notice.state}"
            message.save(update_fields=["why"])
            return
        take(notice, reply, message, actor, now)
    else:
        return
    message.state = Message.State.READ
    message.save(update_fields=["state"])


def receipt(notice: Notice, ticket: str, actor: Actor, now: datetime) -> None:
    """The platform says that it has the notice, in the caller's transaction: no answer, and no doubt any more."""
    notice.ticket = ticket[:80] or notice.ticket
    if notice.state in {Notice.State.SENT, Notice.State.QUEUED, Notice.State.IN_DOUBT}:
        arrived(notice, now)
    elif ticket:
        notice.save(update_fields=["ticket"])
    ledger.append(actor.id, "notice.received", notice.subject, now=now, facts={"ticket": ticket})


def arrived(notice: Notice, now: datetime) -> None:
    """Whoever replies to a message has it: no doubt is left, and nothing goes out again."""
    state = Dispatch.State
    first = notice.dispatches.filter(purpose=Dispatch.Purpose.NOTICE)
    open_states = [state.IN_DOUBT, state.SENDING, state.LEASED, state.QUEUED]
    first.filter(state__in=open_states).update(state=state.SENT, sent_at=now)
    first.filter(state=state.SENT, proven_at=None).update(proven_at=now)
    mark_sent(notice, now, received=True)


def _may_follow(notice: Notice, outcome: Outcome) -> bool:
    following = Notice.State.PAUSED if outcome is Outcome.CLARIFICATION_ASKED else Notice.State.ANSWERED
    return notice.state == Notice.State.WITHDRAWN or following in rules.FLOW[notice.state]


def take(notice: Notice, reply: Reply, message: Message | None, actor: Actor, now: datetime) -> Answer:
    """Keep what a platform says it did, in the caller's transaction, and let the notice follow. What says nothing of some items

    is one part of an answer: the clock runs on for the rest, and the notice is answered when each item is.
    """
    assert reply.outcome is not None
    standing = itemwise.standing(notice.facts["items"], _earlier(notice), reply)
    answer = Answer.objects.create(
        notice=notice,
        message=message,
        outcome=reply.outcome,
        territory=reply.territory[:2],
        quote=reply.quote,
        items={url: outcome.value for url, outcome in reply.items.items()},
        partial=standing.partial,
        at=now,
        recorded_by_id=actor.user_id,
    )
    notice.ticket = reply.ticket[:80] or notice.ticket
    shown = {"outcome": reply.outcome.value, "quote": reply.quote[:500], "open_items": standing.open}
    event = "notice.answered"
    if notice.state == Notice.State.WITHDRAWN:
        _reinstated(notice, reply, now)
    elif reply.outcome is Outcome.CLARIFICATION_ASKED:
        _pause(notice, now)
        event, shown = "notice.clock_paused", {"quote": reply.quote[:500]}
    elif standing.partial:
        _has_it(notice, now)
    else:
        _answered(notice, standing.overall, now)
    ledger.append(actor.id, event, notice.subject, now=now, facts=shown)
    return answer


def _earlier(notice: Notice) -> list[Mapping[str, str]]:
    """What parts said of items since the last answer to the whole, oldest first."""
    whole = notice.answers.filter(partial=False).exclude(outcome=Outcome.CLARIFICATION_ASKED).order_by("-id").first()
    return list(notice.answers.filter(id__gt=whole.id if whole else 0).order_by("id").values_list("items", flat=True))


def _pause(notice: Notice, now: datetime) -> None:
    notice.paused_at, notice.received_at = notice.paused_at or now, notice.received_at or now
    notice.save(update_fields=["paused_at", "received_at", "ticket"])
    move(notice, Notice.State.PAUSED)


def _has_it(notice: Notice, now: datetime) -> None:
    """Whoever answers a part has the whole; the clock runs on."""
    if notice.state in {Notice.State.SENT, Notice.State.QUEUED, Notice.State.IN_DOUBT}:
        arrived(notice, now)
    else:
        notice.save(update_fields=["ticket"])


def _answered(notice: Notice, outcome: Outcome, now: datetime) -> None:
    notice.claimed, notice.answered_at, notice.paused_at = outcome, now, None
    notice.received_at = notice.received_at or now
    notice.save(update_fields=["claimed", "answered_at", "paused_at", "received_at", "ticket"])
    move(notice, Notice.State.ANSWERED)


def _reinstated(notice: Notice, reply: Reply, now: datetime) -> None:
    if reply.outcome is Outcome.REVERSED:
        Withdrawal.objects.filter(notice=notice).update(reinstated_at=now, quote=reply.quote)
