"""When a text model may go live, and what a reviewer may say of a text. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from openiru.detect.text.labels import Label
from openiru.errors import Refused

LEAST_LABELS = 200
"""Texts that this unit's own reviewers labelled, without which no model goes live."""
LEAST_SHADOW = 1_000
"""Posts that a model has read in shadow before it may go live, unless there are not so many."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """Harmless texts that a ground was suggested of, of so many that the model never learnt from."""

    part: int
    whole: int

    def is_worse_than(self, other: Alarms) -> bool:
        """Whether its share is higher."""
        return self.part * other.whole > other.part * self.whole


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a model that should go live. `beside` is the model that it was measured beside, on the same texts."""

    labels: int
    alarms: Alarms
    beside: str
    beside_alarms: Alarms | None
    in_shadow: bool
    was_live: bool
    shadow_rows: int
    posts: int


def check_live(model: Candidate, *, live: str) -> None:
    """Whether it may go live in place of `live` (empty where none is). One that two people put to use before may return.

    Raises `model_labels`, `model_not_in_shadow`, `model_shadow_short`, `model_compared` or `model_worse`, in this order.
    """
    if model.was_live:
        return
    if model.labels < LEAST_LABELS:
        raise Refused("model_labels", labels=model.labels, least=LEAST_LABELS)
    if not model.in_shadow:
        raise Refused("model_not_in_shadow")
    least = min(LEAST_SHADOW, model.posts)
    if model.shadow_rows < least:
        raise Refused("model_shadow_short", read=model.shadow_rows, least=least)
    if live and model.beside != live:
        raise Refused("model_compared", beside=model.beside or "none", live=live)
    if live and model.beside_alarms is not None and model.alarms.is_worse_than(model.beside_alarms):
        raise Refused("model_worse", part=model.alarms.part, live_part=model.beside_alarms.part)


def check_labels(given: Iterable[str]) -> list[str]:
    """What a reviewer said of a text, each once, in order; `none` stands alone. Raises `text_label`."""
    said = set(given)
    if not said or said - set(Label) or (Label.NONE in said and len(said) > 1):
        raise Refused("text_label")
    return [label.value for label in Label if label in said]


def check_second(proposed_by: int | None, *, by: int, waits: bool) -> None:
    """Whether this person may confirm a proposal that waits. Raises `wrong_state` or `same_person`."""
    if not waits:
        raise Refused("wrong_state")
    if proposed_by == by:
        raise Refused("same_person")
