"""Rule profiles as data: what a platform of a kind does, each rule with the line of platforms.md it rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_CERTAINTIES = frozenset("PCNVBH")


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing a platform does. `otherwise` is the result when it is not met; `value` its number or list."""

    id: str
    says: str
    source: str
    certainty: str
    on: bool = True
    value: object = None
    otherwise: str = "clarification"


@dataclass(frozen=True, slots=True)
class Profile:
    """All rules, words and page forms of one kind of platform."""

    name: str
    rules: Mapping[str, Rule]
    words: Mapping[str, str]
    asks: Mapping[str, str]
    delays: Mapping[str, int]

    def on(self, rule: str, overrides: Mapping[str, bool]) -> bool:
        """Whether the rule applies, given the switches of a sensitivity run (`<profile>:<rule>` -> on)."""
        known = self.rules.get(rule)
        return known is not None and overrides.get(f"{self.name}:{rule}", known.on)

    def number(self, rule: str, default: int) -> int:
        """The rule's number, or the default where it has none."""
        known = self.rules.get(rule)
        return known.value if known is not None and isinstance(known.value, int) else default

    def names(self, rule: str) -> tuple[str, ...]:
        """The rule's list of words, or none."""
        known = self.rules.get(rule)
        return tuple(str(one) for one in known.value) if known is not None and isinstance(known.value, list) else ()


def read(name: str, text: str) -> Profile:
    """Read one profile. Raises ValueError if a rule names no source or an unknown certainty."""
    raw = tomllib.loads(text)
    rules = {one["id"]: Rule(**one) for one in raw["rule"]}
    for rule in rules.values():
        if not rule.source or not rule.certainty or not set(rule.certainty) <= _CERTAINTIES:
            raise ValueError(f"{name}:{rule.id} says not what it rests on")
    return Profile(name, rules, raw["words"], _ASKS | raw.get("asks", {}), raw["delays"])


@cache
def all_profiles() -> Mapping[str, Profile]:
    """Every profile in this folder by name."""
    files = sorted(_FOLDER.glob("*.toml"))
    return {file.stem: read(file.stem, file.read_text(encoding="utf-8")) for file in files}


_ASKS: Mapping[str, str] = {
    "needs_items": "the exact content addresses (posts, videos, messages)",
    "needs_grounds": "for each item, the kind of violation",
    "needs_why": "for each item, why it violates",
    "needs_translation": "a translation of foreign-language content",
    "needs_policy_line": "the policy line that is violated",
    "needs_policy_why": "why the policy is violated",
    "needs_affiliation": "why the account speaks for the organisation",
    "argued_listing": "the designation on which the request rests, with its reference",
    "needs_authority": "the issuing authority and its official e-mail",
    "needs_date": "the date of issue",
    "needs_action": "the action requested",
    "needs_holder_notice": "whether the user may be notified, or the law that prohibits it",
    "needs_law": "the law and articles violated",
    "needs_territory": "the territory in which it applies",
    "needs_first_leg": "the ticket of the review under our own rules",
    "needs_order": "a valid legal order",
}
