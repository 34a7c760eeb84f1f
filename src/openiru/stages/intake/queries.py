"""Reads of intake for screens: batches, accounts, what was reported of them."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS
from openiru.stages.intake.models import Account, Batch, Report
from openiru.stages.intake.phones import unseal
from openiru.terms import Platform


def batches(actor: Actor) -> QuerySet[Batch]:
    """The batches of the agencies this person may see, newest first."""
    return Batch.objects.filter(agency_id__in=actor.sees).select_related("agency", "by").order_by("-id")


def batch(batch_id: int, actor: Actor) -> Batch:
    """One batch; raises `not_found`."""
    found = batches(actor).filter(id=batch_id).first()
    if found is None:
        raise Refused("not_found")
    return found


def reports_of(account_id: int, actor: Actor) -> QuerySet[Report]:
    """What was reported of an account, as far as this person may see it, oldest first."""
    return (
        Report.objects.filter(account_id=account_id, agency_id__in=actor.sees)
        .select_related("agency", "reappearance_of")
        .order_by("at", "id")
    )


def address_of(account: Account) -> str:
    """The account's address for a notice; a sealed phone number is opened here and nowhere else."""
    if account.phone_sealed is None:
        return account.url
    digits = unseal(bytes(account.phone_sealed), settings.SEAL_KEY)
    return PLATFORMS[Platform(account.platform)].phone_url.format(digits=digits)
