"""Asks services that publish where a report stands: their words wait for a person; a count of theirs is no answer by itself."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.notices.models import Message, Notice
from openiru.stages.notices.transports import TRANSPORTS
from openiru.stages.notices.transports.shapes import NotSent, Wire

OPEN = (Notice.State.SENT, Notice.State.RECEIVED, Notice.State.PAUSED)


def ask_due(wire: Wire, *, actor: Actor, now: datetime, limit: int = 50) -> int:
    """Ask about each open notice whose way can be asked; returns how many said something new. One that is not there is asked again."""
    actor.must("notice.work")
    asked = [name for name, transport in TRANSPORTS.items() if transport.ask is not None]
    found = Notice.objects.filter(way__in=asked, state__in=OPEN).exclude(ticket="").order_by("sent_at", "id")
    return sum(_ask(notice, wire, actor, now) for notice in found[:limit])


def _ask(notice: Notice, wire: Wire, actor: Actor, now: datetime) -> bool:
    transport = TRANSPORTS[notice.way]
    assert transport.ask is not None
    try:
        words = transport.ask(notice.ticket, wire)
    except (
        NotSent
    ):  # the service is not there, or does not know it: nothing was learnt, and the clock says when an answer is late
        return False
    return bool(words) and record(notice.id, words, actor=actor, now=now)


@transaction.atomic
def record(notice_id: int, words: str, *, actor: Actor, now: datetime) -> bool:
    """Keep what a service says of a report, once; False for what it said before."""
    actor.must("notice.work")
    notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    mark = hashlib.sha256(f"{notice.way} {notice.ticket}\n{words}".encode()).hexdigest()
    if Message.objects.filter(sha256=mark).exists():
        return False
    Message.objects.create(
        message_id=f"{notice.way}:{notice.ticket}"[:300],
        sha256=mark,
        notice=notice,
        sender=notice.address[:300],
        title=f"{TRANSPORTS[notice.way].title}: {notice.ticket}"[:300],
        body=words,
        state=Message.State.UNREAD,
        at=now,
    )
    shown = {"sha256": mark, "why": "the service was asked where the report stands"}
    ledger.append(actor.id, "notice.message_received", notice.subject, now=now, facts=shown)
    return True
