"""The score that explains itself: each term in words and points, from the signals of a case and one version of the weights. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from openiru.errors import Refused

STANDARD: dict[str, int] = {
    "confidence": 30,
    "agreement": 5,
    "severity": 20,
    "reach": 15,
    "growth": 5,
    "designation": 15,
    "single_source": 5,
    "deadline": 10,
    "signs": -10,
    "protected": -40,
}
"""The most points that each term gives (or takes), as shipped. An imminent threat is no term: it stands above all scores."""
MOST_FOLLOWERS = 1_000_000
"""From here on reach counts no more."""
FASTEST = 0.10
"""Growth a day from which it counts whole."""
SOON = timedelta(days=2)
GROUNDS = {"threatens": 1.0, "incites": 0.9, "solicits_offence": 0.9, "instructs": 1.0, "solicits_participation": 0.6}
"""Severity by ground, from 0 to 1; a ground stands only after an analyst gave it."""
LEAST_POINTS, MOST_POINTS = -60, 60


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a case when it is scored, in plain values; kept with it, so that other weights can be tried later."""

    confidence: float = 0.0
    detectors: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    followers: int | None = None
    growth: float | None = None
    designation: str = ""
    signs: tuple[dict[str, Any], ...] = ()
    protections: tuple[str, ...] = ()
    rules: tuple[tuple[str, int], ...] = ()
    quarantined: int = 0
    due_at: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The signals for a JSON column."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a score: its name, its points, and the values its sentence is made of."""

    name: str
    points: int
    facts: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The term for a JSON column."""
        return {"name": self.name, "points": self.points, "facts": dict(self.facts)}


def signals(stored: Mapping[str, Any]) -> Signals:
    """The signals that were stored with a case; unknown names of other versions are passed over."""
    known = {name: stored[name] for name in Signals.__dataclass_fields__ if name in stored}
    for name in ("detectors", "grounds", "signs", "protections"):
        known[name] = tuple(known.get(name, ()))
    known["rules"] = tuple((str(one[0]), int(one[1])) for one in known.get("rules", ()))
    return Signals(**known)


def terms(of: Signals, points: Mapping[str, int], *, now: datetime) -> tuple[Term, ...]:
    """Every term that gives or takes points, the largest first. The score is their sum, at least zero."""
    found = [
        _term("confidence", points, of.confidence, score=round(of.confidence, 2), detectors=list(of.detectors)),
        _term("agreement", points, float(len(of.detectors) > 1), detectors=list(of.detectors)),
        _term("severity", points, _severity(of.grounds), grounds=list(of.grounds)),
        _term("reach", points, _reach(of.followers), followers=of.followers),
        _term("growth", points, _growth(of.growth), percent=round((of.growth or 0.0) * 100, 1)),
        _designation(of, points),
        _term("deadline", points, _nearness(of.due_at, now), due_at=of.due_at),
        _term("signs", points, float(bool(of.signs)), kinds=sorted({str(one["kind"]) for one in of.signs})),
        _term("protected", points, float(bool(of.protections)), names=list(of.protections)),
        *(Term("rule", given, {"says": says}) for says, given in of.rules),
    ]
    return tuple(sorted((one for one in found if one.points), key=lambda one: (-abs(one.points), one.name)))


def total(found: Sequence[Term]) -> int:
    """The score."""
    return max(0, sum(one.points for one in found))


def check_points(points: Mapping[str, Any]) -> dict[str, int]:
    """Weights as somebody proposed them; raises `weights_invalid` for an unknown term, or one whose sign would turn its meaning."""
    if set(points) != set(STANDARD):
        raise Refused("weights_invalid", why="every term once")
    for name, given in points.items():
        if not isinstance(given, int) or not LEAST_POINTS <= given <= MOST_POINTS:
            raise Refused("weights_invalid", term=name)
        if given * STANDARD[name] < 0:
            raise Refused(
                "weights_invalid", term=name, why="what protects never adds, what incriminates never takes away"
            )
    if points["protected"] > STANDARD["protected"] // 2:
        raise Refused("weights_invalid", term="protected", why="a protected speaker is never pushed up")
    return dict(points)


def _term(name: str, points: Mapping[str, int], part: float, **facts: Any) -> Term:
    return Term(name, round(points[name] * part), facts)


def _severity(grounds: Sequence[str]) -> float:
    return max((GROUNDS.get(one, 0.5) for one in grounds), default=0.0)


def _reach(followers: int | None) -> float:
    return min(1.0, math.log10(max(1, followers or 0)) / math.log10(MOST_FOLLOWERS))


def _growth(growth: float | None) -> float:
    return min(1.0, max(0.0, (growth or 0.0) / FASTEST))


def _designation(of: Signals, points: Mapping[str, int]) -> Term:
    name = "single_source" if of.designation == "single_source" else "designation"
    return _term(name, points, float(of.designation in {"single_source", "several"}))


def _nearness(due_at: str, now: datetime) -> float:
    if not due_at:
        return 0.0
    left = datetime.fromisoformat(due_at) - now
    return 1.0 if left <= timedelta(0) else 0.5 if left <= SOON else 0.0


@dataclass(frozen=True, slots=True)
class Past:
    """A decided case: what people said, and its score under the weights in force and under the proposed ones."""

    case_id: int
    referred: bool
    before: int
    after: int


def concordance(pairs: Sequence[tuple[bool, int]]) -> float | None:
    """How often a referred case scores above one that was not referred (ties half): 0.5 is chance. None without both kinds.

    This is the Mann-Whitney statistic divided by the number of pairs.
    """
    yes, no = sorted(score for kind, score in pairs if kind), sorted(score for kind, score in pairs if not kind)
    if not yes or not no:
        return None
    won, below, equal = 0.0, 0, 0
    for score in yes:
        while below < len(no) and no[below] < score:
            below += 1
        equal = max(equal, below)
        while equal < len(no) and no[equal] == score:
            equal += 1
        won += below + (equal - below) / 2
    return won / (len(yes) * len(no))


def difference(past: Sequence[Past], *, most: int = 20) -> dict[str, Any]:
    """What other weights would have changed, in plain values: order against people's decisions, and the cases that move most."""
    moved = sorted(past, key=lambda one: (-abs(one.after - one.before), one.case_id))
    return {
        "cases": len(past),
        "referred": sum(one.referred for one in past),
        "concordance_before": concordance([(one.referred, one.before) for one in past]),
        "concordance_after": concordance([(one.referred, one.after) for one in past]),
        "up": sum(one.after > one.before for one in past),
        "down": sum(one.after < one.before for one in past),
        "moved": [
            {"case": one.case_id, "referred": one.referred, "before": one.before, "after": one.after}
            for one in moved[:most]
            if one.after != one.before
        ],
    }
