"""Officers' rules: one expression in CEL over named, typed values of a case. Pure; no loops, no state, no reach outside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cel

from openiru.errors import Refused
from openiru.stages.cases.triage.scoring import Signals

LONGEST = 1_000
VARIABLES: dict[str, tuple[str, object]] = {
    "platform": ("text", "telegram"),
    "language": ("text", "ur"),
    "state": ("text", "open"),
    "designation": ("text", "several"),
    "followers": ("whole number", 1200),
    "growth_percent": ("number", 2.5),
    "confidence": ("number from 0 to 1", 0.9),
    "matches": ("whole number", 3),
    "reports": ("whole number", 2),
    "days_open": ("whole number", 4),
    "detectors": ("list of texts", ["names", "links"]),
    "grounds": ("list of texts", ["incites"]),
    "signs": ("list of texts", ["reporting"]),
    "is_protected": ("yes or no", False),
}
"""What a rule may speak of: each name with its type in words and an example."""
_BOUND = re.compile(r"\.(?:exists|exists_one|all|filter|map)\(\s*(\w+)\s*,")
"""Names that a macro over a list binds for itself."""
_EMPTY: dict[type, object] = {str: "", int: 0, float: 0.0, list: [], bool: True}


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that could not be answered for a case: what the language said."""

    why: str


def compiled(text: str) -> cel.Program:
    """The rule as a program. Raises `rule_invalid` with the reason: its form, an unknown name, a wrong type, no yes or no."""
    if not text.strip() or len(text) > LONGEST:
        raise Refused("rule_invalid", why=f"an expression of at most {LONGEST} letters")
    try:
        program = cel.compile(text)
    except ValueError as error:
        raise Refused("rule_invalid", why=_short(error)) from error
    unknown = sorted(set(program.variables()) - set(VARIABLES) - set(_BOUND.findall(text)))
    if unknown:
        raise Refused("rule_invalid", why=f"unknown: {', '.join(unknown)}")
    for values in _samples():
        answer = answer_of(program, values)
        if isinstance(answer, Broken):
            raise Refused("rule_invalid", why=answer.why)
    return program


def answer_of(program: cel.Program, values: Mapping[str, object]) -> bool | Broken:
    """Whether a rule matches these values."""
    try:
        answer = program.execute(dict(values))
    except (RuntimeError, TypeError, ValueError) as error:
        return Broken(_short(error))
    return answer if isinstance(answer, bool) else Broken("the answer is not yes or no")


def values_of(signals: Signals) -> dict[str, Any]:
    """What a rule sees of a case; what is not known is empty or zero."""
    facts = signals.facts
    return {
        "platform": str(facts.get("platform", "")),
        "language": str(facts.get("language", "")),
        "state": str(facts.get("state", "")),
        "designation": signals.designation,
        "followers": signals.followers or 0,
        "growth_percent": float((signals.growth or 0.0) * 100),
        "confidence": float(signals.confidence),
        "matches": int(facts.get("matches", 0)),
        "reports": int(facts.get("reports", 0)),
        "days_open": int(facts.get("days_open", 0)),
        "detectors": list(signals.detectors),
        "grounds": list(signals.grounds),
        "signs": sorted({str(one["kind"]) for one in signals.signs}),
        "is_protected": bool(signals.protections),
    }


def _samples() -> tuple[dict[str, object], ...]:
    """Values on which the types of a rule are tried: the examples, and the emptiest values of the same types."""
    examples = {name: example for name, (_, example) in VARIABLES.items()}
    return examples, {name: _EMPTY[type(example)] for name, example in examples.items()}


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
