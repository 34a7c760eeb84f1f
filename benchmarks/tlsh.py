"""TLSH beside its reference implementation (py-tlsh): every digest and distance equal, documents a second.

`python -m benchmarks.tlsh --documents 3000 --json`. The peer is built from source (`requirements/bench.txt`).
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import time
from argparse import ArgumentParser

from openiru.detect import tlsh
from openiru.errors import Unreadable


def main(words: list[str]) -> int:
    """Print both; status 1 where one digest or distance differs."""
    parser = ArgumentParser()
    parser.add_argument("--documents", type=int, default=3_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    import tlsh as peer

    documents = list(_documents(asked.documents))
    tlsh.of_bytes(documents[0])
    began = time.perf_counter()
    ours = [_digest(one) for one in documents]
    middle = time.perf_counter()
    theirs = [peer.hash(one) for one in documents]
    ended = time.perf_counter()
    whole = [(mine, other) for mine, other in zip(ours, theirs, strict=True) if mine]
    apart = sum(
        tlsh.distance(tlsh.read(one), tlsh.read(next_)) != peer.diff(other, after)
        for (one, other), (next_, after) in itertools.pairwise(whole)
    )
    found = {
        "documents": asked.documents,
        "digests that differ": sum((mine or "TNULL") != other for mine, other in zip(ours, theirs, strict=True)),
        "distances that differ": apart,
        "megabytes a second": round(sum(map(len, documents)) / (middle - began) / 1e6, 1),
        "peer, megabytes a second": round(sum(map(len, documents)) / (ended - middle) / 1e6, 1),
    }
    found["ratio"] = round(found["megabytes a second"] / found["peer, megabytes a second"], 2)
    print(json.dumps(found, indent=1) if asked.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    return int(bool(found["digests that differ"] or apart))


def _digest(document: bytes) -> str:
    try:
        return str(tlsh.of_bytes(document))
    except Unreadable:
        return ""


def _documents(number: int) -> list[bytes]:
    """Words and noise from 50 bytes to 100 kilobytes."""
    draw = random.Random(3)
    words = [bytes(draw.randrange(97, 123) for _ in range(draw.randrange(2, 9))) for _ in range(400)]
    sizes = [int(10 ** draw.uniform(1.7, 5)) for _ in range(number)]
    return [
        draw.randbytes(size) if place % 3 == 0 else b" ".join(draw.choice(words) for _ in range(size // 5 + 10))
        for place, size in enumerate(sizes)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
