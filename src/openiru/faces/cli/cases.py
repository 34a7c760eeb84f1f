"""`openiru cases …`: the queue, one case, assessing, opinions, decisions, protections, evidence."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from openiru import clock
from openiru.errors import Refused
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.faces.tools import fetcher
from openiru.platforms import PLATFORMS
from openiru.stages.cases import protections, queries, rules, services
from openiru.stages.cases.triage import queues
from openiru.stages.cases.triage.rules import Wanted
from openiru.stages.evidence import services as evidence
from openiru.stages.evidence import work as capturing
from openiru.stages.evidence.models import Capture
from openiru.stages.intake import services as intake
from openiru.stages.intake.models import Account, Item
from openiru.stages.register.claims import as_json
from openiru.terms import Action, Ground, Leg, NoticeKind, Platform, ProtectionKind


def _queue(call: Call) -> Result:
    asked = Wanted(state=call.args.state or "all", platform=call.args.platform, text=call.args.text)
    found = queues.page(asked, call.actor, now=call.now).cases
    return {
        "cases": [
            {
                "id": case.id,
                "number": case.number,
                "state": case.state,
                "platform": case.account.platform,
                "account": case.account.key,
                "followers": case.account.followers,
                "score": case.score,
                "opened_at": case.opened_at,
            }
            for case in found[: call.args.limit]
        ],
        "counts": queues.counts(call.actor),
    }


def _show(call: Call) -> Result:
    page = queries.page(call.args.case, call.actor, on=call.now.date())
    return {
        "case": {"id": page.case.id, "number": page.case.number, "state": page.case.state},
        "account": {"key": page.account.key, "url": page.account.url, "followers": page.account.followers},
        "reports": [{"note": one.note, "claims": one.claimed_organisation} for one in page.reports],
        "items": [
            {"id": item.id, "url": item.url, "captures": [capture.id for capture in captures]}
            for item, captures in page.items
        ],
        "captures": [
            {"id": one.id, "digest": one.digest, "at": one.at, "text": one.text[:1000]} for one in page.captures
        ],
        "claims": [claim.as_json() for claim in page.claims],
        "designation": as_json(page.designation) if page.designation else None,
        "assessment": page.assessment.id if page.assessment else None,
        "protections": [{"id": one.id, "kind": one.kind, "name": one.name} for one in page.protections],
        "decisions": [{"approved": one.approved, "reasons": one.reasons, "at": one.at} for one in page.decisions],
    }


def _contact(call: Call) -> Result:
    account = queries.page(call.args.case, call.actor, on=call.now.date()).account
    source = PLATFORMS[Platform(account.platform)].contacts
    if source is None or not account.handle:
        raise Refused("not_found", why="its platform has one address for everybody: see the notice's route")
    url = source.address(account.handle)
    found = source.read(fetcher().get(url).response.body)
    return {"asked": url, "contacts": [asdict(one) for one in found]}


def worksheet(data: dict[str, Any]) -> rules.NewAssessment:
    """Read an assessment from JSON; raises `assessment_incomplete` for a word that is not in the closed lists."""
    plain = dict(data)
    try:
        items = tuple(rules.ItemJudged(**{**item, "ground": Ground(item["ground"])}) for item in plain.pop("items", []))
        for name, words in (("kind", NoticeKind), ("leg", Leg), ("action", Action)):
            if name in plain:
                plain[name] = words(plain[name])
        if "law_articles" in plain:
            plain["law_articles"] = tuple(plain["law_articles"])
        return rules.NewAssessment(**plain, items=items)
    except (TypeError, ValueError, KeyError) as error:
        raise Refused("assessment_incomplete", missing=str(error)) from error


def _assess(call: Call) -> Result:
    data = json.loads(Path(call.args.file).read_text(encoding="utf-8"))
    made = services.assess(call.args.case, worksheet(data), actor=call.actor, now=call.now)
    return {"assessment": made.id, "state": made.case.state}


def _opinion(call: Call) -> Result:
    args = call.args
    made = services.give_opinion(
        args.assessment, agrees=not args.disagree, reasons=args.reasons, actor=call.actor, now=call.now
    )
    return {"opinion": made.id, "agrees": made.agrees}


def _decide(call: Call) -> Result:
    verb = services.decline if call.args.decline else services.approve
    made = verb(call.args.assessment, reasons=call.args.reasons, actor=call.actor, now=call.now)
    return {"decision": made.id, "approved": made.approved}


def _recall(call: Call) -> Result:
    made = services.recall(call.args.decision, reasons=call.args.reasons, actor=call.actor, now=call.now)
    return {"decision": made.id, "recalled_at": made.recalled_at}


def _reopen(call: Call) -> Result:
    case = services.reopen(call.args.case, because=call.args.reasons, actor=call.actor, now=call.now)
    return {"case": case.id, "state": case.state}


def _close(call: Call) -> Result:
    case = services.close(call.args.case, reason=call.args.reasons, actor=call.actor, now=call.now)
    return {"case": case.id, "state": case.state}


def _review(call: Call) -> Result:
    args = call.args
    new = protections.NewReview(args.case, args.protection, not args.stop, args.reasons)
    done = protections.review(new, actor=call.actor, now=call.now)
    return {"review": done.id, "may_go_on": done.may_go_on, "expires_on": done.expires_on}


def _unprotect(call: Call) -> Result:
    done = protections.end(call.args.protection, reasons=call.args.reasons, actor=call.actor, now=call.now)
    return {"protection": done.id, "ended_at": done.ended_at}


def _protect(call: Call) -> Result:
    args = call.args
    new = protections.NewProtection(ProtectionKind(args.kind), args.name, args.source, args.account)
    return {"protection": protections.add(new, actor=call.actor, now=call.now).id}


def _capture(call: Call) -> Result:
    """Capture an account and each of its items over HTTP (with --browser also as a picture)."""
    page = queries.page(call.args.case, call.actor, on=call.now.date())
    take = capturing.by_browser if call.args.browser else capturing.by_http
    subjects: list[Account | Item] = [page.account] if page.account.url else []
    subjects += [item for item, _ in page.items]
    fetch = fetcher()
    made: list[Capture] = []
    for one in subjects:
        if made and not fetch.sandbox:
            time.sleep(60 / fetch.per_minute)
        made.append(take(one, one.url, fetcher=fetch, actor=call.actor, now=clock.now()))
    return {"captures": [{"id": one.id, "digest": one.digest, "address": one.address} for one in made]}


def _add_item(call: Call) -> Result:
    """Name one more item of a case's account; the account's own address stands for its front."""
    page = queries.page(call.args.case, call.actor, on=call.now.date())
    item = intake.add_item(page.account.id, call.args.url, actor=call.actor, now=call.now)
    return {"item": item.id, "key": item.key}


def _upload(call: Call) -> Result:
    """Keep a file that a person captured as evidence."""
    page = queries.page(call.args.case, call.actor, on=call.now.date())
    item = Item.objects.filter(id=call.args.item, account=page.account).first() if call.args.item else None
    path = Path(call.args.file)
    kept = capturing.uploaded(path.name, path.read_bytes())
    new = evidence.NewCapture(
        page.account.id,
        "upload",
        item.url if item else page.account.url,
        (kept,),
        item_id=item.id if item else None,
        note=call.args.note,
    )
    made = evidence.record(new, actor=call.actor, now=call.now)
    return {"capture": made.id, "digest": made.digest}


def _queue_args(parser: ArgumentParser) -> None:
    parser.add_argument("--state", default="")
    parser.add_argument("--platform", default="")
    parser.add_argument("--text", default="")
    parser.add_argument("--limit", type=int, default=50)


def _assess_args(parser: ArgumentParser) -> None:
    parser.add_argument("case", type=int)
    parser.add_argument("file", help="the worksheet as JSON (docs/how-to/work-from-the-command-line.md)")


def _opinion_args(parser: ArgumentParser) -> None:
    parser.add_argument("assessment", type=int)
    parser.add_argument("--reasons", required=True)
    parser.add_argument("--disagree", action="store_true")


def _decide_args(parser: ArgumentParser) -> None:
    parser.add_argument("assessment", type=int)
    parser.add_argument("--reasons", required=True)
    parser.add_argument("--decline", action="store_true")


def _reasons_args(name: str) -> Callable[[ArgumentParser], None]:
    def add(parser: ArgumentParser) -> None:
        parser.add_argument(name, type=int)
        parser.add_argument("--reasons", required=True)

    return add


def _review_args(parser: ArgumentParser) -> None:
    parser.add_argument("case", type=int)
    parser.add_argument("protection", type=int)
    parser.add_argument("--reasons", required=True)
    parser.add_argument("--stop", action="store_true", help="the case must not go on")


def _protect_args(parser: ArgumentParser) -> None:
    parser.add_argument("kind", choices=[kind.value for kind in ProtectionKind])
    parser.add_argument("name")
    parser.add_argument("--account", default="", help="canonical key of the account")
    parser.add_argument("--source", required=True)


def _capture_args(parser: ArgumentParser) -> None:
    parser.add_argument("case", type=int)
    parser.add_argument("--browser", action="store_true")


def _upload_args(parser: ArgumentParser) -> None:
    parser.add_argument("case", type=int)
    parser.add_argument("file")
    parser.add_argument("--item", type=int, default=0)
    parser.add_argument("--note", default="")


def _item_args(parser: ArgumentParser) -> None:
    parser.add_argument("case", type=int)
    parser.add_argument("url")


def _case_arg(parser: ArgumentParser) -> None:
    parser.add_argument("case", type=int)


COMMANDS = (
    Command("cases", "queue", "List the cases you may see.", _queue, _queue_args, "case.view"),
    Command("cases", "show", "Show one case.", _show, _case_arg, "case.view"),
    Command(
        "cases",
        "contact",
        "Ask a domain's register, or a server, whom to write to.",
        _contact,
        _case_arg,
        "notice.view",
    ),
    Command("cases", "assess", "Assess a case from a worksheet.", _assess, _assess_args, "case.assess"),
    Command("cases", "opinion", "Give the second legal opinion.", _opinion, _opinion_args, "case.opinion"),
    Command("cases", "decide", "Approve or decline as another person.", _decide, _decide_args, "case.decide"),
    Command("cases", "recall", "Take an approval back.", _recall, _reasons_args("decision"), "case.recall"),
    Command("cases", "reopen", "Open a case again.", _reopen, _reasons_args("case"), "case.open"),
    Command("cases", "close", "Close a case without a notice.", _close, _reasons_args("case"), "case.assess"),
    Command("cases", "review", "A senior word on a protected speaker.", _review, _review_args, "protection.review"),
    Command("cases", "unprotect", "End a protection.", _unprotect, _reasons_args("protection"), "protection.end"),
    Command("cases", "protect", "Register a protected speaker.", _protect, _protect_args, "protection.add"),
    Command("cases", "add-item", "Name one more item, or the front.", _add_item, _item_args, "case.assess"),
    Command("cases", "capture", "Capture a case's pages as evidence.", _capture, _capture_args, "evidence.capture"),
    Command("cases", "upload", "Keep a file as evidence.", _upload, _upload_args, "evidence.capture"),
)
