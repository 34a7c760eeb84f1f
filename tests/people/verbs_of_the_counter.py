"""The verbs of platforms' people at the counter, of their hooks, of another way to send, and of direct lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

from openiru.stages.notices import direct_lines, ways
from openiru.stages.notices.counter import hooks, services
from openiru.stages.notices.counterparts import Call
from openiru.terms import Outcome
from tests import builders
from tests.builders import NOW, Cast
from tests.people.table import Do, a_contact, verb

UNTIL = date(2026, 8, 1)
_numbers = count(1)


@verb(ways.choose, "notice.send", "cleo", "notice.way_chosen")
def _(cast: Cast) -> Do:
    notice = builders.a_notice(cast)
    return lambda actor: ways.choose(notice.id, "email", "other@telegram.org", actor=actor, now=NOW)


@verb(services.acknowledge, "counter.answer", "pia", "notice.received", "notice.acknowledged", bound=False)
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    return lambda actor: services.acknowledge(notice.reference, ticket="TG-1", actor=actor, now=NOW)


@verb(services.ask, "counter.answer", "pia", "notice.remarked", "notice.clock_paused", bound=False)
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    return lambda actor: services.ask(notice.reference, "Which law?", actor=actor, now=NOW)


@verb(services.answer, "counter.answer", "pia", "notice.answered", bound=False)
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    said = services.Said("Gone.", Outcome.ACCOUNT_DISABLED)
    return lambda actor: services.answer(
        notice.reference, replace(said, words=f"Gone {next(_numbers)}."), actor=actor, now=NOW
    )


@verb(services.dispute, "counter.answer", "pia", "notice.remarked", bound=False)
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    said = services.Disputed("ground", "It is news.")
    return lambda actor: services.dispute(notice.reference, said, actor=actor, now=NOW)


@verb(services.take_out, "counter.view", "pia", "notice.received", "notice.read_there", bound=False)
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    return lambda actor: services.take_out(notice.reference, "package", actor=actor, now=NOW)


@verb(services.reply, "notice.answer", "cleo", "notice.remarked")
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    said = services.Disputed("ground", "It is news.")
    remark = services.dispute(notice.reference, said, actor=a_contact(), now=NOW)
    return lambda actor: services.reply(remark.id, "We looked again.", actor=actor, now=NOW)


@verb(hooks.add, "counter.hooks", "pia", "hook.added", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: hooks.add("https://hooks.example.org/in", actor=actor, now=NOW)


@verb(hooks.end, "counter.hooks", "pia", "hook.ended", bound=False)
def _(_cast: Cast) -> Do:
    hook, _secret = hooks.add("https://hooks.example.org/in", actor=a_contact(), now=NOW)
    return lambda actor: hooks.end(hook.id, actor=actor, now=NOW)


@verb(hooks.plan, "notice.work", "system", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: hooks.plan(actor=actor, now=NOW)


@verb(hooks.lease, "notice.work", "system", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: hooks.lease(actor=actor, now=NOW)


@verb(hooks.record, "notice.work", "system", bound=False)
def _(cast: Cast) -> Do:
    hook, _secret = hooks.add("https://hooks.example.org/in", actor=a_contact(), now=NOW)
    notice = builders.a_sent_notice(cast)
    call = Call.objects.create(hook=hook, notice=notice, event="notice.sent", message_id="msg_1", next_try=NOW)
    return lambda actor: hooks.record(call.id, "", actor=actor, now=NOW)


def _a_line(cast: Cast) -> int:
    new = direct_lines.NewLine("telegram", "Ines Beispiel", "+000", "9-17 UTC", UNTIL)
    return direct_lines.add(new, actor=cast.cleo, now=NOW).id


@verb(direct_lines.add, "line.edit", "cleo", "line.added", bound=False)
def _(_cast: Cast) -> Do:
    new = direct_lines.NewLine("telegram", "Ines Beispiel", "+000", "9-17 UTC", UNTIL)
    return lambda actor: direct_lines.add(new, actor=actor, now=NOW)


@verb(direct_lines.note, "line.edit", "cleo", "line.noted")
def _(cast: Cast) -> Do:
    line_id = _a_line(cast)
    return lambda actor: direct_lines.note(line_id, "Within a day.", actor=actor, now=NOW)


@verb(direct_lines.change, "line.edit", "cleo", "line.changed")
def _(cast: Cast) -> Do:
    line_id = _a_line(cast)
    return lambda actor: direct_lines.change(line_id, hours="8-16", retain_until=UNTIL, actor=actor, now=NOW)


@verb(direct_lines.forget, "line.edit", "cleo", "line.forgotten")
def _(cast: Cast) -> Do:
    line_id = _a_line(cast)
    return lambda actor: direct_lines.forget(line_id, actor=actor, now=NOW)


@verb(direct_lines.forget_due, "notice.work", "system", "line.forgotten", bound=False)
def _(cast: Cast) -> Do:
    _a_line(cast)
    return lambda actor: direct_lines.forget_due(actor=actor, now=builders.MUCH_LATER)
