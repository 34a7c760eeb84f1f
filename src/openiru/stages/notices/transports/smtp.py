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
    """Hand over the message itself. Up to its first byte it surely did not arrive; from then on only a plain no says so."""
    _ask_for_it(server)
    try:
        server.send(_ending(message))
        code, said = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise InDoubt(f"the connection broke while the message was on its way: {type(error).__name__}") from error
    words = f"{code} {said.decode(errors='replace')}"
    if code == 250:
        return Accepted(words[4:304])
    if not 400 <= code < 600 or not _is_in_step(server):
        raise InDoubt(f"the answer may be to something else: {words}")
    raise NotSent(words, permanent=code >= 500)


def _ask_for_it(server: smtplib.SMTP) -> None:
    try:
        code, said = server.docmd("DATA")
    except (OSError, smtplib.SMTPException) as error:
        raise _Broken(f"the connection broke before the message: {type(error).__name__}", permanent=False) from error
    if code != 354:
        raise NotSent(f"{code} {said.decode(errors='replace')}", permanent=500 <= code < 600)
    if _has_more_to_say(server):
        raise _Broken("the server answered more often than it was asked", permanent=False)


def _ending(message: bytes) -> bytes:
    """The message with its leading dots doubled, and the line that ends it (RFC 5321, 4.5.2)."""
    doubled = re.sub(rb"(?m)^\.", b"..", message)
    return doubled + (b".\r\n" if doubled.endswith(b"\r\n") else b"\r\n.\r\n")


def _is_in_step(server: smtplib.SMTP) -> bool:
    """Whether a no was the answer to the message: only the farewell is answered by 221, so one answer too many shows.

    A server that says no and hangs up said nothing else.
    """
    try:
        server.putcmd("quit")
        line = server.file.readline() if server.file else b""
    except (OSError, smtplib.SMTPException, ValueError):
        return False
    return not line or line.startswith(b"221")


TRANSPORT = Transport(
    "email", "E-mail, signed (DKIM, S/MIME), with a PDF and JSON", automatic=True, open=connect, is_mail=True
)
