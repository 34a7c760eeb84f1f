"""Delivery status notifications (RFC 3464) and bounces: proven, delayed, or came back and red; matched by what only the carrier saw."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from hypothesis import given
from hypothesis import strategies as st

from openiru.ledger.models import Entry
from openiru.stages.notices import answers, queries, statuses, work
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Dispatch, Message, Notice
from openiru.stages.notices.statuses import Fate
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.stages.notices.smtp_server import Server

TEMPLATE = """From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
To: referrals@iru.example.org
Subject: Delivery Status Notification
Message-ID: <dsn-{number}@mx.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

What became of your message.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
{envelope}
Final-Recipient: rfc822; abuse@telegram.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b1
Content-Type: {returned}

{headers}
--b1--
"""


def a_status(dispatch: Dispatch, action: str = "failed", **changes: str) -> bytes:
    """A notification as RFC 3464 has it; by default it returns the headers and gives no envelope id."""
    plain = {
        "number": "1", "action": action, "status": "5.1.1", "said": "550 5.1.1 no such user", "envelope": "",
        "returned": "text/rfc822-headers", "headers": f"Message-ID: {dispatch.message_id}\nSubject: x\n",
    }  # fmt: skip
    given = {**plain, **changes}
    given["envelope"] = f"Original-Envelope-Id: {given['envelope']}\n" if given["envelope"] else ""
    return TEMPLATE.format(**given).replace("\n", "\r\n").encode()


def receive(raw: bytes) -> Message:
    return answers.receive(raw, actor=SYSTEM, now=LATER)


@pytest.fixture
def notice(cast: Cast) -> Notice:
    return builders.a_sent_notice(cast)


def first(notice: Notice) -> Dispatch:
    notice.refresh_from_db()
    return notice.dispatches.get(purpose="notice")


@pytest.mark.parametrize("by", ["headers", "whole message", "envelope id"])
def test_a_notice_that_comes_back_turns_red(notice: Notice, cast: Cast, by: str) -> None:
    changes = {
        "headers": {},
        "whole message": {"returned": "message/rfc822"},
        "envelope id": {"envelope": first(notice).message_id[1:33], "headers": "Subject: x\n"},
    }[by]
    message = receive(a_status(first(notice), **changes))
    dispatch = first(notice)
    assert (message.state, notice.state, dispatch.state) == ("read", "failed", "failed")
    assert notice.sent_at is None and notice.due_at is None and "no such user" in dispatch.error
    assert notice in queries.waiting_for_people(cast.cleo, now=LATER)["failed"]
    assert Entry.objects.filter(event="notice.bounced", subject=notice.subject).exists()


def test_what_came_back_goes_again_by_a_persons_word(notice: Notice, cast: Cast, server: Server) -> None:
    before = first(notice).message_id
    receive(a_status(first(notice)))
    assert work.dispatch_due(actor=SYSTEM, now=LATER + timedelta(days=2)) == 0
    sending.send(notice.id, actor=cast.cleo, now=LATER)
    work.dispatch_due(actor=SYSTEM, now=LATER)
    assert first(notice).state == "sent" and first(notice).message_id == before and len(server.taken) == 1


def test_a_delivery_is_proof_and_the_clock_runs_from_it(notice: Notice) -> None:
    assert first(notice).proven_at is None
    receive(a_status(first(notice), "delivered", status="2.0.0", said="250 ok"))
    assert (first(notice).proven_at, notice.received_at, notice.state) == (LATER, LATER, "received")
    assert notice.due_at == LATER + timedelta(hours=notice.due_hours)


def test_what_is_only_passed_on_or_late_proves_nothing(notice: Notice) -> None:
    for number, action in enumerate(("relayed", "expanded", "delayed")):
        receive(a_status(first(notice), action, number=str(number), status="2.0.0"))
        assert (first(notice).proven_at, notice.state) == (None, "sent")
    assert first(notice).server_said.startswith("delayed")


def test_a_delivery_settles_a_doubt(cast: Cast, server: Server) -> None:
    server.mode = "drop"
    notice = builders.a_queued_notice(cast)
    work.dispatch_due(actor=SYSTEM, now=NOW)
    assert first(notice).state == "in_doubt"
    receive(a_status(first(notice), "delivered", status="2.0.0"))
    assert (first(notice).state, notice.state, notice.sent_at) == ("sent", "received", LATER)


def test_what_the_platform_has_answered_did_not_come_back(notice: Notice) -> None:
    receive(a_status(first(notice), "delivered", status="2.0.0"))
    message = receive(a_status(first(notice), number="2"))
    assert (message.state, notice.state) == ("unread", "received") and "failed" in message.why


def test_a_withdrawal_that_comes_back_is_red_too(notice: Notice, cast: Cast, server: Server) -> None:
    sending.withdraw(notice.id, reason="A mistake.", wrong=True, actor=cast.cleo, now=LATER)
    work.dispatch_due(actor=SYSTEM, now=LATER)
    undo = notice.dispatches.get(purpose="withdrawal")
    receive(a_status(undo))
    undo.refresh_from_db()
    notice.refresh_from_db()
    assert (undo.state, notice.state) == ("failed", "withdrawn")
    assert notice in queries.waiting_for_people(cast.cleo, now=LATER)["failed"]


FORGED = {
    "names no message": {"headers": "Subject: x\n"},
    "names one that is not ours": {"headers": f"Message-ID: <{'0' * 32}@iru.example.org>\n"},
    "names a part of one": {"headers": "Message-ID: <%@iru.example.org>\n"},
    "knows no action": {"action": "vanished"},
}


@pytest.mark.parametrize("changes", FORGED.values(), ids=FORGED)
def test_a_notification_that_is_not_about_ours_changes_nothing(notice: Notice, changes: dict[str, str]) -> None:
    action = changes.pop("action", "failed") if "action" in changes else "failed"
    message = receive(a_status(first(notice), action, **changes))
    assert message.state == "unplaced" and first(notice).state == "sent"


def test_one_of_several_recipients_that_failed_is_a_failure(notice: Notice) -> None:
    raw = a_status(first(notice), "delivered", status="2.0.0")
    more = b"\r\nFinal-Recipient: rfc822; other@telegram.org\r\nAction: failed\r\nStatus: 5.2.2\r\n\r\n--b1\r\nContent-Type: text/rfc822"
    found = statuses.read(raw.replace(b"\r\n--b1\r\nContent-Type: text/rfc822", more, 1))
    assert found and found.fate is Fate.FAILED


@given(st.binary(max_size=300), st.sampled_from([b"Action: failed", b"--b1", b"message/delivery-status", b"\r\n\r\n"]))
def test_no_bytes_break_the_reader_of_notifications(noise: bytes, where: bytes) -> None:
    raw = TEMPLATE.format(
        number=1, envelope="", action="failed", status="5", said="x", returned="message/rfc822", headers="x"
    )
    statuses.read(raw.encode().replace(where, where + noise))
    statuses.read(noise)


class Notifying(SMTP):
    """A server that offers DSN (RFC 3461) and keeps what it was asked to notify."""

    asked: list[str] = []

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        self.asked.append(arg)
        await super().smtp_MAIL(arg.split(" RET=")[0])

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        self.asked.append(arg)
        await super().smtp_RCPT(arg.split(" NOTIFY=")[0])


def test_a_server_that_can_is_asked_to_notify_under_our_mark(cast: Cast, mail_goes_to) -> None:  # type: ignore[no-untyped-def]
    class Handler:
        async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # type: ignore[no-untyped-def]  # noqa: N802
            session.host_name = hostname
            return [*responses[:-1], "250-DSN", responses[-1]]

        async def handle_DATA(self, *_words):  # type: ignore[no-untyped-def]  # noqa: N802
            return "250 fine"

    class Control(Controller):
        def factory(self) -> SMTP:
            return Notifying(self.handler, **self.SMTP_kwargs)

    from tests.stages.notices.smtp_server import _free_port

    controller = Control(Handler(), hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        mail_goes_to(f"127.0.0.1:{controller.port}")
        notice = builders.a_queued_notice(cast)
        work.dispatch_due(actor=SYSTEM, now=NOW)
    finally:
        controller.stop()
    assert first(notice).state == "sent", first(notice).error
    asked_mail, asked_recipient = Notifying.asked[-2:]
    assert f"ENVID={first(notice).message_id[1:33]}" in asked_mail and "RET=HDRS" in asked_mail
    assert asked_recipient.endswith("NOTIFY=SUCCESS,FAILURE,DELAY")
