"""`openiru intake …`: taking in files of reported accounts, and what came of them."""

from __future__ import annotations

import csv
import io
import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from openiru import clock
from openiru.errors import Refused, Unreadable
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.stages.cases import services as cases
from openiru.stages.intake import formats, loading, queries, work
from openiru.stages.intake.formats.shapes import Reader
from openiru.stages.intake.models import Batch

SHOWN = 100
"""Rejected rows that the answer itself shows; the whole of them is `openiru intake errors`."""


def _load(call: Call) -> Result:
    agency_id = call.agency_id
    with _path(call.args.file) as path:
        reader = _reader(path, call.args.format or ("paste" if call.args.paste or call.args.file == "-" else ""))
        source = work.of_path(path, reader.name, _mapping(call.args.map))
        upload = work.check(source, agency_id)
        if call.args.check:
            return {
                "format": reader.name,
                "rows": upload.rows,
                "sha256": upload.sha256,
                "columns": dict(upload.mapping),
            }
        opened = loading.open_batch(upload, actor=call.actor, now=call.now)
        batch = opened.batch
        if batch.state == Batch.State.LOADING:
            with _bar(batch, wanted=not call.args.json) as bar:
                batch = work.take(batch, source, actor=call.actor, clock=clock.now, tell=partial(_moved, bar))
    return _told(batch, call, known=opened.known)


def _told(batch: Batch, call: Call, *, known: bool) -> Result:
    started = cases.open_waiting(batch.agency_id, actor=call.actor, now=clock.now())
    rejected = list(queries.rejections(batch)[:SHOWN])
    return {
        "ok": batch.state == Batch.State.LOADED,
        "batch": batch.id,
        "state": batch.state,
        "rows": batch.rows,
        "accounts": batch.accounts,
        "new_accounts": batch.new_accounts,
        "reports": batch.reports,
        "cases_opened": started,
        "known": known,
        "error": batch.error,
        "rejected_rows": batch.rejected,
        "rejected": [
            {"line": bad.line, "column": bad.column, "value": bad.value, "reason": bad.reason} for bad in rejected
        ],
    }


def _errors(call: Call) -> Result:
    batch = queries.batch(call.args.batch, call.actor)
    with Path(call.args.out).open("w", encoding="utf-8", newline="") as target:
        table = csv.writer(target)
        table.writerow(queries.ERROR_HEADING)
        count = 0
        for row in queries.error_rows(batch):
            table.writerow(row)
            count += 1
    return {"batch": batch.id, "rows": count, "file": call.args.out}


def _formats(_call: Call) -> Result:
    return {
        "formats": {reader.name: f"{reader.title} ({' '.join(reader.endings)})" for reader in formats.READERS.values()}
    }


@contextmanager
def _path(file: str) -> Iterator[Path]:
    """The file itself; what comes on standard input stands in a file of its own for as long as it is read."""
    if file != "-":
        yield Path(file)
        return
    with tempfile.NamedTemporaryFile(suffix=".txt") as given:
        given.write(sys.stdin.buffer.read())
        given.flush()
        yield Path(given.name)


def _reader(path: Path, name: str) -> Reader:
    if name:
        if name not in formats.READERS:
            raise Refused("not_found", format=name)
        return formats.READERS[name]
    with path.open("rb") as stream:
        return formats.choose_for(path.name, stream)


def _mapping(given: list[str]) -> Mapping[str, str] | None:
    """`--map field=heading`, over what the reader guesses; None where the format has no columns."""
    pairs = [one.partition("=") for one in given]
    if not all(field and heading for field, _, heading in pairs):
        raise Unreadable("mapping_malformed", value=" ".join(given))
    return {field: heading for field, _, heading in pairs} or None


@contextmanager
def _bar(batch: Batch, *, wanted: bool) -> Iterator[tqdm[NoReturn]]:
    hidden = not (wanted and os.isatty(sys.stderr.fileno())) if not isinstance(sys.stderr, io.StringIO) else True
    with tqdm(total=batch.rows, initial=batch.done, unit=" rows", unit_scale=True, disable=hidden) as bar:
        yield bar


def _moved(bar: tqdm[NoReturn], batch: Batch) -> None:
    bar.update(batch.done - bar.n)


def _load_args(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="a file of a known format (openiru intake formats), or - to paste addresses")
    parser.add_argument("--paste", action="store_true", help="the file is loose text with addresses in it")
    parser.add_argument("--format", default="", help="read it as this format; without it the file itself shows which")
    parser.add_argument(
        "--map", action="append", default=[], metavar="FIELD=HEADING", help="which column holds a field"
    )
    parser.add_argument("--check", action="store_true", help="only read it through; nothing is taken in")
    parser.add_argument("--agency", default="", help="slug of the agency that reports")


def _errors_args(parser: ArgumentParser) -> None:
    parser.add_argument("batch", type=int)
    parser.add_argument("--out", required=True, help="the CSV file to write: line, column, value, reason")


COMMANDS = (
    Command("intake", "load", "Take in reported accounts and open their cases.", _load, _load_args, "intake.load"),
    Command("intake", "errors", "Write the rows that were not taken to a file.", _errors, _errors_args, "intake.view"),
    Command("intake", "formats", "Say which file formats can be read.", _formats, needs_database=False),
)
