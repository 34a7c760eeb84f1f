"""Reads for training: the posts that approved decisions were based on, each with the ground that two people agreed to."""

from __future__ import annotations

from openiru.detect.text import Label, Labelled
from openiru.stages.cases.models import AssessedItem


def by_decisions() -> list[Labelled]:
    """Posts with their ground, of decisions that stand; a text's group is its account. For training alone: no face shows it."""
    stands = {
        "assessment__refer": True,
        "assessment__decision__approved": True,
        "assessment__decision__recalled_at": None,
    }
    found = AssessedItem.objects.filter(**stands).exclude(item__text="").select_related("item")
    return [
        Labelled(
            one.item.text,
            frozenset({Label(one.ground)}),
            f"account:{one.item.account_id}",
            "reviewers",
            one.language or one.item.language,
        )
        for one in found.order_by("id")
    ]
