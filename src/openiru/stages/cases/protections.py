"""Protected speakers: registering one, ending it, a senior reviewer's word on a case, and which protections stand against one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.models import Case, Decision, Protection, Review
from openiru.stages.intake.models import Account
from openiru.stages.register.screening import fold
from openiru.terms import ProtectionKind

REVIEW_HOLDS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NewProtection:
    """Who is protected and why: by the canonical key of an account, or by name, and where that is known from."""

    kind: ProtectionKind
    name: str
    source: str
    account_key: str = ""
    expires_on: date | None = None


def in_force(on: date) -> Q:
    """Protections that stand on a day."""
    return Q(ended_at=None) & (Q(expires_on=None) | Q(expires_on__gte=on))


def sign_stops(case: Case, on: date) -> bool:
    """Whether the account's own front shows signs of protected speech and no senior reviewer said that the case may go on."""
    return case.sign_stop and not signs_reviewed(case, on)


def signs_reviewed(case: Case, on: date) -> bool:
    """Whether a senior reviewer's word on the signs stands, and lets the case go on."""
    return Review.objects.filter(case=case, protection=None, may_go_on=True, expires_on__gte=on).exists()


def standing_against(case: Case, on: date) -> list[Protection]:
    """The protections that touch this case's account and on which no senior reviewer has said that it may go on."""
    reviewed = Review.objects.filter(case=case, may_go_on=True, expires_on__gte=on).values("protection")
    return list(touching(case.account, on).exclude(id__in=reviewed))


def touching(account: Account, on: date) -> QuerySet[Protection]:
    """The protections in force that name this account, by key or by folded name or handle."""
    return Protection.objects.filter(naming(account), in_force(on)).order_by("id")


def naming(account: Account) -> Q:
    """Protections that name an account, in force or not."""
    names = {fold(word) for word in (account.name, account.handle) if word} - {""}
    return Q(account_key=account.key) | Q(folded_name__in=names)


def ended_by(person: int, account: Account) -> bool:
    """Whether this person ended a protection of this account: then they do not approve its case."""
    return Protection.objects.filter(naming(account), ended_by_id=person).exists()


def touched(protection: Protection) -> QuerySet[Case]:
    """The cases whose account a protection names, as far as triage wrote their names down."""
    named = Q(account__key=protection.account_key) if protection.account_key else Q(pk=None)
    if protection.folded_name:
        named |= Q(folded__contains=[protection.folded_name])
    return Case.objects.filter(named)


@transaction.atomic
def add(new: NewProtection, *, actor: Actor, now: datetime) -> Protection:
    """Register a protected speaker; it stops every open case at once."""
    actor.must("protection.add")
    if not new.source.strip() or not (new.name.strip() or new.account_key):
        raise Refused("reasons_missing")
    protection = Protection.objects.create(
        kind=new.kind,
        name=new.name,
        account_key=new.account_key,
        folded_name=fold(new.name)[:200],
        source=new.source,
        added_by_id=actor.user_id,
        added_at=now,
        expires_on=new.expires_on,
    )
    touched(protection).update(stale=True)
    facts = {"kind": new.kind.value, "source": new.source}
    ledger.append(actor.id, "protection.added", f"protection:{protection.id}", now=now, facts=facts)
    return protection


@transaction.atomic
def end(protection_id: int, *, reasons: str, actor: Actor, now: datetime) -> Protection:
    """End a protection; only a senior reviewer who did not add it."""
    actor.must("protection.end")
    protection = Protection.objects.select_for_update().filter(id=protection_id).first()
    if protection is None:
        raise Refused("not_found")
    if protection.added_by_id == actor.person:
        raise Refused("same_person")
    if not reasons.strip():
        raise Refused("reasons_missing")
    approved = Decision.objects.filter(decided_by_id=actor.person, approved=True, recalled_at=None)
    if approved.filter(assessment__case__in=touched(protection)).exists():
        raise Refused("approved_it")
    protection.ended_by_id, protection.ended_at = actor.person, now
    protection.save(update_fields=["ended_by", "ended_at"])
    touched(protection).update(stale=True)
    ledger.append(actor.id, "protection.ended", f"protection:{protection.id}", now=now, facts={"reasons": reasons})
    return protection


@dataclass(frozen=True, slots=True)
class NewReview:
    """A senior reviewer's word in one case: on one protection, or (None) on the signs that its front shows."""

    case_id: int
    protection_id: int | None
    may_go_on: bool
    reasons: str


@transaction.atomic
def review(new: NewReview, *, actor: Actor, now: datetime) -> Review:
    """Let a protected speaker's case go on, or stop it, with reasons; whoever assessed it may not."""
    case = Case.objects.select_for_update().filter(id=new.case_id).first()
    if case is None or (new.protection_id and not Protection.objects.filter(id=new.protection_id).exists()):
        raise Refused("not_found")
    actor.must("protection.review", agency_id=case.agency_id)
    had_part = Q(author_id=actor.person) | Q(decision__decided_by_id=actor.person)
    if case.assessments.filter(had_part).exists():
        raise Refused("same_person")
    if not new.reasons.strip():
        raise Refused("reasons_missing")
    protection = Protection.objects.get(id=new.protection_id) if new.protection_id else None
    made, _ = Review.objects.update_or_create(
        case=case,
        protection=protection,
        defaults={
            "reviewer_id": actor.person,
            "may_go_on": new.may_go_on,
            "reasons": new.reasons,
            "at": now,
            "expires_on": (now + REVIEW_HOLDS).date(),
        },
    )
    facts = {"protection": new.protection_id, "may_go_on": new.may_go_on, "reasons": new.reasons}
    ledger.append(actor.id, "protection.reviewed", case.subject, now=now, facts=facts)
    return made
