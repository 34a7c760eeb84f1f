"""Reads of the log for screens and exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from openiru.ledger.models import Checkpoint, Entry, Head, Heartbeat, Installation


@dataclass(frozen=True, slots=True)
class Standing:
    """How the log stands: leaves in the tree, leaves that wait, and the newest signed checkpoint."""

    size: int
    waiting: int
    oldest_waiting: datetime | None
    checkpoint: Checkpoint | None


def installation() -> Installation | None:
    """The one row that says what this installation is, or None before it was made."""
    return Installation.objects.filter(id=1).first()


def clock_offset() -> timedelta:
    """How far the installation's clock is ahead of the wall: zero unless it is an exercise."""
    offset = Installation.objects.filter(id=1).values_list("clock_offset", flat=True).first()
    return offset or timedelta(0)


def standing() -> Standing:
    """How the log stands now."""
    waiting = Entry.objects.filter(index=None).order_by("id")
    first = waiting.first()
    size = Head.objects.filter(id=1).values_list("size", flat=True).first() or 0
    return Standing(size, waiting.count(), first.at if first else None, Checkpoint.objects.order_by("-size").first())


def leaves(*, size: int | None = None) -> Iterator[bytes]:
    """The leaves of the tree in order, streamed; up to `size`, or all."""
    found = Entry.objects.exclude(index=None).order_by("index")
    if size is not None:
        found = found.filter(index__lt=size)
    for leaf in found.values_list("leaf", flat=True).iterator(chunk_size=5_000):
        yield bytes(leaf)


def about(subject: str) -> QuerySet[Entry]:
    """Everything that happened to one subject, oldest first."""
    return Entry.objects.filter(subject=subject).order_by("id")


def latest(limit: int = 100, *, event: str = "") -> QuerySet[Entry]:
    """The newest entries, of one event if it is named."""
    found = Entry.objects.order_by("-id")
    return (found.filter(event=event) if event else found)[:limit]


def silent_ticks(wall: datetime) -> list[Heartbeat]:
    """The worker's ticks that failed last, or that were not heard of for a minute beyond their time (wall clock)."""
    late = [
        beat
        for beat in Heartbeat.objects.order_by("name")
        if beat.good_at is None or wall - beat.good_at > timedelta(seconds=beat.every_seconds + 60)
    ]
    failed = Heartbeat.objects.filter(bad_at__isnull=False, bad_at__gt=F("good_at")).order_by("name")
    return list({beat.name: beat for beat in (*late, *failed)}.values())
