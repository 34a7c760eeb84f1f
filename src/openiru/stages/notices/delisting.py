"""Takes what the register ended: a named person is asked to withdraw each notice whose organisation is designated no more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.people.models import User
from openiru.people.queries import actor_for
from openiru.stages.notices import rules
from openiru.stages.notices.facts import designation_of
from openiru.stages.notices.models import Notice, WithdrawalTask
from openiru.stages.notices.steps import locked
from openiru.stages.register.delisting import Fallen, fallen

_STANDS = Q(sent_at__isnull=False) | Q(state__in=[Notice.State.DRAFTED, Notice.State.QUEUED, Notice.State.IN_DOUBT])


def propose(*, actor: Actor, now: datetime) -> int:
    """Ask a person to withdraw each notice that stands on an organisation that fell; how many. It sends nothing (law 5).

    Refused `nobody_to_ask`, once all others are asked, if an agency has nobody left who may withdraw.
    """
    actor.must("notice.work")
    standing = Notice.objects.filter(_STANDS).exclude(state=Notice.State.WITHDRAWN).order_by("id")
    named = dict(standing.values_list("id", "decision__assessment__organisation_id"))
    ended = fallen([number for number in named.values() if number], on=now.date())
    touched = [(notice, ended[number]) for notice, number in named.items() if number in ended]
    done, failed = 0, []
    for notice_id, why in touched:
        try:
            done += _propose(notice_id, why, actor=actor, now=now)
        except Refused as error:  # the others are asked first, then this is red until somebody deals with it
            failed.append(error)
    if failed:
        raise failed[0]
    return done


@transaction.atomic
def _propose(notice_id: int, why: Fallen, *, actor: Actor, now: datetime) -> bool:
    notice = locked(notice_id, "notice.work", actor)
    open_or_newer = Q(settled_at=None) | Q(proposed_at__gte=why.noticed_at)
    if notice.state == Notice.State.WITHDRAWN or notice.withdrawal_tasks.filter(open_or_newer).exists():
        return False
    person = _named(notice)
    task = WithdrawalTask.objects.create(
        notice=notice, person=person, because=why.because, proposed_at=now, due_at=now + rules.WITHDRAW_WITHIN
    )
    facts = {"organisation": why.organisation_id, "why": why.because, "due_at": task.due_at.isoformat()}
    ledger.append(actor.id, "notice.withdrawal_proposed", notice.subject, now=now, facts=facts)
    return True


def _named(notice: Notice) -> User:
    """Who is asked: whoever sent it, else who approved it, else anybody of the case's agency who may withdraw."""
    sender = notice.dispatches.order_by("-id").values_list("queued_by_id", flat=True).first()
    agency = notice.case.agency_id
    known = User.objects.filter(is_active=True).select_related("agency").order_by("id")
    wanted = [person for person in (sender, notice.decision.decided_by_id) if person]
    first = sorted(known.filter(id__in=wanted), key=lambda user: wanted.index(user.id))
    for user in (*first, *known.exclude(id__in=wanted)):
        who = actor_for(user)
        if who.may("notice.withdraw") and agency in who.sees:
            return user
    raise Refused("nobody_to_ask", notice=notice.reference)


@transaction.atomic
def keep(task_id: int, reasons: str, *, actor: Actor, now: datetime) -> WithdrawalTask:
    """Keep a notice after all, which only a designation that stands again allows; Refused `not_designated` otherwise."""
    task = WithdrawalTask.objects.filter(id=task_id).first()
    if task is None:
        raise Refused("not_found")
    notice = locked(task.notice_id, "notice.withdraw", actor)
    task.refresh_from_db()
    if task.settled_at is not None:
        raise Refused("wrong_state", state="settled")
    if not reasons.strip():
        raise Refused("reasons_missing")
    standing = designation_of(notice.decision, now.date())
    if not standing.verdict.allowed:
        raise Refused("not_designated", why=standing.verdict.reasons)
    task.settled_at, task.settled_by_id, task.kept_because = now, actor.person, reasons
    task.save(update_fields=["settled_at", "settled_by", "kept_because"])
    ledger.append(actor.id, "notice.kept", notice.subject, now=now, facts={"reasons": reasons})
    return task
