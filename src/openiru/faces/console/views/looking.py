"""Looking again: now, by machine; or by a person, where a platform lets no machine look; and a holder who came back."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked, agency_of, today
from openiru.faces.console.forms import number_or_none, word
from openiru.faces.console.views.case import attempt
from openiru.faces.console.views.queue import paged
from openiru.faces.tools import fetcher
from openiru.platforms.shapes import Sighting
from openiru.stages.cases import queries
from openiru.stages.intake.formats.shapes import Row
from openiru.stages.intake.models import Account
from openiru.stages.verify import queries as verified
from openiru.stages.verify import returning, services, work
from openiru.stages.verify.models import Lookup
from openiru.terms import Presence

SEEN_BY_A_PERSON = "seen_by_a_person"


@require_GET
def looks(request: Asked) -> HttpResponse:
    """The looks that are due and that only a person may make, with the case in which to note each."""
    cases = Prefetch("account__cases", queries.visible(request.actor).order_by("-id"), to_attr="seen_cases")
    waiting = verified.by_hand(request.actor, now=request.now).prefetch_related(cases)
    return render(request, "console/looks.html", {"page": paged(waiting, request.GET.get("page", ""))})


@require_POST
def look_now(request: Asked, case_id: int) -> HttpResponse:
    """Look whether the account is still there."""

    def do() -> None:
        page = queries.page(case_id, request.actor, on=today(request))
        request.actor.must("verify.look")
        work.look_now(page.account, fetcher=fetcher(), actor=request.actor, now=request.now)

    return attempt(request, case_id, "look", do)


@require_POST
def looked(request: Asked, case_id: int) -> HttpResponse:
    """Note what a person saw, with the platform's own words where it shows any."""
    typed = request.POST

    def do() -> None:
        page = queries.page(case_id, request.actor, on=today(request))
        request.actor.must("verify.look")
        waiting = _waiting(request, page.account)
        seen = services.Seen(
            page.account.id,
            waiting.vantage if waiting else typed.get("vantage", "").strip() or "outside",
            Sighting(
                word(Presence, typed.get("presence", ""), name="presence"),
                SEEN_BY_A_PERSON,
                typed.get("quote", "").strip(),
                typed.get("territory", "").strip().upper(),
            ),
            page.account.url or page.account.key,
            notice_id=waiting.notice_id if waiting else None,
            by_hand=True,
        )
        services.record(seen, actor=request.actor, now=request.now, lookup_id=waiting.id if waiting else None)

    return attempt(request, case_id, "looked", do)


def _waiting(request: Asked, account: Account) -> Lookup | None:
    """The look that was due and that this person made; None for one that nobody planned."""
    wanted = number_or_none(request.POST.get("lookup", ""))
    if wanted is None:
        return None
    found = verified.by_hand(request.actor, now=request.now).filter(id=wanted, account=account).first()
    if found is None:
        raise Refused("not_found")
    return found


@require_POST
def reappeared(request: Asked, case_id: int) -> HttpResponse:
    """File a possible reappearance of this account's holder as a new report."""
    row = Row(line=1, url=request.POST.get("address", "").strip(), note=request.POST.get("note", ""))

    def do() -> None:
        page = queries.page(case_id, request.actor, on=today(request))
        new = returning.Return(page.account.id, row, request.POST.get("link") or "seen_by_a_person")
        returning.file(new, agency_id=agency_of(request), actor=request.actor, now=request.now)

    return attempt(request, case_id, "reappeared", do)
