"""What the text model may say of a text: the five grounds of the law, four kinds of protected speech, and none of these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from openiru.terms import Ground


class Label(StrEnum):
    """A text may have several. `none` is what a person says of a text that has no other; a model never says it."""

    INCITES = Ground.INCITES.value
    SOLICITS_OFFENCE = Ground.SOLICITS_OFFENCE.value
    SOLICITS_PARTICIPATION = Ground.SOLICITS_PARTICIPATION.value
    INSTRUCTS = Ground.INSTRUCTS.value
    THREATENS = Ground.THREATENS.value
    REPORTING = "reporting"
    CONDEMNATION = "condemnation"
    COUNTER_SPEECH = "counter_speech"
    RELIGIOUS_OR_RIGHTS = "religious_or_rights"
    NONE = "none"


LANES = tuple(label for label in Label if label is not Label.NONE)
"""The labels that are weighed, in the order of their numbers."""
GROUNDS = tuple(Label(ground.value) for ground in Ground)
"""What would make a text a reason to look at; only these suggest."""
PROTECTED = tuple(label for label in LANES if label not in GROUNDS)
"""Speech that must not be referred. Where a text reads like it, what a ground suggests is set aside."""

SAYS = {
    Label.INCITES: "a call to violence, or praise of it",
    Label.SOLICITS_OFFENCE: "asking somebody to commit or to support an attack",
    Label.SOLICITS_PARTICIPATION: "asking somebody to join or to support a group",
    Label.INSTRUCTS: "instructions for weapons or attacks",
    Label.THREATENS: "a threat",
    Label.REPORTING: "reporting",
    Label.CONDEMNATION: "condemnation",
    Label.COUNTER_SPEECH: "counter-speech",
    Label.RELIGIOUS_OR_RIGHTS: "a religious or rights text",
    Label.NONE: "none of these",
}
"""Each label in words, as they stand in a sentence after "reads like"."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what a person said of it. Texts of one `group` (one template, one document, one post) are never split."""

    text: str
    labels: frozenset[Label]
    group: str
    source: str
    language: str = ""
