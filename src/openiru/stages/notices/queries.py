"""Reads of notices: the board, the mailbox, what the clock proposes, what was told to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import Gap, Package, Weight
from openiru.stages.cases.models import Decision
from openiru.stages.intake.queries import shown_address
from openiru.stages.notices import door, facts, preflight, rules, surroundings
from openiru.stages.notices.frozen import thaw
from openiru.stages.notices.models import Answer, Dispatch, Message, Notice, WithdrawalTask
from openiru.stages.notices.preflight.shapes import Report
from openiru.stages.notices.surroundings import Surroundings
from openiru.terms import Leg, NoticeKind, Outcome, Platform

_WENT_OUT = Q(sent_at__isnull=False) | Q(state=Notice.State.IN_DOUBT)


def visible(actor: Actor) -> QuerySet[Notice]:
    """The notices this person may see: those on their agencies' cases."""
    actor.must("notice.view")
    return Notice.objects.filter(case__agency_id__in=actor.sees)


def board(actor: Actor, *, state: str = "", platform: str = "", overdue_at: datetime | None = None) -> QuerySet[Notice]:
    """Notices by state and clock: what is due first comes first."""
    found = visible(actor).select_related("case__account", "agency", "withdrawal")
    if state:
        found = found.filter(state=state)
    if platform:
        found = found.filter(platform=platform)
    if overdue_at:
        found = found.filter(state__in=["sent", "received"], due_at__lt=overdue_at)
    return found.order_by("due_at", "id")


def get(notice_id: int, actor: Actor) -> Notice:
    """One notice with all that belongs to it; raises `not_found`."""
    parts = (
        Prefetch("answers", Answer.objects.order_by("id")),
        Prefetch("dispatches", Dispatch.objects.order_by("id")),
        Prefetch("messages", Message.objects.order_by("id")),
        "documents",
        "appeals",
    )
    notice = visible(actor).select_related("case__account", "case__agency", "withdrawal").prefetch_related(*parts)
    found = notice.filter(id=notice_id).first()
    if found is None:
        raise Refused("not_found")
    return found


def composed(notice: Notice) -> Package:
    """The text and fields of a notice as the platform reads them."""
    return PLATFORMS[Platform(notice.platform)].compose(thaw(notice))


def preflight_of(decision: Decision, *, now: datetime) -> Report:
    """What a notice of this decision would still lack: what the laws say first, then gaps, hard and soft, and how complete it is."""
    around = surroundings.of(decision, now)
    made = facts.build(decision, around, address=shown_address(decision.assessment.case.account), now=now)
    refused = _refused(decision, door.check_may_compose, now, around)
    return preflight.look(made, decision, around, now=now, refused=refused)


def preflight_again(notice: Notice, *, now: datetime) -> Report:
    """The same for a notice that is composed and not sent, as it stands now."""
    around = surroundings.of(notice.decision, now)
    refused = _refused(notice.decision, door.check_may_send, now, around)
    return preflight.look(thaw(notice), notice.decision, around, now=now, refused=refused)


def _refused(
    decision: Decision,
    check: Callable[[Decision, datetime, Surroundings], object],
    now: datetime,
    around: Surroundings,
) -> tuple[Gap, ...]:
    try:
        check(decision, now, around)
    except Refused as error:
        return (Gap(error.code, Weight.HARD, _WHY_NOT.get(error.code, error.code)),)
    return ()


_WHY_NOT = {
    "wrong_state": "The approval does not stand any more.",
    "protected": "A protection stands against this account.",
    "not_designated": "No listing in force designates the organisation today.",
    "on_hold": "A notice of this case was withdrawn as wrong.",
    "ladder_not_climbed": "The platform's own rules come first.",
    "notice_open": "A notice of this leg is under way.",
    "opinion_missing": "By now only one authority designates the organisation, and no second legal opinion was given.",
    "opinion_disagrees": "By now only one authority designates the organisation, and the second legal opinion does not agree.",
    "single_source_no_order": "The policy in force allows no order on a single-source designation.",
    "single_source_own_rules": "The policy in force allows a single-source designation only under the platform's own rules.",
}


def proposal(notice: Notice, *, now: datetime) -> rules.Proposal:
    """The first thing that the clock proposes for a notice."""
    return rules.propose(_clock(notice), now)


def proposals(notice: Notice, *, now: datetime) -> tuple[rules.Proposal, ...]:
    """All that the policy proposes for a notice now; steps that people asked for already are left out."""
    asked = notice.escalations.exclude(approved=False).values_list("step", flat=True)
    clock = replace(_clock(notice), taken=frozenset(asked), may_order=notice.case.agency.may_order)
    return rules.proposals(clock, now)


def _clock(notice: Notice) -> rules.Clock:
    claimed = Outcome(notice.claimed) if notice.claimed else None
    return rules.Clock(
        notice.state, Leg(notice.leg), notice.due_at, notice.reminded_at, claimed, kind=NoticeKind(notice.kind)
    )


def waiting_for_people(actor: Actor, *, now: datetime) -> dict[str, QuerySet[Notice]]:
    """What waits for a liaison: to send, to submit by hand, doubts, failures, questions, what is overdue."""
    seen = board(actor)
    late = Q(state__in=["sent", "received"], due_at__lt=now)
    return {
        "drafted": seen.filter(state=Notice.State.DRAFTED),
        "by_hand": seen.filter(dispatches__state=Dispatch.State.BY_HAND).distinct(),
        "in_doubt": seen.filter(dispatches__state=Dispatch.State.IN_DOUBT).distinct(),
        "failed": seen.filter(Q(state=Notice.State.FAILED) | Q(dispatches__state=Dispatch.State.FAILED)).distinct(),
        "not_proven": seen.filter(state=Notice.State.SENT),
        "paused": seen.filter(state=Notice.State.PAUSED),
        "overdue": seen.filter(late),
    }


def mailbox(actor: Actor) -> QuerySet[Message]:
    """Messages that wait for a person: placed nowhere, or saying what no reader knows."""
    actor.must("notice.answer")
    waiting = Q(state__in=[Message.State.UNPLACED, Message.State.UNREAD])
    found = Message.objects.filter(waiting & readable(actor))
    return found.select_related("notice__case__account").order_by("at", "id")


def readable(actor: Actor) -> Q:
    """Which messages are this person's to read: those on their notices, and of those that are placed nowhere only what

    comes from a platform they wrote to, or from a sender that is no platform's, if they wrote to anyone at all.
    """
    ours = Q(notice__case__agency_id__in=actor.sees)
    written_to = {Platform(name) for name in visible(actor).filter(_WENT_OUT).values_list("platform", flat=True)}
    if not written_to:
        return ours
    of_others = Q(pk=None)
    for platform in set(PLATFORMS) - written_to:
        for host in PLATFORMS[platform].hosts:
            of_others |= Q(sender__iendswith=f"@{host}") | Q(sender__iendswith=f".{host}")
    return ours | (Q(notice=None) & ~of_others)


def withdrawal_tasks(actor: Actor) -> QuerySet[WithdrawalTask]:
    """Notices that a person should withdraw since their organisation is designated no more, what is due first comes first."""
    actor.must("notice.view")
    found = WithdrawalTask.objects.filter(settled_at=None, notice__case__agency_id__in=actor.sees)
    return found.select_related("notice__case", "person").order_by("due_at", "id")


def counts(actor: Actor) -> dict[str, int]:
    """How many notices this person may see in each state."""
    found = visible(actor).values("state").annotate(number=Count("id"))
    return {row["state"]: row["number"] for row in found}


def of_case(case_id: int, actor: Actor) -> QuerySet[Notice]:
    """The notices of one case, oldest first; none for whoever may see cases and not notices."""
    return visible(actor).filter(case_id=case_id).order_by("id") if actor.may("notice.view") else Notice.objects.none()


def told(case_id: int) -> QuerySet[Notice]:
    """Every notice of a case that reached somebody, or may have: whoever was told is told when it is taken back."""
    return Notice.objects.filter(_WENT_OUT, case_id=case_id).order_by("id")


def by_code(code: str) -> Notice | None:
    """The notice behind a holder's code, once it went out or may have."""
    return Notice.objects.filter(_WENT_OUT, holder_code=code.strip().upper()).first()


def asked_about() -> list[tuple[str, int, int]]:
    """The addresses of accounts that a notice which stands was sent about, each with the organisation it names and whose notice it is.

    What was withdrawn, or undone by the platform, does not stand: it leaves the banks.
    """
    standing = Notice.objects.exclude(sent_at=None).exclude(state=Notice.State.WITHDRAWN)
    standing = standing.exclude(claimed=Outcome.REVERSED)
    rows = standing.exclude(case__account__platform=Platform.WHATSAPP).values_list(
        "case__account__url", "decision__assessment__organisation", "case__agency"
    )
    return [
        (address, organisation, agency) for address, organisation, agency in rows.distinct() if address and organisation
    ]
