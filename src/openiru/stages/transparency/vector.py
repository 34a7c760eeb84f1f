"""The vector by platform, ground, leg and week: answered apart from acted, claimed beside verified, errors beside both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncWeek

from openiru.people.actor import Actor
from openiru.stages.cases.queries import visible
from openiru.stages.notices.models import Notice
from openiru.terms import ACTED, DECLINED, Outcome, Verified

_CLAIMED_ACTED = [outcome.value for outcome in ACTED]
_CLAIMED_NO = [outcome.value for outcome in DECLINED]
_VERIFIED = "case__account__conclusion__verified"

COUNTS: dict[str, Q] = {
    "sent": Q(),
    "answered": Q(answered_at__isnull=False),
    "acted": Q(claimed__in=_CLAIMED_ACTED),
    "declined": Q(claimed__in=_CLAIMED_NO),
    "silent": Q(answered_at=None) & ~Q(state__in=["paused", "withdrawn"]),
    "verified_gone": Q(**{_VERIFIED: Verified.GONE}),
    "still_live": Q(**{_VERIFIED: Verified.STILL_LIVE}),
    "wrong": Q(withdrawal__wrong=True),
    "withdrawn": Q(withdrawn_at__isnull=False),
    "reversed": Q(answers__outcome=Outcome.REVERSED) | Q(withdrawal__reinstated_at__isnull=False),
}
"""What is counted of the notices that went out. Whoever shows one of them shows the last three beside it."""

AXES = ("platform", "ground", "leg", "week")


@dataclass(frozen=True, slots=True)
class Cell:
    """One platform, ground, leg and week, with every count. A notice with items of two grounds stands in both."""

    platform: str
    ground: str
    leg: str
    week: date | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part is asked for; an empty word is everything. `by` are the axes that are kept apart, of `AXES`."""

    platform: str = ""
    ground: str = ""
    leg: str = ""
    by: tuple[str, ...] = AXES


EVERYTHING = Asked()


def sent_notices(actor: Actor, asked: Asked) -> QuerySet[Notice]:
    """The notices that went out, of the cases this person may see, in the part that is asked for."""
    actor.must("transparency.view")
    found = Notice.objects.filter(sent_at__isnull=False, case__in=visible(actor))
    if asked.platform:
        found = found.filter(platform=asked.platform)
    if asked.leg:
        found = found.filter(leg=asked.leg)
    if asked.ground:
        found = found.filter(decision__assessment__items__ground=asked.ground)
    return found.distinct() if asked.ground else found


def cells(actor: Actor, asked: Asked = EVERYTHING) -> list[Cell]:
    """Every cell that is not empty, in the order of the axes, the newest week first."""
    chosen = Notice.objects.filter(id__in=sent_notices(actor, asked).values("id"))
    columns: dict[str, Any] = {"week": TruncWeek("sent_at"), "ground": F("decision__assessment__items__ground")}
    kept = [axis for axis in AXES if axis in asked.by]
    rows: Iterable[dict[str, Any]] = (
        chosen.annotate(**{name: columns[name] for name in kept if name in columns})
        .values(*kept)
        .annotate(**{f"n_{name}": Count("id", distinct=True, filter=where) for name, where in COUNTS.items()})
        .order_by(*(f"-{axis}" if axis == "week" else axis for axis in kept))
    )
    if asked.ground and "ground" in kept:
        rows = [row for row in rows if row["ground"] == asked.ground]
    return [_cell(row) for row in rows]


def claimed_by_verified(actor: Actor, asked: Asked = EVERYTHING) -> dict[str, dict[str, int]]:
    """How often each claim met each thing we saw: `{claim or "": {verified or "unknown": notices}}`."""
    chosen = Notice.objects.filter(id__in=sent_notices(actor, asked).values("id"))
    table: dict[str, dict[str, int]] = {}
    for claim, seen, number in chosen.values_list("claimed", _VERIFIED).annotate(n=Count("id")).order_by("claimed"):
        row = table.setdefault(str(claim), {})
        row[str(seen or Verified.UNKNOWN)] = row.get(str(seen or Verified.UNKNOWN), 0) + number
    return table


def _cell(row: dict[str, Any]) -> Cell:
    week = row.get("week")
    return Cell(
        row.get("platform", ""),
        row.get("ground", "") or "",
        row.get("leg", ""),
        week.date() if isinstance(week, datetime) else week,
        {name: row[f"n_{name}"] for name in COUNTS},
    )
