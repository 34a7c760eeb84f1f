"""The compliance vector: per platform and in all, claimed beside verified, with reach, times, and what was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, FloatField, Min, QuerySet, Sum

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.stages.cases.models import Case
from openiru.stages.cases.queries import visible
from openiru.stages.notices.models import Notice
from openiru.stages.transparency.figures import FIGURES, REMAINING, narrow
from openiru.terms import ACTED, Platform, Verified


@dataclass(frozen=True, slots=True)
class Reach:
    """Followers as last observed: their sum, how many accounts it is over, how many are unknown, the oldest date in it."""

    followers: int
    known: int
    unknown: int
    oldest: datetime | None


NOBODY = Reach(0, 0, 0, None)


@dataclass(frozen=True, slots=True)
class Row:
    """One platform (or all of them): every figure, the reach of what was sent and of what is gone, times to action in hours."""

    platform: str
    figures: dict[str, int]
    reach_sent: Reach
    reach_gone: Reach
    median_hours: float | None
    ninetieth_hours: float | None


def compliance(actor: Actor, *, now: datetime) -> list[Row]:
    """The vector for every platform that has cases, and the last row for all; never one percentage."""
    actor.must("transparency.view")
    cases = visible(actor)
    counted = {name: Count("id", filter=figure.where(now)) for name, figure in FIGURES.items()}
    found: list[dict[str, Any]] = list(cases.values("account__platform").annotate(**counted))  # type: ignore[arg-type]
    figures = {row.pop("account__platform"): row for row in found}
    figures[""] = {name: sum(row[name] for row in figures.values()) for name in FIGURES}
    sent = narrow(cases, "sent", now)
    reached, gone = _reach(sent), _reach(sent.filter(account__conclusion__verified=Verified.GONE))
    hours = _times(cases)
    names = [platform.value for platform in Platform if platform in figures]
    return [
        Row(name, figures[name], reached.get(name, NOBODY), gone.get(name, NOBODY), *hours.get(name, (None, None)))
        for name in (*names, "")
    ]


def remaining(actor: Actor, *, now: datetime) -> dict[str, dict[str, int]]:
    """Per platform, why accounts that were referred are still there; each under one reason, "" is the sum over all."""
    actor.must("transparency.view")
    counted = {name: Count("id", filter=figure.where(now)) for name, figure in REMAINING.items()}
    found = visible(actor).values("account__platform").annotate(**counted)
    rows: dict[str, dict[str, int]] = {}
    for row in found:
        plain: dict[str, Any] = dict(row)
        rows[plain["account__platform"]] = {name: plain[name] for name in REMAINING}
    return rows | {"": {name: sum(row[name] for row in rows.values()) for name in REMAINING}}


def cases_of(actor: Actor, figure: str, *, platform: str, now: datetime) -> QuerySet[Case]:
    """Exactly the cases a figure counts, for its list; raises `not_found` for a figure that does not exist."""
    actor.must("transparency.view")
    if figure not in FIGURES and figure not in REMAINING:
        raise Refused("not_found")
    cases = visible(actor).select_related("account__conclusion", "agency")
    if platform:
        cases = cases.filter(account__platform=platform)
    return narrow(cases, figure, now).order_by("account__platform", "id")


def _reach(cases: QuerySet[Case]) -> dict[str, Reach]:
    """The reach of these cases by platform, and under "" of all."""
    found = cases.values_list("account__platform").annotate(
        Sum("account__followers"), Count("account__followers"), Count("id"), Min("account__followers_at")
    )
    rows = {
        platform: Reach(followers or 0, known, every - known, oldest)
        for platform, followers, known, every, oldest in found.order_by()
    }
    days = [row.oldest for row in rows.values() if row.oldest]
    rows[""] = Reach(
        sum(row.followers for row in rows.values()),
        sum(row.known for row in rows.values()),
        sum(row.unknown for row in rows.values()),
        min(days, default=None),
    )
    return rows


class _Percentile(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM %(expressions)s))"
    output_field = FloatField()


def _times(cases: QuerySet[Case]) -> dict[str, tuple[float | None, float | None]]:
    """Median and 90th percentile of the hours from sending to the platform's word that it acted; under "" of all."""
    acted = Notice.objects.filter(
        case__in=cases, claimed__in=[outcome.value for outcome in ACTED], answered_at__isnull=False
    )
    taken = ExpressionWrapper(F("answered_at") - F("sent_at"), output_field=DurationField())
    asked = {"median": _Percentile(taken, fraction=0.5), "ninetieth": _Percentile(taken, fraction=0.9)}
    found: list[dict[str, Any]] = list(acted.values("platform").annotate(**asked).order_by())  # type: ignore[arg-type]
    rows = {row["platform"]: (_hours(row["median"]), _hours(row["ninetieth"])) for row in found}
    every = acted.aggregate(**asked)
    return rows | {"": (_hours(every["median"]), _hours(every["ninetieth"]))}


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / timedelta(hours=1).total_seconds()
