"""The command `openiru-sandbox`: starts the stand-in platforms and says in one line of JSON where they are."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

from openiru.sandbox.engine import Engine
from openiru.sandbox.journal import Journal
from openiru.sandbox.mailing import Postman, open_inboxes
from openiru.sandbox.web import Server
from openiru.sandbox.worldfile import BadWorld, load

_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class Running:
    """A started sandbox and its addresses."""

    http: str
    smtp: str
    engine: Engine
    server: Server
    inboxes: Any

    def stop(self) -> None:
        """Close both doors."""
        self.server.shutdown()
        self.server.server_close()
        self.inboxes.stop()


def start(
    world: Path,
    *,
    http: tuple[str, int] = ("127.0.0.1", 0),
    smtp: tuple[str, int] = ("127.0.0.1", 0),
    reply_to: tuple[str, int] | None = None,
    state: Path | None = None,
) -> Running:
    """Start the stand-ins in threads of this process. Raises `BadWorld`."""
    postman = Postman(reply_to)
    engine = Engine(load(world), postman)
    journal = Journal(engine, state)
    postman.quiet = True
    journal.replay()
    postman.quiet = False
    server = Server(http, journal, postman.undelivered)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    inboxes, port = open_inboxes(journal, *smtp)
    return Running(f"http://{http[0]}:{server.server_port}", f"{smtp[0]}:{port}", engine, server, inboxes)


def main(argv: Sequence[str] | None = None) -> int:
    """Run until told to stop; returns the exit status."""
    asked = _arguments(argv)
    try:
        running = start(asked.world, http=asked.http, smtp=asked.smtp, reply_to=asked.reply_to_smtp, state=asked.state)
    except (BadWorld, OSError) as failure:
        print(f"openiru-sandbox: {failure}", file=sys.stderr)
        return 2
    stop = Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    print(json.dumps({"http": running.http, "smtp": running.smtp}), flush=True)
    stop.wait()
    running.stop()
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="openiru-sandbox", description="Stand-in platforms on loopback.")
    parser.add_argument("--world", type=Path, required=True, help="world.json of the exercise")
    parser.add_argument("--http", type=_address, default=("127.0.0.1", 0), help="HOST:PORT for pages; port 0 picks one")
    parser.add_argument("--smtp", type=_address, default=("127.0.0.1", 0), help="HOST:PORT for inboxes")
    parser.add_argument("--reply-to-smtp", type=_address, help="HOST:PORT where answers are delivered")
    parser.add_argument("--state", type=Path, help="folder that keeps the run across restarts")
    return parser.parse_args(argv)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if host not in _LOOPBACK or not port.isdigit():
        raise argparse.ArgumentTypeError("loopback only: 127.0.0.1:PORT")
    return host, int(port)


if __name__ == "__main__":
    sys.exit(main())
