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
    """Recompute all of it from the leaves; `vkey` checks the newest checkpoint, `pinned` says it came from elsewhere.

    The log may grow meanwhile: the checkpoint is read first, so the leaves read after it hold all that it signed.
    """
    problems: list[str] = []
    standing = queries.standing()
    signed = _opened(standing, vkey, problems)
    fits = signed is None or signed.size == 0
    frontier, erased = merkle.Frontier.empty(), 0
    found = Entry.objects.exclude(index=None).order_by("index")
    roots = dict(Checkpoint.objects.values_list("size", "root"))
    for entry in found.iterator(chunk_size=2_000):
        problems += _wrong(entry, frontier.size)
        erased += entry.record is None
        frontier = frontier.append(merkle.leaf_hash(bytes(entry.leaf)))
        if frontier.size in roots and bytes(roots[frontier.size]) != frontier.root():
            problems.append(f"checkpoint {frontier.size}: the leaves give another root")
        fits = fits or (signed is not None and signed.size == frontier.size and signed.root == frontier.root())
    if signed is not None and not fits:
        problems.append(f"checkpoint {signed.size}: signed another tree than the leaves give")
    if frontier.size and not Checkpoint.objects.filter(size=frontier.size).exists():
        none = "no checkpoint was signed yet"
        problems.append(none if standing.checkpoint is None else f"{none} of all {frontier.size} leaves in the tree")
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


def _opened(standing: queries.Standing, vkey: str, problems: list[str]) -> checkpoint.Checkpoint | None:
    """The newest checkpoint, if there is one and its signature holds; else what is wrong with it is added to the problems."""
    if standing.checkpoint is None:
        return None
    try:
        return checkpoint.open_signed(standing.checkpoint.note, vkey)
    except Refused as error:
        problems.append(f"checkpoint {standing.checkpoint.size}: {error}")
        return None
