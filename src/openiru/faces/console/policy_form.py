"""The designation policy as a form: what was typed as a policy, and a policy as what a form shows."""

from __future__ import annotations

from collections.abc import Mapping

from openiru.faces.console.forms import lines, number
from openiru.stages.register.rules import DesignationPolicy, SingleSourceTerm


def typed_policy(typed: Mapping[str, str]) -> DesignationPolicy:
    """The policy that was typed; Refused `form_incomplete` for a number that is none."""
    return DesignationPolicy(
        frozenset(lines(typed.get("counted", ""))),
        number(typed.get("multilateral_needed", ""), name="multilateral_needed"),
        number(typed.get("independent_needed", ""), name="independent_needed"),
        frozenset(lines(typed.get("home", ""))),
        number(typed.get("foreign_needed", "") or "0", name="foreign_needed"),
        frozenset(term for term in SingleSourceTerm if typed.get(term.value)),
    )


def as_typed(policy: DesignationPolicy) -> dict[str, str]:
    """A policy as a form shows it."""
    return {
        "counted": ", ".join(sorted(policy.counted)),
        "multilateral_needed": str(policy.multilateral_needed),
        "independent_needed": str(policy.independent_needed),
        "home": ", ".join(sorted(policy.home)),
        "foreign_needed": str(policy.foreign_needed),
    } | {term.value: "on" for term in policy.single_source_terms}
