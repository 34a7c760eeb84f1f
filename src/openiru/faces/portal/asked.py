"""What a view of the portal is handed, and how what is refused comes back with all that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest

from openiru.errors import Refused
from openiru.faces.words import status_of, text_of
from openiru.people.actor import Actor


class Asked(HttpRequest):
    """A signed-in person's request; `actor` and `now` are put there by the middleware."""

    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Typed:
    """One form that was sent and not taken: which, what stood in it, and the sentence why."""

    form: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    status: int = 200


NOTHING = Typed()


def kept(form: str, request: HttpRequest, error: Refused) -> Typed:
    """Keep what was typed beside the reason for which it was not taken."""
    return Typed(form, request.POST.dict(), text_of(error), status_of(error))
