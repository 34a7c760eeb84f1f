"""Reads of matching: the matches of an account, banks, how far each detector is, and how reviewers' words add up."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from openiru.people.actor import Actor
from openiru.stages.intake.models import Report
from openiru.stages.matching import rules
from openiru.stages.matching.models import BankEntry, Match, Opinion, Progress


def visible(actor: Actor) -> QuerySet[Match]:
    """The matches on reports that this person may see, and on items of accounts that such a report names."""
    actor.must("match.view")
    theirs = Report.objects.filter(agency_id__in=actor.sees)
    reported = Exists(theirs.filter(account=OuterRef("item__account")))
    known = Q(bank_entry=None) | Q(bank_entry__agency_id__in=actor.sees)
    return Match.objects.filter(known, Q(report__in=theirs) | Q(Q(item__isnull=False), reported))


def of_account(account_id: int, actor: Actor) -> QuerySet[Match]:
    """Current matches of an account, those that count first, then the likeliest; with each reviewer's word."""
    whose = Q(report__account=account_id) | Q(item__account=account_id)
    words = Prefetch("opinions", Opinion.objects.select_related("by").order_by("at"))
    found = visible(actor).filter(whose, current=True).select_related("organisation", "item", "report")
    return found.prefetch_related(words).order_by("aside", "-score", "id")


def bank(actor: Actor) -> QuerySet[BankEntry]:
    """Entries that people proposed, those that wait first, of this person's agencies."""
    actor.must("match.view")
    people = (
        BankEntry.objects.filter(agency_id__in=actor.sees)
        .exclude(proposed_by=None)
        .select_related("organisation", "proposed_by", "confirmed_by")
    )
    return people.order_by("ended_at", "confirmed_at", "-id")


def progress(actor: Actor) -> QuerySet[Progress]:
    """How far each detector is in each source."""
    actor.must("match.view")
    return Progress.objects.order_by("detector", "source")


def tallies(actor: Actor) -> list[rules.Tally]:
    """What reviewers said of the matches of each known value, of the matches that this person may see."""
    words = Opinion.objects.filter(match__in=visible(actor))
    return rules.tallies(words.values_list("match__known", "says"))
