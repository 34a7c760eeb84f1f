"""Every command in one registry, the parser made from it, and the one way a command is called."""

from __future__ import annotations

import argparse
import os

from openiru import clock
from openiru.faces.cli import (
    cases,
    detect,
    evidence,
    exercise,
    intake,
    ledger,
    notices,
    outcomes,
    people,
    register,
    system,
    triage,
    watching,
)
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.ledger import queries
from openiru.people.actor import SYSTEM, Actor
from openiru.people.queries import actor_for_token

_MODULES = (
    system, register, intake, watching, detect, cases, triage, evidence, notices, outcomes, ledger, people, exercise,
)  # fmt: skip
COMMANDS: dict[tuple[str, str], Command] = {
    (command.group, command.name): command for module in _MODULES for command in module.COMMANDS
}


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; each takes `--json` and `--token`."""
    top = argparse.ArgumentParser(prog="openiru", description="An open-source Internet Referral Unit.")
    groups = top.add_subparsers(dest="group", required=True, metavar="GROUP")
    run = groups.add_parser("run", help="start everything: console, worker and, in an exercise, the stand-in platforms")
    run.add_argument("--exercise", action="store_true")
    made: dict[str, argparse._SubParsersAction[argparse.ArgumentParser]] = {}
    for (group, name), command in COMMANDS.items():
        if group not in made:
            made[group] = groups.add_parser(group).add_subparsers(dest="command", required=True, metavar="COMMAND")
        one = made[group].add_parser(name, help=command.says, description=command.says)
        command.add(one)
        one.add_argument("--json", action="store_true", help="print JSON")
        one.add_argument("--token", default="", help="personal token (or OPENIRU_TOKEN); without one the system acts")
    return top


def call(command: Command, args: argparse.Namespace) -> Result:
    """Run a command as whoever the token names; the verb is asked before anything is read."""
    if not command.needs_database:
        return command.run(Call(args, SYSTEM, clock.now()))
    clock.use_offset(queries.clock_offset)
    actor = _actor(args.token or os.environ.get("OPENIRU_TOKEN", ""))
    if command.verb:
        actor.must(command.verb)
    return command.run(Call(args, actor, clock.now()))


def _actor(token: str) -> Actor:
    return actor_for_token(token, now=clock.now()) if token else SYSTEM
