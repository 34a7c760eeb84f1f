"""Verbs of taking in a file: open its batch, take its parts one by one, end it. Each is one transaction with one ledger entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.intake import storing
from openiru.stages.intake.formats.shapes import Parsed, Rejected, Row
from openiru.stages.intake.models import Batch, Report
from openiru.stages.intake.naming import Part, parts
from openiru.stages.intake.rules import until
from openiru.tlog import merkle

LEASE = timedelta(minutes=2)
"""Longer than a part ever takes; whoever loads renews it with each part, and a dead loader's batch is free after it."""

_UNFINISHED = (Batch.State.WAITING, Batch.State.LOADING)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to take in: its bytes' digest and size, how it is to be read, and how many records it has.

    `rows` is None for a kept file that nobody has read through yet.
    """

    name: str
    sha256: str
    rows: int | None
    agency_id: int
    reader: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """A batch and whether the very same bytes had been taken in before."""

    batch: Batch
    known: bool


@transaction.atomic
def load(parsed: Parsed, *, name: str, agency_id: int, actor: Actor, now: datetime) -> Loaded:
    """Take in a small file that was read whole, in one transaction. The same bytes again add nothing and give the first batch."""
    actor.must("intake.load", agency_id=agency_id)
    records: list[Row | Rejected] = sorted((*parsed.rows, *parsed.rejected), key=lambda record: record.line)
    batch, known = _open(Upload(name, parsed.sha256, len(records), agency_id, "parsed"), actor, now)
    if known:
        return Loaded(batch, known=True)
    for part in parts(records, key=settings.SEAL_KEY):
        _store(batch, part, now)
    _end(batch, now)
    ledger.append(actor.id, "intake.batch_loaded", f"batch:{batch.uuid}", now=now, facts=_facts(batch))
    return Loaded(batch, known=False)


@transaction.atomic
def open_batch(upload: Upload, *, actor: Actor, now: datetime) -> Loaded:
    """Begin to take in a large file; the same bytes again give the batch as it stands, to be gone on with if it is loading."""
    actor.must("intake.load", agency_id=upload.agency_id)
    batch, known = _open(upload, actor, now)
    if not known:
        facts = {"sha256": batch.sha256, "rows": upload.rows, "reader": batch.reader}
        ledger.append(actor.id, "intake.batch_opened", f"batch:{batch.uuid}", now=now, facts=facts)
    return Loaded(batch, known)


@transaction.atomic
def count_batch(batch_id: int, rows: int, *, actor: Actor, now: datetime) -> Batch:
    """Say how many records a kept file has that was read through whole: from now on its parts may be taken."""
    batch = _locked(batch_id, actor)
    if batch.state != Batch.State.WAITING:
        raise Refused("wrong_state", state=batch.state)
    batch.rows, batch.state = max(rows, batch.done), Batch.State.LOADING
    batch.save(update_fields=["rows", "state"])
    ledger.append(actor.id, "intake.batch_counted", f"batch:{batch.uuid}", now=now, facts={"rows": rows})
    return batch


@transaction.atomic
def lease(batch_id: int, *, actor: Actor, now: datetime) -> Batch:
    """Say that I go on with a batch now. Raises `held_by_other` while another loader does, `wrong_state` when it has ended."""
    batch = _locked(batch_id, actor)
    if batch.leased_until and batch.leased_until > now:
        raise Refused("held_by_other")
    batch.leased_until = now + LEASE
    batch.save(update_fields=["leased_until"])
    return batch


@transaction.atomic
def take_part(batch_id: int, part: Part, *, actor: Actor, now: datetime) -> Batch:
    """Store the next part. Raises `wrong_state` if it is not the next one: nothing is stored twice or left out."""
    batch = _locked(batch_id, actor)
    if part.start != batch.done or batch.state != Batch.State.LOADING:
        raise Refused("wrong_state", done=batch.done, start=part.start)
    stored = _store(batch, part, now)
    batch.leased_until = now + LEASE
    batch.save(update_fields=["leased_until"])
    facts = {
        "part": batch.parts,
        "rows": part.records,
        "new_accounts": stored.accounts,
        "reports": stored.reports,
        "rejected": part.refused,
        "rows_root": part.root.hex(),
    }
    ledger.append(actor.id, "intake.part_taken", f"batch:{batch.uuid}", now=now, facts=facts)
    return batch


@transaction.atomic
def end_batch(batch_id: int, *, actor: Actor, now: datetime) -> Batch:
    """Say that all records are stored; the entry commits to the Merkle root over the roots of its parts."""
    batch = _locked(batch_id, actor)
    if batch.done != batch.rows or batch.state != Batch.State.LOADING:
        raise Refused("wrong_state", done=batch.done, rows=batch.rows)
    _end(batch, now)
    ledger.append(actor.id, "intake.batch_loaded", f"batch:{batch.uuid}", now=now, facts=_facts(batch))
    return batch


@transaction.atomic
def fail_batch(batch_id: int, reason: str, *, actor: Actor, now: datetime) -> Batch:
    """Say that the rest of a file cannot be read any more; what was taken stays, and the batch is red."""
    batch = _locked(batch_id, actor)
    batch.state, batch.error, batch.leased_until, batch.ended_at = Batch.State.FAILED, reason[:300], None, now
    batch.save(update_fields=["state", "error", "leased_until", "ended_at"])
    facts = {"done": batch.done, "rows": batch.rows, "why": reason[:300]}
    ledger.append(actor.id, "intake.batch_failed", f"batch:{batch.uuid}", now=now, facts=facts)
    return batch


def _open(upload: Upload, actor: Actor, now: datetime) -> tuple[Batch, bool]:
    batch, made = Batch.objects.get_or_create(
        agency_id=upload.agency_id,
        sha256=upload.sha256,
        defaults={
            "name": upload.name[:200],
            "size": upload.size,
            "reader": upload.reader,
            "mapping": dict(upload.mapping),
            "rows": upload.rows or 0,
            "state": Batch.State.WAITING if upload.rows is None else Batch.State.LOADING,
            "is_kept": upload.is_kept,
            "at": now,
            "by_id": actor.user_id,
            "retain_until": until(now),
        },
    )
    if batch.state == Batch.State.FAILED:
        _reopen(batch, upload)
        made = True
    return batch, not made


def _reopen(batch: Batch, upload: Upload) -> None:
    """The same bytes once more after they failed, maybe to be read another way: what was stored before stays stored."""
    batch.reader, batch.mapping, batch.is_kept = upload.reader, dict(upload.mapping), upload.is_kept
    batch.rows = batch.done if upload.rows is None else max(upload.rows, batch.done)
    batch.state = Batch.State.WAITING if upload.rows is None else Batch.State.LOADING
    batch.error, batch.ended_at = "", None
    batch.save()


def _locked(batch_id: int, actor: Actor) -> Batch:
    batch = Batch.objects.select_for_update().filter(id=batch_id).first()
    if batch is None:
        raise Refused("not_found")
    actor.must("intake.load", agency_id=batch.agency_id)
    if batch.state not in _UNFINISHED:
        raise Refused("wrong_state", state=batch.state)
    return batch


def _store(batch: Batch, part: Part, now: datetime) -> storing.Stored:
    whose = storing.Whose(batch.id, batch.agency_id, batch.by_id, now, until(now))
    stored = storing.store(part, whose)
    edge = merkle.Frontier.load(batch.parts, bytes(batch.roots)) if batch.parts else merkle.Frontier.empty()
    batch.roots = edge.append(merkle.leaf_hash(part.root)).dump()
    batch.parts += 1
    batch.done += part.records
    batch.named += part.named
    batch.rejected += part.refused
    batch.new_accounts += stored.accounts
    batch.reports += stored.reports
    batch.save()
    return stored


def _end(batch: Batch, now: datetime) -> None:
    named = Report.objects.filter(batch=batch).values("account_id").distinct().count()
    batch.accounts = named
    batch.rows_root = merkle.Frontier.load(batch.parts, bytes(batch.roots)).root().hex()
    batch.state, batch.ended_at, batch.leased_until = Batch.State.LOADED, now, None
    batch.save()


def _facts(batch: Batch) -> dict[str, object]:
    return {
        "rows": batch.rows,
        "parts": batch.parts,
        "accounts": batch.accounts,
        "new_accounts": batch.new_accounts,
        "rejected": batch.rejected,
        "rows_root": batch.rows_root,
    }
