"""Reports by mail, from a real IMAP server on loopback: known senders become reports, nothing is lost, nothing taken twice."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from openiru.errors import Unavailable
from openiru.faces.exercise.stand import free_port
from openiru.faces.jobs import imap, letters
from openiru.stages.cases.models import Case
from openiru.stages.intake.models import Account, Delivery, Report, Reporter
from openiru.stages.notices import authentic
from tests import builders
from tests.builders import NOW, Cast
from tests.stages.notices.smtp_server import serving

USER, PASSWORD = "reports", "a word of the tests"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A real IMAP server (pymap, in memory) on loopback."""
    number = free_port()
    program = str(Path(sys.executable).with_name("pymap"))
    demo = ("dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD)
    words = (
        program,
        "--no-tls",
        "--no-service",
        "admin",
        "--no-service",
        "managesieve",
        "--host",
        "127.0.0.1",
        "--port",
        str(number),
    )
    server = subprocess.Popen((*words, *demo), stderr=subprocess.PIPE, text=True)
    try:
        _wait_for(number, server)
        yield number
    finally:
        server.kill()
        server.wait()


def _wait_for(number: int, server: subprocess.Popen[str]) -> None:
    for _ in range(200):
        assert server.poll() is None, server.stderr and server.stderr.read()
        try:
            with socket.create_connection(("127.0.0.1", number), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the IMAP server did not come up")


@pytest.fixture
def mailbox(port: int) -> imap.Mailbox:
    """An empty mailbox."""
    with _client(port) as client:
        for folder in ("INBOX", letters.TAKEN, letters.UNKNOWN, letters.REFUSED):
            client.create(folder)
            client.select(folder)
            client.uid("STORE", "1:*", "+FLAGS.SILENT", r"(\Deleted)")
            client.expunge()
    return imap.Mailbox(f"imap://127.0.0.1:{port}/INBOX", USER, PASSWORD, must_be_signed=False)


@pytest.fixture
def cast(db: None) -> Cast:
    builders.an_installation()
    return builders.a_cast()


def _client(port: int) -> imaplib.IMAP4:
    client = imaplib.IMAP4("127.0.0.1", port, timeout=10)
    client.login(USER, PASSWORD)
    return client


def put(port: int, message: EmailMessage | bytes) -> None:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    with _client(port) as client:
        assert client.append("INBOX", "", "", raw)[0] == "OK"


def holds(port: int, folder: str) -> int:
    with _client(port) as client:
        return int(client.select(folder, readonly=True)[1][0] or 0)


def a_letter(sender: str, text: str = "", *, number: int = 1, **files: bytes) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = f"A hotline <{sender}>", "reports@iru.example.org", "a report"
    letter["Message-ID"] = f"<{number}@example.org>"
    letter.set_content(text or "see the file")
    for name, content in files.items():
        letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return letter


def test_addresses_in_a_known_senders_letter_become_reports(cast: Cast, port: int, mailbox: imap.Mailbox) -> None:
    reporter = builders.a_reporter(cast, Reporter.Way.MAIL, address="hotline@example.org")
    put(
        port,
        a_letter("Hotline@Example.org", "please look at hxxps://t[.]me/dawn_voice\nand https://x.com/dawn_voice today"),
    )
    assert letters.take_letters(mailbox, now=NOW) == 1
    assert {report.reporter for report in Report.objects.all()} == {reporter} and Case.objects.count() == 2
    assert (holds(port, "INBOX"), holds(port, letters.TAKEN)) == (0, 1)


def test_an_attached_table_is_read_like_a_file(cast: Cast, port: int, mailbox: imap.Mailbox) -> None:
    builders.a_reporter(cast, Reporter.Way.MAIL, address="hotline@example.org")
    put(port, a_letter("hotline@example.org", list_csv=b"url,note\nhttps://t.me/dawn_voice,a\nhello,b\n"))
    assert letters.take_letters(mailbox, now=NOW) == 1
    results = Delivery.objects.get().results
    assert Report.objects.get().note == "a" and [one.get("reason") for one in results] == [None, "malformed"]


def test_the_same_letter_twice_is_taken_once(cast: Cast, port: int, mailbox: imap.Mailbox) -> None:
    builders.a_reporter(cast, Reporter.Way.MAIL, address="hotline@example.org")
    for _ in range(2):
        put(port, a_letter("hotline@example.org", "https://t.me/dawn_voice"))
    assert letters.take_letters(mailbox, now=NOW) == 2
    assert (Report.objects.count(), Delivery.objects.count(), holds(port, letters.TAKEN)) == (1, 1, 2)


def test_a_stranger_s_letter_is_put_aside_and_never_lost(cast: Cast, port: int, mailbox: imap.Mailbox) -> None:
    put(port, a_letter("stranger@example.org", "https://t.me/dawn_voice"))
    put(port, b"this is no letter at all\r\n")
    assert letters.take_letters(mailbox, now=NOW) == 0
    assert (holds(port, letters.UNKNOWN), Account.objects.count()) == (2, 0)


def test_a_letter_that_names_nothing_or_has_a_broken_file_is_put_aside(
    cast: Cast, port: int, mailbox: imap.Mailbox
) -> None:
    builders.a_reporter(cast, Reporter.Way.MAIL, address="hotline@example.org")
    put(port, a_letter("hotline@example.org", list_xlsx=b"PK\x03\x04 broken"))
    assert letters.take_letters(mailbox, now=NOW) == 0
    assert (holds(port, letters.REFUSED), Report.objects.count()) == (1, 0)


def test_in_a_live_unit_a_sender_must_be_signed_by_its_own_domain(
    cast: Cast, port: int, mailbox: imap.Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a signature holds is asked of the real library elsewhere; here, what follows from its answer."""
    builders.a_reporter(cast, Reporter.Way.MAIL, address="hotline@mail.example.org")
    strict = imap.Mailbox(mailbox.url, USER, PASSWORD, must_be_signed=True)
    for signed, taken in ((frozenset(), 0), (frozenset({"other.example"}), 0), (frozenset({"example.org"}), 1)):
        monkeypatch.setattr(authentic, "signed_by", lambda _raw, signed=signed: signed)
        put(port, a_letter("hotline@mail.example.org", "https://t.me/dawn_voice"))
        assert letters.take_letters(strict, now=NOW) == taken, signed


def test_a_server_that_is_not_there_or_wants_another_word_is_named(port: int) -> None:
    for url, password in (
        (f"imap://127.0.0.1:{free_port()}/INBOX", PASSWORD),
        (f"imap://127.0.0.1:{port}/INBOX", "wrong"),
    ):
        with pytest.raises(Unavailable):
            letters.take_letters(imap.Mailbox(url, USER, password), now=NOW)


def test_a_mailbox_without_tls_is_only_for_loopback() -> None:
    with pytest.raises(Unavailable, match="TLS"):
        letters.take_letters(imap.Mailbox("imap://mail.example.org/INBOX", USER, PASSWORD), now=NOW)


def test_a_sender_is_told_what_was_taken_and_follows_it_by_the_code(
    cast: Cast, port: int, mailbox: imap.Mailbox, settings: Settings, client: Client
) -> None:
    builders.a_reporter(cast, Reporter.Way.MAIL, address="hotline@example.org")
    put(port, a_letter("hotline@example.org", list_csv=b"url,note\nhttps://t.me/dawn_voice,a\nhello,b\n"))
    letters.take_letters(mailbox, now=NOW)
    with serving() as server:
        settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_SMTP": server.address, "OPENIRU_SMTP_TLS": "off"}
        assert (letters.send_receipts(now=NOW), letters.send_receipts(now=NOW)) == (1, 0)
        (raw,) = server.taken
    receipt = message_from_bytes(raw)
    text = str(receipt.get_payload())
    assert receipt["To"] == "hotline@example.org" and receipt["In-Reply-To"] == "<1@example.org>"
    assert "1 reports were taken in, 1 rows were not" in text and "line 3" in text
    code = Delivery.objects.get().code
    assert code in text and "received" in client.post("/reported", {"code": code.lower()}).content.decode()
    for nobody in ("AAAA-BBBB-CCCC", "\0", "'; --"):
        assert "not known" in client.post("/reported", {"code": f"x{nobody}"}).content.decode()


def test_a_receipt_that_the_server_does_not_take_stays_due_and_is_red(
    cast: Cast, port: int, mailbox: imap.Mailbox, settings: Settings
) -> None:
    builders.a_reporter(cast, Reporter.Way.MAIL, address="hotline@example.org")
    put(port, a_letter("hotline@example.org", "https://t.me/dawn_voice"))
    letters.take_letters(mailbox, now=NOW)
    with serving("rcpt_451") as server:
        settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_SMTP": server.address, "OPENIRU_SMTP_TLS": "off"}
        with pytest.raises(Unavailable):
            letters.send_receipts(now=NOW)
    assert Delivery.objects.get().receipt_due
