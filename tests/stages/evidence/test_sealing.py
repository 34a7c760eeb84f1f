"""Evidence stands up later: a trusted time-stamp, a bag that names the file in which one byte was changed, an end that is proved."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from openiru.errors import Unavailable
from openiru.ledger import queries as ledger
from openiru.stages.evidence import bag, rules, sealing, services, stamp, store, work
from openiru.stages.evidence.models import Capture, Custody
from openiru.stages.intake.models import Account
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql
from tests.stages.evidence import authority


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return authority.make(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.EVIDENCE = tmp_path / "store"
    builders.an_installation()
    return builders.a_cast()


def names_authority(settings: Settings, url: str, roots: Path) -> None:
    settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_TSA": url, "OPENIRU_TSA_ROOTS": str(roots)}


def test_a_capture_is_stamped_over_its_manifest_once(cast: Cast, settings: Settings, issuer: Path) -> None:
    capture = builders.a_case(cast).account.captures.get()
    with authority.serving(issuer.parent) as url:
        names_authority(settings, url, issuer)
        assert work.stamp_due(actor=SYSTEM, now=LATER) == 1
        assert work.stamp_due(actor=SYSTEM, now=LATER) == 0
    capture.refresh_from_db()
    stated = stamp.check(bytes(capture.stamp), work.manifest(capture), stamp.certificates(issuer))
    assert stated == capture.stamped_at and abs(stated - datetime.now(UTC)) < timedelta(minutes=2)
    entry = ledger.about(f"capture:{capture.uuid}").last()
    assert entry is not None and entry.event == "evidence.stamped"
    with refused_by_the_database("a time-stamp never changes"):
        sql("update evidence_capture set stamp = 'x' where id = %s", capture.id)


def test_another_tool_agrees_with_the_time_stamp(tmp_path: Path, issuer: Path) -> None:
    with authority.serving(issuer.parent) as url:
        reply, _ = stamp.ask(stamp.authority(url, issuer, loopback_only=True), b"a manifest")
    (tmp_path / "data").write_bytes(b"a manifest")
    (tmp_path / "reply.tsr").write_bytes(reply)
    words = ("openssl", "ts", "-verify", "-data", "data", "-in", "reply.tsr", "-CAfile", str(issuer))
    words = (*words, "-untrusted", str(issuer.parent / "tsa.pem"))
    assert b"Verification: OK" in subprocess.run(words, cwd=tmp_path, capture_output=True, check=True).stdout


def test_a_reply_that_does_not_hold_is_not_kept(cast: Cast, settings: Settings, issuer: Path, tmp_path: Path) -> None:
    builders.a_case(cast)
    other = authority.make(tmp_path / "other")
    for broken, roots in ((True, issuer), (False, other)):
        with authority.serving(issuer.parent, broken=broken) as url:
            names_authority(settings, url, roots)
            with pytest.raises(Unavailable, match="does not hold"):
                work.stamp_due(actor=SYSTEM, now=LATER)
    with authority.serving(issuer.parent) as url:
        reply, _ = stamp.ask(stamp.authority(url, issuer, loopback_only=True), b"a manifest")
    with pytest.raises(Unavailable):
        stamp.check(reply, b"another manifest", stamp.certificates(issuer))
    assert not Capture.objects.exclude(stamp=None).exists()


def test_an_exercise_asks_no_authority_elsewhere(cast: Cast, settings: Settings, issuer: Path) -> None:
    names_authority(settings, "https://tsa.example.org/", issuer)
    with refused("loopback_only"):
        work.authority()


def a_bag(cast: Cast, out: Path, issuer: Path, settings: Settings) -> Account:
    account = builders.a_case(cast, items=2).account
    told = {"purpose": "to assess", "language": "ur"}
    builders.a_capture(account, cast.ana, content=b"\x89PNG\r\n\x1a\n picture", told=told, facts={"agent": "x"})
    with authority.serving(issuer.parent) as url:
        names_authority(settings, url, issuer)
        work.stamp_due(actor=SYSTEM, now=LATER)
    work.export(account, out, why="the court asks", actor=cast.cleo, now=LATER)
    return account


def test_a_bag_holds_all_of_it_and_is_checked_offline(
    cast: Cast, settings: Settings, issuer: Path, tmp_path: Path
) -> None:
    account = a_bag(cast, tmp_path / "bag", issuer, settings)
    found = work.verify_bag(tmp_path / "bag", issuer)
    assert found.ok and found.captures == account.captures.count() == 3
    assert set(found.stamped) == {str(one.uuid) for one in account.captures.all()}
    about = json.loads(next((tmp_path / "bag").glob("data/captures/*/capture.json")).read_text())
    assert [one["act"] for one in about["custody"]] == ["captured", "exported"]
    assert json.loads(about["ledger"][0]["leaf"])["event"] == "evidence.captured"
    assert set(about["lacking"]) <= {*rules.KNOWN, *rules.TOLD}
    assert "Eve" not in json.dumps(about) and "Exemplarova" not in json.dumps(about)
    info = (tmp_path / "bag" / "bag-info.txt").read_text()
    assert "Payload-Oxum:" in info and "Bagging-Date: 2026-03-02" in info
    with refused("file_exists"):
        work.export(account, tmp_path / "bag", why="again", actor=cast.cleo, now=LATER)


def test_one_changed_byte_in_any_file_is_named(cast: Cast, settings: Settings, issuer: Path, tmp_path: Path) -> None:
    whole = tmp_path / "bag"
    a_bag(cast, whole, issuer, settings)
    files = [path for path in sorted(whole.rglob("*")) if path.is_file()]
    assert len(files) >= 3 * 3 + 6
    for path in files:
        content = path.read_bytes()
        for place in {0, len(content) // 3, len(content) // 2, len(content) - 1}:
            changed = bytearray(content)
            changed[place] ^= 0x01
            path.write_bytes(bytes(changed))
            found = work.verify_bag(whole, issuer)
            assert found.changed == (path.relative_to(whole).as_posix(),), (path, place)
        path.write_bytes(content)
    assert work.verify_bag(whole, issuer).ok


def test_a_missing_and_a_strange_file_are_named(cast: Cast, settings: Settings, issuer: Path, tmp_path: Path) -> None:
    whole = tmp_path / "bag"
    a_bag(cast, whole, issuer, settings)
    (whole / "data" / "more.txt").write_text("put in later")
    assert work.verify_bag(whole).changed == ("data/more.txt",)
    (whole / "data" / "more.txt").unlink()
    gone = next(whole.glob("data/captures/*/files/*"))
    gone.unlink()
    assert work.verify_bag(whole).changed == (gone.relative_to(whole).as_posix(),)
    shutil.rmtree(whole)
    with refused("not_a_bag"):
        work.verify_bag(whole)


def test_a_rewritten_bag_with_fitting_lists_fails_by_its_time_stamp(
    cast: Cast, settings: Settings, issuer: Path, tmp_path: Path
) -> None:
    a_bag(cast, tmp_path / "bag", issuer, settings)
    record = next((tmp_path / "bag").glob("data/captures/*/capture.json"))
    about = json.loads(record.read_text())
    forged = b"forged"
    name = about["files"][0]["name"]
    (record.parent / "files" / name).write_bytes(forged)
    about["files"][0] |= {"sha256": hashlib.sha256(forged).hexdigest(), "size": len(forged)}
    about["digest"] = hashlib.sha256(bag.manifest_of(about["files"])).hexdigest()
    record.write_text(json.dumps(about))
    again = tmp_path / "again"
    payload = [p for p in sorted((tmp_path / "bag" / "data").rglob("*")) if p.is_file()]
    top = tmp_path / "bag" / "data"
    bag.write(again, ((p.relative_to(top).as_posix(), p.read_bytes()) for p in payload), {})
    assert work.verify_bag(again).ok
    assert work.verify_bag(again, issuer).changed == (f"data/captures/{about['uuid']}/seal.tsr",)


def test_who_exports_says_why_and_it_stands_in_the_custody(cast: Cast) -> None:
    account = builders.a_case(cast).account
    with refused("reasons_missing"):
        sealing.hand_out(account.id, why=" ", actor=cast.cleo, now=NOW)
    with refused("not_found"):
        sealing.hand_out(account.id, why="curious", actor=cast.eve, now=NOW)
    sealing.hand_out(account.id, why="the court asks", actor=cast.cleo, now=NOW)
    assert Custody.objects.get(act="exported").why == "the court asks"


def test_bytes_that_were_just_erased_are_not_recorded(cast: Cast, settings: Settings) -> None:
    account = builders.a_case(cast).account
    kept = services.keep("a.txt", "text/plain", b"the same bytes")
    store.drop(settings.EVIDENCE, kept.sha256)
    new = services.NewCapture(account.id, "upload", account.url, (kept,))
    before = Capture.objects.count()
    with pytest.raises(Unavailable, match="capture again"):
        services.record(new, actor=cast.ana, now=NOW)
    assert Capture.objects.count() == before


def test_what_was_captured_where_when_and_by_whom_never_changes(cast: Cast) -> None:
    capture = builders.a_case(cast).account.captures.get()
    for change in ("digest = repeat('0', 64)", "at = now()", "address = 'https://example.org'", "by_id = null"):
        with refused_by_the_database("never changes"):
            sql(f"update evidence_capture set {change} where id = %s", capture.id)


def test_the_record_of_collection_says_what_is_still_missing(cast: Cast) -> None:
    capture = builders.a_case(cast).account.captures.get()
    assert rules.lacking(capture.facts, capture.told) == rules.TOLD
    told = dict.fromkeys(rules.TOLD, "said") | {"strange": "dropped"}
    capture = services.tell(capture.id, told, warning="violence", actor=cast.ana, now=LATER)
    assert rules.lacking(capture.facts, capture.told) == () and "strange" not in capture.told
    assert (capture.warning, capture.graphic) == ("violence", True)
    with refused("wrong_state"):
        services.tell(capture.id, {}, warning="boredom", actor=cast.ana, now=LATER)
    with refused("not_found"):
        services.tell(capture.id, {}, warning="", actor=cast.eve, now=LATER)


def test_a_person_looks_at_so_many_pictures_a_day_and_no_more(cast: Cast, settings: Settings) -> None:
    settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_EXPOSURE": "2"}
    account = builders.a_case(cast).account
    picture = services.keep("a.png", "image/png", b"\x89PNG")
    page = services.keep("a.txt", "text/plain", b"words")
    capture = services.record(services.NewCapture(account.id, "upload", "", (picture, page)), actor=cast.ana, now=NOW)
    shown, text = capture.files.order_by("id")
    for _ in range(2):
        services.look(shown.id, why="to assess", actor=cast.ana, now=NOW)
    with refused("exposure_budget"):
        services.look(shown.id, why="once more", actor=cast.ana, now=NOW)
    services.look(text.id, why="text is never counted", actor=cast.ana, now=NOW)
    services.look(shown.id, why="another person", actor=cast.ben, now=NOW)
    services.look(shown.id, why="another day", actor=cast.ana, now=NOW + timedelta(days=1))
    assert [one.act for one in capture.custody.order_by("id")] == ["captured", "seen", "seen", "copied", "seen", "seen"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"\x1aE\xdf\xa3", "video/webm"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
        ("سلام".encode(), "text/plain"),
        (b"a\x00b", "application/octet-stream"),
        (b"\xff\xfe\x00", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_bytes_show_whatever_its_name(content: bytes, kind: str) -> None:
    assert rules.sniff(content) == kind


def test_an_empty_or_too_large_upload_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "LARGEST_UPLOAD", 3)
    with refused("file_missing"):
        work.uploaded("a", b"")
    with refused("too_big"):
        work.uploaded("a", b"four")
