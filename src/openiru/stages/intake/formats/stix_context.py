"""What a STIX bundle says about its objects elsewhere in it: markings (TLP), observations, revocations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from openiru.errors import Unreadable
from openiru.stages.intake.formats import fields
from openiru.stages.intake.formats.objects import Found

MOST_REFERENCES = 1_000_000
_TLP = {
    "94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
    "bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
    "55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
    "939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
    "e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
    "613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
    "34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
}
"""Identifiers of the TLP 2.0 markings, then of TLP 1 as STIX 2.1 itself defines them."""
_ORDER = ("", "clear", "green", "amber", "amber+strict", "red")
_CLOSED = {"amber+strict": "marked_tlp_amber_strict", "red": "marked_tlp_red"}
"""A referral tells a platform: what is for named recipients or one organisation only may not become one."""
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Said:
    """What holds for one object: its TLP level, when it was last seen, and why it may not be used (empty: it may)."""

    level: str = ""
    seen_at: datetime | None = None
    refused: str = ""

    @property
    def note(self) -> str:
        """The level as people write it."""
        return f"TLP:{self.level.upper()}" if self.level else ""


@dataclass(slots=True)
class _Holder:
    """What refers to other objects: an observation, a report, an indicator, a sighting."""

    refs: tuple[str, ...]
    level: str
    seen_at: datetime | None
    revoked: bool


class Context:
    """Filled in a first pass over the bundle, asked in a second."""

    def __init__(self) -> None:
        self._statements: set[str] = set()
        self._levels: dict[str, str] = {}
        self._holders: list[_Holder] = []
        self._of: dict[str, list[_Holder]] = {}
        self._references = 0

    def note(self, found: Found) -> None:
        """Take down what an object says of others. Raises Unreadable for a bundle with too many references to keep."""
        if found.get("type") == "marking-definition":
            self._marking(found)
            return
        refs = [ref for path in ("object_refs", "observed_data_refs") for ref in _texts(found, path)]
        if not refs:
            return
        self._references += len(refs)
        if self._references > MOST_REFERENCES:
            raise Unreadable("too_many_references", where="object_refs")
        level, seen = _safe_level(found), _seen(found)
        self._holders.append(_Holder(tuple(refs), level, seen, found.get("revoked") is True))

    def close(self) -> None:
        """All was noted: turn holders into what is held."""
        for holder in self._holders:
            for ref in holder.refs:
                self._of.setdefault(ref, []).append(holder)

    def said(self, found: Found) -> Said:
        """What holds for an object: its own markings and the strictest of those that hold it; revoked if all of those are."""
        holders = self._of.get(str(found.get("id", "")), [])
        levels = [self._known(one) for one in (_level(found), *(holder.level for holder in holders))]
        seen = max((holder.seen_at for holder in holders if holder.seen_at), default=None)
        if found.get("revoked") is True or (holders and all(holder.revoked for holder in holders)):
            return Said("", seen, "revoked")
        if _UNKNOWN in levels:
            return Said(_UNKNOWN, seen, "marking_unknown")
        level = max(levels, key=_ORDER.index)
        return Said(level, seen, _CLOSED.get(level, ""))

    def _marking(self, found: Found) -> None:
        marking = str(found.get("id", "")).removeprefix("marking-definition--")
        name = (
            str(fields.at(found, "definition.tlp") or found.get("name", ""))
            .lower()
            .removeprefix("tlp:")
            .replace("white", "clear")
        )
        if name in _ORDER[1:]:
            self._levels[marking] = name
        elif isinstance(fields.at(found, "definition.statement"), str):
            self._statements.add(marking)

    def _known(self, level: str) -> str:
        """The strictest level of a comma-joined set of marking ids; `unknown` if one is neither TLP nor a statement."""
        found = [
            self._levels.get(one, _TLP.get(one, "" if one in self._statements else _UNKNOWN)) for one in level.split()
        ]
        return _UNKNOWN if _UNKNOWN in found else max(found, key=_ORDER.index, default="")


def _texts(found: Found, path: str) -> list[str]:
    return (
        [one for one in fields.many(found, path) if isinstance(one, str)] if isinstance(found.get(path), list) else []
    )


def _safe_level(found: Found) -> str:
    """A holder's markings; where they cannot be read, they are unknown, which closes what it holds."""
    try:
        return _level(found)
    except Unreadable:
        return _UNKNOWN


def _seen(found: Found) -> datetime | None:
    try:
        return fields.moment(found, "last_observed") or fields.moment(found, "last_seen")
    except Unreadable:
        return None


def _level(found: Found) -> str:
    """The marking ids on an object, granular ones too: a part that is closed closes the whole."""
    refs = list(fields.many(found, "object_marking_refs"))
    refs += [
        fields.text(one, "marking_ref")
        for one in fields.many(found, "granular_markings")
        if not fields.text(one, "lang")
    ]
    if not all(isinstance(ref, str) for ref in refs):
        raise Unreadable("not_text", where="object_marking_refs")
    return " ".join(str(ref).removeprefix("marking-definition--") for ref in refs if ref)
