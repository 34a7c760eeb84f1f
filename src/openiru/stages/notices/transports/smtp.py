"""Sends by SMTP and tells apart what surely failed from what may have arrived: from the first byte of DATA on, a break is a doubt."""

from __future__ import annotations

import smtplib
import socket
import ssl

from openiru.stages.notices.transports.shapes import Accepted, InDoubt, NotSent, Transport, Wire

SECONDS = 30
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def send(wire: Wire, sender: str, recipient: str, message: bytes) -> Accepted:
    """Hand a message to the server; raises `NotSent` or `InDoubt`."""
    if wire.loopback_only and wire.host not in _LOOPBACK:
        raise NotSent("an exercise sends to loopback only", permanent=True)
    if wire.tls == "off" and wire.host not in _LOOPBACK:
        raise NotSent("mail without TLS is only for loopback", permanent=True)
    server = _open(wire)
    try:
        _envelope(server, sender, recipient)
        return _data(server, message)
    finally:
        server.close()


def _open(wire: Wire) -> smtplib.SMTP:
    try:
        context = ssl.create_default_context()
        if wire.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(wire.host, wire.port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(wire.host, wire.port, timeout=SECONDS)
        server.ehlo_or_helo_if_needed()
        if wire.tls == "starttls":
            server.starttls(context=context)
        if wire.user:
            server.login(wire.user, wire.password)
        return server
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent("the mail server does not take our password", permanent=True) from error
    except (OSError, smtplib.SMTPException, socket.gaierror) as error:
        raise NotSent(f"the mail server is not there: {type(error).__name__}", permanent=False) from error


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    try:
        for code, said in (server.mail(sender), server.rcpt(recipient)):
            if code not in {250, 251}:
                raise NotSent(f"{code} {said.decode(errors='replace')}", permanent=code >= 500)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"the connection broke before the message: {type(error).__name__}", permanent=False) from error


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


TRANSPORT = Transport("email", "E-mail with a signed PDF and JSON", automatic=True, send=send)
