"""`openiru evidence …`: capture an address, export all evidence of a case as a bag, check a bag offline."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from openiru.errors import Refused
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.faces.tools import fetcher
from openiru.platforms import recognise
from openiru.stages.cases import queries as cases
from openiru.stages.evidence import rules, services, work
from openiru.stages.evidence.models import Warning
from openiru.stages.intake import queries as intake
from openiru.stages.intake.models import Account, Item


def _capture(call: Call) -> Result:
    """Capture the account or the item that an address names; it must have been reported."""
    url = call.args.url
    item = Item.objects.filter(key=recognise(url).key).select_related("account").first()
    subject: Account | Item = item or Account.objects.get(id=intake.account_of_address(url))
    take = work.by_http if call.args.plain else work.by_browser
    made = take(subject, url, fetcher=fetcher(), actor=call.actor, now=call.now)
    files = [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in made.files.order_by("id")]
    return {"capture": made.id, "digest": made.digest, "final_address": made.final_address, "files": files}


def _tell(call: Call) -> Result:
    args = call.args
    told = {name: getattr(args, name) for name in rules.TOLD}
    capture = services.tell(args.capture, told, warning=args.warning, actor=call.actor, now=call.now)
    return {"capture": capture.id, "lacking": rules.lacking(capture.facts, capture.told)}


def _export(call: Call) -> Result:
    out = Path(call.args.out)
    account = cases.page(call.args.case, call.actor, on=call.now.date()).account
    count = work.export(account, out, why=call.args.why, actor=call.actor, now=call.now)
    return {"bag": str(out), "files": count}


def _verify(call: Call) -> Result:
    roots = Path(call.args.tsa_roots) if call.args.tsa_roots else None
    found = work.verify_bag(Path(call.args.bag), roots)
    return {
        "ok": found.ok,
        "changed": list(found.changed),
        "captures": found.captures,
        "files": found.files,
        "time_stamps": f"{len(found.stamped)} hold" if roots else "not checked: name --tsa-roots",
    }


def _stamp(call: Call) -> Result:
    if work.authority() is None:
        raise Refused("no_authority")
    return {"stamped": work.stamp_due(actor=call.actor, now=call.now, limit=1000)}


def _capture_args(parser: ArgumentParser) -> None:
    parser.add_argument("url")
    parser.add_argument("--plain", action="store_true", help="over HTTP only, without a picture")


def _tell_args(parser: ArgumentParser) -> None:
    parser.add_argument("capture", type=int)
    for name in rules.TOLD:
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--warning", default="", choices=["", *Warning.values])


def _export_args(parser: ArgumentParser) -> None:
    parser.add_argument("case", type=int)
    parser.add_argument("--out", required=True, help="a new folder")
    parser.add_argument("--why", required=True, help="for whom and what for; it stands in the custody of each capture")


def _verify_args(parser: ArgumentParser) -> None:
    parser.add_argument("bag")
    parser.add_argument("--tsa-roots", default="", help="PEM file of the time-stamp authority")


COMMANDS = (
    Command("evidence", "capture", "Capture a reported address.", _capture, _capture_args, "evidence.capture"),
    Command("evidence", "tell", "Add what only a person can say.", _tell, _tell_args, "evidence.capture"),
    Command("evidence", "stamp", "Have captures time-stamped now.", _stamp, verb="evidence.capture"),
    Command("evidence", "export", "Export a case's evidence as a bag.", _export, _export_args, "evidence.export"),
    Command("evidence", "verify", "Check a bag, offline.", _verify, _verify_args, needs_database=False),
)
