"""What a command is: its words, its arguments, what it does, and who it does it as."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from openiru.people.actor import Actor


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command: its arguments, the actor behind the token (else the system), and the time."""

    args: argparse.Namespace
    actor: Actor
    now: datetime

    @property
    def agency_id(self) -> int:
        """The agency this call works for: the person's own, or the one named with --agency."""
        from openiru.errors import Refused
        from openiru.people.models import Agency

        slug = getattr(self.args, "agency", "")
        if slug:
            agency = Agency.objects.filter(slug=slug).first()
            if agency is None:
                raise Refused("not_found", agency=slug)
            return agency.id
        if self.actor.agency_id is None:
            raise Refused("needs_person", why="name an agency with --agency, or use a personal token")
        return self.actor.agency_id


Result = dict[str, object]


@dataclass(frozen=True, slots=True)
class Command:
    """`openiru GROUP NAME`. `add` declares its arguments; `run` returns what `--json` prints."""

    group: str
    name: str
    says: str
    run: Callable[[Call], Result]
    add: Callable[[argparse.ArgumentParser], object] = lambda parser: None
    verb: str = ""
    needs_database: bool = True
