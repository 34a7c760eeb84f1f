"""Takes a large file in: reads it through once, then names its rows in a process of their own and stores part after part."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings

from openiru.errors import Refused, Unreadable
from openiru.people.actor import Actor
from openiru.stages.intake import keeping, loading
from openiru.stages.intake.formats import READERS, digest_of, in_file
from openiru.stages.intake.models import Batch
from openiru.stages.intake.producing import Source, missing, opened

Clock = Callable[[], datetime]


def check(source: Source, agency_id: int) -> loading.Upload:
    """Read a file through without taking anything in: its digest and how many records it has.

    Raises `Unreadable` with the place for a file that is broken anywhere, so that nothing of it is taken in.
    """
    with source.open() as stream:
        digest = digest_of(stream)
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        try:
            count = sum(1 for _ in READERS[source.reader].read(cast(BinaryIO, stream), source.mapping))
        except Unreadable as error:
            raise in_file(error, source.name) from error
    return loading.Upload(source.name, digest, count, agency_id, source.reader, source.mapping or {}, size)


def take(batch: Batch, source: Source, *, actor: Actor, clock: Clock, tell: Callable[[Batch], object]) -> Batch:
    """Take in what is missing of a batch, part by part; `tell` is called after each. A kill costs the part at work.

    Raises `held_by_other` while another process takes it in.
    """
    batch = loading.lease(batch.id, actor=actor, now=clock())
    try:
        with closing(missing(source, done=batch.done, rows=batch.rows, key=settings.SEAL_KEY)) as coming:
            for part in coming:
                batch = loading.take_part(batch.id, part, actor=actor, now=clock())
                tell(batch)
        return loading.end_batch(batch.id, actor=actor, now=clock())
    except Unreadable as error:
        return loading.fail_batch(batch.id, _words(error), actor=actor, now=clock())


def take_waiting(*, actor: Actor, clock: Clock) -> list[Batch]:
    """Take in every kept file that waits or whose loader died; returns those that ended, well or not."""
    unfinished = Batch.objects.filter(state__in=(Batch.State.WAITING, Batch.State.LOADING), is_kept=True)
    ended = []
    for batch in unfinished.exclude(leased_until__gt=clock()).order_by("id"):
        with suppress(Refused):
            ended.append(_take_kept(batch, actor=actor, clock=clock))
            keeping.forget(batch.sha256)
    return ended


def _take_kept(batch: Batch, *, actor: Actor, clock: Clock) -> Batch:
    source = of_kept(batch)
    try:
        if batch.state == Batch.State.WAITING:
            rows = check(source, batch.agency_id).rows
            batch = loading.count_batch(batch.id, rows or 0, actor=actor, now=clock())
        return take(batch, source, actor=actor, clock=clock, tell=lambda _: None)
    except Unreadable as error:
        return loading.fail_batch(batch.id, _words(error), actor=actor, now=clock())
    except FileNotFoundError:
        return loading.fail_batch(batch.id, "file_gone", actor=actor, now=clock())


def _words(error: Unreadable) -> str:
    return f"{error.where}: {error.reason}" if error.where else error.reason


def of_path(path: Path, reader: str, mapping: Mapping[str, str] | None = None) -> Source:
    """A file of this machine."""
    return Source(path.name, partial(opened, path), reader, mapping)


def of_kept(batch: Batch) -> Source:
    """The kept file of a batch that waits."""
    return Source(batch.name, partial(keeping.kept, batch.sha256), batch.reader, batch.mapping)
