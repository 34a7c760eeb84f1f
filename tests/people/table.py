"""The table of verbs: one row a service function, with what it needs, who does it, and which entries it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from openiru.people.actor import Actor
from tests.builders import Cast

Do = Callable[[Actor], object]


@dataclass(frozen=True, slots=True)
class Verb:
    """One service function: the verb of the permission table, who of the cast does it, and how many entries it writes.

    `ready` makes what it needs and returns the call. `bound`: its object belongs to an agency, so others find nothing.
    """

    call: Callable[..., object]
    may: str
    who: str
    ready: Callable[[Cast], Do]
    entries: tuple[str, ...]
    bound: bool = True

    @property
    def name(self) -> str:
        """Room and function."""
        return f"{self.call.__module__.removeprefix('openiru.').removesuffix('.services')}.{self.call.__name__}"


TABLE: list[Verb] = []


def verb(
    call: Callable[..., object], may: str, who: str, *entries: str, bound: bool = True
) -> Callable[[object], object]:
    """Put a service function into the table; the decorated function makes it ready."""

    def put(ready: Callable[[Cast], Do]) -> Callable[[Cast], Do]:
        TABLE.append(Verb(call, may, who, ready, entries, bound))
        return ready

    return put  # type: ignore[return-value]
