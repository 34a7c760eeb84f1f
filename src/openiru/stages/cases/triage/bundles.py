"""Bundles: cases whose accounts say the same, near to the letter, shown on one screen with a decision for each account."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from django.db.models import QuerySet

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.stages.cases.models import WAITING, Case, Decision
from openiru.stages.cases.signs.finding import FRONT

LEAST_WORDS = 5
"""Texts of fewer words are alike by chance and bundle nothing."""
MOST = 20
"""Cases on one screen."""
_NOISE = re.compile(r"https?://\S+|[@#]\w+|\d+|[^\w\s]", re.UNICODE)


def key_of(texts: Iterable[tuple[str, str]], *, agency_id: int) -> str:
    """The same for accounts of one agency whose posts are the same words, whatever links, names, numbers and signs are between them.

    The longest post counts: re-posters share it. Empty where no post has words enough.
    """
    longest = max((_words(text) for where, text in texts if where != FRONT), key=len, default=())
    if len(longest) < LEAST_WORDS:
        return ""
    return hashlib.sha256(f"{agency_id} {' '.join(sorted(set(longest)))}".encode()).hexdigest()[:40]


def _words(text: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return tuple(_NOISE.sub(" ", folded).split())


def others(case: Case, actor: Actor) -> QuerySet[Case]:
    """The other waiting cases of the same bundle that this person may see, the likeliest first."""
    actor.must("case.view")
    if not case.bundle:
        return Case.objects.none()
    found = Case.objects.filter(WAITING, bundle=case.bundle, agency_id__in=actor.sees).exclude(id=case.id)
    return found.select_related("account", "held_by").order_by("-urgent", "-score", "id")


def members(case: Case, actor: Actor) -> list[Case]:
    """A case and the others of its bundle, as many as one screen holds."""
    return [case, *others(case, actor)[: MOST - 1]]


def check_own_reasons(case: Case, reasons: str, actor: Actor) -> None:
    """Raise `reasons_same` where this person gave the same reasons for another account of the bundle: each has its own."""
    said = Decision.objects.filter(
        assessment__case__bundle=case.bundle, assessment__case__agency_id=case.agency_id, decided_by_id=actor.person
    )
    folded = " ".join(_words(reasons))
    if case.bundle and any(" ".join(_words(one)) == folded for one in said.values_list("reasons", flat=True)):
        raise Refused("reasons_same")
