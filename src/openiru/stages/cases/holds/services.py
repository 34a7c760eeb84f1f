"""Deconfliction: say that one has an interest, renew it with a reason, end it, and speak through the hub without saying who one is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.models import Case, HubWord, Interest

LONGEST = timedelta(days=14)
"""So long an interest stands; every renewal has its reason and the same length."""


def standing(account_key: str, agency_id: int, now: datetime) -> QuerySet[Interest]:
    """Interests of other agencies in an account that stand now."""
    return Interest.objects.filter(account_key=account_key, ended_at=None, until__gt=now).exclude(agency_id=agency_id)


def check_none(case: Case, now: datetime) -> None:
    """Raise `other_interest` while another agency asks to leave this account alone; it does not say which."""
    found = standing(case.account.key, case.agency_id, now).order_by("-until").first()
    if found is not None:
        raise Refused("other_interest", until=found.until.date().isoformat())


@transaction.atomic
def place(case_id: int, why: str, *, until: datetime, actor: Actor, now: datetime) -> Interest:
    """Ask other agencies to leave the account of one's own case alone until a day within a fortnight."""
    case = _own(case_id, actor)
    if not why.strip():
        raise Refused("reasons_missing")
    if not now < until <= now + LONGEST:
        raise Refused("hold_end_date")
    if Interest.objects.filter(account_key=case.account.key, agency_id=case.agency_id, ended_at=None).exists():
        raise Refused("wrong_state", why="it stands already: renew it")
    made = Interest.objects.create(
        account_key=case.account.key,
        agency_id=case.agency_id,
        placed_by_id=actor.person,
        placed_at=now,
        why=why.strip(),
        until=until,
    )
    facts = {"until": until.isoformat(), "why": why}
    ledger.append(actor.id, "hold.placed", case.subject, now=now, facts=facts)
    return made


@transaction.atomic
def renew(interest_id: int, why: str, *, actor: Actor, now: datetime) -> Interest:
    """Renew an interest for another fortnight, with its reason; without that it ends by itself."""
    interest = _theirs(interest_id, actor)
    if not why.strip():
        raise Refused("reasons_missing")
    interest.until, interest.why = now + LONGEST, why.strip()
    interest.renewals += 1
    interest.save(update_fields=["until", "why", "renewals"])
    facts = {"until": interest.until.isoformat(), "why": why, "renewals": interest.renewals}
    ledger.append(actor.id, "hold.renewed", f"hold:{interest.id}", now=now, facts=facts)
    return interest


@transaction.atomic
def end(interest_id: int, *, actor: Actor, now: datetime) -> Interest:
    """End an interest."""
    interest = _theirs(interest_id, actor)
    interest.ended_at = now
    interest.save(update_fields=["ended_at"])
    ledger.append(actor.id, "hold.ended", f"hold:{interest.id}", now=now, facts={})
    return interest


@transaction.atomic
def say(interest_id: int, text: str, *, actor: Actor, now: datetime) -> HubWord:
    """Say something to the other side through the hub, as the one who asks or as the one who has a case on the same account."""
    actor.must("hold.place")
    interest = Interest.objects.filter(id=interest_id).first()
    agency = actor.agency_id
    concerned = interest is not None and (interest.agency_id in actor.sees or _has_case(interest.account_key, actor))
    if interest is None or agency is None or not concerned:
        raise Refused("not_found")
    if not text.strip():
        raise Refused("reasons_missing")
    made = HubWord.objects.create(interest=interest, agency_id=agency, by_id=actor.person, at=now, text=text.strip())
    ledger.append(actor.id, "hold.said", f"hold:{interest.id}", now=now, facts={"text": text})
    return made


def words(interest: Interest, actor: Actor) -> list[tuple[bool, datetime, str]]:
    """What was said through the hub: whether it was our side's, when, and the text; never whose."""
    actor.must("hold.view")
    return [(one.agency_id in actor.sees, one.at, one.text) for one in interest.words.order_by("id")]


def of_case(case: Case, actor: Actor, *, now: datetime) -> tuple[list[Interest], list[Interest]]:
    """The interests in a case's account: those of agencies this person works with, and others', of which only the date is shown."""
    actor.must("hold.view")
    found = list(Interest.objects.filter(account_key=case.account.key, ended_at=None, until__gt=now).order_by("id"))
    return [one for one in found if one.agency_id in actor.sees], [
        one for one in found if one.agency_id not in actor.sees
    ]


def _has_case(key: str, actor: Actor) -> bool:
    return Case.objects.filter(Q(account__key=key), agency_id__in=actor.sees).exists()


def _own(case_id: int, actor: Actor) -> Case:
    case = Case.objects.select_related("account").filter(id=case_id).first()
    if case is None:
        raise Refused("not_found")
    actor.must("hold.place", agency_id=case.agency_id)
    return case


def _theirs(interest_id: int, actor: Actor) -> Interest:
    interest = Interest.objects.select_for_update().filter(id=interest_id, ended_at=None).first()
    if interest is None:
        raise Refused("not_found")
    actor.must("hold.place", agency_id=interest.agency_id)
    return interest
