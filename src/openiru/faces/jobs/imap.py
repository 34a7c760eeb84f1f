"""Reads a mailbox by IMAP: each letter is fetched whole, and moved to where it belongs only when that is settled."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from openiru.errors import Unavailable
from openiru.stages.notices import incoming

SECONDS = 30
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where letters lie: `url` is imaps://host:port/Folder; `imap://` is for loopback only."""

    url: str
    user: str
    password: str
    must_be_signed: bool = True


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    """The open mailbox; raises `Unavailable` if the server cannot be asked."""
    where = urlsplit(mailbox.url)
    host, folder = where.hostname or "", unquote(where.path.lstrip("/")) or "INBOX"
    is_loopback = host in {"127.0.0.1", "::1", "localhost"}
    if where.scheme != "imaps" and not is_loopback:
        raise Unavailable("mailbox", "mail without TLS is only for loopback", permanent=True)
    try:
        server = _connect(where.scheme, host, where.port)
    except OSError as error:
        raise Unavailable("mailbox", f"the server is not there: {type(error).__name__}") from error
    try:
        server.login(mailbox.user, mailbox.password)
        _must(server.select(_quoted(folder)), "select")
        yield server
    except (imaplib.IMAP4.error, OSError) as error:
        raise Unavailable("mailbox", f"{type(error).__name__}: {error}"[:200]) from error
    finally:
        server.shutdown()


def _connect(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imaps":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=SECONDS)
    return imaplib.IMAP4(host, port or 143, timeout=SECONDS)


def uids(server: imaplib.IMAP4) -> list[bytes]:
    """The numbers of up to 50 letters."""
    found = _must(server.uid("SEARCH", "ALL"), "search")
    return bytes(found[0] or b"").split()[:AT_ONCE]


def fetch(server: imaplib.IMAP4, uid: bytes) -> bytes:
    """The whole letter; what is too large comes cut, and is refused by its size."""
    found = _must(server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{incoming.LARGEST + 1}>)"), "fetch")
    return next((bytes(part[1]) for part in found if isinstance(part, tuple)), b"")


def move(server: imaplib.IMAP4, uid: bytes, folder: str) -> None:
    """Move a letter: copied first, so that a break in between leaves it twice and never nowhere."""
    server.create(_quoted(folder))
    _must(server.uid("COPY", uid.decode(), _quoted(folder)), "copy")
    _must(server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Deleted)"), "store")
    _must(server.expunge(), "expunge")


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _must(answer: tuple[str, list[Any]], step: str) -> list[Any]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(f"{step}: {answer[0]}")
    return answer[1]
