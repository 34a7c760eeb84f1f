"""The sentence of each term of a score: what gave or took the points, in words that an officer can check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from openiru.faces.console.labels import label

Facts = Mapping[str, Any]


def words_of(term: Mapping[str, Any]) -> str:
    """The sentence of a term as it is kept with a case; a term of another version shows its name."""
    name = str(term.get("name", ""))
    say = SENTENCES.get(name)
    return say(term.get("facts") or {}) if say else label(name)


def _joined(facts: Facts, name: str) -> str:
    return ", ".join(label(one) for one in facts.get(name) or ())


def _confidence(facts: Facts) -> str:
    said = {"score": facts.get("score"), "detectors": _joined(facts, "detectors")}
    return _("best match %(score)s by %(detectors)s") % said


def _agreement(facts: Facts) -> str:
    return _("detectors of different kinds agree: %(detectors)s") % {"detectors": _joined(facts, "detectors")}


def _due(facts: Facts) -> str:
    return _("due %(day)s") % {"day": str(facts.get("due_at", ""))[:16].replace("T", " ")}


SENTENCES: dict[str, Callable[[Facts], str]] = {
    "confidence": _confidence,
    "agreement": _agreement,
    "severity": lambda facts: _("ground given: %(grounds)s") % {"grounds": _joined(facts, "grounds")},
    "reach": lambda facts: _("%(followers)s followers") % {"followers": intcomma(facts.get("followers") or 0)},
    "growth": lambda facts: _("grows by %(percent)s %% a day") % {"percent": facts.get("percent")},
    "designation": lambda _facts: _("designated by several authorities"),
    "single_source": lambda _facts: _("designated by one authority only"),
    "deadline": _due,
    "signs": lambda facts: _("signs of protected speech: %(kinds)s") % {"kinds": _joined(facts, "kinds")},
    "protected": lambda facts: _("protected speaker: %(names)s") % {"names": ", ".join(facts.get("names") or ())},
    "rule": lambda facts: str(facts.get("says", "")),
}
"""Term → its sentence, from the facts that are kept with it."""
