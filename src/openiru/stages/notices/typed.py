"""Typed answers to an order: Annex II (executed) and Annex III (cannot be executed) of Regulation (EU) 2021/784."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.db import transaction

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.stages.notices import answers
from openiru.stages.notices.clock.model import PauseReason
from openiru.stages.notices.models import TypedAnswer
from openiru.stages.notices.steps import locked
from openiru.terms import NoticeKind, Outcome


class Measure(StrEnum):
    """Annex II B: what was done."""

    REMOVED = "content_removed"
    DISABLED = "access_disabled"


class Ground(StrEnum):
    """Annex III B: why the order cannot be executed in time."""

    FORCE_MAJEURE = "force_majeure"
    MANIFEST_ERRORS = "manifest_errors"
    INSUFFICIENT = "insufficient_information"


@dataclass(frozen=True, slots=True)
class Provider:
    """Who answers: section A and C of both annexes. Times are aware."""

    addressee: str
    file_reference: str
    received_at: datetime
    authorised_person: str
    email: str
    signed_on: datetime


@dataclass(frozen=True, slots=True)
class Executed:
    """Annex II: the measure, and when it was taken."""

    provider: Provider
    measure: Measure
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class NotExecuted:
    """Annex III: the grounds, what more is to be known of them, and what is needed where the order is wrong or lacks something."""

    provider: Provider
    grounds: frozenset[Ground]
    further: str
    needed: str = ""


_OUTCOMES = {Measure.REMOVED: Outcome.REMOVED_GLOBAL, Measure.DISABLED: Outcome.WITHHELD}


@transaction.atomic
def executed(notice_id: int, form: Executed, *, actor: Actor, now: datetime) -> TypedAnswer:
    """Record the feedback on an order: the platform's claim, with the time it was acted on. Raises `not_an_order`, `form_incomplete`."""
    _check(notice_id, form.provider, actor, now)
    if not form.provider.received_at <= form.taken_at <= now:
        raise Refused("form_incomplete", field="taken_at")
    territory = "EU" if form.measure is Measure.DISABLED else ""
    quote = f"Annex II: {form.measure.value} at {form.taken_at.astimezone(UTC).isoformat()}"
    return _record(notice_id, (_OUTCOMES[form.measure], territory, quote), form, actor=actor, now=now)


@transaction.atomic
def not_executed(notice_id: int, form: NotExecuted, *, actor: Actor, now: datetime) -> TypedAnswer:
    """Record that an order cannot be executed: the clock stands until the ground ceases, or what is needed was given."""
    _check(notice_id, form.provider, actor, now)
    if not form.grounds or not form.further.strip():
        raise Refused("form_incomplete", field="grounds")
    if form.grounds != {Ground.FORCE_MAJEURE} and not form.needed.strip():
        raise Refused("form_incomplete", field="needed")
    named = ", ".join(sorted(ground.value for ground in form.grounds))
    quote = f"Annex III: {named}. {form.further} {form.needed}".strip()
    made = _record(notice_id, (Outcome.CLARIFICATION_ASKED, "", quote), form, actor=actor, now=now)
    only = form.grounds == {Ground.FORCE_MAJEURE}
    notice = locked(notice_id, "notice.answer", actor)
    notice.pause_reason = PauseReason.FORCE_MAJEURE if only else PauseReason.CLARIFICATION
    notice.save(update_fields=["pause_reason"])
    return made


def _check(notice_id: int, provider: Provider, actor: Actor, now: datetime) -> None:
    notice = locked(notice_id, "notice.answer", actor)
    if notice.kind != NoticeKind.ORDER:
        raise Refused("not_an_order")
    if notice.sent_at is None:
        raise Refused("notice_not_sent")
    for name in ("addressee", "authorised_person", "email"):
        if not str(getattr(provider, name)).strip():
            raise Refused("form_incomplete", field=name)
    if not notice.sent_at <= provider.received_at <= now:
        raise Refused("form_incomplete", field="received_at")


def _record(
    notice_id: int, said: tuple[Outcome, str, str], form: Executed | NotExecuted, *, actor: Actor, now: datetime
) -> TypedAnswer:
    outcome, territory, quote = said
    new = answers.NewAnswer(outcome, quote, territory, form.provider.file_reference)
    answer = answers.record(notice_id, new, actor=actor, now=now)
    kind = TypedAnswer.Kind.EXECUTED if isinstance(form, Executed) else TypedAnswer.Kind.NOT_EXECUTED
    return TypedAnswer.objects.create(
        notice_id=notice_id, answer=answer, kind=kind, content=_plain(asdict(form)), at=now
    )


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, frozenset):
        return sorted(str(one) for one in value)
    return value.isoformat() if isinstance(value, datetime) else str(value)
