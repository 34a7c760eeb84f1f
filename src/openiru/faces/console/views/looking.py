"""Looking again: now, by machine; or by a person, where a platform lets no machine look; and a holder who came back."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked, agency_of, today
from openiru.faces.console.forms import number as number_of
from openiru.faces.console.forms import number_or_none, word
from openiru.faces.console.views.case import attempt
from openiru.faces.console.views.queue import paged
from openiru.faces.tools import fetcher
from openiru.platforms.shapes import Sighting
from openiru.stages.cases import queries
from openiru.stages.evidence import services as evidence
from openiru.stages.evidence import work as capturing
from openiru.stages.evidence.models import Capture
from openiru.stages.intake.formats.shapes import Row
from openiru.stages.intake.models import Account
from openiru.stages.verify import queries as verified
from openiru.stages.verify import returning, services, succeeding, work
from openiru.stages.verify.comparing import PAIRS, Claim
from openiru.stages.verify.models import Lookup, Reappearance
from openiru.stages.verify.seeing import Seen
from openiru.terms import Platform, Presence, Verified

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
        vantage = waiting.vantage if waiting else typed.get("vantage", "").strip() or "outside"
        presence = word(Presence, typed.get("presence", ""), name="presence")
        taken = _screenshot(request, page.account, vantage)
        if typed.get("canaries"):
            platform = Platform(page.account.platform)
            services.record_canaries_by_hand(
                platform, vantage=vantage, as_expected=True, actor=request.actor, now=request.now
            )
        seen = Seen(
            page.account.id,
            vantage,
            Sighting(
                presence,
                SEEN_BY_A_PERSON,
                typed.get("quote", "").strip(),
                typed.get("territory", "").strip().upper(),
            ),
            page.account.url or page.account.key,
            notice_id=waiting.notice_id if waiting else None,
            capture_id=taken.id if taken else None,
            by_hand=True,
        )
        services.record(seen, actor=request.actor, now=request.now, lookup_id=waiting.id if waiting else None)

    return attempt(request, case_id, "looked", do)


def _screenshot(request: Asked, account: Account, vantage: str) -> Capture | None:
    """What a person saw, as evidence; None where nothing was given."""
    file = request.FILES.get("screenshot")
    if file is None:
        return None
    kept = capturing.uploaded(file.name or "screenshot", file.read())
    new = evidence.NewCapture(
        account.id, "upload", account.url, (kept,), vantage=vantage, note=request.POST.get("quote", "").strip()
    )
    return evidence.record(new, actor=request.actor, now=request.now)


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


@require_POST
def succeeded(request: Asked, case_id: int) -> HttpResponse:
    """File this account as the possible return of an earlier one that detection suggests, with the signals as the link shown."""

    def do() -> None:
        page = queries.page(case_id, request.actor, on=today(request))
        wanted = number_of(request.POST.get("earlier", ""), name="earlier")
        found = next(
            (one for one in succeeding.earlier_than(page.account, request.actor) if one.account.id == wanted), None
        )
        if found is None:
            raise Refused("not_found")
        shown = "; ".join(signal.sentence for signal in found.successor.signals)
        row = Row(line=1, url=page.account.url, note=shown)
        new = returning.Return(wanted, row, Reappearance.Link.DETECTED, shown)
        returning.file(new, agency_id=agency_of(request), actor=request.actor, now=request.now)

    return attempt(request, case_id, "reappeared", do)


@require_GET
def pairs(request: Asked) -> HttpResponse:
    """Every pair of claimed and verified, with its number and next step, and the notices at the one that is chosen."""
    counted = verified.pair_counts(request.actor)
    asked = (request.GET.get("claim", ""), request.GET.get("seen", ""))
    rows = [
        (
            claim.value,
            [
                {
                    "seen": seen.value,
                    "pair": PAIRS[claim, seen],
                    "number": counted.get((claim.value, seen.value), 0),
                    "chosen": asked == (claim.value, seen.value),
                }
                for seen in Verified
            ],
        )
        for claim in Claim
    ]
    context: dict[str, object] = {"rows": rows, "seen": [one.value for one in Verified]}
    if any(asked):
        claim, seen = word(Claim, asked[0], name="claim"), word(Verified, asked[1], name="seen")
        found = verified.notices_at(request.actor, claim, seen)
        context |= {"page": paged(found, request.GET.get("page", "")), "chosen": PAIRS[claim, seen]}
    return render(request, "console/pairs.html", context)


@require_GET
def returns(request: Asked) -> HttpResponse:
    """Possible returns of holders, what is counted of those that people confirmed, and where a person says a word."""
    found, counts = returning.visible(request.actor), returning.counts(request.actor)
    regained = "–" if counts.regained is None else f"{counts.regained:.0%}"
    context = {"page": paged(found, request.GET.get("page", "")), "counts": counts, "regained": regained}
    return render(request, "console/returns.html", context)


@require_POST
def judge(request: Asked, return_id: int) -> HttpResponse:
    """A person says whether it is the same holder."""
    same = request.POST.get("word") == "same"
    reasons = request.POST.get("reasons", "")
    returning.decide(return_id, same=same, reasons=reasons, actor=request.actor, now=request.now)
    messages.success(request, _("Your word is kept."))
    return redirect("returns")
