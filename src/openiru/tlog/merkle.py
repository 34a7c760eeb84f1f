"""The Merkle tree of RFC 6962 and RFC 9162: hashes, the right edge of a growing tree, proofs and their verification."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf: SHA-256(0x00 || leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: the roots of its perfect subtrees, largest first; enough to append to it."""

    size: int
    peaks: tuple[bytes, ...]

    @classmethod
    def empty(cls) -> Frontier:
        """The edge of a tree without leaves."""
        return cls(0, ())

    @classmethod
    def load(cls, size: int, dumped: bytes) -> Frontier:
        """Read what `dump` wrote; ValueError if it cannot be the edge of a tree of that size."""
        if size < 0 or len(dumped) != HASH_BYTES * size.bit_count():
            raise ValueError(f"{len(dumped)} bytes are not the edge of a tree of {size} leaves")
        return cls(size, tuple(dumped[at : at + HASH_BYTES] for at in range(0, len(dumped), HASH_BYTES)))

    def dump(self) -> bytes:
        """The peaks as bytes, 32 each; the size is kept apart."""
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> Frontier:
        """Return the edge after one more leaf, given as its leaf hash."""
        peaks, node, size = list(self.peaks), leaf, self.size
        while size & 1:
            node = node_hash(peaks.pop(), node)
            size >>= 1
        return Frontier(self.size + 1, (*peaks, node))

    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


def root(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in order."""
    edge = Frontier.empty()
    for leaf in hashes:
        edge = edge.append(leaf)
    return edge.root()


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of the leaf at `index` in the tree over these leaf hashes, leaf end first."""
    if not 0 <= index < len(hashes):
        raise ValueError(f"there is no leaf {index} in a tree of {len(hashes)}")
    proof: list[bytes] = []
    start, end = 0, len(hashes)
    while end - start > 1:
        middle = start + _left_size(end - start)
        if index < middle:
            proof.append(root(hashes[middle:end]))
            end = middle
        else:
            proof.append(root(hashes[start:middle]))
            start = middle
    return proof[::-1]


def consistency_proof(hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """The proof that the tree over these leaf hashes continues the one over its first `old_size`."""
    if not 0 < old_size <= len(hashes):
        raise ValueError(f"a tree of {len(hashes)} cannot continue one of {old_size}")
    proof: list[bytes] = []
    start, end, complete = 0, len(hashes), True
    while old_size != end:
        middle = start + _left_size(end - start)
        if old_size <= middle:
            proof.append(root(hashes[middle:end]))
            end = middle
        else:
            proof.append(root(hashes[start:middle]))
            start, complete = middle, False
    if not complete:
        proof.append(root(hashes[start:end]))
    return proof[::-1]


def _left_size(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that an audit path leads to (RFC 9162, section 2.1.3.2); ValueError if its length does not fit."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    if not _are_hashes([leaf, *proof]):
        raise ValueError("a hash has 32 bytes")
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ValueError("the proof is longer than the tree is high")
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            position, last = _climb(position, last)
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ValueError("the proof is shorter than the tree is high")
    return node


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at `index` in the tree of `size` leaves with this root."""
    try:
        return root_from_inclusion(index, size, leaf, proof) == root
    except ValueError:
        return False


def verify_consistency(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether the new tree (size, root) continues the old one (RFC 9162, section 2.1.4.2).

    A proof from an empty tree says nothing about the new one, so it is refused.
    """
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size == new_size:
        return not proof and old_root == new_root
    if not 0 < old_size < new_size or not proof or not _are_hashes([old_root, new_root, *proof]):
        return False
    path = list(proof) if old_size.bit_count() != 1 else [old_root, *proof]
    return _continues(path, old_size - 1, new_size - 1) == (old_root, new_root)


def _continues(path: list[bytes], position: int, last: int) -> tuple[bytes, bytes] | None:
    """The roots of the old and the new tree that a path leads to, or None if its length does not fit."""
    while position & 1:
        position, last = position >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            position, last = _climb(position, last)
        else:
            after = node_hash(after, sibling)
        position, last = position >> 1, last >> 1
    return (before, after) if last == 0 else None


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)


def _climb(position: int, last: int) -> tuple[int, int]:
    """Go up while a node has no sibling on its right: there the tree is not full."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last
