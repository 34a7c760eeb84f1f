"""Reads what was typed into plain values, and keeps all of it when something is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from openiru.errors import Refused
from openiru.faces.words import status_of, text_of

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Typed:
    """One form that was sent and not taken: what stood in it, and the sentence why. `status` is the page's HTTP status."""

    form: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    status: int = 200

    @property
    def forms(self) -> Mapping[str, Mapping[str, str]]:
        """What was typed, under the name of its form, for templates: `typed.forms.opinion.reasons`."""
        return {self.form: self.values} if self.form else {}

    @property
    def errors(self) -> Mapping[str, str]:
        """The sentence under the name of its form."""
        return {self.form: self.text} if self.form else {}


NOTHING = Typed()


def kept(form: str, values: Mapping[str, str], error: Exception) -> Typed:
    """Keep what was typed beside the reason for which it was not taken."""
    plain = {name: values[name] for name in values if name != "csrfmiddlewaretoken"}
    return Typed(form, plain, text_of(error), status_of(error))


def word(kind: type[Word], text: str, *, name: str) -> Word:
    """A word of a closed list; Refused `form_incomplete` for another."""
    try:
        return kind(text)
    except ValueError:
        raise Refused("form_incomplete", field=name) from None


def number(text: str, *, name: str) -> int:
    """A whole number; Refused `form_incomplete` otherwise."""
    if not text.strip().isdecimal():
        raise Refused("form_incomplete", field=name)
    return int(text)


def number_or_none(text: str) -> int | None:
    """A whole number, or None for nothing chosen."""
    return int(text) if text.strip().isdecimal() else None


def day(text: str, *, name: str) -> date | None:
    """A day as browsers send it, None for none; Refused `form_incomplete` otherwise."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("form_incomplete", field=name) from None


def lines(text: str) -> tuple[str, ...]:
    """Values that stand one a line or separated by commas."""
    return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())
