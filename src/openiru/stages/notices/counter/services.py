"""Verbs of the counter: acknowledge, ask, answer item by item, dispute a label; and the unit's reply. Each is in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.platforms.shapes import Reply
from openiru.stages.evidence.models import Custody, File
from openiru.stages.notices import answers, itemwise
from openiru.stages.notices.counter import queries
from openiru.stages.notices.counterparts import Remark
from openiru.stages.notices.models import Answer, Notice
from openiru.stages.notices.steps import locked
from openiru.terms import Outcome

LONGEST = 5000
LABELS = ("organisation", "ground", "affiliation", "translation", "account", "protected_speaker")
"""What a platform may say is wrong with our judgement."""
NOT_THEIRS = frozenset({Outcome.NO_ANSWER, Outcome.CLARIFICATION_ASKED})
"""Outcomes that are no answer: a question has a form of its own."""


@transaction.atomic
def acknowledge(reference: str, *, ticket: str = "", actor: Actor, now: datetime) -> Notice:
    """They have it: the clock runs from now, and no doubt is left. Asking again with the same ticket changes nothing."""
    notice = _locked(reference, "counter.answer", actor)
    if notice.received_at is not None and (not ticket or ticket == notice.ticket):
        return notice
    answers.receipt(notice, _words(ticket, 80), actor, now)
    ledger.append(actor.id, "notice.acknowledged", notice.subject, now=now, facts={"ticket": ticket[:80]})
    return notice


@transaction.atomic
def ask(reference: str, text: str, *, actor: Actor, now: datetime) -> Remark:
    """A question stops the clock until the unit replies."""
    notice = _locked(reference, "counter.answer", actor)
    if notice.state not in {"sent", "received", "paused", "in_doubt", "answered"}:
        raise Refused("wrong_state", state=notice.state)
    remark = _remark(Remark(notice=notice, kind=Remark.Kind.QUESTION, text=text), actor, now)
    if notice.state == Notice.State.IN_DOUBT:
        answers.arrived(notice, now)
    answers.take(notice, Reply(Outcome.CLARIFICATION_ASKED, False, "", "", remark.text), None, actor, now)
    return remark


@dataclass(frozen=True, slots=True)
class Said:
    """What a platform says it did: to the whole (`outcome`), or to each item by its address."""

    words: str
    outcome: Outcome | None = None
    items: Mapping[str, Outcome] = field(default_factory=dict)
    territory: str = ""
    ticket: str = ""


@transaction.atomic
def answer(reference: str, said: Said, *, actor: Actor, now: datetime) -> Answer:
    """Their own words are the claim. The same answer again adds nothing; another one is one more, and the earlier stays."""
    notice = _locked(reference, "counter.answer", actor)
    outcomes = set(said.items.values()) | ({said.outcome} if said.outcome else set())
    urls = {one["url"] for one in notice.facts["items"]}
    if not outcomes or outcomes & NOT_THEIRS or not set(said.items) <= urls or (said.outcome and said.items):
        raise Refused("form_incomplete", field="outcome, items")
    outcome = said.outcome or itemwise.least(said.items.values())
    quote = _words(said.words, LONGEST) or f"{outcome.value.replace('_', ' ')} (said at the counter)"
    if notice.state == Notice.State.IN_DOUBT:
        answers.arrived(notice, now)
    given = {url: one.value for url, one in said.items.items()}
    last = notice.answers.order_by("-id").first()
    if last and (last.outcome, last.items, last.quote) == (outcome, given, quote):
        return last
    reply = Reply(outcome, False, _words(said.ticket, 80), said.territory.upper()[:2], quote, said.items)
    return answers.take(notice, reply, None, actor, now)


@dataclass(frozen=True, slots=True)
class Disputed:
    """What a platform says is wrong: which label of ours, of which item (or of the whole), and why."""

    label: str
    why: str
    item: str = ""


@transaction.atomic
def dispute(reference: str, said: Disputed, *, actor: Actor, now: datetime) -> Remark:
    """They say that a label of ours is wrong. It changes nothing by itself: the unit's people look and reply."""
    notice = _locked(reference, "counter.answer", actor)
    urls = {one["url"] for one in notice.facts["items"]}
    if said.label not in LABELS or (said.item and said.item not in urls):
        raise Refused("form_incomplete", field="label, item")
    return _remark(
        Remark(notice=notice, kind=Remark.Kind.DISPUTE, text=said.why, label=said.label, item=said.item), actor, now
    )


@transaction.atomic
def reply(remark_id: int, text: str, *, actor: Actor, now: datetime) -> Remark:
    """The unit replies, in words that may be published. The clock runs again when no question is open."""
    found = Remark.objects.filter(id=remark_id).exclude(kind=Remark.Kind.REPLY).first()
    if found is None:
        raise Refused("not_found")
    notice = locked(found.notice_id, "notice.answer", actor)
    if found.replies.exists():
        raise Refused("wrong_state", state="replied")
    made = _remark(Remark(notice=notice, kind=Remark.Kind.REPLY, text=text, to=found), actor, now)
    open_questions = notice.remarks.filter(kind=Remark.Kind.QUESTION, replies=None)
    if notice.state == Notice.State.PAUSED and found.kind == Remark.Kind.QUESTION and not open_questions.exists():
        answers.resume(notice.id, actor=actor, now=now)
    return made


@transaction.atomic
def take_out(reference: str, what: str, *, actor: Actor, now: datetime, file_id: int = 0) -> Notice:
    """Somebody took the package or a file of the evidence: it is with them, and custody says so."""
    notice = _locked(reference, "counter.view", actor)
    if notice.received_at is None and notice.state in {"sent", "in_doubt"}:
        answers.receipt(notice, "", actor, now)
    file = File.objects.select_related("capture").filter(id=file_id).first() if file_id else None
    if file:
        Custody.objects.create(
            capture=file.capture,
            act=Custody.Act.COPIED,
            actor=actor.id,
            at=now,
            why=f"to the platform: {notice.reference}",
        )
    ledger.append(actor.id, "notice.read_there", notice.subject, now=now, facts={"what": what[:100]})
    return notice


def _locked(reference: str, verb: str, actor: Actor) -> Notice:
    actor.must(verb)
    allowed = queries.theirs(actor).filter(reference=reference).values("id")
    notice = Notice.objects.select_for_update(of=("self",)).filter(id__in=allowed).first()
    if notice is None:
        raise Refused("not_found")
    return notice


def _remark(made: Remark, actor: Actor, now: datetime) -> Remark:
    made.text = _words(made.text, LONGEST)
    if not made.text:
        raise Refused("reasons_missing")
    made.by_id, made.at = actor.person, now
    made.save()
    facts = {"kind": str(made.kind), "text": made.text[:500]}
    ledger.append(actor.id, "notice.remarked", made.notice.subject, now=now, facts=facts)
    return made


def _words(text: str, most: int) -> str:
    return text.replace("\0", "").strip()[:most]
