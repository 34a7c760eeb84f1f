"""What leaves the house, read back: the mail's parts, the PDF's signature, the JSON against its schema, the package."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pytest_django import Settings

from openiru.errors import Unavailable
from openiru.platforms.document import as_json, schema
from openiru.stages.evidence import store
from openiru.stages.notices import services as sending
from openiru.stages.notices import work
from openiru.stages.notices.documents.mail import Attached, Envelope, harmless, items_csv, mail, portal_zip
from openiru.stages.notices.documents.pdf import typeset
from openiru.stages.notices.documents.printed import printed, script
from openiru.stages.notices.frozen import thaw
from openiru.stages.notices.models import Document, Notice
from openiru.terms import Platform
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.stages.notices.smtp_server import Server

URDU = "وادی کی صبح کی صفوں میں شامل ہوں"


@pytest.fixture
def received(cast: Cast, server: Server) -> EmailMessage:
    """A notice as the platform's server got it."""
    builders.a_queued_notice(cast, items=3)
    work.dispatch_due(actor=SYSTEM, now=NOW)
    (raw,) = server.taken
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def attachments(message: EmailMessage) -> dict[str, bytes]:
    """The files of a mail that is signed: they stand inside of what the signature covers."""
    inside = next(message.iter_parts()) if message.get_content_type() == "multipart/signed" else message
    return {part.get_filename() or "": part.get_content() for part in inside.iter_attachments()}


def test_the_mail_says_who_what_and_which_reference(received: EmailMessage, cast: Cast) -> None:
    notice = Notice.objects.get()
    assert received["Subject"].startswith(f"[{notice.reference}] Referral: Telegram")
    assert (received["To"], received["From"]) == ("abuse@telegram.org", "referrals@iru.example.org")
    body = received.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert notice.reference in body and "Bureau of Examples" in body
    for item in notice.facts["items"]:
        assert item["url"] in body
    assert set(attachments(received)) == {"notice.json", "notice.pdf"}


def test_the_json_is_what_was_frozen_and_fits_its_schema(received: EmailMessage) -> None:
    found = json.loads(attachments(received)["notice.json"])
    jsonschema_rs.validator_for(schema()).validate(found)
    notice = Notice.objects.get()
    assert found == notice.facts == as_json(thaw(notice))


def test_the_pdf_is_signed_by_the_unit_and_whole(received: EmailMessage, settings: Settings) -> None:
    content = attachments(received)["notice.pdf"]
    certificate = load_cert_from_pemder(str(settings.KEYS / "documents.crt"))  # type: ignore[no-untyped-call]
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    status = validate_pdf_signature(signature, context)
    assert status.intact and status.valid and status.trusted and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert (settings.KEYS / "documents.pem").stat().st_mode & 0o777 == 0o600


def test_a_changed_pdf_is_not_intact(received: EmailMessage) -> None:
    content = bytearray(attachments(received)["notice.pdf"])
    place = content.index(b"stream") + 200
    content[place] ^= 1
    (signature,) = PdfFileReader(io.BytesIO(bytes(content))).embedded_signatures
    assert not validate_pdf_signature(signature, ValidationContext(trust_roots=[], allow_fetching=False)).intact


def test_every_document_is_kept_under_its_hash_and_rendered_once(cast: Cast, settings: Settings) -> None:
    notice = builders.a_notice(cast)
    first = work.documents(notice, now=NOW)
    again = work.documents(notice, now=LATER)
    assert first == again and Document.objects.count() == 2
    for document, file in zip(notice.documents.order_by("id"), first, strict=True):
        assert document.sha256 == hashlib.sha256(file.content).hexdigest() and document.size == len(file.content)


def test_a_document_changed_on_disk_is_not_sent(cast: Cast, server: Server, settings: Settings) -> None:
    notice = builders.a_queued_notice(cast)
    work.documents(notice, now=NOW)
    name = store.name_of(notice.documents.get(name="notice.pdf").sha256)
    path: Path = settings.EVIDENCE / name[:2] / name
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")
    work.dispatch_due(actor=SYSTEM, now=NOW)
    notice.refresh_from_db()
    assert notice.state == "failed" and "changed on disk" in notice.dispatches.get().error and not server.taken


def test_facts_are_frozen_when_composed(cast: Cast) -> None:
    notice = builders.a_notice(cast)
    before = json.dumps(notice.facts, sort_keys=True)
    notice.case.account.handle = "renamed"
    notice.case.account.save()
    notice.refresh_from_db()
    assert json.dumps(notice.facts, sort_keys=True) == before
    assert thaw(notice).account_handle != "renamed"


def test_the_same_facts_give_the_same_pdf_and_bad_facts_are_unavailable(cast: Cast) -> None:
    notice = builders.a_notice(cast)
    shown = printed(thaw(notice))
    assert typeset(shown) == typeset(shown)
    with pytest.raises(Unavailable) as caught:
        typeset({"issued_at": notice.facts["issued_at"]})
    assert caught.value.permanent


@pytest.mark.parametrize(
    "words", [URDU, "#let x = 1 $a$ *b* _c_ \\ @d <e>", "a" * 5000, "‮override", "💥 \t", '#import "/etc/passwd"']
)
def test_words_of_strangers_are_set_as_words(cast: Cast, words: str) -> None:
    notice = builders.a_notice(cast)
    facts = thaw(notice)
    items = (replace(facts.items[0], excerpt=words, why=words),)
    assert typeset(printed(replace(facts, items=items, affiliation=words))).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "how"),
    [("Join us.", ""), (URDU, "ur"), ("انضموا إلينا في الوادي", "ar"), ("Join: " + URDU, "ur"), ("שלום", "ar")],
)
def test_a_text_is_set_in_its_own_script(words: str, how: str) -> None:
    assert script(words) == how


def test_the_portal_package_is_the_same_bytes_each_time(cast: Cast) -> None:
    notice = builders.a_notice(cast, platform=Platform.X, items=2)
    one, other = work.package(notice, now=NOW), work.package(notice, now=LATER)
    assert one == other
    archive = zipfile.ZipFile(io.BytesIO(one))
    rows = list(csv.DictReader(io.StringIO(archive.read("items.csv").decode())))
    assert [row["url"] for row in rows] == [item["url"] for item in notice.facts["items"]]
    fields = archive.read("fields.txt").decode()
    assert notice.facts["account"]["url"] in fields and "==" in fields


CELLS = st.text(max_size=20) | st.sampled_from(["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "=HYPERLINK(1)"])


@given(CELLS)
def test_no_cell_is_run_as_a_formula_and_none_is_lost(cell: str) -> None:
    shown = harmless(cell)
    assert shown[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert shown.removeprefix("'") == cell.removeprefix("'") or shown == cell


@given(st.lists(st.fixed_dictionaries({"url": CELLS, "why": CELLS}), max_size=5))
def test_the_table_of_items_reads_back(items: list[dict[str, object]]) -> None:
    rows = list(csv.reader(io.StringIO(items_csv(items), newline="")))
    assert [row[0] for row in rows[1:]] == [harmless(str(item["url"] or "")) for item in items]


def test_a_line_break_in_a_subject_adds_no_header() -> None:
    envelope = Envelope("a@example.org", "b@example.org", "<1@example.org>", NOW)
    with pytest.raises(ValueError, match=r"linefeed|newline|carriage"):
        mail(envelope, subject="x\r\nBcc: eve@example.org", body="y", attached=())


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), min_size=1, max_size=200))
def test_any_words_survive_the_mail(words: str) -> None:
    envelope = Envelope("a@example.org", "b@example.org", "<1@example.org>", NOW)
    raw = mail(
        envelope, subject="notice", body=words, attached=(Attached("n.json", "application/json", words.encode()),)
    )
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert attachments(found)["n.json"] == words.encode()
    assert max(map(len, raw.split(b"\r\n"))) <= 998 and b"\n" not in raw.replace(b"\r\n", b"")


def test_a_zip_has_fixed_times() -> None:
    file = Attached("a.txt", "text/plain", b"x")
    assert portal_zip((file,), at=NOW) == portal_zip((file,), at=NOW)


def test_a_withdrawal_tells_what_to_undo(cast: Cast, server: Server) -> None:
    notice = builders.a_sent_notice(cast)
    sending.withdraw(notice.id, reason="It is a choir.", wrong=True, actor=cast.cleo, now=NOW)
    work.dispatch_due(actor=SYSTEM, now=NOW)
    message = message_from_bytes(server.taken[-1], policy=policy.default)
    assert isinstance(message, EmailMessage)
    undo = json.loads(attachments(message)["withdrawal.json"])
    assert undo["asks"] == "reinstate" and undo["reference"] == notice.reference and undo["reason"] == "It is a choir."
    assert message["Subject"] == f"[{notice.reference}] Withdrawal"
