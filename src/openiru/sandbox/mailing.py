"""The post office of the sandbox: inboxes that read what arrives, and a door through which answers leave."""

from __future__ import annotations

import smtplib
from email.utils import make_msgid
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from openiru.sandbox import reading
from openiru.sandbox.answers import Answer, message
from openiru.sandbox.journal import Journal

_LARGEST = 30_000_000


class Inboxes:
    """An SMTP handler: refuses addresses that no platform has, and hands the rest to the engine."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it by this name with these arguments
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Say at once whether there is such an inbox."""
        if self._journal.engine.platform_of(address) is None:
            return "550 5.1.1 no such inbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Read the mail and give it to each platform it is addressed to."""
        raw = envelope.original_content or b""
        sent = reading.mail(raw, envelope.mail_from or "")
        for address in envelope.rcpt_tos:
            platform = self._journal.engine.platform_of(address)
            if platform is not None:
                self._journal.receive(platform, sent)
        return "250 2.0.0 accepted"


def open_inboxes(journal: Journal, host: str, port: int) -> tuple[Any, int]:
    """Start listening; returns the controller and its port."""
    controller = Controller(Inboxes(journal), hostname=host, port=port or _free_port(host), data_size_limit=_LARGEST)
    controller.start()
    return controller, controller.port


class Postman:
    """Sends answers by SMTP, or keeps them where no address was given. What could not be delivered is counted."""

    def __init__(self, address: tuple[str, int] | None) -> None:
        self._address = address
        self.quiet = False
        self.undelivered: list[str] = []

    def __call__(self, answer: Answer) -> None:
        if self._address is None or self.quiet or not answer.to:
            return
        mail = message(answer)
        mail["Message-ID"] = make_msgid(domain="sandbox.example")
        try:
            with smtplib.SMTP(*self._address, timeout=10) as door:
                door.send_message(mail, from_addr=answer.sender, to_addrs=[answer.to])
        except (OSError, smtplib.SMTPException) as failure:
            self.undelivered.append(f"{answer.to}: {failure}")


def _free_port(host: str) -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
