"""`openiru ledger …`: the standing of the log, checking it with and without a database, exporting it."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from openiru.errors import Refused
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.faces.tools import signer
from openiru.ledger import queries, services, verification
from openiru.tlog import checkpoint, verifier


def _standing(call: Call) -> Result:
    call.actor.must("ledger.view")
    standing = queries.standing()
    return {
        "size": standing.size,
        "waiting": standing.waiting,
        "checkpoint": standing.checkpoint.note if standing.checkpoint else None,
        "key": own_key(),
    }


def own_key() -> str:
    """This log's verifier key in C2SP form, to be pinned by others."""
    here = signer()
    return checkpoint.vkey(here.key.public_key(), here.name)


def _verify(call: Call) -> Result:
    """Check the database's log, or with a folder an export of it, with no database."""
    if call.args.folder:
        verdict = verifier.verify_export(Path(call.args.folder), pinned_vkey=call.args.key or None)
        return _answer(asdict(verdict), ok=verdict.ok, authenticated=verdict.authenticated)
    call.actor.must("ledger.view")
    report = verification.verify(vkey=call.args.key or own_key(), pinned=bool(call.args.key))
    return _answer(asdict(report), ok=not report.problems, authenticated=report.authenticated)


def _answer(found: dict[str, object], *, ok: bool, authenticated: bool) -> Result:
    words = "authenticated" if authenticated else "self-consistent, not authenticated"
    return {**found, "ok": ok, "answer": words if ok else "NOT whole"}


def _export(call: Call) -> Result:
    call.actor.must("ledger.export")
    while services.sequence(now=call.now, signer=signer()):
        pass
    out = Path(call.args.out)
    standing = queries.standing()
    if standing.checkpoint is None:
        raise Refused("not_found")
    made = verifier.write_export(
        out, queries.leaves(size=standing.checkpoint.size), note=standing.checkpoint.note, vkey=own_key()
    )
    return {"folder": str(out), "size": made.size, "root": made.root, "key": own_key()}


def _sequence(call: Call) -> Result:
    call.actor.must("ledger.export")
    return {"sequenced": services.sequence(now=call.now, signer=signer())}


def _verify_args(parser: ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default="", help="an export; without it the database is checked")
    parser.add_argument("--key", default="", help="the log's key, pinned from elsewhere")


COMMANDS = (
    Command("ledger", "show", "Show the standing of the log and its key.", _standing, verb="ledger.view"),
    Command("ledger", "verify", "Check the log, or an export of it.", _verify, _verify_args, "ledger.view"),
    Command(
        "ledger",
        "export",
        "Write tiles, checkpoint and key.",
        _export,
        lambda parser: parser.add_argument("--out", required=True),
        "ledger.export",
    ),
    Command("ledger", "sequence", "Put waiting leaves into the tree now.", _sequence, verb="ledger.export"),
)
