"""Reads of quality: what waits to be read blindly, agreement by language, platform, organisation and person, golden cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.stages.cases.models import Assessment, BlindReview, GoldenCase
from openiru.stages.cases.quality import rules
from openiru.stages.cases.quality.rules import Agreement, Drift

LATE = timedelta(days=30)
BY: dict[str, Callable[[BlindReview], str]] = {
    "language": lambda one: one.language,
    "platform": lambda one: one.platform,
    "organisation": lambda one: one.organisation,
}
MOST = 20_000
"""Readings that figures are made of, the newest first."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Agreement of blind second readings as a whole and by what; drift over the last month; the golden set. No person is in it."""

    whole: Agreement
    by: dict[str, list[tuple[str, Agreement]]]
    drift: Drift
    golden: Agreement
    golden_right: rules.Rate


def had_part(case_id: int, person: int) -> bool:
    """Whether this person assessed, decided on, or gave an opinion on a case."""
    part = Q(author_id=person) | Q(decision__decided_by_id=person) | Q(opinion__author_id=person)
    return Assessment.objects.filter(part, case_id=case_id).exists()


def waiting(actor: Actor) -> QuerySet[BlindReview]:
    """Decisions that chance chose and that this person may read blindly: nothing of it is theirs."""
    actor.must("quality.read")
    mine = Assessment.objects.filter(
        Q(author_id=actor.user_id) | Q(decision__decided_by_id=actor.user_id) | Q(opinion__author_id=actor.user_id)
    )
    found = BlindReview.objects.filter(answered_at=None, case__agency_id__in=actor.sees)
    found = found.filter(Q(reader=None) | Q(reader_id=actor.user_id)).exclude(first_by_id=actor.user_id)
    return found.exclude(case__in=mine.values("case")).select_related("case__account").order_by("asked_at", "id")


def one(blind_id: int, actor: Actor) -> BlindReview:
    """A reading that waits for this person; raises `not_found` for any other, so that an address tells nothing."""
    found = waiting(actor).filter(id=blind_id).first()
    if found is None:
        raise Refused("not_found")
    return found


def golden_cases(actor: Actor) -> QuerySet[GoldenCase]:
    """The golden cases of the agencies that this person may see; the answers are for who keeps them."""
    actor.must("quality.golden")
    found = GoldenCase.objects.filter(case__agency_id__in=actor.sees)
    return found.select_related("case__account", "proposed_by", "confirmed_by").order_by("-id")


def golden_to_read(actor: Actor) -> QuerySet[GoldenCase]:
    """The golden cases that this person has not read and had no part in."""
    actor.must("quality.read")
    found = GoldenCase.objects.filter(case__agency_id__in=actor.sees).exclude(confirmed_at=None)
    found = found.exclude(Q(proposed_by_id=actor.user_id) | Q(confirmed_by_id=actor.user_id))
    return found.exclude(readings__reader_id=actor.user_id, readings__answered_at__isnull=False).order_by("id")


def figures(actor: Actor, *, now: datetime) -> Figures:
    """How far second readings agree with decisions, without anybody's name."""
    actor.must("quality.view")
    rows = list(_answered(actor).order_by("-answered_at")[:MOST])
    sampled = [one for one in rows if one.golden_id is None]
    golden: dict[int, list[str]] = defaultdict(list)
    for one in rows:
        if one.golden_id is not None:
            golden[one.golden_id].append(one.answer)
    late = [one.answer == one.first for one in sampled if one.answered_at and one.answered_at > now - LATE]
    before = [one.answer == one.first for one in sampled if one.answered_at and one.answered_at <= now - LATE]
    right = [one for one in rows if one.golden_id is not None]
    return Figures(
        whole=_agreement(sampled),
        by={name: _grouped(sampled, of) for name, of in BY.items()},
        drift=rules.drift(before, late),
        golden=rules.fleiss(list(golden.values())),
        golden_right=rules.rate(sum(one.answer == one.first for one in right), len(right)),
    )


def of_person(user_id: int, actor: Actor, *, now: datetime) -> tuple[Agreement, Drift]:
    """How far second readings agree with one person's decisions: for that person and a supervisor only; never a rank, never a target."""
    if user_id != actor.user_id:
        actor.must("quality.view_person")
    rows = list(_answered(actor).filter(first_by_id=user_id).order_by("-answered_at")[:MOST])
    late = [one.answer == one.first for one in rows if one.answered_at and one.answered_at > now - LATE]
    before = [one.answer == one.first for one in rows if one.answered_at and one.answered_at <= now - LATE]
    return _agreement(rows), rules.drift(before, late)


def disagreements(actor: Actor) -> QuerySet[BlindReview]:
    """Decisions that a second reader saw otherwise, the newest first: to talk about, and labels for detection."""
    actor.must("quality.view")
    return _answered(actor).exclude(answer=F("first")).select_related("case__account").order_by("-answered_at")


def _answered(actor: Actor) -> QuerySet[BlindReview]:
    return BlindReview.objects.exclude(answered_at=None).filter(case__agency_id__in=actor.sees)


def _agreement(rows: list[BlindReview]) -> Agreement:
    return rules.cohen([(one.first, one.answer) for one in rows])


def _grouped(rows: list[BlindReview], of: Callable[[BlindReview], str]) -> list[tuple[str, Agreement]]:
    groups: dict[str, list[BlindReview]] = defaultdict(list)
    for one in rows:
        groups[of(one)].append(one)
    return sorted(((name, _agreement(group)) for name, group in groups.items()), key=lambda pair: pair[0])
