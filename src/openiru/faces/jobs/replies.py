"""Takes answers and bounces from a mailbox by IMAP: each is stored first and moved then, so that none is lost and none read twice."""

from __future__ import annotations

from datetime import datetime

from openiru.errors import Refused
from openiru.faces.jobs import imap
from openiru.people.actor import SYSTEM
from openiru.stages.notices import answers, authentic
from openiru.stages.notices.models import Message

TAKEN, WAITING, REFUSED = "Taken", "Waiting for a person", "Refused"
"""The folders a letter is moved to: it was read; a person places or reads it on the page; it is too large. None is deleted."""


def take_answers(mailbox: imap.Mailbox, *, now: datetime) -> int:
    """Take in up to 50 letters; returns how many. Raises `Unavailable` if the server cannot be asked."""
    taken = 0
    with imap.opened(mailbox) as server:
        for uid in imap.uids(server):
            imap.move(server, uid, _take(imap.fetch(server, uid), mailbox, now=now))
            taken += 1
    return taken


def _take(raw: bytes, mailbox: imap.Mailbox, *, now: datetime) -> str:
    signed = authentic.signed_by(raw) if mailbox.must_be_signed else None
    try:
        message = answers.receive(raw, actor=SYSTEM, now=now, signed_by=signed)
    except Refused:
        return REFUSED
    return TAKEN if message.state in {Message.State.READ, Message.State.SETTLED} else WAITING
