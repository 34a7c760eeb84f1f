"""Time: a tick that fails is written down and tried again; the mail room says 250 only after the message stands in the database."""

from __future__ import annotations

import asyncio
import json
import smtplib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope
from pytest_django.fixtures import Settings

from openiru import clock
from openiru.errors import Unavailable
from openiru.faces.exercise.stand import free_port
from openiru.faces.jobs import mailroom, ticks
from openiru.ledger.models import Heartbeat
from openiru.stages.cases.models import Case
from openiru.stages.intake.watching.models import Watch
from openiru.stages.notices import answers, authentic, incoming
from openiru.stages.notices.models import Message
from openiru.terms import Mode
from tests import builders
from tests.people import verbs_of_watching
from tests.stages.intake.watching.networks import running

LETTER = b"From: a@t.me\r\nSubject: hello\r\n\r\nhello\r\n"


@pytest.fixture(autouse=True)
def no_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's connection is inside its own transaction: it must not be closed as a worker's would be."""
    for room in (ticks, mailroom):
        monkeypatch.setattr(room, "close_old_connections", lambda: None)


def a_tick(name: str, outcome: object) -> ticks.Tick:
    def work() -> int:
        if isinstance(outcome, Exception):
            raise outcome
        assert isinstance(outcome, int)
        return outcome

    return ticks.Tick(name, 2, work)


@pytest.mark.django_db
def test_a_tick_that_went_well_is_noted() -> None:
    assert ticks.run_once(a_tick("dispatch", 3)) == 3
    assert ticks.run_once(a_tick("sequence", 3)) == 0
    beat = Heartbeat.objects.get(name="dispatch")
    assert beat.good_at and beat.bad_at is None and beat.error == ""


@pytest.mark.django_db
@pytest.mark.parametrize("error", [Unavailable("sandbox", "down"), ValueError("a bug")])
def test_a_tick_that_failed_is_noted_with_its_words_and_the_worker_goes_on(error: Exception) -> None:
    tick = a_tick("look", error)
    assert ticks.run_once(tick) == 0
    beat = Heartbeat.objects.get(name="look")
    assert beat.bad_at and type(error).__name__ in beat.error
    ticks.run_once(a_tick("look", 0))
    beat.refresh_from_db()
    assert beat.error == "" and beat.good_at and beat.bad_at and beat.good_at > beat.bad_at


@pytest.mark.django_db
def test_the_worker_ticks_each_until_it_is_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_offset", clock._offset)
    stop, ticked = threading.Event(), []

    def count(name: str) -> ticks.Tick:
        def work() -> int:
            ticked.append(name)
            if len(ticked) >= 6:
                stop.set()
            return 0

        return ticks.Tick(name, 0.5, work)

    monkeypatch.setattr(ticks, "TICKS", (count("one"), count("two")))
    monkeypatch.setattr(stop, "wait", lambda _seconds: None)
    ticks._run_lane("main", stop)
    assert ticked == ["one", "two"] * 3


def test_every_tick_has_a_name_of_its_own_and_a_time() -> None:
    assert len({tick.name for tick in ticks.TICKS}) == len(ticks.TICKS)
    assert all(tick.every > 0 for tick in ticks.TICKS)


class TheMailroom:
    """A running mail room, with what it was handed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.stored: list[bytes] = []
        self.answer: str | Exception = "250 stored"

    def store(self, content: bytes) -> str:
        """Stand in for the stage, which would need a connection of its own."""
        self.stored.append(content)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def send(self, content: bytes = LETTER) -> tuple[int, bytes]:
        """Send by SMTP and give the server's last word."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as server:
            server.ehlo()
            server.mail("a@t.me")
            server.rcpt("referrals@iru.example.org")
            return server.data(content)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[TheMailroom]:
    room = TheMailroom(free_port())
    monkeypatch.setattr(mailroom, "_store", room.store)
    controller = mailroom.listen(f"127.0.0.1:{room.port}")
    yield room
    controller.stop()


def test_a_letter_is_taken_after_it_was_stored(room: TheMailroom) -> None:
    assert room.send()[0] == 250
    assert b"Subject: hello" in room.stored[0]


def test_what_could_not_be_stored_makes_the_sender_try_again(room: TheMailroom) -> None:
    room.answer = RuntimeError("the database is down")
    code, _ = room.send()
    assert 400 <= code < 500


def test_a_letter_over_ten_megabytes_is_not_taken(room: TheMailroom) -> None:
    with smtplib.SMTP("127.0.0.1", room.port, timeout=20) as server:
        server.ehlo()
        code, _ = server.mail("a@t.me", [f"SIZE={incoming.LARGEST + 1}"])
    assert code == 552 and room.stored == []


def handed_in(content: bytes) -> str:
    return mailroom._store(content)


@pytest.mark.django_db
@pytest.mark.parametrize("mode", Mode)
def test_signatures_are_asked_for_outside_an_exercise(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.an_installation(mode)
    asked: list[Any] = []
    monkeypatch.setattr(authentic, "signed_by", lambda raw: frozenset({"x.com"}))
    monkeypatch.setattr(answers, "receive", lambda raw, **named: asked.append(named["signed_by"]))
    assert handed_in(LETTER) == "250 stored"
    assert asked == [None if mode is Mode.EXERCISE else frozenset({"x.com"})]


@pytest.mark.django_db
def test_a_refused_letter_is_refused_for_good() -> None:
    builders.an_installation()
    assert handed_in(b"x" * (incoming.LARGEST + 1)).startswith("552 too_big")
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_a_stored_letter_stands_in_the_database() -> None:
    builders.an_installation()
    assert handed_in(LETTER) == "250 stored"
    assert Message.objects.get().title == "hello"


def test_an_envelope_without_bytes_is_an_empty_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bytes] = []

    def store(content: bytes) -> str:
        taken.append(content)
        return "250 stored"

    monkeypatch.setattr(mailroom, "_store", store)
    nobody: Any = None
    assert asyncio.run(mailroom.Mailroom().handle_DATA(nobody, nobody, Envelope())) == "250 stored"
    assert taken == [b""]


@pytest.mark.django_db
def test_what_a_watch_finds_waits_for_a_case_like_any_report(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_installation(Mode.EXERCISE)
    cast = builders.a_cast()
    monkeypatch.setattr(clock, "now", lambda: builders.NOW)
    assert ticks.watch() == 0
    verbs_of_watching.a_standing_watch(cast)
    watch = Watch.objects.get()
    with running() as networks:
        networks.bluesky.clear()
        settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_SANDBOX": networks.base}
        networks.post(1)
        networks.answers.append((200, {}, json.dumps({"feed": networks.bluesky})))
        assert ticks.watch() == 1
    assert watch.findings.count() == 1
    assert Case.objects.get().account.platform == "bluesky"
