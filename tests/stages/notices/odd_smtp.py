"""An SMTP server of our own on loopback that misbehaves at one line of one message: it answers twice, late, or hangs up.

It is written from RFC 5321 on a bare socket, since no library's server would break the protocol so.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

LINES = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "message")
"""Every line of the conversation at which a server speaks, in order."""
HOWS = ("twice", "twice with a pause", "late", "cut before", "cut after", "no and yes")
LATE = 1.0
_ANSWERS = {
    "greeting": b"220 here\r\n",
    "EHLO": b"250 here\r\n",
    "MAIL": b"250 fine\r\n",
    "RCPT": b"250 fine\r\n",
    "DATA": b"354 go on\r\n",
    "message": b"250 taken\r\n",
}


@dataclass
class OddServer:
    """Misbehaves at `line`, in the way `how`, for the message or conversation number `at` (from 1), and then never again."""

    line: str
    how: str
    at: int
    seen: list[str] = field(default_factory=list)
    spoken: dict[str, int] = field(default_factory=dict)
    address: str = ""
    odd_once: bool = False

    def speak(self, wire: socket.socket, line: str) -> bool:
        """Answer at a line; False where the server hangs up."""
        self.spoken[line] = self.spoken.get(line, 0) + 1
        answer = _ANSWERS[line]
        if line != self.line or self.spoken[line] != self.at:
            wire.sendall(answer)
            return True
        self.odd_once = True
        return self._misbehave(wire, answer)

    def _misbehave(self, wire: socket.socket, answer: bytes) -> bool:
        if self.how == "cut before":
            return False
        if self.how == "late":
            time.sleep(LATE)
        if self.how == "no and yes":
            wire.sendall(b"451 try again later\r\n")
        wire.sendall(answer)
        if self.how.startswith("twice"):
            time.sleep(0.2 if "pause" in self.how else 0)
            wire.sendall(answer)
        return self.how != "cut after"

    def converse(self, wire: socket.socket) -> None:
        """One connection, to its end."""
        reader = wire.makefile("rb")
        going = self.speak(wire, "greeting")
        while going:
            words = reader.readline()
            verb = words[:4].decode(errors="replace").upper().strip()
            if not words or verb == "QUIT":
                wire.sendall(b"221 bye\r\n" if words else b"")
                return
            if verb in {"EHLO", "MAIL", "RCPT"}:
                going = self.speak(wire, verb)
            elif verb == "DATA":
                going = self.speak(wire, "DATA") and self._message(reader.readline, wire)
            else:
                wire.sendall(b"250 fine\r\n" if verb in {"RSET", "NOOP", "HELO"} else b"502 no\r\n")

    def _message(self, read, wire: socket.socket) -> bool:  # type: ignore[no-untyped-def]
        lines = []
        while (one := read()) != b".\r\n":
            if not one:
                return False  # RFC 5321, 4.1.1.4: what has no end was not handed over
            lines.append(one)
        found = re.search(rb"(?mi)^Message-ID: (<[^>]+>)", b"".join(lines))
        self.seen.append(found.group(1).decode() if found else "")
        return self.speak(wire, "message")


@contextmanager
def oddly(line: str, how: str, at: int) -> Iterator[OddServer]:
    """Run the server on a free port; it takes one connection after the other."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = OddServer(line, how, at, address=f"127.0.0.1:{listener.getsockname()[1]}")

    def serve() -> None:
        while True:
            try:
                wire, _ = listener.accept()
            except OSError:
                return
            with wire:
                try:
                    server.converse(wire)
                except OSError:  # the client hung up: that is part of what is tested
                    continue

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server
    finally:
        listener.close()
