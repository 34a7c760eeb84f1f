"""Reads of casework: the queue, and all that a case page shows; simulated people in an exercise see no more than this."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.people.roles import Role
from openiru.stages.cases.models import Assessment, Case, Decision, Protection, Review
from openiru.stages.cases.protections import standing_against, touching
from openiru.stages.evidence.models import Capture
from openiru.stages.evidence.queries import captures_of
from openiru.stages.intake.models import Account, Item, Report
from openiru.stages.intake.queries import reports_of
from openiru.stages.matching.models import Match
from openiru.stages.matching.queries import of_account as matches_of
from openiru.stages.register import queries as register
from openiru.stages.register.claims import Claim, claims

MOST_MATCHES = 50
"""Matches that a case page shows, the likeliest first."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """What an officer sees of a case. `designation` is of the assessed organisation, `claims` of each reported name."""

    case: Case
    account: Account
    reports: list[Report]
    items: list[tuple[Item, list[Capture]]]
    captures: list[Capture]
    claims: list[Claim]
    designation: register.Designation | None
    assessment: Assessment | None
    earlier: list[Assessment]
    decisions: list[Decision]
    protections: list[Protection]
    standing: list[Protection]
    reviews: list[Review]
    matches: list[Match]


def visible(actor: Actor) -> QuerySet[Case]:
    """The cases this person may see."""
    actor.must("case.view")
    return Case.objects.filter(agency_id__in=actor.sees)


def queue(actor: Actor, *, state: str = "", platform: str = "", text: str = "") -> QuerySet[Case]:
    """The cases this person may see, the urgent and the oldest first, narrowed by state, platform or words."""
    found = visible(actor).select_related("account", "agency", "held_by")
    if state:
        found = found.filter(state=state)
    if platform:
        found = found.filter(account__platform=platform)
    if text:
        words = Q(account__handle__icontains=text) | Q(account__stable_id=text) | Q(account__key__icontains=text)
        claimed = Q(account__reports__claimed_organisation__icontains=text, account__reports__agency__in=actor.sees)
        found = found.filter(words | claimed).distinct()
    return found.annotate(reports=_own_reports(actor)).order_by("-urgent", "opened_at", "id")


def mine(actor: Actor) -> QuerySet[Case]:
    """What waits for this very person: to assess, to decide (never their own), to give an opinion, to review."""
    waits = Q(pk=None)
    if Role.ANALYST in actor.roles:
        waits |= Q(state=Case.State.OPEN)
    if Role.APPROVER in actor.roles:
        waits |= Q(state=Case.State.ASSESSED) & ~_own(actor)
    if Role.SECOND_OPINION in actor.roles:
        waits |= Q(state=Case.State.ASSESSED, assessments__replaced=False, assessments__opinion=None) & ~_own(actor)
    return queue(actor).filter(waits)


def page(case_id: int, actor: Actor, *, on: date) -> CasePage:
    """All that a case page shows; raises `not_found` for what this person may not see."""
    case = visible(actor).select_related("account", "agency", "held_by").filter(id=case_id).first()
    if case is None:
        raise Refused("not_found")
    reports = list(reports_of(case.account_id, actor))
    captures = list(captures_of(case.account_id, actor))
    items = [
        (item, [capture for capture in captures if capture.item_id == item.id])
        for item in case.account.items.order_by("id")
    ]
    history = list(
        case.assessments.select_related("organisation", "author")
        .prefetch_related("items__item", "items__capture")
        .order_by("-id")
    )
    current = next((one for one in history if not one.replaced), None)
    return CasePage(
        case=case,
        account=case.account,
        reports=reports,
        items=items,
        captures=captures,
        claims=claims((report.claimed_organisation for report in reports), on=on),
        designation=register.designation(current.organisation_id, on=on)
        if current and current.organisation_id
        else None,
        assessment=current,
        earlier=[one for one in history if one is not current],
        decisions=list(Decision.objects.filter(assessment__case=case).select_related("decided_by").order_by("-id")),
        protections=list(touching(case.account, on)),
        standing=standing_against(case, on),
        matches=list(matches_of(case.account_id, actor)[:MOST_MATCHES]),
        reviews=list(case.reviews.select_related("reviewer", "protection").order_by("-id")),
    )


def next_case(after: Case, actor: Actor) -> Case | None:
    """The next case that waits for this person, so that a queue can be worked from the keyboard."""
    return mine(actor).exclude(id=after.id).first()


def of_account(account_id: int, actor: Actor) -> QuerySet[Case]:
    """The cases on an account that this person may see, the newest first."""
    return visible(actor).filter(account_id=account_id).order_by("-id")


def counts(actor: Actor) -> dict[str, int]:
    """How many cases this person may see in each state."""
    return dict(visible(actor).values_list("state").annotate(Count("id")).order_by())


def approved_unsent(actor: Actor) -> QuerySet[Decision]:
    """Approvals that stand and of which no notice was made yet, oldest first."""
    return (
        Decision.objects.filter(
            approved=True, recalled_at=None, notice=None, assessment__case__agency_id__in=actor.sees
        )
        .filter(assessment__case__state=Case.State.APPROVED, assessment__replaced=False)
        .select_related("assessment__case__account", "assessment__organisation")
        .order_by("at")
    )


def open_on(organisation_ids: Iterable[int], actor: Actor) -> QuerySet[Case]:
    """Open cases this person may see whose assessment names one of these organisations."""
    named = Q(assessments__replaced=False, assessments__organisation__in=list(organisation_ids))
    open_states = (Case.State.OPEN, Case.State.ASSESSED, Case.State.APPROVED)
    return visible(actor).filter(named, state__in=open_states).select_related("account").order_by("id")


def _own_reports(actor: Actor) -> Count:
    seen = Q(account__reports__agency__in=actor.sees)
    return Count("account__reports", distinct=True, filter=seen)


def _own(actor: Actor) -> Q:
    return Q(assessments__replaced=False, assessments__author_id=actor.user_id)


def protections(actor: Actor, *, on: date) -> QuerySet[Protection]:
    """The registered protections, those in force first, with who added and who ended them."""
    actor.must("protection.view")
    in_force = Q(ended_at=None) & (Q(expires_on=None) | Q(expires_on__gte=on))
    return (
        Protection.objects.annotate(stands=ExpressionWrapper(in_force, output_field=BooleanField()))
        .select_related("added_by", "ended_by")
        .order_by("-stands", "-id")
    )
