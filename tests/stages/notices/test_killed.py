"""The worker's process is killed at every step of sending: nothing is lost, nothing goes out twice, every doubt is shown to a person."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from openiru.stages.notices import queries, work
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Dispatch, Notice
from tests import builders
from tests.builders import LATER, Cast
from tests.stages.notices.smtp_server import Server, serving

HOUR = 3600
NEVER = 10**9


@pytest.fixture
def cast(committed: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.EVIDENCE, settings.KEYS = tmp_path / "evidence", tmp_path / "keys"
    builders.an_installation()
    return builders.a_cast()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


class Worker:
    """A worker in another process, killed at the step that is asked for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.hours = process, 0

    def run(self, step: int) -> list[str]:
        """Send what is due, an hour later than the last time; the word how it ended, and the steps it came through."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{step} {self.hours * HOUR}\n")
        self.process.stdin.flush()
        self.hours += 1
        said = self.process.stdout.readline().split()
        assert said and "3" not in said[:2], self.process.stderr and self.process.stderr.read()
        return said


@pytest.fixture
def worker(cast: Cast, server: Server, settings: Settings) -> Iterator[Worker]:
    words = (connection.settings_dict["NAME"], server.address, str(settings.EVIDENCE), str(settings.KEYS))
    process = subprocess.Popen(
        (sys.executable, "-m", "tests.stages.notices.killed", *map(str, words)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    try:
        yield Worker(process)
    finally:
        process.kill()
        process.wait()


def test_killed_at_any_step_nothing_is_lost_and_nothing_is_doubled(cast: Cast, server: Server, worker: Worker) -> None:
    for _ in range(2):
        builders.a_queued_notice(cast)
    assert worker.run(NEVER)[0] == "ended"
    builders.a_queued_notice(cast), _a_composed_one(cast)
    steps = worker.run(NEVER)[2:]  # after the words `ended 0`
    assert {"connect", "send", "getreply", "_commit", "put", "get", "end"} == set(steps) and len(steps) > 25
    doubts = 0
    for step in range(1, len(steps) + 1):
        _settle_all(cast, server)
        worker.run(NEVER)
        first, second = builders.a_queued_notice(cast), _a_composed_one(cast)
        before = len(server.seen_by_the_platform)
        assert worker.run(step)[0] == "killed", steps[step - 1]
        _the_sum_holds_before_anything_runs_again(server, before, steps[step - 1])
        worker.run(NEVER)
        for notice in (first, second):
            notice.refresh_from_db()
            assert notice.state in {"sent", "in_doubt"}, (steps[step - 1], notice.state)
        seen = Counter(_ids(server)[before:])
        assert all(number == 1 for number in seen.values()), steps[step - 1]
        sent = Dispatch.objects.filter(state=Dispatch.State.SENT, notice__in=[first, second])
        assert {one.message_id for one in sent} <= set(seen), "nothing is called sent that nobody got"
        waiting = set(queries.waiting_for_people(cast.cleo, now=LATER)["in_doubt"])
        assert waiting == {one for one in (first, second) if one.state == "in_doubt"}
        doubts += len(waiting)
    assert doubts
    _nobody_got_one_twice_but_by_a_persons_word(cast, server, worker)


def _the_sum_holds_before_anything_runs_again(server: Server, before: int, step: str) -> None:
    """At the instant of the kill: acknowledged + in doubt + queued = all, and what the server has is never called queued."""
    rows = list(Dispatch.objects.order_by("-id").values_list("message_id", "state")[:2])
    acknowledged = {one for one, state in rows if state == Dispatch.State.SENT}
    in_doubt = {one for one, state in rows if state in {Dispatch.State.SENDING, Dispatch.State.IN_DOUBT}}
    queued = {one for one, state in rows if state in {Dispatch.State.QUEUED, Dispatch.State.LEASED}}
    assert len(acknowledged) + len(in_doubt) + len(queued) == len(rows) == 2, step
    seen = _ids(server)[before:]
    assert len(seen) == len(set(seen)), step
    assert acknowledged <= set(seen) <= acknowledged | in_doubt, step


def _a_composed_one(cast: Cast) -> Notice:
    """A notice whose mail was built before: then it is only read."""
    notice = builders.a_queued_notice(cast)
    work.mail_of(notice.dispatches.get(), now=LATER)
    return notice


def _settle_all(cast: Cast, server: Server) -> None:
    """A person asks the platform, which knows what it has."""
    for dispatch in Dispatch.objects.filter(state=Dispatch.State.IN_DOUBT):
        arrived = dispatch.message_id in _ids(server)
        sending.settle(dispatch.id, arrived=arrived, why="They told us.", actor=cast.cleo, now=LATER)


def _nobody_got_one_twice_but_by_a_persons_word(cast: Cast, server: Server, worker: Worker) -> None:
    """A person who says that it did not arrive sends it again, with the same Message-ID and the same bytes."""
    _settle_all(cast, server)
    worker.run(NEVER)
    server.mode = "drop"
    notice = builders.a_queued_notice(cast)
    worker.run(NEVER)
    server.mode = "take"
    dispatch = notice.dispatches.get()
    assert dispatch.state == Dispatch.State.IN_DOUBT
    sending.settle(dispatch.id, arrived=False, why="They do not have it.", actor=cast.cleo, now=LATER)
    worker.run(NEVER)
    one, other = (raw for raw in server.seen_by_the_platform if dispatch.message_id.encode() in raw)
    assert one == other and Notice.objects.get(id=notice.id).state == "sent"
    states = Counter(Dispatch.objects.values_list("state", flat=True))
    assert set(states) == {"sent"} and states["sent"] == len(set(_ids(server)))
    assert len(_ids(server)) == states["sent"] + 1, "the one that a person sent again"


def _ids(server: Server) -> list[str]:
    return [str(message_from_bytes(one)["Message-ID"]) for one in server.seen_by_the_platform]
