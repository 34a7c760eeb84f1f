"""The case page: all that two people need to decide, on one screen, and every form of it with what was typed kept."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from openiru.errors import Refused, Unavailable, Unreadable
from openiru.faces.console.asked import Asked, today
from openiru.faces.console.forms import NOTHING, Typed, kept
from openiru.faces.console.labels import label, options
from openiru.faces.console.views.queue import seen_on, to_next
from openiru.faces.console.worksheet import fill
from openiru.people.queries import with_role
from openiru.people.roles import Role
from openiru.stages.cases import queries
from openiru.stages.cases.holds import services as holds
from openiru.stages.cases.models import Case
from openiru.stages.cases.quality.models import Answer
from openiru.stages.cases.queries import CasePage
from openiru.stages.evidence.models import Warning
from openiru.stages.notices.queries import of_case
from openiru.stages.register.claims import Claim, claims
from openiru.stages.transparency import followup
from openiru.stages.verify import queries as verified
from openiru.stages.verify import returning, succeeding
from openiru.stages.verify.models import Canary, Reappearance
from openiru.terms import Action, Ground, Leg, NoticeKind, Presence

LOOKS, MOST_EARLIER = 20, 5


@require_GET
def show(request: Asked, case_id: int) -> HttpResponse:
    """Show a case."""
    return case_page(request, case_id)


def case_page(request: Asked, case_id: int, typed: Typed = NOTHING) -> HttpResponse:
    """Render the case page; after a refusal with what was typed, and with the status of the refusal."""
    page = queries.page(case_id, request.actor, on=today(request))
    meant = _claims(page, request)
    context = {
        "page": page,
        **seen_on(page.case, request),
        "emergency": settings.OPENIRU["OPENIRU_EMERGENCY"],
        "claims": meant,
        "organisations": _organisations(page, meant),
        "worksheet": fill(page, typed.forms.get("assess")),
        "typed": typed,
        "conclusion": verified.conclusion_of(page.account.id),
        "looks": verified.observations_of(page.account.id)[:LOOKS],
        "asked_name": asked_name(request),
        "earlier_accounts": succeeding.earlier_than(page.account, request.actor)[:MOST_EARLIER],
        "doubtful": followup.doubtful(page.reports),
        **_interests(page, request),
        **_notices(page, request),
        **_standing(page, request),
        **_lists(),
    }
    return render(request, "console/case.html", context, status=typed.status)


def attempt(request: Asked, case_id: int, form: str, do: Callable[[], object]) -> HttpResponse:
    """Do what a form of the case page asks; what is refused comes back on the same page with all that was typed."""
    try:
        do()
    except (Refused, Unreadable, Unavailable) as error:
        return case_page(request, case_id, kept(form, request.POST.dict(), error))
    messages.success(request, DONE[form])
    if request.POST.get("then") == "next":
        return to_next(request, besides=case_id)
    return redirect("case", case_id)


DONE = {
    "label": _("Kept: the next training learns from it."),
    "take": _("You work on this case now, for half an hour."),
    "let_go": _("Given back: a colleague may take it."),
    "danger": _("Noted. The case stands on top of every queue while life is in danger."),
    "hold": _("Noted."),
    "golden": _("Proposed as a golden case; another person has to agree."),
    "assess": _("The assessment is stored. Another person decides."),
    "not_refer": _("The case is closed: not referred."),
    "close": _("The case is closed."),
    "reopen": _("The case is open again."),
    "opinion": _("Your opinion is stored."),
    "approve": _("Approved. A liaison may compose the notice now."),
    "decline": _("Declined."),
    "recall": _("The approval is recalled; nothing of it will be sent."),
    "review": _("Your review is stored."),
    "put_off": _("The holder is told later."),
    "urgent": _("The threat is confirmed as imminent."),
    "upload": _("The file is evidence now, with its digest."),
    "capture": _("The page is captured."),
    "tell": _("What you said is kept with the capture."),
    "looked": _("What you saw is noted."),
    "look": _("We looked. What we saw is below."),
    "reappeared": _("Filed as a new report; a person judges it like any other."),
}


def asked_name(request: Asked) -> str:
    """The name this person holds against the lists; a refused worksheet carries it along, so that its choice stays."""
    return str(request.GET.get("name") or request.POST.get("name") or "").strip()


def _claims(page: CasePage, request: Asked) -> list[Claim]:
    """What reporters claim, and the name that this person asks about now."""
    asked = asked_name(request)
    return [*page.claims, *(claims([asked], on=today(request)) if asked else [])]


def _organisations(page: CasePage, meant: list[Claim]) -> list[tuple[int, str]]:
    """The organisations that a claim may mean, each with how it stands today; the assessed one stays choosable."""
    standing = [one for claim in meant for one in claim.designations]
    if page.designation:
        standing.append(page.designation)
    shown: dict[int, str] = {}
    for one in standing:
        verdict = one.verdict
        how = "single_source" if verdict.single_source else "may_refer" if verdict.allowed else "may_not_refer"
        shown[one.organisation.id] = f"{one.organisation.name} · {label(how)}"
    return list(shown.items())


def _standing(page: CasePage, request: Asked) -> dict[str, object]:
    """Who did what, as far as it says what this very person may do next."""
    person, assessment = request.actor.user_id, page.assessment
    opinion = getattr(assessment, "opinion", None) if assessment else None
    approval = next((one for one in page.decisions if one.approved and one.recalled_at is None), None)
    held = page.case.held_until and page.case.held_until > request.now and page.case.held_by_id != person
    return {
        "opinion": opinion,
        "approval": approval if page.case.state == Case.State.APPROVED else None,
        "is_mine": bool(assessment and assessment.author_id == person),
        "gave_opinion": bool(opinion and opinion.author_id == person),
        "held_by_other": held,
        "quiet": page.case.nondisclosures.select_related("asked_by", "approved_by").order_by("id"),
        "colleagues": [(one.id, one.name) for one in with_role(Role.ANALYST, agency_id=page.case.agency_id)],
    }


def _interests(page: CasePage, request: Asked) -> dict[str, object]:
    """What agencies ask of each other about this account, and the rules that flagged the case."""
    ours, others = holds.of_case(page.case, request.actor, now=request.now)
    return {
        "interests": [(one, holds.words(one, request.actor)) for one in ours],
        "others_interests": [(one, holds.words(one, request.actor)) for one in others],
        "flagged": page.case.rule_hits.filter(live=True, rule__state="live").select_related("rule"),
        "answers": options(Answer),
    }


def _notices(page: CasePage, request: Asked) -> dict[str, object]:
    notices = list(of_case(page.case.id, request.actor))
    found: dict[str, object] = {"notices": notices, "composed": {one.decision_id for one in notices}}
    if request.actor.may("verify.look"):
        found["canaries"] = Canary.objects.filter(platform=page.account.platform, of_items=False)
        found["candidates"] = returning.candidates(page.account, request.actor) if notices else []
        found["looks_by_hand"] = verified.by_hand(request.actor, now=request.now).filter(account=page.account)
    return found


def _lists() -> dict[str, object]:
    return {
        "presences": options(Presence),
        "grounds": options(Ground),
        "kinds": options(NoticeKind),
        "legs": options(Leg),
        "actions": options(Action),
        "warnings": options(Warning),
        "links": options(Reappearance.Link),
    }
