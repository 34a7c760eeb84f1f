"""One run of the full practice: who acts, how long each phase took, and what the rules refused on the way."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from openiru import clock
from openiru.errors import Refused, Unavailable
from openiru.people.actor import Actor

T = TypeVar("T")


@dataclass
class Run:
    """One run: who acts, how long each phase took on the wall clock, and what was refused on the way."""

    people: dict[str, Actor]
    seconds: dict[str, float] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    stopped: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time a phase; phases that come again add up."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - began, 2)

    def attempt(self, verb: Callable[..., T], *words: object, **named: object) -> T | None:
        """Do what a person tries to do; a rule's no is counted, as it would be read."""
        try:
            return verb(*words, **named, now=clock.now())
        except (Refused, Unavailable) as error:
            code = error.code if isinstance(error, Refused) else error.service
            self.refused[code] = self.refused.get(code, 0) + 1
            return None
