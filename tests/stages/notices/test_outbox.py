"""The outbox against real SMTP servers: taken, refused, put off, in doubt; nothing ever goes out twice by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openiru.ledger.models import Entry
from openiru.stages.notices import outbox, queries, rules, work
from openiru.stages.notices import services as sending
from openiru.stages.notices.clock.model import RECEIPT_WITHIN
from openiru.stages.notices.models import Dispatch, Notice
from openiru.stages.notices.transports import smtp
from openiru.stages.notices.transports.shapes import Accepted, InDoubt, NotSent, Wire
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql
from tests.stages.notices.smtp_server import Server, mute, nobody

State = Dispatch.State


def tick(now: datetime = NOW) -> int:
    return work.dispatch_due(actor=SYSTEM, now=now)


def states(notice: Notice) -> tuple[str, str]:
    notice.refresh_from_db()
    return notice.state, notice.dispatches.get(purpose="notice").state


def ids(messages: list[bytes]) -> list[str]:
    return [message_from_bytes(one)["Message-ID"] for one in messages]


def test_what_the_server_takes_is_sent_once_and_the_clock_starts(cast: Cast, server: Server) -> None:
    notice = builders.a_queued_notice(cast)
    assert tick() == 1
    assert states(notice) == ("sent", "sent")
    assert (notice.sent_at, notice.received_at) == (NOW, None)
    assert notice.due_at == NOW + RECEIPT_WITHIN + timedelta(hours=notice.due_hours)
    assert notice.dispatches.get().server_said.endswith("taken as TCK-000042")
    assert (tick(LATER), len(server.taken)) == (0, 1)
    assert ids(server.taken) == [notice.dispatches.get().message_id]


@pytest.mark.parametrize(
    ("mode", "final"), [("rcpt_550", True), ("data_554", True), ("rcpt_451", False), ("data_451", False)]
)
def test_what_was_surely_not_sent_fails_or_is_tried_again(cast: Cast, server: Server, mode: str, final: bool) -> None:
    server.mode = mode
    notice = builders.a_queued_notice(cast)
    tick()
    assert states(notice) == (("failed", "failed") if final else ("queued", "queued"))
    dispatch = notice.dispatches.get()
    assert dispatch.error[:3] == mode[-3:] and not server.seen_by_the_platform
    server.mode = "take"
    assert tick(NOW + timedelta(seconds=30)) == 0
    assert tick(NOW + timedelta(minutes=1)) == (0 if final else 1)
    assert states(notice)[0] == ("failed" if final else "sent")
    assert (ids(server.taken) or [dispatch.message_id]) == [dispatch.message_id]


def test_after_eight_tries_it_has_failed(cast: Cast, server: Server) -> None:
    server.mode = "rcpt_451"
    notice, now = builders.a_queued_notice(cast), NOW
    while tick(now):
        now += timedelta(hours=1)
    assert states(notice) == ("failed", "failed")
    assert notice.dispatches.get().attempts == rules.MOST_ATTEMPTS
    assert Entry.objects.filter(event="notice.failed").count() == rules.MOST_ATTEMPTS


def test_a_person_may_send_again_what_failed_and_it_keeps_its_message_id(cast: Cast, server: Server) -> None:
    server.mode = "rcpt_550"
    notice = builders.a_queued_notice(cast)
    tick()
    before = notice.dispatches.get().message_id
    server.mode = "take"
    sending.send(notice.id, actor=cast.cleo, now=LATER)
    tick(LATER)
    assert states(notice) == ("sent", "sent") and ids(server.taken) == [before]


def test_a_line_that_breaks_after_the_message_is_a_doubt_and_never_a_second_try(cast: Cast, server: Server) -> None:
    server.mode = "drop"
    notice = builders.a_queued_notice(cast)
    tick()
    assert states(notice) == ("in_doubt", "in_doubt")
    server.mode = "take"
    for days in range(1, 10):
        assert tick(NOW + timedelta(days=days)) == 0
    assert states(notice) == ("in_doubt", "in_doubt") and len(server.seen_by_the_platform) == 1
    assert notice in queries.waiting_for_people(cast.cleo, now=LATER)["in_doubt"]
    with refused("wrong_state"):
        sending.send(notice.id, actor=cast.cleo, now=LATER)


@pytest.mark.parametrize("greeting", [b"", b"220 hello\r\n"])
def test_a_line_that_breaks_before_the_message_is_no_doubt(
    cast: Cast, mail_goes_to: Callable[[str], None], greeting: bytes
) -> None:
    notice = builders.a_queued_notice(cast)
    with mute(greeting) as address:
        mail_goes_to(address)
        tick()
    assert states(notice) == ("queued", "queued")


def test_a_server_that_is_not_there_is_no_doubt(cast: Cast, mail_goes_to: Callable[[str], None]) -> None:
    mail_goes_to(nobody())
    notice = builders.a_queued_notice(cast)
    tick()
    assert states(notice) == ("queued", "queued")
    assert "not there" in notice.dispatches.get().error


def test_a_worker_that_was_killed_on_the_way_leaves_a_doubt(cast: Cast, server: Server) -> None:
    notice = builders.a_queued_notice(cast)
    builders.a_begun_dispatch()
    assert outbox.lease(now=NOW + outbox.LEASE).ids == ()
    assert states(notice) == ("queued", "sending")
    assert tick(NOW + outbox.LEASE + timedelta(seconds=1)) == 0
    assert states(notice) == ("in_doubt", "in_doubt") and not server.taken
    assert Entry.objects.filter(event="notice.in_doubt", subject=notice.subject).count() == 1


def test_a_worker_that_was_killed_before_it_began_leaves_no_doubt(cast: Cast, server: Server) -> None:
    notice = builders.a_queued_notice(cast)
    assert len(outbox.lease(now=NOW).ids) == 1
    assert states(notice) == ("queued", "leased")
    assert tick(NOW + outbox.LEASE - timedelta(seconds=9)) == 0
    assert tick(NOW + outbox.LEASE + timedelta(seconds=1)) == 1
    assert states(notice) == ("sent", "sent") and len(server.taken) == 1


def test_a_slow_worker_begins_nothing_that_another_took_or_that_was_cancelled(cast: Cast) -> None:
    first, second = builders.a_queued_notice(cast), builders.a_queued_notice(cast)
    slow = outbox.lease(now=NOW)
    later = outbox.lease(now=NOW + outbox.LEASE * 2, limit=1)
    assert outbox.begin(slow, slow.ids, now=NOW) == frozenset()
    sending.withdraw(first.id, reason="A mistake.", wrong=True, actor=cast.cleo, now=NOW)
    assert outbox.begin(later, later.ids, now=NOW) == frozenset()
    assert states(first) == ("withdrawn", "cancelled") and states(second) == ("queued", "queued")


@pytest.mark.parametrize("arrived", [True, False])
def test_a_person_settles_a_doubt(cast: Cast, server: Server, arrived: bool) -> None:
    server.mode = "drop"
    notice = builders.a_queued_notice(cast)
    tick()
    dispatch = notice.dispatches.get()
    with refused("reasons_missing"):
        sending.settle(dispatch.id, arrived=arrived, why=" ", actor=cast.cleo, now=LATER)
    sending.settle(dispatch.id, arrived=arrived, why="They told us by telephone.", actor=cast.cleo, now=LATER)
    server.mode = "take"
    assert tick(LATER) == (0 if arrived else 1)
    assert states(notice) == ("sent", "sent") and notice.sent_at == LATER
    assert set(ids(server.seen_by_the_platform)) == {dispatch.message_id}
    assert len(server.seen_by_the_platform) == (1 if arrived else 2)
    with refused("wrong_state"):
        sending.settle(dispatch.id, arrived=False, why="Again.", actor=cast.cleo, now=LATER)


def test_a_late_word_of_a_slow_worker_sends_nothing_again(cast: Cast, server: Server) -> None:
    notice = builders.a_queued_notice(cast)
    slow = builders.a_begun_dispatch()
    tick(NOW + timedelta(hours=1))
    sending.settle(slow, arrived=True, why="They told us.", actor=cast.cleo, now=LATER)
    for late in (NotSent("451 later", permanent=False), InDoubt("it broke")):
        outbox.record(slow, late, actor=SYSTEM, now=LATER)
        assert states(notice) == ("sent", "sent")
    assert tick(LATER + timedelta(days=1)) == 0 and not server.taken


def test_a_late_word_that_it_was_taken_settles_the_doubt(cast: Cast) -> None:
    notice = builders.a_queued_notice(cast)
    slow = builders.a_begun_dispatch()
    outbox.lease(now=NOW + timedelta(hours=1))
    outbox.record(slow, Accepted("250 fine"), actor=SYSTEM, now=LATER)
    assert states(notice) == ("sent", "sent")


def test_what_was_withdrawn_while_it_was_on_its_way_does_not_go_out_again(cast: Cast, server: Server) -> None:
    notice = builders.a_queued_notice(cast)
    leased = builders.a_begun_dispatch()
    sending.withdraw(notice.id, reason="A mistake.", wrong=True, actor=cast.cleo, now=NOW)
    outbox.record(leased, NotSent("451 later", permanent=False), actor=SYSTEM, now=NOW)
    assert states(notice) == ("withdrawn", "cancelled")
    assert tick(NOW + timedelta(days=1)) == 0 and not server.taken
    assert notice.sent_at is None


def test_what_was_withdrawn_and_arrived_all_the_same_is_counted_and_taken_back(cast: Cast, server: Server) -> None:
    notice = builders.a_queued_notice(cast)
    leased = builders.a_begun_dispatch()
    sending.withdraw(notice.id, reason="A mistake.", wrong=True, actor=cast.cleo, now=NOW)
    outbox.record(leased, Accepted("250 fine"), actor=SYSTEM, now=LATER)
    assert states(notice) == ("withdrawn", "sent") and notice.sent_at == LATER
    assert tick(LATER) == 1
    (undo,) = server.taken
    assert b"Withdrawal" in undo and notice.reference.encode() in undo


def test_a_doubt_about_a_withdrawn_notice_is_settled_without_sending_it(cast: Cast, server: Server) -> None:
    server.mode = "drop"
    notice = builders.a_queued_notice(cast)
    tick()
    sending.withdraw(notice.id, reason="A mistake.", wrong=True, actor=cast.cleo, now=NOW)
    first = notice.dispatches.get(purpose="notice")
    sending.settle(first.id, arrived=False, why="They do not have it.", actor=cast.cleo, now=LATER)
    assert states(notice) == ("withdrawn", "cancelled")


def test_withdrawing_what_nobody_was_told_tells_nobody(cast: Cast, server: Server) -> None:
    notice = builders.a_queued_notice(cast)
    sending.withdraw(notice.id, reason="A mistake.", wrong=False, actor=cast.cleo, now=NOW)
    assert states(notice) == ("withdrawn", "cancelled")
    assert tick(LATER) == 0 and notice.dispatches.count() == 1 and not server.taken


def test_one_that_is_withdrawn_twice_is_withdrawn_once(cast: Cast, server: Server) -> None:
    notice = builders.a_sent_notice(cast)
    one, other = (
        sending.withdraw(notice.id, reason="A mistake.", wrong=True, actor=cast.cleo, now=NOW) for _ in range(2)
    )
    assert one == other
    tick(LATER)
    (undo,) = server.taken
    assert message_from_bytes(undo)["In-Reply-To"] == notice.dispatches.get(purpose="notice").message_id


def test_what_was_recalled_is_not_sent(cast: Cast, server: Server) -> None:
    from openiru.stages.cases import services as casework

    notice = builders.a_queued_notice(cast)
    casework.recall(notice.decision_id, reasons="A doubt.", actor=cast.ben, now=NOW)
    tick(LATER)
    assert states(notice) == ("failed", "failed") and not server.taken


def test_an_upheld_appeal_stops_what_waits_of_the_same_case(cast: Cast, server: Server) -> None:
    first = builders.a_sent_notice(cast)
    Notice.objects.filter(id=first.id).update(state="answered", claimed="declined_no_violation")
    second = builders.a_notice(cast, builders.a_reopened_case_for_local_law(cast, first.case))
    sending.send(second.id, actor=cast.cleo, now=NOW)
    sending.withdraw(first.id, reason="It is a choir.", wrong=True, actor=cast.rio, now=LATER)
    tick(LATER)
    assert states(second) == ("failed", "failed")
    assert "on_hold" in second.dispatches.get().error
    assert [b"Withdrawal" in one for one in server.taken] == [True]


def test_the_database_holds_one_dispatch_of_each_purpose(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    with refused_by_the_database("dispatch_once"):
        sql(
            "insert into notices_dispatch (notice_id, purpose, state, message_id, address, queued_by_id, queued_at, next_try, "
            "attempts, error, server_said) values (%s, 'notice', 'queued', '<forged>', 'x', %s, now(), now(), 0, '', '')",
            notice.id,
            cast.cleo.user_id,
        )
    with refused_by_the_database("never deleted"):
        sql("delete from notices_dispatch where notice_id = %s", notice.id)


def test_only_one_notice_of_a_leg_is_open(cast: Cast) -> None:
    from openiru.stages.cases import services as casework

    notice = builders.a_sent_notice(cast)
    casework.reopen(notice.case_id, because="again", actor=cast.ana, now=NOW)
    again = builders.an_approval(cast, builders.an_assessment(cast, notice.case))
    with refused("notice_open"):
        builders.a_notice(cast, again)


def test_what_is_begun_too_late_is_not_begun(cast: Cast, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a line that drips could outlive its lease, and a person would settle what is still being sent."""
    notice = builders.a_queued_notice(cast)
    monkeypatch.setattr(work, "LATEST", timedelta(seconds=-1))
    tick()
    assert states(notice) == ("queued", "queued") and not server.seen_by_the_platform


def test_many_messages_go_over_one_connection(cast: Cast, server: Server) -> None:
    for _ in range(12):
        builders.a_queued_notice(cast)
    assert tick() == 12
    assert (len(server.taken), server.connections) == (12, 1)


MODES = st.lists(st.sampled_from(["take", "rcpt_451", "data_451", "drop", "killed"]), min_size=1, max_size=12)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(modes=MODES)
def test_without_a_persons_word_the_platform_never_has_it_twice(cast: Cast, server: Server, modes: list[str]) -> None:
    notices = [builders.a_queued_notice(cast) for _ in range(2)]
    plan, now = iter(modes), NOW
    server.seen_by_the_platform.clear()
    for _ in range(6):
        mode = next(plan, "take")
        if mode == "killed":
            taken = outbox.lease(now=now, limit=1)
            outbox.begin(taken, taken.ids, now=now)
        else:
            server.mode = mode
            tick(now)
        now += timedelta(hours=1)
    seen = ids(server.seen_by_the_platform)
    assert len(seen) == len(set(seen))
    for notice in notices:
        notice_state, dispatch_state = states(notice)
        dispatch = notice.dispatches.get()
        if dispatch_state == State.SENT:
            assert notice_state == "sent" and dispatch.message_id in seen
        if dispatch.message_id in seen:
            assert dispatch_state in {State.SENT, State.IN_DOUBT}
    Dispatch.objects.filter(state__in=[State.QUEUED, State.LEASED]).update(state=State.CANCELLED)


def test_the_retries_wait_longer_each_time() -> None:
    waits = [rules.retry_after(attempt).total_seconds() / 60 for attempt in range(1, 10)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_wrong_password_is_told_apart(server: Server) -> None:
    host, _, port = server.address.rpartition(":")
    with pytest.raises(NotSent) as caught:
        smtp.send(Wire(host, int(port), "off", "unit", "wrong"), "a@example.org", "b@example.org", b"x")
    assert not server.seen_by_the_platform and caught.value.reason
