"""Check the log in the database against itself: every leaf, the tree, the signed checkpoint, the private records."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from openiru.errors import Refused
from openiru.ledger import queries
from openiru.ledger.models import Checkpoint, Entry
from openiru.tlog import checkpoint, merkle
from openiru.tlog.canonical import canonical_json


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found; `problems` is empty when the log is whole, `waiting` counts leaves not in the tree yet."""

    size: int
    root: str
    waiting: int
    erased: int
    authenticated: bool
    problems: tuple[str, ...] = field(default_factory=tuple)


def verify(*, vkey: str, pinned: bool) -> Report:
    """Recompute all of it from the leaves; `vkey` checks the newest checkpoint, `pinned` says it came from elsewhere."""
    problems: list[str] = []
    frontier, erased = merkle.Frontier.empty(), 0
    found = Entry.objects.exclude(index=None).order_by("index")
    roots = dict(Checkpoint.objects.values_list("size", "root"))
    for entry in found.iterator(chunk_size=2_000):
        problems += _wrong(entry, frontier.size)
        erased += entry.record is None
        frontier = frontier.append(merkle.leaf_hash(bytes(entry.leaf)))
        if frontier.size in roots and bytes(roots[frontier.size]) != frontier.root():
            problems.append(f"checkpoint {frontier.size}: the leaves give another root")
    standing = queries.standing()
    problems += _signature(standing, frontier, vkey)
    return Report(
        frontier.size, frontier.root().hex(), standing.waiting, erased, pinned and not problems, tuple(problems)
    )


def _wrong(entry: Entry, position: int) -> list[str]:
    leaf, problems = bytes(entry.leaf), []
    if entry.index != position:
        problems.append(f"entry {entry.index}: stands at position {position}")
    if merkle.leaf_hash(leaf) != bytes(entry.leaf_hash):
        problems.append(f"entry {entry.index}: its hash does not fit its leaf")
    if entry.record is not None and entry.salt is not None:
        commitment = hashlib.sha256(bytes(entry.salt) + canonical_json(entry.record)).hexdigest()
        if commitment.encode() not in leaf:
            problems.append(f"entry {entry.index}: the private record does not fit its commitment")
    return problems


def _signature(standing: queries.Standing, frontier: merkle.Frontier, vkey: str) -> list[str]:
    if standing.checkpoint is None:
        return ["no checkpoint was signed yet"] if frontier.size else []
    try:
        signed = checkpoint.open_signed(standing.checkpoint.note, vkey)
    except Refused as error:
        return [f"checkpoint {standing.checkpoint.size}: {error}"]
    fits = signed.size == frontier.size and signed.root == frontier.root()
    return [] if fits else [f"checkpoint {signed.size}: signed another tree than the leaves give"]
