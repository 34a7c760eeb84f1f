"""An exported log: the verifier passes what is whole and finds any change, with no database and no network."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.errors import Refused, Unreadable
from openiru.tlog import checkpoint, merkle, tiles
from openiru.tlog.verifier import verify_export, write_export

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
NAME = "log.example.org/unit"
VKEY = checkpoint.vkey(KEY.public_key(), NAME)


def leaves(count: int) -> list[bytes]:
    return [b'{"number":%d}' % number for number in range(count)]


def an_export(folder: Path, entries: list[bytes], *, key: Ed25519PrivateKey = KEY) -> Path:
    root = merkle.root(map(merkle.leaf_hash, entries))
    signed = checkpoint.sign(checkpoint.Checkpoint(NAME, len(entries), root), key, NAME)
    write_export(folder, entries, note=signed, vkey=checkpoint.vkey(key.public_key(), NAME))
    return folder


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 600])
def test_an_export_is_whole(tmp_path: Path, count: int) -> None:
    verdict = verify_export(an_export(tmp_path / "out", leaves(count)), pinned_vkey=VKEY)
    assert (verdict.problems, verdict.ok, verdict.size, verdict.authenticated) == ((), True, count, True)


def test_without_a_key_from_elsewhere_it_is_self_consistent_only(tmp_path: Path) -> None:
    verdict = verify_export(an_export(tmp_path / "out", leaves(3)), pinned_vkey=None)
    assert verdict.ok and not verdict.authenticated
    assert verdict.words == "self-consistent, not authenticated"


def test_a_history_rewritten_and_signed_again_is_found_with_the_pinned_key_only(tmp_path: Path) -> None:
    folder = an_export(tmp_path / "out", [b"other", *leaves(300)[1:]], key=OTHER)
    assert verify_export(folder, pinned_vkey=None).ok
    assert not verify_export(folder, pinned_vkey=VKEY).ok
    (folder / "vkey").write_text(f"{VKEY}\n")
    assert not verify_export(folder, pinned_vkey=VKEY).ok


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return an_export(tmp_path_factory.mktemp("log") / "out", leaves(300))


@pytest.mark.parametrize("pinned", [None, VKEY])
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_one_changed_bit_in_any_file_is_found(whole: Path, pinned: str | None, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(files(whole)))
    before = path.read_bytes()
    changed = bytearray(before)
    changed[data.draw(st.integers(0, len(before) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(changed)
    try:
        verdict = verify_export(whole, pinned_vkey=pinned)
    finally:
        path.write_bytes(before)
    assert not verdict.ok and not verdict.authenticated and verdict.problems
    assert verify_export(whole, pinned_vkey=pinned).ok


def test_any_missing_file_is_found_and_named(whole: Path, tmp_path: Path) -> None:
    for path in files(whole):
        copy = tmp_path / "copy"
        shutil.copytree(whole, copy)
        name = path.relative_to(whole).as_posix()
        (copy / name).unlink()
        verdict = verify_export(copy, pinned_vkey=VKEY)
        assert not verdict.ok
        assert any(name in problem for problem in verdict.problems), (name, verdict.problems)
        shutil.rmtree(copy)


def test_a_file_that_does_not_belong_is_found(whole: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    (copy / "tile" / "entries" / "009").write_bytes(b"hidden")
    assert verify_export(copy, pinned_vkey=VKEY).problems == ("tile/entries/009: does not belong to this log",)


def test_a_checkpoint_of_another_time_is_found(tmp_path: Path) -> None:
    folder = an_export(tmp_path / "out", leaves(300))
    older = checkpoint.Checkpoint(NAME, 299, merkle.root(map(merkle.leaf_hash, leaves(299))))
    (folder / "checkpoint").write_text(checkpoint.sign(older, KEY, NAME))
    assert not verify_export(folder, pinned_vkey=VKEY).ok


def test_a_checkpoint_that_claims_an_endless_tree_ends_at_once(tmp_path: Path) -> None:
    folder = an_export(tmp_path / "out", leaves(3))
    endless = checkpoint.Checkpoint(NAME, 2**62, bytes(32))
    (folder / "checkpoint").write_text(checkpoint.sign(endless, KEY, NAME))
    assert not verify_export(folder, pinned_vkey=VKEY).ok


def test_a_folder_that_is_no_export_is_named_as_such(tmp_path: Path) -> None:
    verdict = verify_export(tmp_path, pinned_vkey=VKEY)
    assert not verdict.ok and "missing" in verdict.problems[0]


def test_leaves_that_were_not_signed_are_not_exported(tmp_path: Path) -> None:
    signed = checkpoint.sign(checkpoint.Checkpoint(NAME, 3, bytes(32)), KEY, NAME)
    with pytest.raises(Refused, match="export_mismatch"):
        write_export(tmp_path / "out", leaves(3), note=signed, vkey=VKEY)


def test_an_export_is_not_written_over_another(tmp_path: Path) -> None:
    an_export(tmp_path / "out", leaves(3))
    with pytest.raises(Refused, match="folder_not_empty"):
        an_export(tmp_path / "out", leaves(4))


def test_the_paths_and_widths_of_the_specification(tmp_path: Path) -> None:
    assert tiles.tile_path(0, 1_234_067) == "tile/0/x001/x234/067"
    assert tiles.tile_path("entries", 273, 112) == "tile/entries/273.p/112"
    tree = tiles.write_tiles(tmp_path, (b"" for _ in range(70_000)))
    hashes = [path for path in files(tmp_path) if "entries" not in path.parts]
    partial = {path.relative_to(tmp_path).as_posix(): path.stat().st_size // 32 for path in hashes if ".p" in str(path)}
    assert partial == {"tile/0/273.p/112": 112, "tile/1/001.p/17": 17, "tile/2/000.p/1": 1}
    assert len(hashes) == 273 + 1 + 1 + 1 + 1
    assert tree == tiles.Tree(70_000, merkle.root([merkle.leaf_hash(b"")] * 70_000))


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_read_back(entries: list[bytes]) -> None:
    assert tiles.unpack(tiles.pack(entries), len(entries)) == entries


def test_a_bundle_that_is_cut_off_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        tiles.unpack(tiles.pack([b"one", b"two"])[:-1], 2)
    with pytest.raises(ValueError, match="does not fit"):
        tiles.pack([bytes(65_536)])
