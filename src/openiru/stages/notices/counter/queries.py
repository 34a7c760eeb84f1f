"""Reads of the counter: every one begins at the notices that went to the platform of whoever asks."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.stages.evidence.models import Capture, File
from openiru.stages.notices.counter import whose
from openiru.stages.notices.counterparts import Call, Hook, Remark
from openiru.stages.notices.models import Answer, Notice

ON_THE_TABLE = Q(sent_at__isnull=False) | Q(state=Notice.State.IN_DOUBT)
"""What went out, or may have: a draft is nobody's but the unit's."""
FAILING_AFTER = 3


def theirs(actor: Actor) -> QuerySet[Notice]:
    """The notices that went to this person's platform; raises `not_allowed` for whoever is no platform's."""
    actor.must("counter.view")
    return Notice.objects.filter(ON_THE_TABLE, whose.theirs(actor))


def board(actor: Actor, *, state: str = "") -> QuerySet[Notice]:
    """Their notices, what is due first comes first; `open` are those that wait for an answer."""
    found = theirs(actor).select_related("agency", "withdrawal")
    if state == "open":
        found = found.filter(state__in=["sent", "received", "paused", "in_doubt"])
    elif state in Notice.State.values:
        found = found.filter(state=state)
    return found.order_by("due_at", "id")


def counts(actor: Actor) -> dict[str, int]:
    """How many of their notices are in each state."""
    rows = theirs(actor).values("state").annotate(number=Count("id"))
    return {row["state"]: row["number"] for row in rows}


def get(reference: str, actor: Actor) -> Notice:
    """One of their notices with what was said about it; raises `not_found` for another platform's, as for none."""
    parts = (
        Prefetch("answers", Answer.objects.order_by("id")),
        Prefetch("remarks", Remark.objects.order_by("id")),
    )
    found = theirs(actor).select_related("agency", "withdrawal").prefetch_related(*parts).filter(reference=reference)
    notice = found.first()
    if notice is None:
        raise Refused("not_found")
    return notice


def evidence(notice: Notice) -> list[tuple[str, list[File]]]:
    """For each item the files of the very capture that the notice rests on, those not deleted yet."""
    digests = [one["evidence_sha256"] for one in notice.facts["items"] if one["evidence_sha256"]]
    captures = Capture.objects.filter(digest__in=digests, account_id=notice.case.account_id, deleted_at=None)
    files = {one.digest: list(one.files.all()) for one in captures.prefetch_related("files")}
    return [(one["url"], files.get(one["evidence_sha256"], [])) for one in notice.facts["items"]]


def standing(notice: Notice) -> dict[str, str]:
    """What the platform said last of each item, by its address."""
    said: dict[str, str] = {}
    for answer in notice.answers.all():
        for url in (one["url"] for one in notice.facts["items"]):
            if url in answer.items:
                said[url] = answer.items[url]
            elif not answer.items:
                said[url] = answer.outcome
    return said


def open_remarks(actor: Actor) -> QuerySet[Remark]:
    """Questions and disputes that wait for the unit's reply, on this officer's notices."""
    actor.must("notice.view")
    waiting = Remark.objects.exclude(kind=Remark.Kind.REPLY).filter(replies=None)
    found = waiting.filter(notice__case__agency_id__in=actor.sees)
    return found.select_related("notice").order_by("at", "id")


def hooks(actor: Actor) -> QuerySet[Hook]:
    """Their addresses that are told, newest first, with what failed."""
    actor.must("counter.view")
    failing = Count(
        "calls", filter=Q(calls__state=Call.State.FAILED) | Q(calls__attempts__gte=FAILING_AFTER, calls__told_at=None)
    )
    found = Hook.objects.filter(platform=whose.platform_of(actor), ended_at=None)
    return found.annotate(failing=failing, told=Count("calls", filter=Q(calls__state=Call.State.TOLD))).order_by("-id")


def failing_hooks() -> QuerySet[Hook]:
    """Addresses of any platform that do not answer; shown to the unit too."""
    bad = Q(calls__state=Call.State.FAILED) | Q(calls__attempts__gte=FAILING_AFTER, calls__told_at=None)
    return Hook.objects.filter(bad, ended_at=None).distinct().order_by("platform", "id")


def calls_due(now: datetime) -> QuerySet[Call]:
    """What is to be told now, oldest first."""
    return Call.objects.filter(state=Call.State.QUEUED, next_try__lte=now).order_by("next_try", "id")
