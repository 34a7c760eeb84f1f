"""Whose successor an account may be, among those seen to be gone: detection suggests with each signal, a person decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import pyarrow as pa
from django.db.models import Count, Max, Q

from openiru.detect.links.finding import places_in
from openiru.detect.successors import Profile, Successor, Successors
from openiru.people.actor import Actor
from openiru.stages.evidence.models import Capture
from openiru.stages.intake.models import Account
from openiru.stages.verify.models import Conclusion
from openiru.terms import Verified

GONE = (Verified.GONE, Verified.NOT_VISIBLE)
MOST_ITEMS, MOST_CAPTURES = 200, 20
"""Posts and captured pages of an account whose links are compared, the newest."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An account that is gone, why the other may be its successor, and what a person said of it if it was filed as that."""

    account: Account
    successor: Successor
    filed: str = ""


def earlier_than(account: Account, actor: Actor) -> list[Earlier]:
    """Accounts that this one may succeed, of those that this person's agencies have a case on; the likeliest first.

    Handles and names find them among all that are gone; the links they share and what they forward are compared then.
    """
    actor.must("case.view")
    ready = _gone(_version())
    near = {int(one.parent) for one in ready.rank(_shown(account))}
    child = _whole(account, actor)
    forwarded = Q(key__in=child.forwards) if child.forwards else Q(pk=None)
    found = Account.objects.filter(Q(id__in=near) | forwarded, cases__agency_id__in=actor.sees).exclude(id=account.id)
    parents = {
        str(one.id): one for one in found.filter(conclusion__verified__in=GONE).select_related("conclusion").distinct()
    }
    if not parents:
        return []
    ranked = Successors([_whole(one, actor) for one in parents.values()], ready.parents).rank(child)
    words = dict(account.predecessors.values_list("earlier", "word"))
    return [Earlier(parents[one.parent], one, words.get(int(one.parent), "")) for one in ranked]


def _version() -> tuple[int, int, str]:
    """Changes whenever another account is seen to be gone."""
    gone = Conclusion.objects.filter(verified__in=GONE)
    seen = gone.aggregate(count=Count("id"), newest=Max("id"), last=Max("since"))
    return seen["count"], seen["newest"] or 0, str(seen["last"])


@lru_cache(maxsize=1)
def _gone(_: tuple[int, int, str]) -> Successors:
    """Every account seen to be gone, by what it shows, for finding."""
    gone = Account.objects.filter(conclusion__verified__in=GONE, merged_into=None).select_related("conclusion")
    return Successors([_shown(one) for one in gone.iterator(chunk_size=2_000)])


def _shown(account: Account) -> Profile:
    conclusion = getattr(account, "conclusion", None)
    gone = conclusion if conclusion and conclusion.verified in GONE else None
    return Profile(
        str(account.id),
        platform=account.platform,
        handle=account.handle,
        name=account.name,
        stable_id=account.stable_id,
        key=account.key,
        first_seen=account.first_seen,
        acted_at=gone.since if gone else None,
    )


def _whole(account: Account, actor: Actor) -> Profile:
    """With the links that its posts and its captured pages show, and whom they forward, of what this person may see."""
    ours = Q() if actor.is_system else Q(by=None) | Q(by__agency__in=actor.sees)
    captures = list(Capture.objects.filter(ours, account=account, deleted_at=None).order_by("-at")[:MOST_CAPTURES])
    texts = [*account.items.order_by("-id").values_list("text", flat=True)[:MOST_ITEMS]]
    for capture in captures:
        links = capture.facts.get("links")
        texts += [capture.text, *(links if isinstance(links, list) else [])]
    keys = {place.keys[-1] for place in places_in(pa.chunked_array([texts], type=pa.string()))}
    forwards = {str(key) for one in captures for key in one.facts.get("forwards") or ()}
    return replace(_shown(account), links=frozenset(keys - {account.key}), forwards=frozenset(forwards - {account.key}))
