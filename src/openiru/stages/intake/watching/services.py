"""The watch lists' verbs: propose, approve (another person), end; and the worker's: lease, take a turn, find, note a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from openiru.errors import Refused, Unreadable
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.intake import services as intake
from openiru.stages.intake.formats.shapes import Row
from openiru.stages.intake.watching import leave, queries, rules
from openiru.stages.intake.watching.connectors import connector
from openiru.stages.intake.watching.connectors.shapes import Answer, Kind
from openiru.stages.intake.watching.models import Finding, HostTurn, Permit, Watch
from openiru.stages.register import queries as register

LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class NewPermit:
    """What a connector may be used for: `terms` answers what the network's own terms say, where they forbid or limit it."""

    connector: str
    legal_basis: str
    per_hour: int
    ends_on: date
    terms: str = ""


@dataclass(frozen=True, slots=True)
class NewWatch:
    """Whom or what to watch, about which designated organisation, why, and until when."""

    connector: str
    kind: Kind
    subject: str
    organisation_id: int
    reasons: str
    ends_on: date


@transaction.atomic
def propose_permit(new: NewPermit, *, agency_id: int, actor: Actor, now: datetime) -> Permit:
    """Ask leave to use a connector; it stays off until another person says yes."""
    actor.must("watch.propose", agency_id=agency_id)
    known = leave.usable(new.connector)
    rules.check_proposal(reasons=new.legal_basis, ends_on=new.ends_on, today=now.date())
    rules.check_rate(new.per_hour)
    if known.needs_terms and not new.terms.strip():
        raise Refused("watch_terms_missing", connector=known.title)
    permit = Permit.objects.create(
        agency_id=agency_id,
        connector=known.name,
        legal_basis=new.legal_basis.strip(),
        terms=new.terms.strip(),
        per_hour=new.per_hour,
        ends_on=new.ends_on,
        proposed_by_id=actor.person,
        proposed_at=now,
    )
    facts = {
        "connector": known.name,
        "basis": permit.legal_basis,
        "per_hour": new.per_hour,
        "ends_on": str(new.ends_on),
    }
    ledger.append(actor.id, "watch.permit_proposed", f"permit:{permit.id}", now=now, facts=facts)
    return permit


@transaction.atomic
def approve_permit(permit_id: int, *, actor: Actor, now: datetime) -> Permit:
    """Another person lets a connector be used."""
    permit = Permit.objects.select_for_update().filter(id=permit_id).first()
    if permit is None:
        raise Refused("not_found")
    actor.must("watch.approve", agency_id=permit.agency_id)
    rules.check_approval(queries.standing(permit), by=actor.person, today=now.date())
    permit.approved_by_id, permit.approved_at = actor.person, now
    permit.save(update_fields=["approved_by", "approved_at"])
    facts = {"connector": permit.connector}
    ledger.append(actor.id, "watch.permit_approved", f"permit:{permit.id}", now=now, facts=facts)
    return permit


@transaction.atomic
def end_permit(permit_id: int, *, actor: Actor, now: datetime) -> Permit:
    """Take a connector out of use at once; one person is enough to stop."""
    permit = Permit.objects.select_for_update().filter(id=permit_id).first()
    if permit is None:
        raise Refused("not_found")
    actor.must("watch.end", agency_id=permit.agency_id)
    if permit.ended_at is not None:
        raise Refused("wrong_state")
    permit.ended_by_id, permit.ended_at = actor.person, now
    permit.save(update_fields=["ended_by", "ended_at"])
    facts = {"connector": permit.connector}
    ledger.append(actor.id, "watch.permit_ended", f"permit:{permit.id}", now=now, facts=facts)
    return permit


@transaction.atomic
def propose(new: NewWatch, *, agency_id: int, actor: Actor, now: datetime) -> Watch:
    """Name an account or a term to watch for a designated organisation; nothing is asked until another person says yes."""
    actor.must("watch.propose", agency_id=agency_id)
    known = connector(new.connector)
    if new.kind not in known.kinds:
        raise Refused("watch_subject", why=f"{known.title} has no {new.kind}")
    try:
        subject = known.read_subject(new.kind, new.subject)
    except Unreadable as error:
        raise Refused("watch_subject", reason=error.reason) from error
    rules.check_proposal(reasons=new.reasons, ends_on=new.ends_on, today=now.date())
    _check_designated(new.organisation_id, now.date())
    if Watch.objects.filter(
        agency_id=agency_id, connector=known.name, kind=new.kind, subject=subject, ended_at=None
    ).exists():
        raise Refused("watch_exists", subject=subject)
    watch = Watch.objects.create(
        agency_id=agency_id,
        connector=known.name,
        kind=new.kind,
        subject=subject,
        organisation_id=new.organisation_id,
        reasons=new.reasons.strip(),
        ends_on=new.ends_on,
        proposed_by_id=actor.person,
        proposed_at=now,
        next_at=now,
    )
    facts = {"connector": known.name, "kind": new.kind.value, "subject": subject, "ends_on": str(new.ends_on)}
    ledger.append(actor.id, "watch.proposed", f"watch:{watch.id}", now=now, facts=facts)
    return watch


@transaction.atomic
def approve(watch_id: int, *, actor: Actor, now: datetime) -> Watch:
    """Another person lets this account or term be watched; the organisation must still be designated."""
    watch = Watch.objects.select_for_update().filter(id=watch_id).first()
    if watch is None:
        raise Refused("not_found")
    actor.must("watch.approve", agency_id=watch.agency_id)
    rules.check_approval(queries.standing(watch), by=actor.person, today=now.date())
    _check_designated(watch.organisation_id, now.date())
    watch.approved_by_id, watch.approved_at, watch.next_at = actor.person, now, now
    watch.save(update_fields=["approved_by", "approved_at", "next_at"])
    ledger.append(actor.id, "watch.approved", f"watch:{watch.id}", now=now, facts={"subject": watch.subject})
    return watch


@transaction.atomic
def end(watch_id: int, *, actor: Actor, now: datetime) -> Watch:
    """Stop watching at once; one person is enough to stop."""
    watch = Watch.objects.select_for_update().filter(id=watch_id).first()
    if watch is None:
        raise Refused("not_found")
    actor.must("watch.end", agency_id=watch.agency_id)
    if watch.ended_at is not None:
        raise Refused("wrong_state")
    watch.ended_by_id, watch.ended_at = actor.person, now
    watch.save(update_fields=["ended_by", "ended_at"])
    ledger.append(actor.id, "watch.ended", f"watch:{watch.id}", now=now, facts={"subject": watch.subject})
    return watch


@transaction.atomic
def lease(*, now: datetime, limit: int = 20) -> list[Watch]:
    """Take watches that are due and stand today; a lease that ran out is simply taken again."""
    due = list(
        queries.standing_on(now.date())
        .select_for_update(skip_locked=True, of=("self",))
        .filter(next_at__lte=now)
        .exclude(leased_until__gt=now)
        .order_by("next_at", "id")[:limit]
    )
    for watch in due:
        watch.leased_until = now + LEASE
    Watch.objects.bulk_update(due, ["leased_until"])
    return due


@transaction.atomic
def take_turn(host: str, per_hour: int, *, now: datetime) -> datetime | None:
    """Take the next turn at a host; None: it may be asked now, else the time before which it must be left alone."""
    turn, _ = HostTurn.objects.select_for_update().get_or_create(host=host, defaults={"not_before": now})
    if turn.not_before > now:
        return turn.not_before
    turn.not_before, turn.why = now + rules.spacing(per_hour), ""
    turn.save(update_fields=["not_before", "why"])
    return None


@transaction.atomic
def leave_alone(host: str, until: datetime, *, why: str) -> None:
    """A host asked to be left alone; a later time that was noted before stays."""
    turn, _ = HostTurn.objects.select_for_update().get_or_create(host=host, defaults={"not_before": until})
    if turn.not_before <= until:
        turn.not_before, turn.why = until, why[:60]
        turn.save(update_fields=["not_before", "why"])


@transaction.atomic
def postpone(watch_id: int, until: datetime) -> None:
    """It is not the host's turn: the watch waits, and nothing else changes."""
    Watch.objects.filter(id=watch_id).update(next_at=until, leased_until=None)


@transaction.atomic
def failed(watch_id: int, reason: str, *, now: datetime) -> None:
    """A look could not be made: it is tried again later, and shown until then."""
    watch = Watch.objects.select_for_update().get(id=watch_id)
    watch.error, watch.leased_until = reason[:300], None
    watch.next_at = now + rules.again(watch.attempts)
    watch.attempts += 1
    watch.save(update_fields=["error", "leased_until", "next_at", "attempts"])


@transaction.atomic
def find(watch_id: int, url: str, *, actor: Actor, now: datetime) -> bool:
    """File one found post as a report like any other; a post that was found before adds nothing. Returns whether it was new."""
    actor.must("watch.work")
    watch = queries.standing_on(now.date()).select_for_update(of=("self",)).filter(id=watch_id).first()
    if watch is None:
        raise Refused("wrong_state")
    finding, made = Finding.objects.get_or_create(watch=watch, url=url[:600], defaults={"at": now})
    if not made:
        return False
    row = Row(1, url, claimed_organisation=_claim(watch), note=f"Found by watch {watch.number} ({watch.subject}).")
    try:
        new = intake.NewReport(row, watch.agency_id)
        finding.report = intake.file_report(new, actor=actor, now=now)
    except Refused as error:
        finding.refused = str(error.facts.get("reason", error.code))[:60]
    finding.save(update_fields=["report", "refused"])
    return finding.report is not None


@transaction.atomic
def looked(watch_id: int, answer: Answer, *, found: int, actor: Actor, now: datetime) -> None:
    """Note that a page was read to its end and where to go on."""
    actor.must("watch.work")
    watch = Watch.objects.select_for_update().get(id=watch_id)
    watch.state, watch.looked_at, watch.leased_until = dict(answer.state), now, None
    watch.error, watch.attempts = "", 0
    watch.next_at = now if answer.more else now + rules.EVERY
    watch.save(update_fields=["state", "looked_at", "leased_until", "error", "attempts", "next_at"])
    facts = {"posts": len(answer.posts), "new": found, "more": answer.more}
    ledger.append(actor.id, "watch.looked", f"watch:{watch.id}", now=now, facts=facts)


def _claim(watch: Watch) -> str:
    """Two people named an account for its organisation; a term names nobody, so nothing is claimed of who used it."""
    return watch.organisation.name if watch.kind == Kind.ACCOUNT else ""


def _check_designated(organisation_id: int, on: date) -> None:
    verdict = register.designation(organisation_id, on=on).verdict
    if not verdict.allowed:
        raise Refused("not_designated", reasons=", ".join(verdict.reasons))
