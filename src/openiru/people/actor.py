"""The one who acts: what services are handed in place of a user, with the question every service asks first."""

from __future__ import annotations

from dataclasses import dataclass

from openiru.errors import Refused
from openiru.people.roles import MAY, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or the system. `id` is opaque and goes to the ledger; `sees` are the agencies whose cases are theirs to see."""

    id: str
    user_id: int | None
    roles: frozenset[Role]
    agency_id: int | None
    sees: frozenset[int]
    platform: str = ""

    @property
    def is_system(self) -> bool:
        """Whether nobody in particular acts: it may load, verify, export and work the queues, never decide."""
        return Role.SYSTEM in self.roles

    def may(self, verb: str) -> bool:
        """Whether one of the roles has this verb in the table."""
        return bool(MAY[verb] & self.roles)

    def must(self, verb: str, *, agency_id: int | None = None) -> None:
        """Raise `not_found` for another agency's object (it must not be known to exist), `not_allowed` for the verb."""
        if agency_id is not None and not self.is_system and agency_id not in self.sees:
            raise Refused("not_found")
        if not self.may(verb):
            raise Refused("not_allowed", verb=verb)

    @property
    def person(self) -> int:
        """The user's id; raises `needs_person` for the system, which never decides."""
        if self.user_id is None:
            raise Refused("needs_person")
        return self.user_id


SYSTEM = Actor(id="system", user_id=None, roles=frozenset({Role.SYSTEM}), agency_id=None, sees=frozenset())
"""Who acts when no person does: timers, loaders, verifiers."""
