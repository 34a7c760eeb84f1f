"""Today: what waits for this very person, what is overdue, and whether the machinery runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from openiru.faces.console.asked import Asked
from openiru.ledger import queries as ledger
from openiru.stages.cases import queries as cases
from openiru.stages.cases.models import Case
from openiru.stages.cases.triage import queues
from openiru.stages.cases.triage.rules import Wanted
from openiru.stages.notices import corrections
from openiru.stages.notices import queries as notices
from openiru.stages.notices.counter import queries as counter
from openiru.stages.redress import queries as redress
from openiru.stages.register import queries as register
from openiru.stages.register.models import Snapshot
from openiru.stages.verify import queries as verified

SHOWN = 12
RECENT = timedelta(days=30)


@require_GET
def today(request: Asked) -> HttpResponse:
    """Show what waits."""
    if request.actor.may("counter.view") and not request.actor.may("today.view"):
        return redirect("portal")
    request.actor.must("today.view")
    context: dict[str, object] = {"silent": ledger.silent_ticks(_wall()), "log": ledger.standing()}
    for verb, read in (
        ("case.view", _cases),
        ("notice.view", _notices),
        ("verify.look", _looks),
        ("redress.view", _appeals),
        ("register.view", _register),
    ):
        if request.actor.may(verb):
            context |= read(request)
    return render(request, "console/today.html", context)


def _wall() -> datetime:
    # The worker's heartbeat is in wall time, also where an exercise runs its clock ahead.
    return datetime.now(UTC)  # noqa: TID251


def _cases(request: Asked) -> dict[str, object]:
    waits, counts = Wanted(), queues.counts(request.actor)
    by_state = [(state, counts[state]) for state in Case.State.values if state in counts]
    mine = queues.page(waits, request.actor, now=request.now).cases
    number = queues.many(waits, request.actor, now=request.now) if mine else 0
    return {"mine": mine[:SHOWN], "mine_number": number, "counts": by_state, "most": queues.MOST_COUNTED}


def _notices(request: Asked) -> dict[str, object]:
    waiting = notices.waiting_for_people(request.actor, now=request.now)
    found: dict[str, object] = {"waiting": [(name, rows.count(), rows[:3]) for name, rows in waiting.items()]}
    if request.actor.may("notice.withdraw"):
        tasks = notices.withdrawal_tasks(request.actor)
        late = tasks.filter(due_at__lt=request.now).exclude(person=request.actor.user_id)
        found |= {"to_withdraw": tasks.filter(person=request.actor.user_id)[:SHOWN], "late_withdrawals": late[:SHOWN]}
    found["unconfirmed"] = corrections.overdue(request.actor, now=request.now)[:SHOWN]
    if request.actor.may("line.view"):
        found["failing_hooks"] = counter.failing_hooks()
    if request.actor.may("notice.compose"):
        found["approved"] = cases.approved_unsent(request.actor).count()
    if request.actor.may("notice.answer"):
        found["mailbox"] = notices.mailbox(request.actor).count()
    return found


def _looks(request: Asked) -> dict[str, object]:
    return {
        "looks": verified.by_hand(request.actor, now=request.now).count(),
        "late_looks": verified.late(request.now),
        "blind_posts": verified.platforms_without_canaries(asked_only=True, of_items=True),
        "blind": verified.platforms_without_canaries(asked_only=True),
    }


def _appeals(request: Asked) -> dict[str, object]:
    return {"appeals": redress.appeals(request.actor).filter(state="open")[:SHOWN]}


def _aside(one: register.ListStanding) -> bool:
    """Whether the newest version that a publisher sent was put aside, so that an older one goes on standing in force."""
    newest = one.newest
    return newest is not None and newest.state == Snapshot.State.QUARANTINED and not newest.loaded_by_hand


def _register(request: Asked) -> dict[str, object]:
    failed = [one for one in register.lists() if one.failure or _aside(one)]
    return {
        "lists_failed": failed,
        "lists_waiting": register.waiting(),
        "ended": register.ended_since(request.now - RECENT)[:SHOWN],
    }
