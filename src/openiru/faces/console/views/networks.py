"""Networks: communities of accounts that share rare links and files, forward and announce each other, with a picture of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from openiru.detect.networks import Spot
from openiru.detect.networks.communities import Tie
from openiru.faces.console.asked import Asked, today
from openiru.faces.console.forms import number_or_none
from openiru.stages.cases import queries as cases
from openiru.stages.verify import networks
from openiru.stages.verify.networks import Network


@dataclass(frozen=True, slots=True)
class Line:
    """A tie as a line of the picture; the thicker, the more surprising."""

    tie: Tie
    one: Spot
    other: Spot
    width: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A network and the lines of its picture."""

    network: Network
    lines: list[Line]


@require_GET
def show(request: Asked) -> HttpResponse:
    """The community of one case's account, or the strongest communities of all."""
    wanted = number_or_none(request.GET.get("case", ""))
    case = cases.page(wanted, request.actor, on=today(request)).case if wanted is not None else None
    if case is None:
        found = networks.standing(request.actor, on=today(request))
    else:
        around = networks.around(case.account, request.actor, on=today(request))
        found = [around] if around else []
    return render(request, "console/networks.html", {"drawn": [_draw(one) for one in found], "case": case})


def _draw(one: Network) -> Drawn:
    strongest = max((tie.bits for tie in one.community.ties), default=1.0)
    spots = one.spots
    return Drawn(
        one,
        [Line(tie, spots[tie.a], spots[tie.b], round(1 + 5 * tie.bits / strongest, 1)) for tie in one.community.ties],
    )
