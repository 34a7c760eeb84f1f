"""Verbs and reads of direct lines: whom we may reach at a platform, when, and what was agreed; forgotten on their date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.notices.counterparts import DirectLine, LineNote
from openiru.stages.notices.steps import locked
from openiru.terms import Platform

LONGEST = timedelta(days=365)
"""How long a contact is kept at most before somebody says again that it is needed."""
FORGOTTEN = "(forgotten)"


@dataclass(frozen=True, slots=True)
class NewLine:
    """Somebody at a platform: what they are called there, how and when they may be reached, until when we keep that."""

    platform: str
    name: str
    reach: str
    hours: str
    retain_until: date
    post: str = ""


@transaction.atomic
def add(new: NewLine, *, actor: Actor, now: datetime) -> DirectLine:
    """Note a direct line for the person's own agency; Refused without a date within a year."""
    actor.must("line.edit", agency_id=actor.agency_id)
    if actor.agency_id is None:
        raise Refused("not_allowed")
    if new.platform not in set(Platform) or not all(text.strip() for text in (new.name, new.reach, new.hours)):
        raise Refused("form_incomplete", field="platform, name, reach, hours")
    _check_date(new.retain_until, now)
    line = DirectLine.objects.create(
        agency_id=actor.agency_id,
        platform=new.platform,
        name=new.name.strip()[:120],
        post=new.post.strip()[:120],
        reach=new.reach.strip()[:200],
        hours=new.hours.strip()[:120],
        noted_by_id=actor.person,
        noted_at=now,
        retain_until=new.retain_until,
    )
    facts = {"platform": new.platform, "retain_until": new.retain_until.isoformat()}
    ledger.append(actor.id, "line.added", f"line:{line.id}", now=now, facts=facts)
    return line


@transaction.atomic
def note(line_id: int, text: str, *, notice_id: int | None = None, actor: Actor, now: datetime) -> LineNote:
    """Log what was agreed; it is an agreement's log, no place for what a person is like."""
    line = _locked(line_id, actor)
    if not text.strip():
        raise Refused("reasons_missing")
    notice = locked(notice_id, "line.edit", actor) if notice_id else None
    made = LineNote.objects.create(line=line, notice=notice, text=text.strip()[:4000], by_id=actor.person, at=now)
    facts = {"text": made.text[:500], "notice": notice.reference if notice else ""}
    ledger.append(actor.id, "line.noted", f"line:{line.id}", now=now, facts=facts)
    return made


@transaction.atomic
def change(line_id: int, *, hours: str, retain_until: date, actor: Actor, now: datetime) -> DirectLine:
    """Change the hours, or say until when it is needed."""
    line = _locked(line_id, actor)
    if not hours.strip():
        raise Refused("form_incomplete", field="hours")
    _check_date(retain_until, now)
    line.hours, line.retain_until = hours.strip()[:120], retain_until
    line.save(update_fields=["hours", "retain_until"])
    facts = {"hours": line.hours, "retain_until": retain_until.isoformat()}
    ledger.append(actor.id, "line.changed", f"line:{line.id}", now=now, facts=facts)
    return line


@transaction.atomic
def forget(line_id: int, *, actor: Actor, now: datetime) -> DirectLine:
    """Delete who it was; what was agreed stays."""
    line = _locked(line_id, actor)
    return _forget(line, actor, now)


def forget_due(*, actor: Actor, now: datetime) -> int:
    """Delete, on their date, who the people of direct lines were; returns how many."""
    actor.must("notice.work")
    due = DirectLine.objects.filter(forgotten_at=None, retain_until__lt=now.date()).values_list("id", flat=True)
    for line_id in list(due):
        with transaction.atomic():
            _forget(DirectLine.objects.select_for_update().get(id=line_id), actor, now)
    return len(due)


def lines(actor: Actor, *, platform: str = "") -> QuerySet[DirectLine]:
    """The direct lines of this person's agencies, those of one platform if it is named, with what was agreed, newest first."""
    actor.must("line.view")
    found = DirectLine.objects.filter(agency_id__in=actor.sees, forgotten_at=None)
    found = found.filter(platform=platform) if platform else found
    notes = Prefetch("notes", LineNote.objects.select_related("by", "notice").order_by("-id"))
    return found.select_related("agency").prefetch_related(notes).order_by("platform", "name", "id")


def _locked(line_id: int, actor: Actor) -> DirectLine:
    line = DirectLine.objects.select_for_update().filter(id=line_id, forgotten_at=None).first()
    if line is None:
        raise Refused("not_found")
    actor.must("line.edit", agency_id=line.agency_id)
    return line


def _forget(line: DirectLine, actor: Actor, now: datetime) -> DirectLine:
    line.name = line.reach = FORGOTTEN
    line.post, line.forgotten_at = "", now
    line.save(update_fields=["name", "reach", "post", "forgotten_at"])
    ledger.append(actor.id, "line.forgotten", f"line:{line.id}", now=now, facts={})
    return line


def _check_date(until: date, now: datetime) -> None:
    if not now.date() < until <= now.date() + LONGEST:
        raise Refused("line_end_date")
