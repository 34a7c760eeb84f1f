"""`openiru intake …`: taking in files of reported accounts."""

from __future__ import annotations

import io
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from openiru.faces.cli.shapes import Call, Command, Result
from openiru.stages.cases import services as cases
from openiru.stages.intake import formats, services
from openiru.stages.intake.formats.shapes import Parsed


def _load(call: Call) -> Result:
    parsed, name = _read(call.args.file, call.args.paste)
    agency_id = call.agency_id
    loaded = services.load(parsed, name=name, agency_id=agency_id, actor=call.actor, now=call.now)
    opened = cases.open_waiting(agency_id, actor=call.actor, now=call.now)
    return {
        "batch": loaded.batch.id,
        "rows": loaded.rows,
        "accounts": loaded.accounts,
        "new_accounts": loaded.new_accounts,
        "reports": loaded.reports,
        "cases_opened": opened,
        "known": loaded.known,
        "rejected": [asdict(bad) for bad in loaded.rejected],
    }


def _read(file: str, paste: bool) -> tuple[Parsed, str]:
    if file == "-":
        return formats.parse(formats.READERS["paste"], io.BytesIO(sys.stdin.buffer.read())), "paste"
    path = Path(file)
    with path.open("rb") as stream:
        reader = formats.READERS["paste"] if paste else formats.choose_for(path.name, stream)
        return formats.parse(reader, stream), path.name


def _load_args(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="a CSV file, or - to paste addresses on standard input")
    parser.add_argument("--paste", action="store_true", help="the file is loose text with addresses in it")
    parser.add_argument("--agency", default="", help="slug of the agency that reports")


COMMANDS = (
    Command("intake", "load", "Take in reported accounts and open their cases.", _load, _load_args, "intake.load"),
)
