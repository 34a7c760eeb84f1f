"""Reads of text models: which stand, their papers, how shadow and live differ, texts that wait for a word, and all labels."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from openiru.detect.text.labels import LANES, Label, Labelled
from openiru.people.actor import Actor
from openiru.stages.intake.models import Item, Report
from openiru.stages.matching.models import Match, ModelTerm, Progress, ShadowFind, TextLabel, TextModel

SHADOW = "shadow"
"""The name under which the reading of the model in shadow is kept."""
MOST_ASKED = 10
DRAWN_FROM = 20_000


def standing(place: ModelTerm.Place) -> ModelTerm | None:
    """The term of the model that stands there now."""
    found = ModelTerm.objects.filter(place=place, ended_at=None).exclude(confirmed_at=None)
    return found.select_related("model").first()


def models(actor: Actor) -> QuerySet[TextModel]:
    """Every version with its terms, the newest first."""
    actor.must("match.view")
    return TextModel.objects.defer("body").prefetch_related("terms__proposed_by", "terms__confirmed_by").order_by("-id")


def waiting(actor: Actor) -> QuerySet[ModelTerm]:
    """Proposals to go live that wait for another person."""
    actor.must("match.view")
    found = ModelTerm.objects.filter(place="live", confirmed_at=None, ended_at=None)
    return found.select_related("model", "proposed_by")


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one ground: posts that both suggest, that only the live model does, that only the one in shadow does."""

    label: str
    both: int
    only_live: int
    only_shadow: int


def differences(actor: Actor) -> list[Difference]:
    """How the model in shadow and the live one differ on what both have read; counts over all posts, no text."""
    actor.must("match.view")
    term = standing(ModelTerm.Place.SHADOW)
    if term is None:
        return []
    live = Match.objects.filter(detector="text", current=True, aside="", item__isnull=False)
    same = live.filter(item=OuterRef("item"), known=OuterRef("label"))
    shadow = term.finds.filter(aside="").annotate(both=Exists(same)).values("label")
    counted = {one["label"]: one for one in shadow.annotate(all=Count("id"), same=Count("id", filter=Q(both=True)))}
    lives = dict(live.values_list("known").annotate(all=Count("id")))
    found = []
    for label in LANES:
        of = counted.get(label, {"all": 0, "same": 0})
        if of["all"] or lives.get(label):
            found.append(Difference(label, of["same"], lives.get(label, 0) - of["same"], of["all"] - of["same"]))
    return found


def shadow_rows() -> int:
    """Posts that the model in shadow has read."""
    found = Progress.objects.filter(detector=SHADOW, source="item").values_list("rows", flat=True).first()
    return found or 0


def unlabelled(actor: Actor) -> list[tuple[Item, ShadowFind | None]]:
    """Posts of accounts that this person's agencies reported and that nobody labelled: half that the shadow suggests, half drawn.

    The drawn ones matter: labels of suggested texts alone would say nothing of what a model misses.
    """
    actor.must("match.say")
    theirs = Report.objects.filter(agency_id__in=actor.sees, account=OuterRef("account"))
    free = Item.objects.filter(Exists(theirs)).exclude(text="").exclude(labels__isnull=False)
    finds = ShadowFind.objects.filter(item__in=free, aside="").order_by("-score")
    asked = {one.item_id: one for one in finds.select_related("item")[: MOST_ASKED // 2]}
    drawn = free.exclude(id__in=asked).filter(id__range=_window()).order_by("?")[: MOST_ASKED - len(asked)]
    return [*((one.item, one) for one in asked.values()), *((item, None) for item in drawn)]


def _window() -> tuple[int, int]:
    """Numbers of posts that are drawn from: a stretch that begins anywhere, so that a draw costs the same however many there are."""
    ends = Item.objects.aggregate(first=Min("id"), last=Max("id"))
    first, last = ends["first"] or 0, ends["last"] or 0
    start = first + secrets.randbelow(max(1, last - first - DRAWN_FROM + 2))
    return start, start + DRAWN_FROM


def labelled() -> list[Labelled]:
    """Every text that reviewers labelled, once: what the most of them say, a tie is left out; a text's group is its account.

    For training alone: no face shows it.
    """
    words: dict[int, list[TextLabel]] = {}
    for one in TextLabel.objects.select_related("item").order_by("id"):
        words.setdefault(one.item_id, []).append(one)
    found = []
    for said in words.values():
        item, labels = said[0].item, _most([frozenset(one.labels) for one in said])
        if labels:
            kept = frozenset(Label(one) for one in labels)
            found.append(Labelled(item.text, kept, f"account:{item.account_id}", "reviewers", item.language))
    return found


def _most(said: list[frozenset[str]]) -> frozenset[str]:
    half = len(said) / 2
    return frozenset(label for one in said for label in one if sum(label in each for each in said) > half)
