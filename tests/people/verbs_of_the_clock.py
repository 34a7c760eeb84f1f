"""The verbs of clock and correction: further steps by two people, letters that correct, typed answers to an order, reminders."""

from __future__ import annotations

from datetime import timedelta

from openiru.stages.notices import corrections, rules, typed
from openiru.stages.notices import services as sending
from openiru.stages.notices.clock import escalations, reminders
from openiru.stages.notices.models import Escalation, Notice
from openiru.stages.transparency import export, vector
from tests import builders
from tests.builders import LATER, NOW, Cast
from tests.people.table import Do, verb
from tests.stages.notices.test_clock import a_notice_with_an_ended_listing, a_working_moment, an_overdue_notice
from tests.stages.notices.test_orders import PROVIDER, a_sent_order

FORM = typed.Executed(PROVIDER, typed.Measure.REMOVED, NOW + timedelta(minutes=40))
DARK = typed.NotExecuted(PROVIDER, frozenset({typed.Ground.FORCE_MAJEURE}), "The data centre is dark.")


def reminded(cast: Cast) -> tuple[Notice, object]:
    """An overdue notice that was reminded, and the moment from which a further step is proposed."""
    notice = an_overdue_notice(cast)
    now = a_working_moment(notice)
    sending.remind(notice.id, actor=cast.cleo, now=now)
    return notice, now + rules.STEP_AFTER


@verb(escalations.ask, "notice.answer", "cleo", "notice.escalation_asked")
def _(cast: Cast) -> Do:
    notice, now = reminded(cast)
    return lambda actor: escalations.ask(notice.id, Escalation.Step.LIAISON, "No word.", actor=actor, now=now)  # type: ignore[arg-type]


@verb(escalations.decide, "notice.escalate", "sue", "notice.escalation_decided")
def _(cast: Cast) -> Do:
    notice, now = reminded(cast)
    step = escalations.ask(notice.id, Escalation.Step.LIAISON, "No word.", actor=cast.cleo, now=now)  # type: ignore[arg-type]
    return lambda actor: escalations.decide(step.id, approved=True, reasons="Yes.", actor=actor, now=now)  # type: ignore[arg-type]


@verb(corrections.send, "notice.withdraw", "cleo", "notice.corrected")
def _(cast: Cast) -> Do:
    notice = a_notice_with_an_ended_listing(cast)
    return lambda actor: corrections.send(notice.id, actor=actor, now=LATER)


@verb(corrections.confirmed, "notice.answer", "cleo", "notice.correction_confirmed")
def _(cast: Cast) -> Do:
    made = corrections.send(a_notice_with_an_ended_listing(cast).id, actor=cast.cleo, now=LATER)
    return lambda actor: corrections.confirmed(made.id, "Noted.", actor=actor, now=LATER)


@verb(typed.executed, "notice.answer", "cleo", "notice.answered")
def _(cast: Cast) -> Do:
    notice = a_sent_order(cast)
    return lambda actor: typed.executed(notice.id, FORM, actor=actor, now=LATER)


@verb(typed.not_executed, "notice.answer", "cleo", "notice.clock_paused")
def _(cast: Cast) -> Do:
    notice = a_sent_order(cast)
    return lambda actor: typed.not_executed(notice.id, DARK, actor=actor, now=LATER)


@verb(reminders.remind_due, "notice.work", "system", "notice.reminded", bound=False)
def _(cast: Cast) -> Do:
    now = a_working_moment(an_overdue_notice(cast))
    return lambda actor: reminders.remind_due(actor=actor, now=now)


@verb(export.vector_csv, "transparency.view", "sue", "transparency.exported", bound=False)
def _(cast: Cast) -> Do:
    builders.a_sent_notice(cast)
    return lambda actor: export.vector_csv(actor, vector.Asked(), now=LATER)
