"""The hard rule: what may be shown as a probable successor, whatever the sum of the parts is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from openiru.detect.successors.profiles import Profile
from openiru.detect.successors.signals import Family, Signal, Strength

PRIOR = -7.0
"""Log-odds that a new account is this one's successor before anything is compared: about one in a thousand."""

NEEDED_FAMILIES = 2


class Standing(StrEnum):
    """`probable` may be shown to who decides; `possible` is for an analyst to look at; `renamed` is the same account."""

    RENAMED = "renamed"
    PROBABLE = "probable"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Successor:
    """A suggestion: whose successor, how it stands, the signals with their parts, and why it is not more."""

    parent: str
    standing: Standing
    log_odds: float
    signals: tuple[Signal, ...]
    lacks: str

    @property
    def chance(self) -> float:
        """The log-odds as a number from 0 to 1. The parts are judgement, so it orders and does not promise."""
        return 1 / (1 + math.exp(-self.log_odds))

    @property
    def sentence(self) -> str:
        """For a person who judges."""
        return " ".join(one.sentence for one in self.signals) + (
            f" Not shown as probable: {self.lacks}." if self.lacks else ""
        )


def judge(child: Profile, parent: Profile, signals: list[Signal]) -> Successor:
    """What the signals come to. One near-proof, or strong ones of two families, and after the parent's action (§15)."""
    total = round(PRIOR + sum(_each_family_once(signals)), 3)
    if any(one.family is Family.IDENTITY for one in signals):
        return Successor(parent.subject, Standing.RENAMED, total, tuple(signals), "")
    lacks = _lacks(child, parent, signals)
    standing = Standing.POSSIBLE if lacks else Standing.PROBABLE
    return Successor(parent.subject, standing, total, tuple(signals), lacks)


def _each_family_once(signals: list[Signal]) -> list[float]:
    best: dict[Family, float] = {}
    for one in signals:
        best[one.family] = max(best.get(one.family, 0.0), one.part)
    return list(best.values())


def _lacks(child: Profile, parent: Profile, signals: list[Signal]) -> str:
    near = any(one.strength is Strength.NEAR_PROOF for one in signals)
    families = {one.family for one in signals if one.strength is Strength.STRONG}
    if not near and len(families) < NEEDED_FAMILIES:
        return "it takes one near-proof, or strong signals of two families"
    if parent.acted_at is None:
        return "nobody acted on the earlier account"
    if child.first_seen is None:
        return "nobody knows since when the new account exists"
    if child.first_seen <= parent.acted_at:
        return "it was there before the earlier account was acted on"
    return ""
