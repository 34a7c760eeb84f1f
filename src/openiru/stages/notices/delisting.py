"""Takes what the register ended: a named person is asked to withdraw a notice, or to correct it where the designation stands."""

from __future__ import annotations

from dataclasses import dataclass
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
from openiru.stages.register.delisting import Fallen, ended_listings, fallen

_OF = "decision__assessment__organisation_id"
_EVENTS = {
    WithdrawalTask.Kind.WITHDRAW: "notice.withdrawal_proposed",
    WithdrawalTask.Kind.CORRECT: "notice.correction_proposed",
}
_STANDS = Q(sent_at__isnull=False) | Q(state__in=[Notice.State.DRAFTED, Notice.State.QUEUED, Notice.State.IN_DOUBT])


def propose(*, actor: Actor, now: datetime) -> int:
    """Ask a person to withdraw each notice that stands on an organisation that fell, or to correct one; how many. It sends nothing (law 5).

    Refused `nobody_to_ask`, once all others are asked, if an agency has nobody left who may withdraw.
    """
    actor.must("notice.work")
    standing = Notice.objects.filter(_STANDS).exclude(state=Notice.State.WITHDRAWN).order_by("id")
    named = dict(standing.exclude(decision__assessment__organisation=None).values_list("id", _OF))
    ended = fallen(named.values(), on=now.date())
    asked = [(notice, _withdraw(ended[number])) for notice, number in named.items() if number in ended]
    asked += _to_correct({notice: number for notice, number in named.items() if number not in ended})
    done, failed = 0, []
    for notice_id, task in asked:
        try:
            done += _propose(notice_id, task, actor=actor, now=now)
        except Refused as error:  # the others are asked first, then this is red until somebody deals with it
            failed.append(error)
    if failed:
        raise failed[0]
    return done


@dataclass(frozen=True, slots=True)
class _Task:
    """What a person is to be asked, and when we learnt what it rests on."""

    kind: WithdrawalTask.Kind
    organisation_id: int
    because: str
    noticed_at: datetime


def _withdraw(why: Fallen) -> _Task:
    return _Task(WithdrawalTask.Kind.WITHDRAW, why.organisation_id, why.because, why.noticed_at)


def _to_correct(named: dict[int, int]) -> list[tuple[int, _Task]]:
    """Notices that platforms were sent and that state a listing which ended, though the designation stands."""
    ended = ended_listings(named.values())
    touched = [notice for notice, number in named.items() if number in ended]
    found = []
    for notice in Notice.objects.filter(id__in=touched, sent_at__isnull=False).order_by("id"):
        stated = {(one["list"], one["reference"]) for one in notice.facts["organisation"]["listings"]}
        gone = [one for one in ended[named[notice.id]] if (one.published_list.title, one.reference) in stated]
        if gone:
            where = "; ".join(f"{one.published_list.title}, {one.reference}, ended {one.ended_on}" for one in gone)
            because = f"The organisation is still designated, but the notice states a listing that has ended ({where})."
            learnt = max(one.ended_noticed_at for one in gone if one.ended_noticed_at)
            found.append((notice.id, _Task(WithdrawalTask.Kind.CORRECT, named[notice.id], because, learnt)))
    return found


@transaction.atomic
def _propose(notice_id: int, why: _Task, *, actor: Actor, now: datetime) -> bool:
    notice = locked(notice_id, "notice.work", actor)
    if why.kind == WithdrawalTask.Kind.WITHDRAW:  # what was to be corrected is now to be withdrawn: that asks more
        lesser = notice.withdrawal_tasks.filter(settled_at=None, kind=WithdrawalTask.Kind.CORRECT)
    else:
        lesser = notice.withdrawal_tasks.none()
    open_or_newer = Q(settled_at=None) | Q(proposed_at__gte=why.noticed_at)
    others = notice.withdrawal_tasks.filter(open_or_newer).exclude(id__in=lesser.values("id"))
    if notice.state == Notice.State.WITHDRAWN or others.exists():
        return False
    asked = {"kind": why.kind, "because": why.because, "proposed_at": now, "due_at": now + rules.WITHDRAW_WITHIN}
    if not lesser.update(**asked):
        WithdrawalTask.objects.create(notice=notice, person=_named(notice), **asked)
    facts = {
        "organisation": why.organisation_id,
        "why": why.because,
        "due_at": (now + rules.WITHDRAW_WITHIN).isoformat(),
    }
    ledger.append(actor.id, _EVENTS[why.kind], notice.subject, now=now, facts=facts)
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
    """Keep a notice: it is designated again, or the platform was told what ended; Refused `not_designated` where it is not."""
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
