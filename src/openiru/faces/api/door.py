"""Who knocks: a person's token, a reporter's key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from ninja.security import HttpBearer

from openiru import clock
from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.people.queries import actor_for_token
from openiru.stages.intake import queries as intake
from openiru.stages.intake.models import Reporter


@dataclass(frozen=True, slots=True)
class Knock:
    """Who makes a request, and when: a person, or a reporter (then `actor` is None)."""

    actor: Actor | None
    reporter: Reporter | None
    now: datetime

    @property
    def person(self) -> Actor:
        """The person; raises `not_allowed` for a reporter."""
        if self.actor is None:
            raise Refused("not_allowed")
        return self.actor


class Bearer(HttpBearer):
    """`Authorization: Bearer iru_…` for a person's token, `Bearer irr_…` for a reporter's key."""

    def authenticate(self, request: HttpRequest, token: str) -> Knock:  # noqa: ARG002 (ninja hands it over)
        """Say who it is; raises `token_invalid`."""
        now = clock.now()
        if token.startswith("irr_"):
            return Knock(None, intake.reporter_for_key(token, now=now), now)
        return Knock(actor_for_token(token, now=now), None, now)
