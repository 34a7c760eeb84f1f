"""Builds the facts of a notice from an approved decision: what was assessed, what designates, what the holder is told."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet

from openiru.ledger.ids import new_code
from openiru.platforms import PLATFORMS
from openiru.platforms.orders import OrderFacts
from openiru.platforms.shapes import ItemFact, NoticeFacts
from openiru.stages.cases.models import AssessedItem, Assessment, Decision
from openiru.stages.notices import profiles
from openiru.stages.notices.profiles.shapes import Profile
from openiru.stages.notices.surroundings import Surroundings
from openiru.stages.register import queries as register
from openiru.terms import Action, Ground, Leg, NoticeKind, Platform

REDRESS = (
    "The account holder may complain to the unit with the code below, at {base}/appeal, free of charge; a person "
    "who had no part in this decision decides. Complaints to the platform and the courts stay open."
)


STATEMENT = (
    "To the best of our knowledge what is stated here is accurate and complete; it was assessed in good faith by one person "
    "and approved by another."
)
"""The statement of DSA Art. 16(2)(d)."""


def holder_text(assessment: Assessment, code: str) -> str:
    """What the holder is told: who asked, what for, on what basis, and how to appeal. No officer's name."""
    authority = assessment.case.agency.name
    what = {
        Leg.PLATFORM_POLICY: f"under the platform's own rules ({assessment.policy_line})",
        Leg.LOCAL_LAW: f"under {assessment.law} ({', '.join(assessment.law_articles)})",
    }[Leg(assessment.leg)]
    asked = assessment.action.replace("_", " ")
    return (
        f"{authority} asked for this account to be reviewed {what}, requested step: {asked}. Reason: content that speaks for "
        f"{assessment.organisation}, a listed organisation. If you think this is wrong, use the code {code} at "
        f"{settings.BASE_URL}/appeal. A person who had no part in the request decides, and tells everyone who was told."
    )


def build(
    decision: Decision,
    around: Surroundings,
    *,
    address: str,
    now: datetime,
    designation: register.Designation | None = None,
) -> NoticeFacts:
    """Return the facts of the notice that this decision allows, as of now; `address` is the account's, open or masked."""
    assessment = decision.assessment
    case, account, organisation = assessment.case, assessment.case.account, assessment.organisation
    assert organisation is not None
    designation = designation or register.designation(organisation.id, on=now.date())
    code, quiet, profile = new_code(), around.quiet_until, profiles.find(assessment.law)
    return NoticeFacts(
        reference=f"IRU-{new_code()}",
        kind=NoticeKind(assessment.kind),
        leg=Leg(assessment.leg),
        platform=Platform(account.platform),
        action=Action(assessment.action),
        account_url=address,
        account_key=account.key,
        account_handle=account.handle,
        account_stable_id=account.stable_id,
        organisation=organisation.name,
        listings=designation.facts,
        single_source=designation.verdict.single_source,
        items=tuple(_item(item, assessment, profile, around.seen(item.item.url)) for item in _items(assessment)),
        affiliation=assessment.affiliation,
        policy_line=assessment.policy_line,
        policy_why=assessment.policy_why,
        law=assessment.law,
        law_articles=tuple(assessment.law_articles),
        authority=case.agency.name,
        authority_email=case.agency.email or settings.OPENIRU["OPENIRU_MAIL_FROM"],
        authority_address=case.agency.address,
        language=profile.language if profile else "en",
        territory=assessment.territory,
        end_date=assessment.end_date,
        redress=REDRESS.format(base=settings.BASE_URL),
        holder_text="" if quiet else holder_text(assessment, code),
        holder_code=code,
        nondisclosure_until=quiet,
        issued_at=now,
        previous_ticket=_previous_ticket(around, case.id),
        context=_context(assessment),
        urgency=around.urgency,
        statement=STATEMENT,
        order=_order(assessment, profile, around) if assessment.kind == NoticeKind.ORDER else None,
    )


def _previous_ticket(around: Surroundings, case_id: int) -> str:
    """The ticket of the newest notice of this case that has one."""
    return next((one.ticket for one in reversed(around.notices) if one.case_id == case_id and one.ticket), "")


def _items(assessment: Assessment) -> QuerySet[AssessedItem]:
    """The assessed items in their order, with no more of them than a notice states."""
    stated = ("ground", "why", "excerpt", "language", "translation", "item__url", "item__key", "capture__digest")
    return assessment.items.select_related("item", "capture").only("assessment_id", *stated).order_by("id")


def _item(judged: AssessedItem, assessment: Assessment, profile: Profile | None, seen: datetime | None) -> ItemFact:
    capture, ground = judged.capture, Ground(judged.ground)
    by_law = assessment.leg == Leg.LOCAL_LAW or assessment.kind == NoticeKind.ORDER
    articles = tuple(profile.provisions[ground]) if profile else tuple(assessment.law_articles)
    return ItemFact(
        url=judged.item.url,
        key=judged.item.key,
        ground=ground,
        why=judged.why,
        language=judged.language or "en",
        excerpt=judged.excerpt,
        translation=judged.translation,
        evidence_sha256=capture.digest if capture else "",
        last_seen_live=seen,
        articles=articles if by_law else (),
    )


def _order(assessment: Assessment, profile: Profile | None, around: Surroundings) -> OrderFacts | None:
    """What an order says besides, where the instrument and the platform's addressee are known; else None, a hard gap."""
    addressee = PLATFORMS[Platform(assessment.case.account.platform)].addressee
    if profile is None or profile.issuer is None or profile.redress is None or addressee is None:
        return None
    return OrderFacts(
        instrument=profile.slug,
        basis=profile.basis,
        scope=profile.scope,
        within_hours=profile.deadline_for(urgent=bool(around.urgency)).hours,
        preserve_months=profile.preserve_months,
        file_number=assessment.case.number,
        addressee=addressee,
        issuer=profile.issuer,
        redress=profile.redress,
        nondisclosure_law=profile.nondisclosure_law if around.quiet_until else "",
    )


def _context(assessment: Assessment) -> str:
    return f"Least restrictive measure: {assessment.least_restrictive}"


def designation_of(decision: Decision, on: date) -> register.Designation:
    """How the assessed organisation stands on the lists on a day."""
    assert decision.assessment.organisation_id is not None
    return register.designation(decision.assessment.organisation_id, on=on)
