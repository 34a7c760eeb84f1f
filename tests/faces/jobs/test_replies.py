"""Answers by mail, from a real IMAP server on loopback: placed by what only their reader can know, stored before they are moved."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from pytest_django import Settings

from openiru.faces.jobs import imap, replies
from openiru.stages.notices import reference
from openiru.stages.notices.models import Message, Notice
from tests import builders
from tests.builders import LATER, Cast
from tests.faces.jobs.test_letters import PASSWORD, USER, _client, holds, port, put

assert port


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.EVIDENCE, settings.KEYS = tmp_path / "evidence", tmp_path / "keys"
    builders.an_installation()
    return builders.a_cast()


@pytest.fixture
def mailbox(port: int) -> imap.Mailbox:
    """An empty mailbox."""
    with _client(port) as client:
        for folder in ("INBOX", replies.TAKEN, replies.WAITING, replies.REFUSED):
            client.create(f'"{folder}"')
            client.select(f'"{folder}"')
            client.uid("STORE", "1:*", "+FLAGS.SILENT", r"(\Deleted)")
            client.expunge()
    return imap.Mailbox(f"imap://127.0.0.1:{port}/INBOX", USER, PASSWORD, must_be_signed=False)


def a_reply(notice: Notice, words: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    plain = {"From": "Trust <abuse@telegram.org>", "To": "referrals@iru.example.org", "Subject": "Your request"}
    for name, value in {**plain, **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(words)
    return message


def test_an_answer_that_bears_our_signed_reference_is_placed_and_read(
    cast: Cast, port: int, mailbox: imap.Mailbox
) -> None:
    notice = builders.a_sent_notice(cast)
    put(port, a_reply(notice, f"This channel has been blocked.\n> {reference.line(notice.reference)}"))
    assert replies.take_answers(mailbox, now=LATER) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.claimed) == ("answered", "account_disabled")
    assert (holds(port, "INBOX"), holds(port, replies.TAKEN)) == (0, 1)
    assert replies.take_answers(mailbox, now=LATER) == 0


def test_the_sender_alone_the_bare_reference_or_a_forged_one_place_nothing(
    cast: Cast,
    port: int,
    mailbox: imap.Mailbox,
) -> None:
    notice = builders.a_sent_notice(cast)
    forged = f"{notice.reference}/{'A' * 16}"
    for words in (
        "This channel has been blocked.",
        f"[{notice.reference}] blocked.",
        f"{forged} This channel has been blocked.",
    ):
        put(port, a_reply(notice, words))
    elsewhere = {"From": "abuse@telegram.example.org"}
    put(port, a_reply(notice, f"This channel has been blocked. {reference.signed(notice.reference)}", **elsewhere))
    assert replies.take_answers(mailbox, now=LATER) == 4
    notice.refresh_from_db()
    assert notice.state == "sent" and not notice.answers.exists()
    assert Message.objects.filter(state="unplaced").count() == holds(port, f'"{replies.WAITING}"') == 4


def test_in_a_live_unit_a_reference_needs_the_domains_signature_too(
    cast: Cast, port: int, mailbox: imap.Mailbox
) -> None:
    notice = builders.a_sent_notice(cast)
    live = imap.Mailbox(mailbox.url, mailbox.user, mailbox.password, must_be_signed=True)
    put(port, a_reply(notice, f"This channel has been blocked. {reference.signed(notice.reference)}"))
    replies.take_answers(live, now=LATER)
    assert Message.objects.get().state == "unplaced" and "DKIM" in Message.objects.get().why


def test_two_references_in_one_answer_are_for_a_person(cast: Cast, port: int, mailbox: imap.Mailbox) -> None:
    one, other = builders.a_sent_notice(cast), builders.a_sent_notice(cast)
    put(port, a_reply(one, f"Both were blocked: {reference.signed(one.reference)} {reference.signed(other.reference)}"))
    replies.take_answers(mailbox, now=LATER)
    assert Message.objects.get().state == "unplaced"


def test_a_letter_seen_twice_is_read_once(cast: Cast, port: int, mailbox: imap.Mailbox) -> None:
    notice = builders.a_sent_notice(cast)
    for _ in range(2):
        put(
            port,
            a_reply(
                notice, f"This channel has been blocked. {reference.signed(notice.reference)}", Message_ID="<1@t.me>"
            ),
        )
    assert replies.take_answers(mailbox, now=LATER) == 2
    assert notice.answers.count() == 1 and Message.objects.count() == 1
