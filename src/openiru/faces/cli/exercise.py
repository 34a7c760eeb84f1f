"""`openiru exercise …`: running the practices of the exercise."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from django.conf import settings

from openiru.faces.cli.shapes import Call, Command, Result
from openiru.faces.exercise import full, practice, varied


def _run(call: Call) -> Result:
    args = call.args
    if args.practice == "naive":
        return practice.run_naive(settings.HOME, size=args.size, sensitivity=args.sensitivity, without=args.without)
    return practice.run_full(settings.HOME, size=args.size, days=args.days, without=args.without)


def _vary(call: Call) -> Result:
    args = call.args
    asked = varied.Asked(args.size, args.days, args.rules)
    return varied.vary(settings.HOME, asked, tell=lambda words: print(words, file=sys.stderr))


def _run_args(parser: ArgumentParser) -> None:
    parser.add_argument("--practice", choices=("naive", "full"), default="full")
    parser.add_argument(
        "--size", type=int, default=None, help="accounts in a new home's world, at least 60; 850 if not said"
    )
    parser.add_argument("--days", type=int, default=full.DAYS, help="days that the clock runs ahead")
    parser.add_argument("--without", default="", help="a rule of the stand-ins that is switched off")
    parser.add_argument("--sensitivity", action="store_true", help="naive only: without each unconfirmed rule in turn")


def _vary_args(parser: ArgumentParser) -> None:
    parser.add_argument("--size", type=int, default=60, help="accounts of each run's world")
    parser.add_argument("--days", type=int, default=30, help="days that the clock runs ahead in each")
    parser.add_argument("--rules", type=int, default=0, help="so many rules only; all of them if not said")


COMMANDS = (
    Command("exercise", "run", "Run a practice from its beginning to its table.", _run, _run_args),
    Command("exercise", "vary", "Run both practices without each unconfirmed rule.", _vary, _vary_args),
)
