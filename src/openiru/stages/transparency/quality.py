"""Our own quality beside the platforms': what they refused as badly made, asked back, had twice; and what would raise a rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, CharField, Count, F, Func, Q

from openiru.people.actor import Actor
from openiru.stages.notices.models import Notice
from openiru.stages.transparency.vector import EVERYTHING, Asked, sent_notices
from openiru.terms import ACTED, Outcome

_ANSWER = "answers__outcome"
QUALITY: dict[str, Q] = {
    "sent": Q(),
    "declined_invalid": Q(**{_ANSWER: Outcome.DECLINED_INVALID}),
    "declined_no_violation": Q(**{_ANSWER: Outcome.DECLINED_NO_VIOLATION}),
    "clarification_asked": Q(**{_ANSWER: Outcome.CLARIFICATION_ASKED}),
    "duplicate": Q(**{_ANSWER: Outcome.DUPLICATE}),
    "already_gone": Q(**{_ANSWER: Outcome.ALREADY_GONE}),
    "corrected": Q(corrections__isnull=False),
    "appealed": Q(appeals__isnull=False),
    "upheld": Q(appeals__state="upheld"),
    "wrong": Q(withdrawal__wrong=True),
    "withdrawn": Q(withdrawn_at__isnull=False),
    "reversed": Q(**{_ANSWER: Outcome.REVERSED}) | Q(withdrawal__reinstated_at__isnull=False),
}
"""Of the notices that went out, how many ever had this. `declined_invalid` is the platform's word that our request was badly made."""


@dataclass(frozen=True, slots=True)
class Made:
    """How well our notices to one platform were made; `completeness` is the mean score in percent when they were composed."""

    platform: str
    completeness: float | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Lack:
    """So many notices to a platform that were not acted on lacked one thing; `code` is the gap's."""

    platform: str
    code: str
    notices: int
    of: int


def quality(actor: Actor, asked: Asked = EVERYTHING) -> list[Made]:
    """One row for each platform that was sent something."""
    chosen = Notice.objects.filter(id__in=sent_notices(actor, asked).values("id"))
    counted = {f"n_{name}": Count("id", distinct=True, filter=where) for name, where in QUALITY.items()}
    scores = dict(chosen.values_list("platform").annotate(Avg("completeness")).order_by())
    rows: list[dict[str, Any]] = list(chosen.values("platform").annotate(**counted).order_by("platform"))  # type: ignore[arg-type]
    return [
        Made(row["platform"], scores.get(row["platform"]), {name: row[f"n_{name}"] for name in QUALITY}) for row in rows
    ]


def lacking(actor: Actor, asked: Asked = EVERYTHING) -> list[Lack]:
    """What notices that were not acted on lacked when they were composed, the most frequent first."""
    acted = [outcome.value for outcome in ACTED]
    sent = Notice.objects.filter(id__in=sent_notices(actor, asked).values("id"), withdrawn_at=None)
    open_ = sent.exclude(claimed__in=acted)
    of = dict(open_.values_list("platform").annotate(Count("id")).order_by())
    each = open_.annotate(gap=Func(F("gaps"), function="unnest", output_field=CharField()))
    rows = each.values_list("platform", "gap").annotate(n=Count("id", distinct=True)).order_by("-n", "platform", "gap")
    return [Lack(platform, gap, number, of[platform]) for platform, gap, number in rows]
