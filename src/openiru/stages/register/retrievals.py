"""The verbs of fetching: what a publisher's server said last, what failed, and a file that could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.register.fetching import Marks
from openiru.stages.register.keeping import Kept
from openiru.stages.register.models import PublishedFile, PublishedList, Retrieval, Snapshot


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a publisher sent: its one hash, and its files as they were kept."""

    sha256: str
    files: tuple[Kept, ...]


def marks_of(published_list: PublishedList) -> dict[str, Marks]:
    """What the server said last of each file, by address; nothing of what failed since."""
    return {one.address: Marks(one.etag, one.last_modified) for one in published_list.retrievals.all()}


@transaction.atomic
def note(published_list: PublishedList, marks: Mapping[str, Marks], *, actor: Actor, now: datetime) -> None:
    """Remember what the server said of each file, once what it sent is stored; what failed before is over."""
    actor.must("register.load")
    published_list.retrievals.exclude(address__in=marks).delete()
    for address, one in marks.items():
        Retrieval.objects.update_or_create(
            published_list=published_list,
            address=address,
            defaults={"etag": one.etag, "last_modified": one.last_modified, "asked_at": now, "failure": ""},
        )


@transaction.atomic
def note_failure(published_list: PublishedList, address: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Remember that a file could not be fetched, so that it stays in sight until it can."""
    actor.must("register.load")
    Retrieval.objects.update_or_create(
        published_list=published_list,
        address=address,
        defaults={"etag": "", "last_modified": "", "asked_at": now, "failure": why[:300]},
    )


def note_files(snapshot: Snapshot, kept: Iterable[Kept]) -> None:
    """Say which files a version is; once only. Runs inside the caller's transaction."""
    rows = [PublishedFile(snapshot=snapshot, name=one.name[:200], sha256=one.sha256, size=one.size) for one in kept]
    PublishedFile.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def set_aside(published_list: PublishedList, arrived: Arrived, why: str, *, actor: Actor, now: datetime) -> Snapshot:
    """Quarantine what a publisher sent and nobody can read; the version in force stays. The same bytes count once."""
    actor.must("register.load")
    PublishedList.objects.select_for_update().get(id=published_list.id)
    known = published_list.snapshots.filter(sha256=arrived.sha256).first()
    if known:
        return known
    made = Snapshot.objects.create(
        published_list=published_list,
        sha256=arrived.sha256,
        retrieved_at=now,
        origin=published_list.address[:300],
        loaded_by_hand=False,
        state=Snapshot.State.QUARANTINED,
        entries=0,
        organisations=0,
        individuals=0,
        quarantine_reason=f"unreadable: {why}"[:300],
    )
    note_files(made, arrived.files)
    facts = {"list": published_list.slug, "sha256": arrived.sha256, "reason": made.quarantine_reason}
    ledger.append(actor.id, "register.snapshot_quarantined", f"snapshot:{made.id}", now=now, facts=facts)
    return made
