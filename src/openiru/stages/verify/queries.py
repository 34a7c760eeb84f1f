"""Reads of verify: what was seen of an account, what we may say of it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS
from openiru.stages.notices.models import Notice
from openiru.stages.verify.comparing import Claim, claim_of
from openiru.stages.verify.items import PLATFORMS_WITH_A_WAY
from openiru.stages.verify.models import Canary, CanaryLook, Conclusion, Lookup, Observation
from openiru.stages.verify.services import MANUAL
from openiru.terms import Outcome, Presence, Verified


def observations_of(account_id: int) -> QuerySet[Observation]:
    """Every look at an account, newest first."""
    return Observation.objects.filter(account_id=account_id).order_by("-at", "-id")


def followers_of(account_id: int, limit: int = 50) -> QuerySet[Observation]:
    """The looks at an account that saw a number of followers, the newest first."""
    return Observation.objects.filter(account_id=account_id, followers__isnull=False).order_by("-at", "-id")[:limit]


def conclusion_of(account_id: int) -> Conclusion | None:
    """What we may say of an account now."""
    return Conclusion.objects.filter(account_id=account_id).select_related("observation").first()


def due(now: datetime) -> QuerySet[Lookup]:
    """Looks that are due and not made."""
    return Lookup.objects.filter(done_at=None, due_at__lte=now)


def by_hand(actor: Actor, *, now: datetime) -> QuerySet[Lookup]:
    """Looks that are due and that only a person may make, of the cases this person may see."""
    actor.must("verify.look")
    only_people = Q(account__platform__in=MANUAL) | ~Q(account__phone_hash="")
    ours = Q(account__cases__agency__in=actor.sees)
    return (
        due(now)
        .filter(only_people, ours, item=None)
        .select_related("account", "notice")
        .distinct()
        .order_by("deadline", "id")
    )


def late(now: datetime) -> int:
    """How many looks are past their deadline and not made; the worker is too slow, or a host keeps us waiting."""
    return Lookup.objects.filter(done_at=None, deadline__lt=now).count()


def canaries(actor: Actor) -> list[tuple[Canary, list[CanaryLook]]]:
    """Every canary with what it last showed from each vantage."""
    actor.must("verify.look")
    found = Canary.objects.order_by("platform", "id")
    newest = CanaryLook.objects.order_by("canary_id", "vantage", "-at", "-id").distinct("canary_id", "vantage")
    looks: dict[int, list[CanaryLook]] = {}
    for one in newest:
        looks.setdefault(one.canary_id, []).append(one)
    return [(one, looks.get(one.id, [])) for one in found]


def platforms_without_canaries(*, asked_only: bool = False, of_items: bool = False) -> list[str]:
    """Platforms that a machine may look at and that lack a living or an absent canary: every look there is unknown.

    `asked_only`: of those where a look is planned. `of_items`: for looks at posts, which have canaries of their own.
    """
    have = set(Canary.objects.filter(of_items=of_items).values_list("platform", "expect"))
    needed = (Presence.LIVE.value, Presence.NOT_FOUND.value)
    machine = PLATFORMS_WITH_A_WAY if of_items else [name.value for name in PLATFORMS if name.value not in MANUAL]
    if asked_only:
        planned = Lookup.objects.filter(done_at=None, item__isnull=not of_items)
        asked = set(planned.values_list("account__platform", flat=True).distinct())
        machine = [name for name in machine if name in asked]
    return [name for name in machine if not all((name, expect) in have for expect in needed)]


def pair_counts(actor: Actor) -> dict[tuple[str, str], int]:
    """How many notices that went out stand at each pair: (kind of claim, verified) → number."""
    counted: Counter[tuple[str, str]] = Counter()
    rows = _sent(actor).values_list("claimed", _SEEN).annotate(Count("id")).order_by()
    for claimed, seen, number in rows:
        counted[claim_of(claimed).value, seen or Verified.UNKNOWN.value] += number
    return dict(counted)


def notices_at(actor: Actor, claim: Claim, verified: Verified) -> QuerySet[Notice]:
    """The notices at one pair, the longest waiting first."""
    claimed = [word for word in ("", *Outcome) if claim_of(word) is claim]
    seen = Q(**{_SEEN: verified.value})
    if verified is Verified.UNKNOWN:
        seen |= Q(**{f"{_SEEN}__isnull": True})
    found = _sent(actor).filter(seen, claimed__in=claimed)
    return found.select_related("case__account__conclusion").order_by("sent_at", "id")


_SEEN = "case__account__conclusion__verified"


def _sent(actor: Actor) -> QuerySet[Notice]:
    actor.must("transparency.view")
    return Notice.objects.exclude(sent_at=None).filter(case__agency_id__in=actor.sees)
