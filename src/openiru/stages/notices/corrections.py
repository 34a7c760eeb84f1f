"""Correcting a notice: the letter is made from facts, a person reads and sends it, and each is on a clock until confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.platforms.document import listing_as_json
from openiru.stages.evidence.models import File
from openiru.stages.notices import outbox
from openiru.stages.notices.documents import correcting
from openiru.stages.notices.facts import designation_of
from openiru.stages.notices.models import Answer, Correction, Dispatch, Notice, Withdrawal
from openiru.stages.notices.steps import locked
from openiru.terms import Outcome

CONFIRM_WITHIN = timedelta(hours=72)


def draft(notice: Notice, *, now: datetime) -> dict[str, Any]:
    """The facts of the correction that is due now; `correcting.text_of` gives its words. Raises `nothing_to_correct`."""
    designation = designation_of(notice.decision, now.date())
    standing = [listing_as_json(one) for one in designation.facts]
    found = correcting.facts_of(notice, standing, now + CONFIRM_WITHIN)
    if not found["ended"]:
        raise Refused("nothing_to_correct")
    if not designation.verdict.allowed:
        raise Refused("not_designated", why=designation.verdict.reasons)
    return found


@transaction.atomic
def send(notice_id: int, *, actor: Actor, now: datetime) -> Correction:
    """Send the correction to everybody the notice went to; settles what a clock asked for. `not_designated`: withdraw instead."""
    notice = locked(notice_id, "notice.withdraw", actor)
    addresses = outbox.told(notice)
    if not addresses or notice.state == Notice.State.WITHDRAWN:
        raise Refused("notice_not_sent")
    facts = draft(notice, now=now)
    task = notice.withdrawal_tasks.filter(settled_at=None).order_by("id").first()
    made = Correction.objects.create(
        notice=notice,
        task=task,
        text=correcting.text_of(facts),
        facts=facts,
        by_id=actor.person,
        at=now,
        due_at=now + CONFIRM_WITHIN,
    )
    for address in addresses:
        outbox.put(notice, Dispatch.Purpose.CORRECTION, actor=actor, now=now, address=address)
    if task is not None:
        task.settled_at, task.settled_by_id, task.kept_because = now, actor.person, "corrected"
        task.save(update_fields=["settled_at", "settled_by", "kept_because"])
    shown = {"ended": len(facts["ended"]), "told": len(addresses)}
    ledger.append(actor.id, "notice.corrected", notice.subject, now=now, facts=shown)
    return made


@transaction.atomic
def confirmed(correction_id: int, quote: str, *, actor: Actor, now: datetime) -> Correction:
    """The platform says that it took note; with its words."""
    made = Correction.objects.filter(id=correction_id).first()
    if made is None:
        raise Refused("not_found")
    notice = locked(made.notice_id, "notice.answer", actor)
    if made.confirmed_at is not None:
        raise Refused("wrong_state", state="confirmed")
    if not quote.strip():
        raise Refused("reasons_missing")
    made.confirmed_at, made.quote = now, quote
    made.save(update_fields=["confirmed_at", "quote"])
    ledger.append(actor.id, "notice.correction_confirmed", notice.subject, now=now, facts={"quote": quote[:500]})
    return made


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What banks and partners must know of a notice that they were told of: `kind` is `withdrawn` or `corrected`."""

    kind: str
    reference: str
    account_key: str
    item_keys: tuple[str, ...]
    evidence_sha256: tuple[str, ...]
    wrong: bool
    at: datetime
    due_at: datetime
    done_at: datetime | None


def taken_back(actor: Actor, *, after: datetime) -> tuple[TakenBack, ...]:
    """Withdrawals and corrections since a moment, oldest first, on notices that this person may see (the system: on all): sharing

    and the banks take them from here, with no person's name.
    """
    actor.must("notice.view" if not actor.is_system else "notice.work")
    seen = Q() if actor.is_system else Q(notice__case__agency_id__in=actor.sees)
    withdrawn = Withdrawal.objects.filter(seen, at__gt=after).select_related("notice")
    corrected = Correction.objects.filter(seen, at__gt=after).select_related("notice")
    found = [_row("withdrawn", one.notice, one.at, (one.wrong, one.due_at, one.reinstated_at)) for one in withdrawn]
    found += [_row("corrected", one.notice, one.at, (False, one.due_at, one.confirmed_at)) for one in corrected]
    return tuple(sorted(found, key=lambda one: (one.at, one.reference)))


def files_taken_back() -> tuple[tuple[str, int, datetime], ...]:
    """The hash of every file of evidence of a notice that was withdrawn as wrong or that the platform undid, whose case it was, and

    when that was: banks that know it from before let it go.
    """
    wrong = Withdrawal.objects.filter(wrong=True).values_list("notice_id", "at")
    undone = Answer.objects.filter(outcome=Outcome.REVERSED).values_list("notice_id", "at")
    latest: dict[int, datetime] = {}
    for notice_id, at in (*wrong, *undone):
        latest[notice_id] = max(at, latest.get(notice_id, at))
    found = []
    for notice in Notice.objects.filter(id__in=latest).select_related("case"):
        digests = [item["evidence_sha256"] for item in notice.facts["items"] if item["evidence_sha256"]]
        files = File.objects.filter(capture__digest__in=digests, capture__account_id=notice.case.account_id)
        found += [
            (sha256, notice.case.agency_id, latest[notice.id]) for sha256 in files.values_list("sha256", flat=True)
        ]
    return tuple(found)


def _row(kind: str, notice: Notice, at: datetime, rest: tuple[bool, datetime, datetime | None]) -> TakenBack:
    items = notice.facts["items"]
    return TakenBack(
        kind,
        notice.reference,
        notice.facts["account"]["key"],
        tuple(item["key"] for item in items),
        tuple(item["evidence_sha256"] for item in items if item["evidence_sha256"]),
        rest[0],
        at,
        *rest[1:],
    )


def overdue(actor: Actor, *, now: datetime) -> QuerySet[Correction]:
    """Corrections that a platform has not confirmed in time, for the people who may see the notice."""
    actor.must("notice.view")
    late = Correction.objects.filter(confirmed_at=None, due_at__lt=now, notice__case__agency_id__in=actor.sees)
    return late.select_related("notice").order_by("due_at", "id")
