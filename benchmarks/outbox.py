"""Pre-composed notices through real SMTP on loopback, the worker killed by SIGKILL again and again: the rate, none lost, none doubled.

20,000 of them with `make bench`, to bound its time; all of them with `OUTBOX=100000` or `python -m benchmarks.outbox
--notices 100000 --kills 20 --seed 1`. The limit beside it is the same mails over one bare connection to
the same server. A person (played here) settles each doubt by asking the receiving server, which knows what it has.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import copies
from benchmarks.intake import database

SERVER = """
import asyncio, re, sys
from aiosmtpd.controller import Controller
found = re.compile(rb"^Message-ID: (<[^>]+>)", re.M | re.I)
class Handler:
    async def handle_DATA(self, server, session, envelope):
        sys.stdout.write(found.search(envelope.content).group(1).decode() + "\\n")
        sys.stdout.flush()
        return "250 taken"
controller = Controller(Handler(), hostname="127.0.0.1", port=int(sys.argv[1]))
controller.start()
sys.stdin.read()
"""
WORKER = """
import sys
from datetime import timedelta
from pathlib import Path
import django
from django.conf import settings
django.setup()
from openiru.stages.notices import work
from tests.builders import NOW, SYSTEM
settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_SMTP": sys.argv[1], "OPENIRU_SMTP_TLS": "off"}
settings.EVIDENCE = Path(sys.argv[2])
now = NOW + timedelta(minutes=10 * int(sys.argv[3]))
while work.dispatch_due(actor=SYSTEM, now=now, limit=1000):
    pass
"""
TABLES = ("intake_account", "cases_case", "cases_assessment", "cases_decision", "notices_notice", "notices_dispatch")


class Receiver:
    """The platform's server, in a process of its own; it knows every Message-ID that it took."""

    def __init__(self, port: int) -> None:
        words = (sys.executable, "-c", SERVER, str(port))
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.taken: Counter[str] = Counter()
        self.address = f"127.0.0.1:{port}"
        threading.Thread(target=self._read, daemon=True).start()
        while not _answers(port):
            time.sleep(0.05)

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.taken[line.strip()] += 1


def _answers(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=1):
            return True
    except OSError:
        return False


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run the server on a free port."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    receiver = Receiver(port)
    try:
        yield receiver
    finally:
        receiver.process.kill()
        receiver.process.wait()


def main(words: list[str]) -> int:
    """Dispatch and count; status 1 if one is lost or doubled."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--notices", type=int, default=int(os.environ.get("OUTBOX", "20000")))
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    with (
        tempfile.TemporaryDirectory(prefix="openiru-bench-") as folder,
        database(Path(folder)),
        receiving() as receiver,
    ):
        mails = _make(Path(folder) / "evidence", asked.notices)
        bare = _bare(receiver, mails, min(asked.notices, 2000))
        found = _run(receiver, Path(folder) / "evidence", asked)
    found["bare connection, mails a second"] = round(bare)
    found["of the bare connection"] = round(found["mails a second"] / bare, 2)
    print(
        json.dumps(found, indent=1) if asked.json else "\n".join(f"{name}: {value:,}" for name, value in found.items())
    )
    return 0 if not (found["lost"] or found["doubled"]) else 1


def _make(evidence: Path, notices: int) -> bytes:
    """One notice by the services, then copies of its rows, each with a mail of its own; returns one of the mails."""
    from django.conf import settings
    from django.db import connection
    from tests import builders

    from openiru.stages.evidence import store
    from openiru.stages.notices import letters
    from openiru.stages.notices.models import Dispatch, Notice

    settings.EVIDENCE, settings.KEYS = evidence, evidence.parent / "keys"
    builders.an_installation()
    notice = builders.a_queued_notice(builders.a_cast())
    dispatch = notice.dispatches.get()
    mail = letters.build(dispatch, ())
    ids = {"notices_dispatch": dispatch.id, "notices_notice": notice.id, "cases_decision": notice.decision_id,
           "cases_assessment": notice.decision.assessment_id, "cases_case": notice.case_id,
           "intake_account": notice.case.account_id}  # fmt: skip
    marks = []
    for number in range(notices):
        one = mail.replace(dispatch.message_id.encode(), f"<{number:032x}@iru.example.org>".encode())
        marks.append(store.put(evidence, one))
    with connection.cursor() as cursor, copies.unguarded(cursor):
        cursor.execute("create temp table mark (n bigint primary key, digest text)")
        with cursor.copy("copy mark from stdin") as copy:  # type: ignore[attr-defined]
            for row in enumerate(marks):
                copy.write_row(row)
        for table in TABLES:
            copies.copy(cursor, table, ids, ids)
        cursor.execute("update notices_dispatch set state = 'cancelled' where id = %s", [dispatch.id])
    assert Dispatch.objects.filter(state="queued").count() == notices == Notice.objects.count() - 1
    return mail


def _bare(receiver: Receiver, mail: bytes, number: int) -> float:
    """Mails a second over one connection without a database: what the server takes at most from one client."""
    host, _, port = receiver.address.rpartition(":")
    with smtplib.SMTP(host, int(port)) as server:
        began = time.perf_counter()
        for _ in range(number):
            server.sendmail("a@example.org", ["b@example.org"], mail)
        return number / (time.perf_counter() - began)


def _run(receiver: Receiver, evidence: Path, asked: argparse.Namespace) -> dict[str, Any]:
    time.sleep(0.5)
    receiver.taken.clear()
    draw = random.Random(asked.seed)
    at = sorted(draw.randrange(1, asked.notices) for _ in range(asked.kills))
    began, cycle, doubts = time.perf_counter(), 0, 0
    for cycle, when in enumerate([*at, None]):
        worker = _worker(receiver, evidence, cycle)
        while worker.poll() is None and (when is None or sum(receiver.taken.values()) < when):
            time.sleep(0.002)
        if when is not None:
            worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert when is not None or worker.returncode == 0
    seconds = time.perf_counter() - began
    doubts = _settle(receiver, cycle + 1)
    while _worker(receiver, evidence, cycle + 2).wait():
        raise RuntimeError("the worker failed")
    return _count(receiver, asked, seconds, doubts)


def _worker(receiver: Receiver, evidence: Path, cycle: int) -> subprocess.Popen[bytes]:
    words = (sys.executable, "-c", WORKER, receiver.address, str(evidence), str(cycle))
    return subprocess.Popen(words, env={**os.environ, "DJANGO_SETTINGS_MODULE": "openiru.config.settings"})


def _settle(receiver: Receiver, cycle: int) -> int:
    """A person looks at each doubt and asks the platform; what it does not have goes again."""
    from datetime import timedelta

    from tests.builders import NOW

    from openiru.people.models import User
    from openiru.people.queries import actor_for
    from openiru.stages.notices import outbox, services
    from openiru.stages.notices.models import Dispatch

    now = NOW + timedelta(minutes=10 * cycle)
    outbox.lease(now=now, limit=0)
    time.sleep(0.5)
    cleo = actor_for(User.objects.get(email__startswith="cleo@"))
    doubts = list(Dispatch.objects.filter(state="in_doubt"))
    for one in doubts:
        services.settle(one.id, arrived=one.message_id in receiver.taken, why="They looked.", actor=cleo, now=now)
    return len(doubts)


def _count(receiver: Receiver, asked: argparse.Namespace, seconds: float, doubts: int) -> dict[str, Any]:
    from openiru.stages.notices.models import Dispatch

    time.sleep(0.5)
    states = Counter(Dispatch.objects.filter(id__gte=copies.BEGINS).values_list("state", flat=True))
    return {
        "notices": asked.notices,
        "kills": asked.kills,
        "seconds": round(seconds, 1),
        "mails a second": round(asked.notices / seconds),
        "doubts that a person settled": doubts,
        "sent": states["sent"],
        "in any other state": asked.notices - states["sent"],
        "lost": asked.notices - len(receiver.taken),
        "doubled": sum(receiver.taken.values()) - len(receiver.taken),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
