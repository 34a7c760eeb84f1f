"""The table of verbs: one row a service function, with what it needs, who does it, and which entries it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from openiru.people.actor import SYSTEM, Actor
from openiru.people.models import User
from openiru.people.queries import actor_for
from openiru.people.roles import Role
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
_numbers = count(1)


def a_contact(platform: str = "telegram") -> Actor:
    """Somebody who speaks for a platform, and belongs to no agency."""
    email = f"pia{next(_numbers)}@{platform}.example.org"
    user = User.objects.create(email=email, name="Pia", roles=[Role.PLATFORM_CONTACT], platform=platform)
    return actor_for(user)


def whose(who: str, cast: Cast) -> Actor:
    """Who of the cast it is; `pia` is Telegram's, `system` nobody in particular."""
    if who == "system":
        return SYSTEM
    return a_contact() if who == "pia" else cast.each()[who]


def verb(
    call: Callable[..., object], may: str, who: str, *entries: str, bound: bool = True
) -> Callable[[object], object]:
    """Put a service function into the table; the decorated function makes it ready."""

    def put(ready: Callable[[Cast], Do]) -> Callable[[Cast], Do]:
        TABLE.append(Verb(call, may, who, ready, entries, bound))
        return ready

    return put  # type: ignore[return-value]
