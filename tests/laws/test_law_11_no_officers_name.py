"""Law 11: everything sent is written as if it will be published: no officer's name or address leaves, only the deciding authority's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pytest_django import Settings

from openiru.people.models import User
from openiru.stages.notices import services as sending
from openiru.stages.notices import work
from openiru.stages.notices.documents import pdf
from openiru.stages.notices.documents.mail import fields_text
from openiru.stages.notices.models import Dispatch, Notice
from openiru.stages.notices.queries import composed
from openiru.stages.redress import services as redress
from openiru.stages.transparency import export
from openiru.terms import Platform
from tests import builders
from tests.builders import LATER, NAMES, NOW, Cast

PLATFORMS = tuple(builders._ADDRESSES)


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.EVIDENCE, settings.KEYS = tmp_path / "evidence", tmp_path / "keys"
    builders.an_installation()
    return builders.a_cast()


def secrets_of_people() -> tuple[str, ...]:
    """Every officer's name, first name with its last, mail address, and opaque id."""
    people = list(User.objects.all())
    assert {one.name for one in people} == set(NAMES)
    return (*NAMES, "Exemplarova", *(one.email for one in people), *(str(one.actor) for one in people))


def check(content: bytes | str, where: str) -> None:
    text = content.decode("utf-8", errors="replace") if isinstance(content, bytes) else content
    assert len(text) > 20, where
    for secret in secrets_of_people():
        assert secret.lower() not in text.lower(), f"{secret} in {where}"


def parts(raw: bytes) -> list[tuple[str, bytes]]:
    message = message_from_bytes(raw, policy=policy.default)
    found = [(part.get_filename() or part.get_content_type(), part.get_payload(decode=True)) for part in message.walk()]
    return [
        ("headers", str(message.items()).encode()),
        *((name, body) for name, body in found if isinstance(body, bytes)),
    ]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_document_of_a_notice_names_an_officer(
    cast: Cast, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    typeset: list[dict[str, Any]] = []
    real = pdf.typeset

    def typesetting(facts: Mapping[str, object]) -> bytes:
        typeset.append(dict(facts))
        return real(facts)

    monkeypatch.setattr(pdf, "typeset", typesetting)
    notice = builders.a_notice(cast, platform=platform)
    package = composed(notice)
    check(f"{package.subject}\n{package.body}", "text")
    check(fields_text(package), "fields")
    check(str(notice.facts), "facts")
    archive = zipfile.ZipFile(io.BytesIO(work.package(notice, now=NOW)))
    assert set(archive.namelist()) == {"notice.json", "notice.pdf", "fields.txt", "items.csv"}
    for name in archive.namelist():
        check(archive.read(name), name)
    check(str(typeset), "what was typeset")
    check(streams(archive.read("notice.pdf")), "objects of the PDF")
    assert "Bureau of Examples" in str(notice.facts["authority"])


def streams(content: bytes) -> str:
    """The document information, and every stream of a PDF, decoded."""
    reader = PdfFileReader(io.BytesIO(content))
    found = [str(reader.trailer_view["/Info"]) if "/Info" in reader.trailer_view else ""]
    for number in range(1, int(reader.trailer["/Size"])):
        try:
            one: Any = reader.get_object(Reference(number, 0, reader))  # type: ignore[no-untyped-call]
        except PdfReadError:
            continue  # a number that no object has
        found.append(str(one))
        if hasattr(one, "data"):
            found.append(one.data.decode("latin-1"))
    return "\n".join(found)


def test_no_mail_names_an_officer(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    late = notice.due_at + (LATER - NOW) if notice.due_at else LATER
    sending.remind(notice.id, actor=cast.cleo, now=late)
    sending.withdraw(notice.id, reason="The account is a choir's.", wrong=True, actor=cast.cleo, now=late)
    notice = Notice.objects.get(id=notice.id)
    purposes = set()
    for dispatch in Dispatch.objects.filter(notice=notice).select_related("notice__case__agency", "notice__withdrawal"):
        purposes.add(dispatch.purpose)
        for name, content in parts(work.mail_of(dispatch, now=late)):
            check(content, f"{dispatch.purpose} {name}")
    assert purposes == {"notice", "reminder", "withdrawal"}


def test_what_the_holder_reads_names_no_officer(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    check(notice.facts["holder_notice"]["text"] + notice.facts["redress"], "the holder's text")
    appeal = redress.file(notice.holder_code, text="This is a choir.", contact="", now=NOW)
    decided = redress.decide(appeal.id, upheld=True, reasons="It is a choir, not the group.", actor=cast.rio, now=LATER)
    check(decided.reasons, "the decision")


def test_the_exported_record_names_no_officer(cast: Cast) -> None:
    builders.a_sent_notice(cast)
    check(export.as_csv(cast.dara, now=NOW), "the table")


def test_the_certificate_names_the_authority(cast: Cast) -> None:
    notice = builders.a_notice(cast)
    content = next(one.content for one in work.documents(notice, now=NOW) if one.name == "notice.pdf")
    signature = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
    assert signature.signer_cert.subject.human_friendly == "Common Name: Bureau of Examples"
    assert "/Location" not in signature.sig_object
