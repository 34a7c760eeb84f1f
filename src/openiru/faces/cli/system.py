"""`openiru run`, `install`, `check`, `migrate`, `worker`: the installation itself."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta

from django.core import checks
from django.db import connection

from openiru.errors import Refused, Unavailable
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.ledger import queries, services
from openiru.stages.evidence import browser
from openiru.terms import Mode


def _install(call: Call) -> Result:
    made = services.install(mode=Mode(call.args.mode), name=call.args.name, now=call.now)
    return {"mode": made.mode, "name": made.name, "origin": made.origin}


def _check(call: Call) -> Result:
    """Say what is wrong with this installation, each with what to do about it."""
    problems: list[str] = []
    standing = queries.installation()
    if standing is None:
        problems.append("not installed yet: openiru install --mode exercise|live --name NAME")
    try:
        chromium = browser.find()
    except Unavailable as error:
        chromium = ""
        problems.append(str(error))
    checks.run_checks()
    return {
        "ok": not problems,
        "problems": problems,
        "mode": standing.mode if standing else None,
        "database": connection.vendor,
        "postgresql": connection.pg_version,  # type: ignore[attr-defined]
        "chromium": chromium,
        "at": call.now,
    }


def _clock(call: Call) -> Result:
    """Move an exercise's clock ahead."""
    standing = queries.installation()
    if standing is None or standing.mode != Mode.EXERCISE:
        raise Refused("live_has_no_clock")
    offset = (standing.clock_offset or timedelta(0)) + timedelta(hours=call.args.hours)
    services.set_clock(offset=offset, speed=standing.clock_speed)
    return {"ahead_hours": offset.total_seconds() / 3600}


def _install_args(parser: ArgumentParser) -> None:
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], required=True)
    parser.add_argument("--name", required=True)


COMMANDS = (
    Command("system", "install", "Make this installation an exercise or live, for ever.", _install, _install_args),
    Command("system", "check", "Say what is wrong with this installation.", _check),
    Command(
        "system",
        "clock",
        "Move an exercise's clock ahead by hours.",
        _clock,
        lambda parser: parser.add_argument("hours", type=float),
        "exercise.clock",
    ),
)
