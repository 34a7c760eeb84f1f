"""What comes back: a receipt is no answer, the clock runs from it, what is forged or unclear waits for a person, nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openiru.ledger.models import Entry
from openiru.stages.notices import answers, outbox, queries, rules
from openiru.stages.notices import services as sending
from openiru.stages.notices.incoming import LARGEST
from openiru.stages.notices.models import Answer, Dispatch, Message, Notice
from openiru.stages.notices.transports.shapes import InDoubt
from openiru.terms import Outcome, Platform
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

RECEIPT = "We have received your report. Reference number: TCK-000042."
BLOCKED = "This channel has been blocked."
DISMISSED = "Your notice was dismissed: insufficient information."
ASKED = "Your notice does not contain a clear and convincing explanation: the why."
DAY = timedelta(days=1)


def a_reply(notice: Notice, words: str = BLOCKED, **changes: Any) -> bytes:
    """A reply of the platform to the message in which the notice went out."""
    sent = notice.dispatches.get(purpose="notice")
    headers = {
        "From": "Trust <abuse@telegram.org>",
        "To": "referrals@iru.example.org",
        "Subject": f"Re: [{notice.reference}] Referral",
        "In-Reply-To": sent.message_id,
        "Message-ID": "<reply@telegram.org>",
    }
    message = EmailMessage()
    for name, value in {**headers, **{name.replace("_", "-"): value for name, value in changes.items()}}.items():
        if value:
            message[name] = value
    message.set_content(words)
    return message.as_bytes()


def receive(raw: bytes, now: Any = LATER, **words: Any) -> Message:
    return answers.receive(raw, actor=SYSTEM, now=now, **words)


@pytest.fixture
def notice(cast: Cast) -> Notice:
    return builders.a_sent_notice(cast)


def test_a_receipt_is_not_an_answer_and_the_clock_runs_from_it(notice: Notice) -> None:
    message = receive(a_reply(notice, RECEIPT))
    notice.refresh_from_db()
    assert (message.state, notice.state, notice.ticket) == ("read", "received", "TCK-000042")
    assert notice.received_at == LATER and notice.answered_at is None and not notice.claimed
    assert notice.due_at == LATER + timedelta(hours=notice.due_hours)
    assert not Answer.objects.exists()


def test_an_answer_is_kept_with_its_words_as_a_claim(notice: Notice) -> None:
    receive(a_reply(notice, RECEIPT))
    message = receive(a_reply(notice, BLOCKED), LATER + DAY)
    notice.refresh_from_db()
    (answer,) = notice.answers.all()
    assert (notice.state, notice.claimed) == ("answered", Outcome.ACCOUNT_DISABLED)
    assert answer.message == message and "blocked" in answer.quote and notice.answered_at == LATER + DAY


def test_a_correction_is_one_more_answer(notice: Notice, cast: Cast) -> None:
    receive(a_reply(notice, DISMISSED))
    receive(a_reply(notice, BLOCKED), LATER + DAY)
    notice.refresh_from_db()
    assert notice.claimed == Outcome.ACCOUNT_DISABLED
    assert list(notice.answers.order_by("id").values_list("outcome", flat=True)) == [
        Outcome.DECLINED_INVALID,
        Outcome.ACCOUNT_DISABLED,
    ]
    for statement in ("update notices_answer set outcome = 'withheld'", "delete from notices_answer"):
        with refused_by_the_database("never deleted"):
            sql(statement)


def test_a_question_stops_the_clock_and_our_answer_starts_it_again(notice: Notice, cast: Cast) -> None:
    receive(a_reply(notice, RECEIPT), NOW + DAY)
    receive(a_reply(notice, ASKED), NOW + 2 * DAY)
    notice.refresh_from_db()
    assert (notice.state, notice.paused_at) == ("paused", NOW + 2 * DAY)
    assert not rules.is_overdue(notice.state, notice.due_at, NOW + 90 * DAY)
    answers.resume(notice.id, actor=cast.cleo, now=NOW + 5 * DAY)
    notice.refresh_from_db()
    assert (notice.state, notice.paused_for) == ("received", 3 * DAY)
    assert notice.due_at == NOW + DAY + timedelta(hours=notice.due_hours) + 3 * DAY


def test_a_question_without_a_receipt_proves_that_they_have_it_and_the_pause_counts_once(
    notice: Notice, cast: Cast
) -> None:
    receive(a_reply(notice, ASKED), NOW + DAY)
    answers.resume(notice.id, actor=cast.cleo, now=NOW + 4 * DAY)
    notice.refresh_from_db()
    assert notice.received_at == NOW + DAY
    assert notice.due_at == NOW + DAY + timedelta(hours=notice.due_hours) + 3 * DAY


def test_a_second_question_while_the_clock_stands_is_kept_and_changes_no_time(notice: Notice) -> None:
    receive(a_reply(notice, ASKED), NOW + DAY)
    second = receive(a_reply(notice, ASKED + " And the law."), NOW + 3 * DAY)
    notice.refresh_from_db()
    assert (second.state, notice.state, notice.paused_at) == ("read", "paused", NOW + DAY)
    assert notice.answers.count() == 2


def test_only_a_paused_clock_is_resumed(notice: Notice, cast: Cast) -> None:
    with refused("wrong_state"):
        answers.resume(notice.id, actor=cast.cleo, now=LATER)


def test_a_reply_seen_twice_adds_nothing(notice: Notice) -> None:
    raw = a_reply(notice)
    one = receive(raw)
    entries = Entry.objects.count()
    other = receive(raw, LATER + DAY)
    assert one == other and (Message.objects.count(), Answer.objects.count()) == (1, 1)
    assert Entry.objects.count() == entries


FORGED = {
    "another domain": {"From": "abuse@telegram.example.org"},
    "a look-alike": {"From": "abuse@not-telegram.org"},
    "its name in front only": {"From": '"abuse@telegram.org" <x@example.org>'},
    "a message of nobody's": {"In-Reply-To": "<nothing@iru.example.org>"},
    "no message at all": {"In-Reply-To": ""},
    "no sender": {"From": ""},
}


@pytest.mark.parametrize("how", FORGED)
def test_what_is_forged_stays_unplaced(notice: Notice, how: str) -> None:
    message = receive(a_reply(notice, BLOCKED, **FORGED[how]))
    notice.refresh_from_db()
    assert (message.state, message.notice) == ("unplaced", None) and message.why
    assert notice.state == "sent" and not Answer.objects.exists()


def test_the_reference_of_another_case_places_nothing(notice: Notice, cast: Cast) -> None:
    other = builders.a_sent_notice(cast)
    message = receive(a_reply(notice, BLOCKED, In_Reply_To="", Subject=f"Re: [{other.reference}] Referral"))
    assert (message.state, message.notice) == ("unplaced", None)


def test_the_message_it_answers_to_counts_more_than_the_reference_in_its_title(notice: Notice, cast: Cast) -> None:
    other = builders.a_sent_notice(cast)
    message = receive(a_reply(notice, BLOCKED, Subject=f"Re: [{other.reference}] Referral"))
    other.refresh_from_db()
    assert message.notice == notice and other.state == "sent"


@pytest.fixture
def by_form(cast: Cast) -> Notice:
    notice = builders.a_sent_notice(cast, platform=Platform.X)
    assert notice.ticket == "TCK-000123"
    return notice


def of_a_form(notice: Notice, **changes: Any) -> bytes:
    words = changes.pop("words", "Case TCK-000123: This account has been suspended for violating our Rules.")
    changes = {"From": "support@x.com", "In-Reply-To": "", **changes}
    return a_reply(notice, words, **changes)


def test_a_ticket_of_a_form_with_our_reference_from_the_platform_is_placed(by_form: Notice) -> None:
    assert receive(of_a_form(by_form)).notice == by_form
    by_form.refresh_from_db()
    assert by_form.claimed == Outcome.ACCOUNT_DISABLED


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("right ticket, wrong platform", {"From": "abuse@telegram.org"}),
        ("another ticket", {"words": "Case TCK-000124: This account has been suspended."}),
        ("part of a longer ticket", {"words": "Case TCK-0001234: This account has been suspended."}),
        ("no reference", {"Subject": "Your report"}),
        ("an unknown reference", {"Subject": "[IRU-2222-2222-2222] Your report"}),
    ],
)
def test_a_ticket_alone_is_not_enough(by_form: Notice, why: str, changes: dict[str, Any]) -> None:
    assert receive(of_a_form(by_form, **changes)).state == "unplaced", why
    by_form.refresh_from_db()
    assert by_form.state == "received"


@pytest.mark.parametrize(
    ("signed", "placed"),
    [
        (frozenset(), False),
        (frozenset({"example.org"}), False),
        (frozenset({"x.com"}), True),
        (frozenset({"com"}), True),
    ],
)
def test_outside_an_exercise_a_ticket_needs_a_signature_that_holds(
    by_form: Notice, signed: frozenset[str], placed: bool
) -> None:
    assert (receive(of_a_form(by_form), signed_by=signed).notice == by_form) is placed


def test_a_short_ticket_places_nothing(by_form: Notice) -> None:
    Notice.objects.filter(id=by_form.id).update(ticket="42")
    assert receive(of_a_form(by_form, words="Case 42: This account has been suspended.")).state == "unplaced"


def test_what_the_reader_does_not_know_waits_for_a_person(notice: Notice, cast: Cast) -> None:
    message = receive(a_reply(notice, "Lorem ipsum."))
    assert message.state == "unread" and message in queries.mailbox(cast.cleo)
    new = answers.NewAnswer(Outcome.DECLINED_INVALID, "Lorem ipsum.", message_id=message.id)
    answers.record(notice.id, new, actor=cast.cleo, now=LATER)
    message.refresh_from_db()
    assert (message.state, message.settled_by_id) == ("settled", cast.cleo.user_id)


def test_a_person_places_what_was_unplaced_and_it_is_read_like_any_other(notice: Notice, cast: Cast) -> None:
    message = receive(a_reply(notice, BLOCKED, In_Reply_To=""))
    answers.place(message.id, notice.id, actor=cast.cleo, now=LATER)
    notice.refresh_from_db()
    assert notice.claimed == Outcome.ACCOUNT_DISABLED
    with refused("wrong_state"):
        answers.place(message.id, notice.id, actor=cast.cleo, now=LATER)


def test_an_answer_needs_its_words_and_a_notice_that_went_out(cast: Cast, notice: Notice) -> None:
    new = answers.NewAnswer(Outcome.ACCOUNT_DISABLED, " ")
    with refused("reasons_missing"):
        answers.record(notice.id, new, actor=cast.cleo, now=LATER)
    with refused("notice_not_sent"):
        answers.record(builders.a_notice(cast).id, new, actor=cast.cleo, now=LATER)


@pytest.mark.parametrize("words", [RECEIPT, BLOCKED, ASKED])
@pytest.mark.parametrize("how", ["in_doubt", "sending"])
def test_whoever_replies_has_it_so_a_doubt_ends(cast: Cast, words: str, how: str) -> None:
    notice = builders.a_queued_notice(cast)
    leased = builders.a_begun_dispatch()
    if how == "in_doubt":
        outbox.record(leased, InDoubt("it broke"), actor=SYSTEM, now=NOW)
    receive(a_reply(notice, words))
    notice.refresh_from_db()
    assert notice.sent_at == LATER and notice.received_at == LATER
    assert notice.dispatches.get().state == Dispatch.State.SENT
    assert notice.state == {RECEIPT: "received", BLOCKED: "answered", ASKED: "paused"}[words]
    assert outbox.lease(now=NOW + 9 * DAY).ids == ()


def test_an_answer_after_the_notice_was_closed_is_kept(notice: Notice, cast: Cast) -> None:
    sending.close(notice.id, actor=cast.cleo, now=NOW + 9 * DAY)
    notice.refresh_from_db()
    assert (notice.state, notice.claimed) == ("closed", Outcome.NO_ANSWER)
    receive(a_reply(notice, BLOCKED), NOW + 10 * DAY)
    notice.refresh_from_db()
    assert (notice.state, notice.claimed) == ("answered", Outcome.ACCOUNT_DISABLED)


@pytest.mark.parametrize("state", sorted(rules.FLOW))
@pytest.mark.parametrize("words", [RECEIPT, BLOCKED, ASKED, "Lorem ipsum."])
def test_no_message_is_lost_whatever_the_notice_is(notice: Notice, state: str, words: str) -> None:
    Notice.objects.filter(id=notice.id).update(state=state, paused_at=NOW if state == "paused" else None)
    message = receive(a_reply(notice, words))
    assert message.notice == notice and message.state in {"read", "unread"}


def test_a_withdrawn_notice_learns_that_it_was_undone(notice: Notice, cast: Cast) -> None:
    withdrawal = sending.withdraw(notice.id, reason="It is a choir.", wrong=True, actor=cast.cleo, now=LATER)
    new = answers.NewAnswer(Outcome.REVERSED, "We reinstated the channel.")
    answers.record(notice.id, new, actor=cast.cleo, now=LATER + DAY)
    withdrawal.refresh_from_db()
    notice.refresh_from_db()
    assert withdrawal.reinstated_at == LATER + DAY and "reinstated" in withdrawal.quote
    assert notice.state == "withdrawn"


def raw_with(notice: Notice, *, kind: bytes, body: bytes, extra: bytes = b"") -> bytes:
    sent = notice.dispatches.get(purpose="notice").message_id.encode()
    head = b"From: abuse@telegram.org\r\nIn-Reply-To: " + sent + b"\r\nMIME-Version: 1.0\r\n" + extra
    return head + b"Content-Type: " + kind + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"text/plain; charset=windows-1256", BLOCKED.encode("windows-1256") + b" \xc7\xe1"),
        (b"text/plain; charset=utf-16", BLOCKED.encode("utf-16")),
        (b"text/plain; charset=us-ascii", BLOCKED.encode() + b" \xff\xfe"),
        (b"text/plain; charset=no-such-charset", BLOCKED.encode()),
        (b"text/plain", BLOCKED.encode() + b" \xff"),
        (b"text/html; charset=utf-8", b"<html><body><p>This <b>channel</b> has&nbsp;been\n blocked.</p></body></html>"),
        (b"text/html", b"<style>p{}</style><div>This channel<br>has been blocked.</div>"),
    ],
)
def test_other_encodings_and_html_are_read(notice: Notice, kind: bytes, body: bytes) -> None:
    receive(raw_with(notice, kind=kind, body=body))
    notice.refresh_from_db()
    assert notice.claimed == Outcome.ACCOUNT_DISABLED, Message.objects.get().body


def test_a_message_over_ten_megabytes_is_refused(notice: Notice) -> None:
    raw = raw_with(notice, kind=b"text/plain", body=b"x" * LARGEST)
    with refused("too_big"):
        receive(raw)
    assert not Message.objects.exists()
    receive(raw[:LARGEST])


ODD = (
    b"", b"\0", b"\xff\xfe\0", b"From: \xff\xff\r\n\r\nx", b"Subject: a\0b\r\nFrom: a\0@telegram.org\r\n\r\nbody\0",
    b"From: =?utf-8?b?////?=\r\nSubject: =?x-unknown?q?=FF?=\r\n\r\nx", b"Content-Type: multipart/mixed\r\n\r\nx",
    b"Content-Type: text/plain; charset=\"\r\n\r\nx", b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nx",
    b"Content-Transfer-Encoding: base64\r\n\r\n!!!", b"From: <\r\nMessage-ID: <" + b"a" * 900 + b">\r\n\r\nx",
    b"In-Reply-To: \xc3\xa9\r\nReferences: <a\0b>\r\n\r\nx", b"Content-Type: text/html; charset=utf-7\r\n\r\n+ADw-",
    "Subject: \ud800".encode("utf-8", "surrogatepass") + b"\r\n\r\nx", b"From: [@\r\nTo: <<>>,;\r\n\r\nx",
)  # fmt: skip


@pytest.mark.parametrize("raw", ODD, ids=range(len(ODD)))
def test_odd_bytes_are_stored_and_wait_for_a_person(cast: Cast, raw: bytes) -> None:
    assert receive(raw).state == "unplaced"


HEADER = st.sampled_from([b"From", b"Subject", b"Message-ID", b"References", b"In-Reply-To", b"Content-Type",
                          b"Content-Transfer-Encoding", b"MIME-Version"])  # fmt: skip
VALUE = st.binary(max_size=40) | st.sampled_from([b"multipart/mixed; boundary=a", b"text/html; charset=utf-16", b"base64",
                                                  b"=?utf-8?q?=FF?= <a@b>", b"multipart/alternative", b"quoted-printable"])  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(headers=st.lists(st.tuples(HEADER, VALUE), max_size=6), body=st.binary(max_size=120))
def test_no_bytes_break_the_mail_room(cast: Cast, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    raw = b"".join(name + b": " + value + b"\r\n" for name, value in headers) + b"\r\n" + body
    assert receive(raw).state == "unplaced"
