"""`openiru notices …`: composing, sending, answers, doubts, withdrawals, the mailbox."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from openiru.errors import Refused
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.ledger import queries as ledger
from openiru.people.actor import SYSTEM
from openiru.people.models import User
from openiru.stages.notices import answers, authentic, corrections, delisting, queries, services, urgency, work
from openiru.stages.notices.models import Notice
from openiru.terms import Mode, Outcome


def _state(notice: Notice) -> Result:
    return {
        "notice": notice.id,
        "reference": notice.reference,
        "state": notice.state,
        "way": notice.way,
        "ticket": notice.ticket,
        "due_at": notice.due_at,
        "claimed": notice.claimed,
    }


def _list(call: Call) -> Result:
    late = call.now if call.args.overdue else None
    found = queries.board(call.actor, state=call.args.state, platform=call.args.platform, overdue_at=late)
    return {"notices": [_state(notice) for notice in found[: call.args.limit]]}


def _show(call: Call) -> Result:
    notice = queries.get(call.args.notice, call.actor)
    composed = queries.composed(notice)
    return {
        **_state(notice),
        "subject": composed.subject,
        "body": composed.body,
        "steps": list(composed.steps),
        "proposal": queries.proposal(notice, now=call.now).value,
        "answers": [{"outcome": one.outcome, "quote": one.quote, "at": one.at} for one in notice.answers.all()],
        "dispatches": [
            {"id": one.id, "purpose": one.purpose, "state": one.state, "error": one.error}
            for one in notice.dispatches.all()
        ],
    }


def _compose(call: Call) -> Result:
    return _state(services.compose(call.args.decision, actor=call.actor, now=call.now))


def _send(call: Call) -> Result:
    services.send(call.args.notice, actor=call.actor, now=call.now)
    return _state(queries.get(call.args.notice, call.actor))


def _package(call: Call) -> Result:
    notice = queries.get(call.args.notice, call.actor)
    path = Path(call.args.out or f"{notice.reference}.zip")
    path.write_bytes(work.package(notice, now=call.now))
    return {**_state(notice), "file": str(path)}


def _submitted(call: Call) -> Result:
    return _state(services.submitted(call.args.notice, call.args.ticket, actor=call.actor, now=call.now))


def _answer(call: Call) -> Result:
    args = call.args
    new = answers.NewAnswer(Outcome(args.outcome), args.quote, args.territory, args.ticket)
    answers.record(args.notice, new, actor=call.actor, now=call.now)
    return _state(queries.get(args.notice, call.actor))


def _settle(call: Call) -> Result:
    args = call.args
    done = services.settle(args.dispatch, arrived=args.arrived, why=args.why, actor=call.actor, now=call.now)
    return {"dispatch": done.id, "state": done.state}


def _withdraw(call: Call) -> Result:
    args = call.args
    services.withdraw(args.notice, reason=args.reason, wrong=args.wrong, actor=call.actor, now=call.now)
    return _state(queries.get(args.notice, call.actor))


def _to_withdraw(call: Call) -> Result:
    found = queries.withdrawal_tasks(call.actor)
    return {
        "tasks": [
            {
                "task": one.id,
                "kind": one.kind,
                "notice": one.notice_id,
                "reference": one.notice.reference,
                "person": one.person.name,
                "due_at": one.due_at,
                "because": one.because,
            }
            for one in found
        ]
    }


def _keep(call: Call) -> Result:
    done = delisting.keep(call.args.task, call.args.reasons, actor=call.actor, now=call.now)
    return {"task": done.id, "notice": done.notice_id, "kept": True}


def _remind(call: Call) -> Result:
    services.remind(call.args.notice, actor=call.actor, now=call.now)
    return _state(queries.get(call.args.notice, call.actor))


def _resume(call: Call) -> Result:
    return _state(answers.resume(call.args.notice, actor=call.actor, now=call.now))


def _close(call: Call) -> Result:
    return _state(services.close(call.args.notice, actor=call.actor, now=call.now))


def _mailbox(call: Call) -> Result:
    return {
        "messages": [
            {
                "id": one.id,
                "state": one.state,
                "sender": one.sender,
                "title": one.title,
                "why": one.why,
                "body": one.body,
            }
            for one in queries.mailbox(call.actor)[:200]
        ]
    }


def _place(call: Call) -> Result:
    done = answers.place(call.args.message, call.args.to, actor=call.actor, now=call.now)
    return {"message": done.id, "state": done.state, "notice": done.notice_id}


def _taken_back(call: Call) -> Result:
    found = corrections.taken_back(call.actor, after=call.now - timedelta(days=call.args.days))
    return {"taken_back": [asdict(one) for one in found]}


def _put_off(call: Call) -> Result:
    args = call.args
    until = call.now.date() + timedelta(days=args.days)
    asked_by = User.objects.filter(email__iexact=args.asked_by).first()
    if asked_by is None:
        raise Refused("not_found", user=args.asked_by)
    new = services.NewNonDisclosure(args.case, asked_by.id, until, args.reasons)
    return {"until": services.put_off_telling(new, actor=call.actor, now=call.now).until}


def _urgent(call: Call) -> Result:
    args = call.args
    stated_by = User.objects.filter(email__iexact=args.stated_by).first()
    if stated_by is None:
        raise Refused("not_found", user=args.stated_by)
    new = urgency.NewUrgency(args.case, stated_by.id, args.facts)
    return {"until": urgency.confirm(new, actor=call.actor, now=call.now).until}


def _receive(call: Call) -> Result:
    raw = sys.stdin.buffer.read() if call.args.file == "-" else Path(call.args.file).read_bytes()
    standing = ledger.installation()
    live = standing is None or standing.mode == Mode.LIVE
    signed = authentic.signed_by(raw) if live else None
    message = answers.receive(raw, actor=SYSTEM, now=call.now, signed_by=signed)
    return {"message": message.id, "state": message.state, "notice": message.notice_id, "why": message.why}


def _dispatch(call: Call) -> Result:
    return {"tried": work.dispatch_due(actor=call.actor, now=call.now)}


def _list_args(parser: ArgumentParser) -> None:
    parser.add_argument("--state", default="")
    parser.add_argument("--platform", default="")
    parser.add_argument("--overdue", action="store_true")
    parser.add_argument("--limit", type=int, default=50)


def _days(parser: ArgumentParser) -> None:
    parser.add_argument("--days", type=int, default=30)


def _number(name: str, *flags: tuple[str, dict[str, object]]) -> Callable[[ArgumentParser], None]:
    def add(parser: ArgumentParser) -> None:
        parser.add_argument(name, type=int)
        for flag, options in flags:
            parser.add_argument(flag, **options)  # type: ignore[arg-type]

    return add


_ANSWER = _number(
    "notice",
    ("outcome", {"choices": [outcome.value for outcome in Outcome]}),
    ("--quote", {"required": True}),
    ("--territory", {"default": ""}),
    ("--ticket", {"default": ""}),
)
_SETTLE = _number("dispatch", ("--arrived", {"action": "store_true"}), ("--why", {"required": True}))
_WITHDRAW = _number("notice", ("--reason", {"required": True}), ("--wrong", {"action": "store_true"}))
_KEEP = _number("task", ("--reasons", {"required": True}))
_URGENT = _number(
    "case",
    ("--stated-by", {"required": True, "help": "e-mail of the person who states it; somebody else than you"}),
    ("--facts", {"required": True, "help": "what threatens whom, when, and where that is known from"}),
)
_PLACE = _number("message", ("to", {"type": int, "metavar": "NOTICE"}))
_PUT_OFF = _number(
    "case",
    ("--days", {"type": int, "required": True}),
    ("--asked-by", {"required": True, "help": "e-mail of the person who asks; somebody else than you"}),
    ("--reasons", {"required": True}),
)

COMMANDS = (
    Command("notices", "remind", "Ask again for an overdue answer.", _remind, _number("notice"), "notice.send"),
    Command("notices", "resume", "Let the clock run again.", _resume, _number("notice"), "notice.answer"),
    Command("notices", "close", "Close a notice.", _close, _number("notice"), "notice.answer"),
    Command("notices", "mailbox", "Show messages that wait for a person.", _mailbox, verb="notice.answer"),
    Command("notices", "place", "Say which notice a message belongs to.", _place, _PLACE, "notice.answer"),
    Command("notices", "urgent", "Confirm that a threat is imminent.", _urgent, _URGENT, "case.decide"),
    Command("notices", "put-off", "Approve that the holder is told later.", _put_off, _PUT_OFF, "case.decide"),
    Command("notices", "list", "List notices by state and clock.", _list, _list_args, "notice.view"),
    Command("notices", "show", "Show a notice as the platform reads it.", _show, _number("notice"), "notice.view"),
    Command(
        "notices", "compose", "Compose the notice of an approval.", _compose, _number("decision"), "notice.compose"
    ),
    Command("notices", "send", "Put a notice into the outbox.", _send, _number("notice"), "notice.send"),
    Command(
        "notices",
        "package",
        "Write the portal package.",
        _package,
        _number("notice", ("--out", {"default": ""})),
        "notice.view",
    ),
    Command(
        "notices",
        "submitted",
        "Bring back the ticket of a submitted form.",
        _submitted,
        _number("notice", ("ticket", {})),
        "notice.send",
    ),
    Command("notices", "answer", "Record what the platform answered.", _answer, _ANSWER, "notice.answer"),
    Command("notices", "settle", "Settle what is in doubt.", _settle, _SETTLE, "notice.send"),
    Command("notices", "withdraw", "Withdraw a notice.", _withdraw, _WITHDRAW, "notice.withdraw"),
    Command(
        "notices",
        "to-withdraw",
        "List notices whose organisation is designated no more.",
        _to_withdraw,
        verb="notice.view",
    ),
    Command(
        "notices",
        "taken-back",
        "List withdrawals and corrections of the last days, for whoever was told.",
        _taken_back,
        _days,
        "notice.view",
    ),
    Command("notices", "keep", "Keep such a notice, designated again.", _keep, _KEEP, "notice.withdraw"),
    Command(
        "notices",
        "receive",
        "Take in one message (- reads standard input).",
        _receive,
        lambda parser: parser.add_argument("file"),
        "notice.work",
    ),
    Command("notices", "dispatch", "Hand over what is due now.", _dispatch, verb="notice.work"),
)
