"""Real SMTP servers on loopback that behave as told: take, refuse, put off, or drop the line right after the message."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Server:
    """What a server got: whole messages, and those it had when it dropped the line. `mode` may change while it runs."""

    mode: str = "take"
    taken: list[bytes] = field(default_factory=list)
    seen_by_the_platform: list[bytes] = field(default_factory=list)
    address: str = ""
    choose: Callable[[], str] | None = None
    connections: int = 0

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count who says hello."""
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802 (aiosmtpd calls it so)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient or not."""
        self.now = self.choose() if self.choose else self.mode
        if self.now == "rcpt_550":
            return "550 no such mailbox"
        if self.now == "rcpt_451":
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message or not; a dropped line comes after the message was stored."""
        content = envelope.original_content or b""
        if self.now == "data_451":
            return "451 try again later"
        if self.now == "data_554":
            return "554 we do not want this"
        self.seen_by_the_platform.append(content)
        if self.now == "drop":
            server.transport.abort()
            return "250 never heard"
        self.taken.append(content)
        return "250 taken as TCK-000042"


@contextmanager
def serving(mode: str = "take") -> Iterator[Server]:
    """Run a server on a free port of loopback."""
    server = Server(mode)
    controller = Controller(server, hostname="127.0.0.1", port=_free_port())
    controller.start()
    server.address = f"127.0.0.1:{controller.port}"
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def mute(after: bytes = b"") -> Iterator[str]:
    """A server that hangs up before its greeting, or after it."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                if after:
                    line.sendall(after)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        listener.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def nobody() -> str:
    """An address on which nobody listens."""
    return f"127.0.0.1:{_free_port()}"
