"""Cleo's day: she reads what no reader could, answers questions, reminds, and takes what was refused to the next leg."""

from __future__ import annotations

from collections.abc import Callable

from openiru import clock
from openiru.faces.exercise.acting import Run
from openiru.stages.cases import services as casework
from openiru.stages.cases.models import Case
from openiru.stages.notices import answers
from openiru.stages.notices import queries as notices
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Message, Notice
from openiru.stages.notices.rules import Proposal
from openiru.terms import Leg, Outcome

_PLAIN_WORDS = (
    ("withheld", Outcome.WITHHELD),
    ("restricted in", Outcome.WITHHELD),
    ("duplicate", Outcome.DUPLICATE),
    ("reinstated", Outcome.REVERSED),
    ("link was reset", Outcome.LINK_REVOKED),
    ("revoked", Outcome.LINK_REVOKED),
    ("not violate", Outcome.DECLINED_NO_VIOLATION),
    ("doesn't go against", Outcome.DECLINED_NO_VIOLATION),
    ("cannot act", Outcome.DECLINED_INVALID),
    ("cannot review", Outcome.DECLINED_INVALID),
    ("please", Outcome.CLARIFICATION_ASKED),
    ("suspended", Outcome.ACCOUNT_DISABLED),
    ("banned", Outcome.ACCOUNT_DISABLED),
    ("disabled", Outcome.ACCOUNT_DISABLED),
    ("blocked", Outcome.ACCOUNT_DISABLED),
    ("removed", Outcome.REMOVED_GLOBAL),
    ("does not exist", Outcome.ALREADY_GONE),
    ("no longer", Outcome.ALREADY_GONE),
)
"""How Cleo reads what the platform's own reader did not know; the first words that fit."""


def work(run: Run) -> None:
    """Do what waits for the liaison today: the mailbox first, then what the clock proposes."""
    _read_mail(run)
    for notice in list(notices.board(run.people["cleo"]).exclude(state__in=["closed", "withdrawn", "drafted"])):
        act = _ACTS.get(notices.proposal(notice, now=clock.now()))
        if act is not None:
            act(run, notice)


def _read_mail(run: Run) -> None:
    cleo = run.people["cleo"]
    for message in notices.mailbox(cleo):
        if message.notice_id is None:
            found = next((one for one in notices.board(cleo) if one.ticket and one.ticket in message.body), None)
            if found is not None:
                run.attempt(answers.place, message.id, found.id, actor=cleo)
            continue
        outcome = _understand(message)
        if outcome is not None:
            new = answers.NewAnswer(outcome, message.body.strip()[:500], message_id=message.id)
            run.attempt(answers.record, message.notice_id, new, actor=cleo)


def _understand(message: Message) -> Outcome | None:
    lower = message.body.lower()
    return next((outcome for words, outcome in _PLAIN_WORDS if words in lower), None)


def _remind(run: Run, notice: Notice) -> None:
    """A reminder goes by mail; where a form took the notice, Cleo has no such way and goes on to the next leg."""
    if notice.way == "email":
        run.attempt(sending.remind, notice.id, actor=run.people["cleo"])
    else:
        _next_leg(run, notice)


def _next_leg(run: Run, notice: Notice) -> None:
    """Nothing came of the platform's own rules: the case goes back to Ana for the local-law leg."""
    if notice.leg != Leg.PLATFORM_POLICY:
        return
    if notice.state in {"sent", "received"}:
        run.attempt(sending.close, notice.id, actor=run.people["cleo"])
    case = Case.objects.get(id=notice.case_id)
    if case.state == Case.State.APPROVED and not case.notices.filter(leg=Leg.LOCAL_LAW).exists():
        run.attempt(casework.reopen, case.id, because="the next leg of the ladder", actor=run.people["ana"])


def _resume(run: Run, notice: Notice) -> None:
    run.attempt(answers.resume, notice.id, actor=run.people["cleo"])


def _close(run: Run, notice: Notice) -> None:
    run.attempt(sending.close, notice.id, actor=run.people["cleo"])


_ACTS: dict[Proposal, Callable[[Run, Notice], None]] = {
    Proposal.REMIND: _remind,
    Proposal.NEXT_LEG: _next_leg,
    Proposal.ANSWER_QUESTION: _resume,
    Proposal.CLOSE: _close,
}
