"""What a machine may use only by leave: connectors of open networks, and each platform's pages. Off until two people agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Min, QuerySet

from openiru.errors import Refused
from openiru.platforms import PLATFORMS
from openiru.stages.intake.watching import queries
from openiru.stages.intake.watching.connectors import CONNECTORS
from openiru.terms import Platform

PAGES = "pages."
"""The name of a platform's pages as a thing to have leave for begins so: `pages.telegram`."""


@dataclass(frozen=True, slots=True)
class Usable:
    """One thing that leave is asked for. `needs_terms`: the network's own terms limit it, so a permit must speak of them."""

    name: str
    title: str
    needs_terms: bool = False


USABLE: Mapping[str, Usable] = {
    **{one.name: Usable(one.name, one.title, one.needs_terms) for one in CONNECTORS.values()},
    **{
        f"{PAGES}{name}": Usable(f"{PAGES}{name}", f"{known.title}: pages", known.check.manual_only)
        for name, known in PLATFORMS.items()
    },
}
"""Pages of platforms that let no machine in need a word on their terms: a capture there is against them."""


def usable(name: str) -> Usable:
    """The thing of this name; Refused `not_found` for another."""
    found = USABLE.get(name)
    if found is None:
        raise Refused("not_found", connector=name)
    return found


def per_minute(platform: str, agencies: Iterable[int] | QuerySet[Any, Any], *, on: date) -> float:
    """How often a minute these agencies' leave lets a platform be asked, the slowest of several; Refused `no_leave` without one."""
    found = queries.permits_on(on).filter(agency__in=agencies, connector=f"{PAGES}{platform}")
    slowest = found.aggregate(slowest=Min("per_hour"))["slowest"]
    if slowest is None:
        raise Refused("no_leave", platform=PLATFORMS[Platform(platform)].title)
    return float(slowest) / 60
