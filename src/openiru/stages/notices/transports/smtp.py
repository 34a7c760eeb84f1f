"""Sends by SMTP and tells what surely failed from what may have arrived: from the first byte of the message on, a break is a doubt."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from dataclasses import replace
from email.utils import parseaddr

from openiru.stages.notices.transports.shapes import Accepted, InDoubt, NotSent, Outgoing, Transport, Wire

SECONDS = 30
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_SAFE = re.compile(r"[^A-Za-z0-9.-]")


class Connection:
    """One connection, kept for many messages. A line with an answer too many on it is never used again."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.server: smtplib.SMTP | None = None

    def send(self, outgoing: Outgoing) -> Accepted:
        """Hand a message to the server, asking for delivery status notifications where it can (RFC 3461)."""
        return self.hand_over(
            outgoing.address, outgoing.mail, envelope_id=_SAFE.sub("", outgoing.key.partition("@")[0])
        )

    def hand_over(self, recipient: str, message: bytes, *, envelope_id: str = "") -> Accepted:
        """Hand bytes to the server; raises `NotSent` or `InDoubt`. A line that died while it rested is opened once more."""
        was_open = self.server is not None
        try:
            self._address(recipient, envelope_id)
        except _Broken:
            self.close()
            if not was_open:
                raise
            self._address(recipient, envelope_id)
        assert self.server is not None
        try:
            return _data(self.server, message)
        except (NotSent, InDoubt):
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if self.server is not None:
            self.server.close()
        self.server = None

    def _address(self, recipient: str, envelope_id: str) -> None:
        if self.server is not None and _has_more_to_say(self.server):
            self.close()
        if self.server is None:
            self.server = _open(self.wire)
        try:
            _envelope(self.server, parseaddr(self.wire.sender)[1] or self.wire.sender, recipient, envelope_id)
        except NotSent as error:
            if not isinstance(error, _Broken):
                self._forget_the_message()
            raise

    def _forget_the_message(self) -> None:
        """After a refusal the same line can be used for the next message, unless it does not even take that."""
        try:
            if self.server is not None and self.server.rset()[0] != 250:
                self.close()
        except (OSError, smtplib.SMTPException):
            self.close()


class _Broken(NotSent):
    """The line broke before the message."""


def send(wire: Wire, sender: str, recipient: str, message: bytes) -> Accepted:
    """Hand one message over on a connection of its own; raises `NotSent` or `InDoubt`."""
    connection = connect(replace(wire, sender=sender))
    try:
        return connection.hand_over(recipient, message)
    finally:
        connection.close()


def connect(wire: Wire) -> Connection:
    """A connection that opens with its first message; raises `NotSent` for one that must not be."""
    if wire.loopback_only and wire.host not in _LOOPBACK:
        raise NotSent("an exercise sends to loopback only", permanent=True)
    if wire.tls == "off" and wire.host not in _LOOPBACK:
        raise NotSent("mail without TLS is only for loopback", permanent=True)
    return Connection(wire)


def _open(wire: Wire) -> smtplib.SMTP:
    try:
        context = ssl.create_default_context() if wire.tls != "off" else None
        if wire.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(wire.host, wire.port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(wire.host, wire.port, timeout=SECONDS)
        server.ehlo_or_helo_if_needed()
        if wire.tls == "starttls":
            server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
        if wire.user:
            server.login(wire.user, wire.password)
        return server
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent("the mail server does not take our password", permanent=True) from error
    except (OSError, smtplib.SMTPException, socket.gaierror) as error:
        raise _Broken(f"the mail server is not there: {type(error).__name__}", permanent=False) from error


def _has_more_to_say(server: smtplib.SMTP) -> bool:
    """Whether something is on the line that we did not ask for: then every later answer would be taken for another's."""
    if server.sock is None or server.file is None:
        return True
    server.sock.settimeout(0)
    try:
        return bool(server.file.peek(1))
    except (OSError, ValueError):
        return True
    finally:
        server.sock.settimeout(SECONDS)


def _envelope(server: smtplib.SMTP, sender: str, recipient: str, envelope_id: str) -> None:
    asks = bool(envelope_id) and server.has_extn("dsn")
    mail_options = ["RET=HDRS", f"ENVID={envelope_id}"] if asks else []
    recipient_options = ["NOTIFY=SUCCESS,FAILURE,DELAY"] if asks else []
    try:
        for code, said in (server.mail(sender, mail_options), server.rcpt(recipient, recipient_options)):
            if code not in {250, 251}:
                raise NotSent(f"{code} {said.decode(errors='replace')}", permanent=code >= 500)
    except (OSError, smtplib.SMTPException) as error:
        raise _Broken(f"the connection broke before the message: {type(error).__name__}", permanent=False) from error


def _data(server: smtplib.SMTP, message: bytes) -> Accepted:
    try:
        code, said = server.data(message)
    except smtplib.SMTPDataError as error:
        reason = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        raise NotSent(f"{error.smtp_code} {reason}", permanent=error.smtp_code >= 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise InDoubt(f"the connection broke while the message was on its way: {type(error).__name__}") from error
    if code != 250:
        raise NotSent(f"{code} {said.decode(errors='replace')}", permanent=code >= 500)
    return Accepted(said.decode(errors="replace")[:300])


TRANSPORT = Transport(
    "email", "E-mail, signed (DKIM, S/MIME), with a PDF and JSON", automatic=True, open=connect, is_mail=True
)
