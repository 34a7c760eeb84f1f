"""A log as files (C2SP tlog-tiles): hash tiles of 256 and entry bundles, the last of each row partial."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from openiru.errors import Refused, Unreadable
from openiru.tlog import merkle

WIDTH = 256
LARGEST_LEAF = 0xFFFF


@dataclass(frozen=True, slots=True)
class Tree:
    """Size and root of a tree that was written or read."""

    size: int
    root: bytes


@dataclass(slots=True)
class TileStack:
    """Turns leaf hashes into tiles as they fill up, holding one open tile per level."""

    edge: merkle.Frontier = field(default_factory=merkle.Frontier.empty)
    _open: list[list[bytes]] = field(default_factory=list)
    _written: list[int] = field(default_factory=list)

    def push(self, leaf: bytes) -> Iterator[tuple[str, bytes]]:
        """Take one leaf hash; yield the path and bytes of each tile that is now full."""
        self.edge = self.edge.append(leaf)
        level, node = 0, leaf
        while True:
            if level == len(self._open):
                self._open.append([])
                self._written.append(0)
            row = self._open[level]
            row.append(node)
            if len(row) < WIDTH:
                return
            yield tile_path(level, self._written[level]), b"".join(row)
            node = merkle.root(row)
            row.clear()
            self._written[level] += 1
            level += 1

    def rest(self) -> Iterator[tuple[str, bytes]]:
        """Yield the partial tiles at the right edge."""
        for level, row in enumerate(self._open):
            if row:
                yield tile_path(level, self._written[level], len(row)), b"".join(row)


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """The path of a tile below the export's folder; `level` is a number or `entries`."""
    parts = [f"{index % 1000:03d}"]
    while index := index // 1000:
        parts.append(f"x{index % 1000:03d}")
    suffix = f".p/{width}" if width < WIDTH else ""
    return f"tile/{level}/{'/'.join(reversed(parts))}{suffix}"


def bundle_paths(size: int) -> Iterator[tuple[str, int]]:
    """The entry bundles of a tree of this size, in order, each with how many entries it has."""
    for index in range(size // WIDTH):
        yield tile_path("entries", index), WIDTH
    if size % WIDTH:
        yield tile_path("entries", size // WIDTH, size % WIDTH), size % WIDTH


def pack(leaves: Iterable[bytes]) -> bytes:
    """An entry bundle: each leaf after its length in two bytes; ValueError for a leaf over 65,535 bytes."""
    out = bytearray()
    for leaf in leaves:
        if len(leaf) > LARGEST_LEAF:
            raise ValueError(f"a leaf of {len(leaf)} bytes does not fit into an entry bundle")
        out += len(leaf).to_bytes(2, "big") + leaf
    return bytes(out)


def unpack(bundle: bytes, count: int) -> list[bytes]:
    """The leaves of an entry bundle; Unreadable if it does not hold exactly `count`."""
    leaves, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle):
            raise Unreadable("an entry is cut off")
        leaves.append(bundle[at + 2 : end])
        at = end
    if len(leaves) != count:
        raise Unreadable(f"{len(leaves)} entries where {count} should be")
    return leaves


def write_tiles(folder: Path, leaves: Iterable[bytes]) -> Tree:
    """Write the leaves as tiles and bundles under `folder`, streaming; Refused `folder_not_empty` over older ones."""
    if (folder / "tile").exists():
        raise Refused("folder_not_empty")
    stack, waiting, bundles = TileStack(), list[bytes](), 0
    for leaf in leaves:
        for path, content in stack.push(merkle.leaf_hash(leaf)):
            _write(folder / path, content)
        waiting.append(leaf)
        if len(waiting) == WIDTH:
            _write(folder / tile_path("entries", bundles), pack(waiting))
            waiting, bundles = [], bundles + 1
    for path, content in stack.rest():
        _write(folder / path, content)
    if waiting:
        _write(folder / tile_path("entries", bundles, len(waiting)), pack(waiting))
    return Tree(stack.edge.size, stack.edge.root())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
