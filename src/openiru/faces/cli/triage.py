"""`openiru protections …`, `openiru rules …` and the parts of `openiru cases …` that sort and take: lists, the next case, scores."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path

from openiru.errors import Unreadable
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.stages.cases import protecting, queries
from openiru.stages.cases.triage import holding, officer_rules, work
from openiru.stages.cases.triage.rules import Wanted


def _load(call: Call) -> Result:
    """Take in a list of protected speakers."""
    path = Path(call.args.file)
    if not path.is_file():
        raise Unreadable("file_missing", where=path.name)
    done = protecting.load(
        call.args.name or path.stem, path.read_bytes(), source=call.args.source, actor=call.actor, now=call.now
    )
    return asdict(done)


def _list(call: Call) -> Result:
    found = queries.protections(call.actor, on=call.now.date())[: call.args.limit]
    return {
        "protections": [
            {"id": one.id, "kind": one.kind, "name": one.name, "account": one.account_key, "source": one.source,
             "expires_on": one.expires_on, "ended_at": one.ended_at, "dropped_at": one.dropped_at}
            for one in found
        ]
    }  # fmt: skip


def _next(call: Call) -> Result:
    wanted = Wanted(platform=call.args.platform, language=call.args.language, order=call.args.order)
    return {"case": holding.take_next(wanted, actor=call.actor, now=call.now)}


def _urgent(call: Call) -> Result:
    done = holding.mark_urgent(
        call.args.case, urgent=not call.args.over, why=call.args.reasons, actor=call.actor, now=call.now
    )
    return {"case": done.id, "urgent": done.urgent, "due_at": done.due_at}


def _score(call: Call) -> Result:
    return {"scored": work.score_due(actor=call.actor, now=call.now, limit=call.args.limit)}


def _rules(call: Call) -> Result:
    return {
        "rules": [
            {"id": one.id, "name": one.name, "state": one.state, "text": one.text, "points": one.points,
             "matched": getattr(one, "matched", 0), "expires_on": one.expires_on}
            for one in officer_rules.visible(call.actor)
        ]
    }  # fmt: skip


def _write(call: Call) -> Result:
    args = call.args
    new = officer_rules.NewRule(args.name, args.text, args.says, args.points, date.fromisoformat(args.until))
    rule = officer_rules.write(new, actor=call.actor, now=call.now)
    return {"rule": rule.id, "state": rule.state, "on_history": rule.backtest}


def _switch(call: Call) -> Result:
    rule = officer_rules.switch(call.args.rule, call.args.state, call.args.reasons, actor=call.actor, now=call.now)
    return {"rule": rule.id, "state": rule.state}


def _load_args(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="CSV with kind, name, address and, if you like, source and expires_on")
    parser.add_argument("--source", required=True, help="where the list is known from")
    parser.add_argument(
        "--name", default="", help="name of the list; a newer file of the same name is its next version"
    )


def _limit_args(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=2000)


def _next_args(parser: ArgumentParser) -> None:
    parser.add_argument("--platform", default="")
    parser.add_argument("--language", default="")
    parser.add_argument("--order", choices=["score", "oldest"], default="score")


def _urgent_args(parser: ArgumentParser) -> None:
    parser.add_argument("case", type=int)
    parser.add_argument("--reasons", required=True)
    parser.add_argument("--over", action="store_true", help="life is no longer in danger")


def _write_args(parser: ArgumentParser) -> None:
    parser.add_argument("name")
    parser.add_argument("text", help="the expression in CEL")
    parser.add_argument("--says", required=True, help="the sentence that stands with the points")
    parser.add_argument("--points", type=int, required=True)
    parser.add_argument("--until", required=True, help="last day, YYYY-MM-DD")


def _switch_args(parser: ArgumentParser) -> None:
    parser.add_argument("rule", type=int)
    parser.add_argument("state", choices=["live", "shadow", "off"])
    parser.add_argument("--reasons", default="")


def _nothing(_parser: ArgumentParser) -> None:
    """No arguments."""


COMMANDS = (
    Command("protections", "load", "Load a list of protected speakers.", _load, _load_args, "protection.load"),
    Command("protections", "list", "List protected speakers.", _list, _limit_args, "protection.view"),
    Command("cases", "next", "Take the next case of your queue.", _next, _next_args, "case.view"),
    Command("cases", "urgent", "Say that life is in danger.", _urgent, _urgent_args, "case.urgent"),
    Command("cases", "score", "Score what changed now.", _score, _limit_args, "case.work"),
    Command("rules", "list", "List officers' rules.", _rules, _nothing, "rule.view"),
    Command("rules", "write", "Write a rule, as a shadow.", _write, _write_args, "rule.write"),
    Command("rules", "switch", "Switch a rule.", _switch, _switch_args, "rule.switch"),
)
