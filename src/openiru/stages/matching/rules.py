"""Which entries a bank takes, who may confirm them, and how a reviewer's words add up. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from openiru.detect import banks
from openiru.detect.links import Kind, KnownLink, Links
from openiru.errors import Refused, Unreadable

LINKS = frozenset(kind.value for kind in Kind)
HASHES = frozenset(kind.value for kind in banks.SignalKind)
PASSAGE = "passage"
WORDS = {"name": "names", PASSAGE: "text"}
"""What only suppresses, and the detector that it concerns."""
LEAST_PASSAGE = 30
"""Characters of a protected passage: a shorter one would stand in texts of every kind."""
LEAST_OPINIONS = 5
"""From so many opinions on a name it is said which part of them were right."""


def check_value(kind: str, value: str, *, suppresses: bool) -> str:
    """The value as it is kept. Raises `bank_value` with the reason for what cannot be compared."""
    value = value.strip()
    if kind in WORDS:
        return _words(kind, value, suppresses=suppresses)
    if kind in HASHES:
        return _hash(kind, value)
    known = Links([KnownLink("bank", value, Kind(kind))])
    if known.rejected:
        raise Refused("bank_value", reason=known.rejected[0].reason)
    return value


def _words(kind: str, value: str, *, suppresses: bool) -> str:
    if not suppresses or not value:
        raise Refused("bank_value", reason="names come from the lists, and words alone suggest nothing")
    if kind == PASSAGE and len(value) < LEAST_PASSAGE:
        raise Refused("bank_value", reason=f"a passage has {LEAST_PASSAGE} characters at least")
    return value


def _hash(kind: str, value: str) -> str:
    try:
        entry = banks.entry("bank", kind, value)
    except Unreadable as error:
        raise Refused("bank_value", reason=error.reason) from error
    if entry.unsound:
        raise Refused("bank_value", reason=entry.unsound)
    return entry.value.hex()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an entry is, and whose word it rests on."""

    proposed_by: int | None
    confirmed: bool
    ended: bool


def check_confirmation(standing: Standing, *, by: int) -> None:
    """Whether this person may put an entry to use. Raises `wrong_state` or `same_person`."""
    if standing.confirmed or standing.ended:
        raise Refused("wrong_state")
    if standing.proposed_by == by:
        raise Refused("same_person")


@dataclass(frozen=True, slots=True)
class Tally:
    """What reviewers said of the matches of one known value."""

    known: str
    right: int
    wrong: int
    speaks_of: int

    @property
    def said(self) -> int:
        """How many said something that decides."""
        return self.right + self.wrong + self.speaks_of

    @property
    def mostly_wrong(self) -> bool:
        """Whether a person should look at this value: it meant somebody else more often than not."""
        return self.said >= LEAST_OPINIONS and self.wrong * 2 > self.said


def tallies(opinions: Iterable[tuple[str, str]]) -> list[Tally]:
    """The words on each known value, the most often wrong first."""
    counts: dict[str, dict[str, int]] = {}
    for known, says in opinions:
        words = counts.setdefault(known, {"right": 0, "wrong": 0, "speaks_of": 0})
        if says in words:
            words[says] += 1
    found = [Tally(known, **words) for known, words in counts.items()]
    return sorted(found, key=lambda one: (-one.wrong, -one.said, one.known))
