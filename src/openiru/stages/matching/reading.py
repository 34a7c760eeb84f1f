"""The rows that a detector reads, and what is kept of what it found. Called by services, inside their transactions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet

from openiru.detect.columns import Suggested
from openiru.detect.negatives import folded
from openiru.detect.text.detector import LABEL
from openiru.stages.intake.models import Item, Report
from openiru.stages.matching.detectors import BANK, negatives
from openiru.stages.matching.models import BankEntry, Match, Progress

PART = 5_000
"""Rows read at a time."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one source after the row `after`, as plain values in the order of their ids; `last`: none come after them."""

    progress_id: int
    source: Progress.Source
    version: str
    after: int
    ids: tuple[int, ...]
    rows: tuple[dict[str, object], ...]
    last: bool


def read(progress: Progress, size: int) -> Part:
    """The rows that come next. Waits for writers at work: a number given to a row that is not there yet would be passed over."""
    source = Progress.Source(progress.source)
    upto = _settled(source, progress.upto)
    found = _rows(source, progress.upto, upto, size) if upto > progress.upto else []
    ids = tuple(number for number, _ in found)
    last = not ids or ids[-1] == upto
    return Part(progress.id, source, progress.version, progress.upto, ids, tuple(row for _, row in found), last)


def _settled(source: Progress.Source, after: int) -> int:
    """The highest number below which no row can appear any more."""
    table = Item if source is Progress.Source.ITEM else Report
    newest = table._default_manager.aggregate(newest=Max("id"))["newest"] or 0
    if newest > after:
        with connection.cursor() as cursor:
            cursor.execute(f"lock table {table._meta.db_table} in share mode")  # a name of ours
    return int(newest)


def _rows(source: Progress.Source, after: int, upto: int, size: int) -> list[tuple[int, dict[str, object]]]:
    if source is Progress.Source.ITEM:
        items = Item.objects.filter(id__gt=after, id__lte=upto).order_by("id").values_list("id", "text")
        return [(number, {"text": text}) for number, text in items[:size]]
    reports = Report.objects.filter(id__gt=after, id__lte=upto).order_by("id")
    values = reports.values_list("id", "name", "account__handle", "hashes")
    return [
        (number, {"text": "", "name": name, "handle": handle, "hashes": [f"{kind}:{value}" for kind, value in hashes]})
        for number, name, handle, hashes in values[:size]
    ]


def store(part: Part, found: Suggested, now: datetime) -> int:
    """Keep suggestions, those set aside too; one that is known already takes the new version's words. How many."""
    rows = [*found.matches.to_pylist(), *found.set_aside.to_pylist()]
    entries = BankEntry.objects.in_bulk(
        [int(one["subject"][len(BANK) :]) for one in rows if one["subject"].startswith(BANK)]
    )
    made = {key: match for match in (_match(part, one, entries, now) for one in rows) for key in (_key(match),)}
    still = negatives()
    for match in made.values():
        match.aside = match.aside or (still.reason(match.found, str(match.organisation_id), match.detector) or "")[:300]
    fields = ["version", "score", "found", "sentence", "aside", "current", "bank_entry"]
    unique = ["report", "item", "detector", "field", "organisation", "start", "end", "known"]
    Match.objects.bulk_create(made.values(), update_conflicts=True, update_fields=fields, unique_fields=unique)
    return len(made)


def _key(match: Match) -> tuple[object, ...]:
    return (
        match.report_id,
        match.item_id,
        match.detector,
        match.field,
        match.organisation_id,
        match.start,
        match.end,
        match.known,
    )


def _match(part: Part, one: dict[str, Any], entries: dict[int, BankEntry], now: datetime) -> Match:
    row, subject = part.ids[one["row"]], str(one["subject"])
    entry = entries[int(subject[len(BANK) :])] if subject.startswith(BANK) else None
    organisation = entry.organisation_id if entry else None if subject.startswith(LABEL) else int(subject)
    whose = {"report_id": row} if part.source is Progress.Source.REPORT else {"item_id": row}
    return Match(
        **whose,
        organisation_id=organisation,
        bank_entry=entry,
        detector=str(one["detector"]),
        field=str(one["field"]),
        version=part.version,
        score=one["score"],
        found=str(one["found"])[:1000],
        known=str(one["known"])[:500],
        start=one["start"],
        end=one["end"],
        sentence=str(one["sentence"]),
        aside=str(one.get("suppressed_by") or "")[:300],
        at=now,
    )


def outdate(progress: Progress) -> int:
    """What the newest version did not find again is no longer current; it stays, with what was said of it."""
    whose = {f"{progress.source}__isnull": False}
    older = Match.objects.filter(detector=progress.detector, current=True, **whose).exclude(version=progress.version)
    return older.update(current=False)


def set_aside(entry: BankEntry, detector: str) -> int:
    """Set aside what was found before and is covered by an entry that suppresses."""
    covered = [match.id for match in _like(entry, detector).filter(aside="") if _covers(entry, match)]
    return Match.objects.filter(id__in=covered).update(aside=entry.source[:300])


def count_again(entry: BankEntry, detector: str) -> int:
    """Count what an entry set aside, unless another one still covers it."""
    same = {"kind": entry.kind, "value": entry.value, "bearing": entry.bearing, "ended_at": None}
    if BankEntry.objects.filter(**same, organisation=entry.organisation_id).exclude(confirmed_at=None).exists():
        return 0
    held = [match for match in _like(entry, detector).exclude(aside="") if _covers(entry, match)]
    still = negatives()
    again = [
        match.id for match in held if still.reason(match.found, str(match.organisation_id), match.detector) is None
    ]
    return Match.objects.filter(id__in=again).update(aside="")


def _covers(entry: BankEntry, match: Match) -> bool:
    value, found = folded(entry.value), folded(match.found)
    return value in found if entry.kind == BankEntry.Kind.PASSAGE else value == found


def _like(entry: BankEntry, detector: str) -> QuerySet[Match]:
    found = Match.objects.filter(detector=detector)
    return found.filter(organisation=entry.organisation_id) if entry.organisation_id else found
