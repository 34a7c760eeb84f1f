"""`openiru exercise …`: running the practices of the exercise."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings

from openiru.faces.cli.shapes import Call, Command, Result
from openiru.faces.exercise import full, practice


def _run(call: Call) -> Result:
    args = call.args
    if args.practice == "naive":
        return practice.run_naive(settings.HOME, size=args.size, sensitivity=args.sensitivity)
    return practice.run_full(settings.HOME, size=args.size, days=args.days)


def _run_args(parser: ArgumentParser) -> None:
    parser.add_argument("--practice", choices=("naive", "full"), default="full")
    parser.add_argument(
        "--size", type=int, default=None, help="accounts in a new home's world, at least 60; 850 if not said"
    )
    parser.add_argument("--days", type=int, default=full.DAYS, help="days that the clock runs ahead")
    parser.add_argument("--sensitivity", action="store_true", help="naive only: without each unconfirmed rule in turn")


COMMANDS = (Command("exercise", "run", "Run a practice from its beginning to its table.", _run, _run_args),)
