"""The Merkle tree: roots, edges and proofs agree with the definition in RFC 9162, known vectors and a peer."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree  # type: ignore[import-untyped]

from openiru.tlog import merkle
from openiru.tlog.merkle import Frontier

# The eight leaves and roots of the reference implementation of certificate transparency.
KNOWN_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
KNOWN_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def defined_root(hashes: list[bytes]) -> bytes:
    """MTH as RFC 9162 section 2.1.1 writes it, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + defined_root(hashes[:k]) + defined_root(hashes[k:])).digest()


def some(count: int) -> list[bytes]:
    return [merkle.leaf_hash(b"leaf %d" % number) for number in range(count)]


@pytest.mark.parametrize(("size", "expected"), KNOWN_ROOTS.items())
def test_known_roots(size: int, expected: str) -> None:
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in KNOWN_LEAVES[:size]]
    assert merkle.root(leaves).hex() == expected


@pytest.mark.parametrize("size", range(40))
def test_the_edge_gives_the_root_of_the_definition(size: int) -> None:
    assert merkle.root(some(size)) == defined_root(some(size))


@given(st.lists(st.binary(max_size=40), max_size=70))
@settings(max_examples=40)
def test_the_root_is_the_peers_root(leaves: list[bytes]) -> None:
    peer = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        peer.append_entry(leaf)
    assert merkle.root(map(merkle.leaf_hash, leaves)) == (peer.get_root() if leaves else merkle.EMPTY_ROOT)


@given(st.integers(0, 300), st.integers(0, 60))
def test_an_edge_goes_on_after_it_was_stored(size: int, more: int) -> None:
    hashes = some(size + more)
    edge = Frontier.empty()
    for leaf in hashes[:size]:
        edge = edge.append(leaf)
    edge = Frontier.load(edge.size, edge.dump())
    for leaf in hashes[size:]:
        edge = edge.append(leaf)
    assert (edge.size, edge.root()) == (size + more, merkle.root(hashes))


def test_appending_leaves_the_older_edge_as_it_was() -> None:
    edge = Frontier.empty().append(merkle.leaf_hash(b"one"))
    before = edge.root()
    edge.append(merkle.leaf_hash(b"two"))
    assert edge.root() == before


@pytest.mark.parametrize(("size", "dumped"), [(1, b""), (0, b"x" * 32), (3, b"x" * 63), (-1, b"")])
def test_an_edge_of_another_size_is_refused(size: int, dumped: bytes) -> None:
    with pytest.raises(ValueError, match="edge"):
        Frontier.load(size, dumped)


@given(st.integers(1, 200), st.data())
def test_every_leaf_has_a_proof_and_no_other_leaf_has_it(size: int, data: st.DataObject) -> None:
    hashes = some(size)
    index = data.draw(st.integers(0, size - 1))
    root, proof = merkle.root(hashes), merkle.inclusion_proof(hashes, index)
    assert merkle.verify_inclusion(index, size, hashes[index], proof, root)
    assert not merkle.verify_inclusion(index, size, merkle.leaf_hash(b"other"), proof, root)
    assert not merkle.verify_inclusion(index, size, hashes[index], [*proof, root], root)
    assert not merkle.verify_inclusion(size, size, hashes[index], proof, root)
    if proof:
        assert not merkle.verify_inclusion(index, size, hashes[index], proof[:-1], root)
        assert not merkle.verify_inclusion(index ^ 1, size, hashes[index], proof, root)


@given(st.integers(1, 200), st.data())
def test_a_tree_continues_each_of_its_own_beginnings_only(size: int, data: st.DataObject) -> None:
    hashes = some(size)
    old_size = data.draw(st.integers(1, size))
    old, new = (old_size, merkle.root(hashes[:old_size])), (size, merkle.root(hashes))
    proof = merkle.consistency_proof(hashes, old_size)
    assert merkle.verify_consistency(old, new, proof)
    rewritten = [merkle.leaf_hash(b"other"), *hashes[1:]]
    assert not merkle.verify_consistency(old, (size, merkle.root(rewritten)), proof)
    assert not merkle.verify_consistency((old_size, merkle.root(rewritten[:old_size])), new, proof)
    assert not merkle.verify_consistency(old, new, [*proof, hashes[0]])
    for at in range(len(proof)):
        changed = [*proof[:at], bytes(32), *proof[at + 1 :]]
        assert not merkle.verify_consistency(old, new, changed)


def test_a_proof_from_the_empty_tree_says_nothing() -> None:
    assert not merkle.verify_consistency((0, merkle.EMPTY_ROOT), (1, merkle.root(some(1))), [])


def test_hashes_of_another_length_are_refused() -> None:
    assert not merkle.verify_inclusion(0, 1, b"", [], b"")


@pytest.mark.parametrize("old_size", [0, 4])
def test_there_is_no_proof_for_what_is_not_a_beginning(old_size: int) -> None:
    with pytest.raises(ValueError, match="continue"):
        merkle.consistency_proof(some(3), old_size)


def test_there_is_no_proof_for_a_leaf_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(some(3), 3)
