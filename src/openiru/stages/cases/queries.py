"""Reads of casework: the queue, and all that a case page shows; simulated people in an exercise see no more than this."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.stages.cases.models import Assessment, Case, Decision, Protection, Quarantine, Review
from openiru.stages.cases.protections import in_force, signs_reviewed, standing_against, touching
from openiru.stages.cases.signs import finding
from openiru.stages.cases.signs.finding import Sign
from openiru.stages.cases.triage import bundles, reading
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
    sign_stop: bool
    signs: tuple[Sign, ...]
    bundle: list[Case]
    held_matches: frozenset[tuple[str, str]]

    @property
    def front_signs(self) -> bool:
        """Whether the account says of itself what a senior reviewer has to weigh."""
        return finding.stops(self.signs)

    @property
    def stopped(self) -> bool:
        """Whether a senior reviewer has to decide first: a registered protection stands, or the front shows signs of one."""
        return bool(self.standing) or self.sign_stop


def visible(actor: Actor) -> QuerySet[Case]:
    """The cases this person may see."""
    actor.must("case.view")
    return Case.objects.filter(agency_id__in=actor.sees)


def queue(actor: Actor, *, state: str = "", platform: str = "") -> QuerySet[Case]:
    """All cases this person may see, the urgent and the oldest first; for whoever goes through all of them, not for a page."""
    found = visible(actor).select_related("account", "agency", "held_by")
    if state:
        found = found.filter(state=state)
    if platform:
        found = found.filter(platform=platform)
    return found.order_by("-urgent", "opened_at", "id")


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
    signs = finding.find(reading.texts_of(case.account_id, case.account.name))
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
        sign_stop=finding.stops(signs) and not signs_reviewed(case, on),
        signs=signs,
        bundle=list(bundles.others(case, actor)[: bundles.MOST]),
        held_matches=frozenset(Quarantine.objects.filter(rule=None, lifted_at=None).values_list("detector", "known")),
        reviews=list(case.reviews.select_related("reviewer", "protection").order_by("-id")),
    )


def of_account(account_id: int, actor: Actor) -> QuerySet[Case]:
    """The cases on an account that this person may see, the newest first."""
    return visible(actor).filter(account_id=account_id).order_by("-id")


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


def protections(actor: Actor, *, on: date) -> QuerySet[Protection]:
    """The registered protections, those in force first, with who added and who ended them."""
    actor.must("protection.view")
    return (
        Protection.objects.annotate(stands=ExpressionWrapper(in_force(on), output_field=BooleanField()))
        .select_related("added_by", "ended_by", "listed")
        .order_by("-stands", "-id")
    )
