"""Holds the log's floor against published vectors (RFC 8785, Merkle proofs) and against pymerkle as a peer."""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from openiru.errors import Refused
from openiru.tlog import checkpoint, merkle
from openiru.tlog.canonical import canonical_json
from openiru.tlog.note import Kind, read_vkey

LEAVES = 100_000


def main() -> int:
    """Print the figures; 1 if a vector disagrees or a peer is absent, 0 when the vectors are not on this machine."""
    data = Path(os.environ.get("OPENIRU_DATA", "data")) / "protocols"
    wrong = []
    if data.is_dir():
        wrong = [*_jcs(data / "jcs_rfc8785"), *_proofs(data / "tlog" / "merkle_testdata")]
        wrong += _weak_keys(data / "tlog" / "cctv_ed25519vectors.json")
    else:
        print(f"skipped: no vectors at {data} (set OPENIRU_DATA)")
    for problem in wrong:
        print("WRONG", problem)
    return _against_peer() or int(bool(wrong))


def _jcs(folder: Path) -> Iterator[str]:
    cases = sorted((folder / "input").glob("*.json"))
    for case in cases:
        expected = (folder / "output" / case.name).read_bytes()
        if canonical_json(json.loads(case.read_bytes())) != expected:
            yield f"jcs {case.name}"
    print(f"RFC 8785: {len(cases)} vectors")


def _proofs(folder: Path) -> Iterator[str]:
    for kind, verify in (("inclusion", _inclusion), ("consistency", _consistency)):
        cases = sorted((folder / kind).rglob("*.json"))
        good = 0
        for case in cases:
            vector = json.loads(case.read_bytes())
            good += not vector["wantErr"]
            if verify(vector) is vector["wantErr"]:
                yield f"{kind} {case.parent.name}/{case.stem}: {vector['desc']}"
        print(f"{kind}: {len(cases)} vectors, {good} of them good proofs")


def _weak_keys(path: Path) -> Iterator[str]:
    """No key of low order may verify anything: under it one signature fits any text."""
    vectors = json.loads(path.read_bytes())
    weak = {vector["key"] for vector in vectors if "low_order_A" in (vector["flags"] or [])}
    for key in sorted(weak):
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        try:
            read_vkey(checkpoint.vkey(public, "log.example.org"), Kind.NOTE)
        except Refused:
            continue
        yield f"key of low order {key} was read"
    print(f"Ed25519: {len(weak)} keys of low order in {len(vectors)} vectors")


def _inclusion(vector: dict[str, object]) -> bool:
    return merkle.verify_inclusion(
        int(str(vector["leafIdx"])),
        int(str(vector["treeSize"])),
        _bytes(vector["leafHash"]),
        _path(vector["proof"]),
        _bytes(vector["root"]),
    )


def _consistency(vector: dict[str, object]) -> bool:
    old = int(str(vector["size1"])), _bytes(vector["root1"])
    new = int(str(vector["size2"])), _bytes(vector["root2"])
    return merkle.verify_consistency(old, new, _path(vector["proof"]))


def _path(proof: object) -> list[bytes]:
    return [_bytes(item) for item in proof] if isinstance(proof, list) else []


def _bytes(text: object) -> bytes:
    return base64.b64decode(str(text or ""))


def _against_peer() -> int:
    try:
        from pymerkle import InmemoryTree  # type: ignore[import-untyped]
    except ImportError:
        print("FAILED: the peer pymerkle is not installed (requirements/bench.txt)")
        return 1
    leaves = [b"leaf %d" % number for number in range(LEAVES)]
    started = time.perf_counter()
    ours = merkle.root(map(merkle.leaf_hash, leaves))
    took = time.perf_counter() - started
    peer = InmemoryTree(algorithm="sha256")
    started = time.perf_counter()
    for leaf in leaves:
        peer.append_entry(leaf)
    theirs = peer.get_root()
    peer_took = time.perf_counter() - started
    print(f"append {LEAVES} leaves and take the root: ours {took:.2f} s, pymerkle {peer_took:.2f} s")
    print("roots equal:", ours == theirs)
    return int(ours != theirs)


if __name__ == "__main__":
    sys.exit(main())
