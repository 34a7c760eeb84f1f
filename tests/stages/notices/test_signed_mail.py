"""The mail as a stranger's programs check it: S/MIME by OpenSSL, DKIM by the key in DNS, one list, our reference, and who is named."""

from __future__ import annotations

import subprocess
from email import message_from_bytes
from pathlib import Path

import dkim
import pytest
from django.conf import settings as configured
from pytest_django import Settings

from openiru.stages.notices import keys, reference, work
from openiru.stages.notices.models import Notice
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.stages.notices.smtp_server import Server


@pytest.fixture
def raw(cast: Cast, server: Server) -> bytes:
    """A notice with Urdu in it, as it came over the wire."""
    notice = builders.a_queued_notice(cast)
    notice.facts["items"][0]["excerpt"] = "صفوں میں شامل ہوں"
    notice.save(update_fields=["facts"])
    work.dispatch_due(actor=SYSTEM, now=NOW)
    (raw,) = server.taken
    return raw


def by_dns(raw: bytes) -> bool:
    record = keys.dkim_record(configured.KEYS).encode()

    def dns(name: bytes, timeout: int = 5) -> bytes | None:
        assert timeout
        return record if name == b"openiru._domainkey.iru.example.org." else None

    return bool(dkim.verify(raw, dnsfunc=dns))


def by_openssl(raw: bytes, folder: Path) -> bool:
    (folder / "mail.eml").write_bytes(raw)
    words = ("openssl", "cms", "-verify", "-in", str(folder / "mail.eml"), "-CAfile", str(configured.KEYS / "mail.crt"),
             "-purpose", "any", "-out", "/dev/null", "-attime", str(int(NOW.timestamp())))  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True)
    return done.returncode == 0


def test_both_signatures_hold(raw: bytes, tmp_path: Path) -> None:
    assert by_dns(raw) and by_openssl(raw, tmp_path)


@pytest.mark.parametrize("changed", [b"Bureau of Examples", b"Valley Dawn Front"])
def test_a_changed_word_breaks_both(raw: bytes, tmp_path: Path, changed: bytes) -> None:
    assert changed in raw
    broken = raw.replace(changed, changed[::-1])
    assert not by_dns(broken) and not by_openssl(broken, tmp_path)


def test_a_changed_subject_breaks_the_domains_signature(raw: bytes) -> None:
    assert not by_dns(raw.replace(b"Referral: Telegram", b"Order: Telegram"))


def test_our_reference_is_in_the_subject_and_signed_in_the_text(raw: bytes) -> None:
    notice = Notice.objects.get()
    message = message_from_bytes(raw)
    assert message["Subject"].startswith(f"[{notice.reference}]")
    body = next(part for part in message.walk() if part.get_content_type() == "text/plain").get_payload(decode=True)
    assert isinstance(body, bytes)
    assert reference.found_in(body.decode()) == {notice.reference}
    assert reference.found_in(body.decode().replace("\n", "\r\n> ")) == {notice.reference}, "also where it is quoted"


def test_a_reference_that_somebody_else_signed_is_none(cast: Cast, settings: Settings) -> None:
    made = reference.signed("IRU-K7QM-2XNV-9RTB")
    settings.SEAL_KEY = b"another unit's"
    assert not reference.found_in(made)
    assert not reference.found_in("IRU-K7QM-2XNV-9RTB/AAAAAAAAAAAAAAAA")


def test_without_a_selector_there_is_no_domains_signature(cast: Cast, server: Server, settings: Settings) -> None:
    settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_DKIM_SELECTOR": ""}
    builders.a_queued_notice(cast)
    work.dispatch_due(actor=SYSTEM, now=NOW)
    assert b"DKIM-Signature" not in server.taken[0] and b"multipart/signed" in server.taken[0]


def test_the_keys_are_their_owners_only(raw: bytes) -> None:
    assert {path.name for path in configured.KEYS.iterdir()} >= {"mail.pem", "mail.crt", "dkim.pem"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in configured.KEYS.glob("*.pem"))
