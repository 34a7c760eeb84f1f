"""What reporters claim, held against the lists: each claimed name with the organisations it may mean and how those stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from openiru.stages.register.queries import Designation, designation, screen


@dataclass(frozen=True, slots=True)
class Claim:
    """One claimed name: organisations that have exactly this name, and names that a person should look at."""

    name: str
    designations: tuple[Designation, ...]
    near: tuple[dict[str, object], ...]

    @property
    def referable(self) -> tuple[Designation, ...]:
        """Those of the organisations that may be referred today."""
        return tuple(one for one in self.designations if one.verdict.allowed)

    def as_json(self) -> dict[str, object]:
        """The claim for `--json`."""
        return {"name": self.name, "designations": [as_json(one) for one in self.designations], "near": list(self.near)}


def claims(names: Iterable[str], *, on: date) -> list[Claim]:
    """Hold every different claimed name against the lists, as of a day."""
    return [_claim(name, on) for name in dict.fromkeys(name.strip() for name in names) if name]


def as_json(one: Designation) -> dict[str, object]:
    """How an organisation stands, in plain values: what a decision rests on, frozen with it."""
    return {
        "organisation": one.organisation.name,
        "organisation_id": one.organisation.id,
        "allowed": one.verdict.allowed,
        "single_source": one.verdict.single_source,
        "terms": [str(term) for term in one.verdict.terms],
        "reasons": list(one.verdict.reasons),
        "listings": [
            {
                "authority": fact.authority,
                "list": fact.list_name,
                "reference": fact.reference,
                "listed_on": fact.listed_on.isoformat() if fact.listed_on else None,
                "snapshot_sha256": fact.snapshot_sha256,
            }
            for fact in one.facts
        ],
    }


def _claim(name: str, on: date) -> Claim:
    found = screen(name)
    matches, near = found["matches"], found["near"]
    assert isinstance(matches, list) and isinstance(near, list)
    meant = dict.fromkeys(int(hit["organisation_id"]) for hit in matches)
    return Claim(name, tuple(designation(number, on=on) for number in meant), tuple(near[:5]))
