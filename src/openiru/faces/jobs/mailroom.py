"""Takes answers by SMTP: a small server on loopback or behind the unit's mail relay, that hands every message to the stage."""

from __future__ import annotations

import asyncio
import logging

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections

from openiru import clock
from openiru.errors import Refused
from openiru.ledger import queries
from openiru.people.actor import SYSTEM
from openiru.stages.notices import answers, authentic, incoming
from openiru.terms import Mode

log = logging.getLogger("openiru.mailroom")


class Mailroom:
    """Says 250 only after the message stands in the database; anything else makes the sender try again."""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd calls it so)
        """Store one message."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            return await asyncio.to_thread(_store, content)
        except Exception:
            log.exception("a message could not be stored")
            return "451 it could not be stored now, try again later"


def _store(content: bytes) -> str:
    close_old_connections()
    try:
        standing = queries.installation()
        is_exercise = standing is not None and standing.mode == Mode.EXERCISE
        signed = None if is_exercise else authentic.signed_by(content)
        answers.receive(content, actor=SYSTEM, now=clock.now(), signed_by=signed)
    except Refused as error:
        return f"552 {error.code}"
    finally:
        close_old_connections()
    return "250 stored"


def listen(address: str) -> Controller:
    """Start the server on `host:port` in a thread of its own; `stop()` ends it."""
    host, _, port = address.rpartition(":")
    controller = Controller(Mailroom(), hostname=host, port=int(port), data_size_limit=incoming.LARGEST)
    controller.start()
    return controller
