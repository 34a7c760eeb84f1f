"""The offline verifier: given a folder with an exported log, say whether it is whole and its signer known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openiru.errors import Refused, Unreadable
from openiru.tlog import checkpoint, merkle, tiles
from openiru.tlog.checkpoint import Checkpoint

LARGEST_NOTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ok`: everything fits together. `authenticated`: and the key of its signer was pinned from elsewhere."""

    ok: bool
    size: int
    root: bytes
    authenticated: bool
    problems: tuple[str, ...]

    @property
    def words(self) -> str:
        """The verdict in the words that people are shown."""
        if not self.ok:
            return "broken"
        return "authenticated" if self.authenticated else "self-consistent, not authenticated"


def write_export(folder: Path, leaves: Iterable[bytes], *, note: str, vkey: str) -> tiles.Tree:
    """Write a log as a folder that `verify_export` reads: checkpoint, vkey, tiles and entries.

    Raises Refused `export_mismatch` when the note was signed over other leaves; publish nothing then.
    """
    signed = checkpoint.open_signed(note, vkey)
    folder.mkdir(parents=True, exist_ok=True)
    tree = tiles.write_tiles(folder, leaves)
    if (tree.size, tree.root) != (signed.size, signed.root):
        raise Refused("export_mismatch", size=tree.size, signed=signed.size)
    (folder / "vkey").write_text(f"{vkey}\n", encoding="utf-8")
    (folder / "checkpoint").write_text(note, encoding="utf-8")
    return tree


def verify_export(folder: Path, *, pinned_vkey: str | None = None) -> Verdict:
    """Check every file of an export against the others, and its signature with the pinned key or else the folder's own.

    Reads one bundle at a time; needs no database and no network.
    """
    problems: list[str] = []
    signed = _signed(folder, pinned_vkey, problems)
    if signed is None:
        return Verdict(False, 0, b"", False, tuple(problems))
    seen = {"checkpoint", "vkey"}
    root = _rebuild(folder, signed.size, seen, problems)
    if root != signed.root:
        problems.append("checkpoint: the entries give another root")
    problems += [f"{path}: does not belong to this log" for path in _files(folder) if path not in seen]
    ok = not problems
    return Verdict(ok, signed.size, signed.root, ok and pinned_vkey is not None, tuple(problems))


def _signed(folder: Path, pinned: str | None, problems: list[str]) -> Checkpoint | None:
    """The checkpoint, if its signature verifies; the folder's own key must be the pinned one."""
    try:
        own = _text(folder / "vkey")
        if pinned is not None and own != f"{pinned}\n":
            problems.append("vkey: not the pinned key")
        key = pinned if pinned is not None else own.removesuffix("\n")
        signed = checkpoint.open_signed(_text(folder / "checkpoint"), key)
    except (Refused, Unreadable) as error:
        problems.append(f"checkpoint: {error}")
        return None
    if signed.origin != key.partition("+")[0]:
        problems.append("checkpoint: the key is of another log")
    return signed


def _rebuild(folder: Path, size: int, seen: set[str], problems: list[str]) -> bytes:
    """Build the tree anew from the entries, compare each tile on the way, and return the root."""
    stack = tiles.TileStack()
    try:
        for path, count in tiles.bundle_paths(size):
            seen.add(path)
            for leaf in tiles.unpack(_bytes(folder, path), count):
                for tile in stack.push(merkle.leaf_hash(leaf)):
                    _compare(folder, tile, seen, problems)
    except Unreadable as error:
        problems.append(f"{path}: {error}")
        seen.update(_files(folder))
        return b""
    for tile in stack.rest():
        _compare(folder, tile, seen, problems)
    return stack.edge.root()


def _compare(folder: Path, tile: tuple[str, bytes], seen: set[str], problems: list[str]) -> None:
    path, expected = tile
    seen.add(path)
    try:
        if _bytes(folder, path) != expected:
            problems.append(f"{path}: does not fit the entries")
    except Unreadable as error:
        problems.append(f"{path}: {error}")


def _files(folder: Path) -> list[str]:
    """Every file of the export, as paths below it."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _bytes(folder: Path, path: str) -> bytes:
    try:
        with (folder / path).open("rb") as file:
            content = file.read(tiles.WIDTH * (tiles.LARGEST_LEAF + 2) + 1)
    except OSError as error:
        raise Unreadable("missing") from error
    return content


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_NOTE).decode("utf-8")
    except OSError as error:
        raise Unreadable("missing", where=path.name) from error
    except UnicodeDecodeError as error:
        raise Unreadable("not text", where=path.name) from error
