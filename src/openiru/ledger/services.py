"""The ledger's verbs: append a leaf in the caller's transaction, let one sequencer put leaves into the tree, install, erase."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction

from openiru.errors import Refused
from openiru.ledger.events import EVENTS
from openiru.ledger.models import Checkpoint, Entry, Head, Installation
from openiru.ledger.signing import Signer
from openiru.terms import Mode
from openiru.tlog import checkpoint, merkle
from openiru.tlog.canonical import canonical_json

BATCH = 5_000
_SEQUENCER = 0x4F49_5255


def append(actor_id: str, event: str, subject: str, *, now: datetime, facts: Mapping[str, object]) -> Entry:
    """Write one leaf in the caller's transaction; it fails outside of one. `facts` stay private behind a salted commitment.

    Source of the leaf's form: docs/architecture.md, "The ledger". Raises KeyError for an event that is not registered.
    """
    entry = _entry(actor_id, event, subject, now, facts)
    entry.save(force_insert=True)
    return entry


def append_many(
    actor_id: str, event: str, many: Iterable[tuple[str, Mapping[str, object]]], *, now: datetime
) -> list[Entry]:
    """Write one leaf for each of many changes that one transaction makes: `many` are pairs of subject and facts."""
    return Entry.objects.bulk_create(_entry(actor_id, event, subject, now, facts) for subject, facts in many)


def _entry(actor_id: str, event: str, subject: str, now: datetime, facts: Mapping[str, object]) -> Entry:
    if not connection.in_atomic_block:
        raise RuntimeError("a ledger entry belongs into the transaction of the change it records")
    EVENTS[event]
    record = {"actor": actor_id, "facts": dict(facts)}
    salt = secrets.token_bytes(16)
    commitment = hashlib.sha256(salt + canonical_json(record)).hexdigest()
    leaf = canonical_json(
        {"v": 1, "at": now.isoformat(timespec="seconds"), "event": event, "subject": subject, "commitment": commitment}
    )
    return Entry(
        at=now, event=event, subject=subject, record=record, salt=salt, leaf=leaf, leaf_hash=merkle.leaf_hash(leaf)
    )


def batch_root(rows: Iterable[Mapping[str, object]]) -> tuple[str, int]:
    """Return the Merkle root (hex) and the count of a batch's rows: one entry then stands for all of them."""
    frontier = merkle.Frontier.empty()
    for row in rows:
        frontier = frontier.append(merkle.leaf_hash(canonical_json(dict(row))))
    return frontier.root().hex(), frontier.size


@transaction.atomic
def sequence(*, now: datetime, signer: Signer) -> int:
    """Put waiting leaves into the tree and sign a checkpoint; return how many. One sequencer at a time, others return 0."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_SEQUENCER])
        if not cursor.fetchone()[0]:
            return 0
    waiting = list(Entry.objects.filter(index=None).order_by("id").only("id", "leaf_hash")[:BATCH])
    if not waiting:
        return 0
    head, _ = Head.objects.get_or_create(id=1)
    frontier = merkle.Frontier.load(head.size, bytes(head.frontier)) if head.size else merkle.Frontier.empty()
    for entry in waiting:
        entry.index = frontier.size
        frontier = frontier.append(bytes(entry.leaf_hash))
    Entry.objects.bulk_update(waiting, ["index"], batch_size=1000)
    Head.objects.filter(id=1).update(size=frontier.size, frontier=frontier.dump())
    note = checkpoint.sign(
        checkpoint.Checkpoint(signer.origin, frontier.size, frontier.root()), signer.key, signer.name
    )
    Checkpoint.objects.create(size=frontier.size, root=frontier.root(), note=note, at=now)
    return len(waiting)


@transaction.atomic
def install(*, mode: Mode, name: str, now: datetime) -> Installation:
    """Make this installation what it will be for ever; asking again for the same is fine, for the other is refused."""
    found = Installation.objects.filter(id=1).first()
    if found:
        if found.mode != mode:
            raise Refused("installation_is_for_ever", mode=found.mode)
        return found
    offset = timedelta(0) if mode is Mode.EXERCISE else None
    made = Installation.objects.create(
        id=1, mode=mode, name=name, origin=f"openiru/{secrets.token_hex(6)}", created_at=now, clock_offset=offset
    )
    append("system", "installation.created", "installation", now=now, facts={"mode": mode.value, "name": name})
    return made


@transaction.atomic
def set_clock(*, offset: timedelta, speed: float = 1.0) -> None:
    """Move an exercise's clock ahead, never back; a live installation has no clock of its own."""
    row = Installation.objects.select_for_update().get(id=1)
    if row.mode != Mode.EXERCISE or row.clock_offset is None:
        raise Refused("live_has_no_clock")
    if offset < row.clock_offset:
        raise Refused("clock_never_goes_back")
    Installation.objects.filter(id=1).update(clock_offset=offset, clock_speed=speed)


@transaction.atomic
def erase(entry_ids: Iterable[int]) -> int:
    """Forget the private records and salts of entries; the tree stays verifiable, the commitments say nothing any more."""
    return Entry.objects.filter(id__in=list(entry_ids)).update(record=None, salt=None)
