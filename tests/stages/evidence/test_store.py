"""The store keeps bytes under their own hash, whole or not at all, and notices a changed byte; captures are recorded with custody."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from openiru.errors import Unavailable
from openiru.fetch import Fetcher
from openiru.stages.evidence import services, store, wacz, work
from openiru.stages.evidence.models import Capture
from tests import builders
from tests.builders import NOW, Cast
from tests.laws.asking import refused
from tests.test_fetch import Site
from tests.test_fetch import site as site


def test_what_is_stored_comes_back_and_is_read_only(tmp_path: Path) -> None:
    digest = store.put(tmp_path, b"page")
    assert digest == hashlib.sha256(b"page").hexdigest()
    assert store.get(tmp_path, digest) == b"page"
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file.stat().st_mode & 0o777 == 0o400


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    assert store.put(tmp_path, b"page") == store.put(tmp_path, b"page")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@given(content=st.binary(min_size=1, max_size=300), place=st.integers(min_value=0))
@settings(deadline=None)
def test_one_changed_bit_is_noticed(content: bytes, place: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("store")
    digest = store.put(folder, content)
    (path,) = [one for one in folder.rglob("*") if one.is_file()]
    changed = bytearray(path.read_bytes())
    changed[place % len(changed)] ^= 1 << (place % 8)
    path.chmod(0o600)
    path.write_bytes(bytes(changed))
    with pytest.raises(Unavailable, match="changed on disk"):
        store.get(folder, digest)


def test_who_sees_the_disk_reads_neither_the_bytes_nor_whether_a_known_file_is_there(tmp_path: Path) -> None:
    content = b"a known leaflet " * 20
    digest = store.put(tmp_path, content)
    (path,) = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert content[:16] not in path.read_bytes()
    assert digest not in path.name and path.name == store.name_of(digest)
    with_other_key = hmac.new(b"another key", digest.encode(), hashlib.sha256).hexdigest()
    assert path.name != with_other_key


def test_what_is_gone_is_said_to_be_gone_and_dropping_twice_is_fine(tmp_path: Path) -> None:
    digest = store.put(tmp_path, b"page")
    store.drop(tmp_path, digest)
    store.drop(tmp_path, digest)
    with pytest.raises(Unavailable, match="not there"):
        store.get(tmp_path, digest)


def test_a_write_that_breaks_leaves_nothing_under_the_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="disk full"):
        store.put(tmp_path, b"page")
    with pytest.raises(Unavailable):
        store.get(tmp_path, hashlib.sha256(b"page").hexdigest())


def test_the_manifest_changes_with_any_name_size_or_digest() -> None:
    one = services.StoredFile("a", "text/html", 1, "0" * 64)
    others = [
        services.StoredFile("b", "text/html", 1, "0" * 64),
        services.StoredFile("a", "text/html", 2, "0" * 64),
        services.StoredFile("a", "text/html", 1, "1" * 64),
    ]
    digests = {services.manifest_digest((file,)) for file in (one, *others)}
    assert len(digests | {services.manifest_digest((one, *others))}) == 5


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.EVIDENCE = tmp_path
    return builders.a_cast()


def test_a_page_is_captured_stored_and_recorded(cast: Cast, site: Site, settings: Settings) -> None:
    item = builders.an_item(builders.a_case(cast).account)
    made = work.by_http(item, f"{site.url}/page", fetcher=Fetcher(allow_loopback=True), actor=cast.ana, now=NOW)
    (file,) = made.files.all()
    assert (made.way, made.status, made.item, made.by_id) == ("http", 200, item, cast.ana.user_id)
    assert "سلام" in made.text
    content = store.get(settings.EVIDENCE, file.sha256)
    assert len(content) == file.size and wacz.problems(content) == []
    assert [one.act for one in made.custody.order_by("id")] == ["captured"]


def test_a_page_that_could_not_be_fetched_leaves_no_capture(cast: Cast) -> None:
    account = builders.a_case(cast).account
    before = Capture.objects.count()
    with pytest.raises(Unavailable):
        work.by_http(account, "http://127.0.0.1:9/", fetcher=Fetcher(allow_loopback=True), actor=cast.ana, now=NOW)
    assert Capture.objects.count() == before


def test_a_capture_is_never_of_an_item_of_another_account(cast: Cast) -> None:
    one, other = (builders.a_case(cast).account for _ in range(2))
    stored = services.keep("a", "text/html", b"x")
    new = services.NewCapture(one.id, "http", one.url, (stored,), item_id=other.items.get().id)
    with refused("not_found"):
        services.record(new, actor=cast.ana, now=NOW)


def test_deleted_bytes_are_not_shown(cast: Cast) -> None:
    capture = builders.a_case(cast).account.captures.get()
    Capture.objects.update(deleted_at=NOW)
    with refused("not_found"):
        services.look(capture.files.get().id, why="to decide", actor=cast.ben, now=NOW)


def test_captured_words_with_nul_are_stored(cast: Cast) -> None:
    account = builders.a_case(cast).account
    assert builders.a_capture(account, cast.ana, text="a\0b").text == "ab"
