"""What every page needs: who is signed in, what kind of installation this is, its clock, and the way around."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openiru import clock
from openiru.ledger import queries as ledger
from openiru.people.actor import Actor


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation; `inside` are the names of the pages that belong to it."""

    name: str
    title: str | Promise
    verb: str
    inside: tuple[str, ...] = ()


PLACES = (
    Place("today", _("Today"), "today.view"),
    Place(
        "queue",
        _("Queue"),
        "case.view",
        ("case", "looks", "bundle", "score", "rules", "quality", "blind", "quality-person"),
    ),
    Place("intake", _("Intake"), "intake.view", ("batch", "columns", "account", "reporters", "watches")),
    Place("notices", _("Notices"), "notice.view", ("notice", "preflight", "mailbox", "lines")),
    Place("platforms", _("Platforms"), "transparency.view", ("figure", "compliance", "pairs", "returns")),
    Place("register", _("Register"), "register.view", ("organisation",)),
    Place("protections", _("Protections"), "protection.view"),
    Place("appeals", _("Appeals"), "redress.view"),
    Place("ledger", _("Ledger"), "ledger.view"),
    Place("exercise", _("Exercise"), "exercise.view"),
    Place("people", _("People"), "people.administer"),
)


def page(request: HttpRequest) -> dict[str, object]:
    """Context for every template: `installation`, `now`, `actor`, `places`, `here`, `languages`."""
    actor: Actor | None = getattr(request, "actor", None)
    match = request.resolver_match
    here = match.url_name if match and match.url_name else ""
    return {
        "installation": ledger.installation(),
        "now": getattr(request, "now", None) or clock.now(),
        "actor": actor,
        "places": [(place, here == place.name or here in place.inside) for place in _open_to(actor)],
        "here": here,
        "languages": settings.LANGUAGES,
    }


def _open_to(actor: Actor | None) -> list[Place]:
    return [place for place in PLACES if actor and actor.may(place.verb)]
