"""`openiru verify …`, `openiru appeals …`, `openiru compliance …`: looking again, redress, figures."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from openiru.faces.cli.shapes import Call, Command, Result
from openiru.faces.tools import fetcher, fetchers, vantages
from openiru.people.actor import SYSTEM
from openiru.platforms.shapes import Sighting
from openiru.stages.cases import queries as cases
from openiru.stages.redress import queries as redress
from openiru.stages.redress import services as redress_services
from openiru.stages.transparency import export, queries
from openiru.stages.verify import queries as verified
from openiru.stages.verify import returning, work
from openiru.stages.verify import services as verify
from openiru.stages.verify.comparing import PAIRS
from openiru.stages.verify.seeing import Seen
from openiru.terms import Platform, Presence


def _look(call: Call) -> Result:
    if call.args.case:
        page = cases.page(call.args.case, call.actor, on=call.now.date())
        seen = work.look_now(page.account, fetcher=fetcher(), actor=call.actor, now=call.now)
        said = verified.conclusion_of(page.account.id)
        return {"presence": seen.presence, "quote": seen.quote, "verified": said.verified if said else "unknown"}
    named = vantages()
    verify.plan(vantages=named, actor=SYSTEM)
    verify.plan_items(vantage=named[0], actor=SYSTEM, now=call.now)
    return {"looked": sum(work.look_due(fetcher=one, actor=SYSTEM, now=call.now) for one in fetchers())}


def _note(call: Call) -> Result:
    """Record what a person saw, with the platform's own words."""
    args = call.args
    page = cases.page(args.case, call.actor, on=call.now.date())
    sighting = Sighting(Presence(args.presence), "by_hand", args.quote, args.territory)
    seen = Seen(page.account.id, args.vantage, sighting, page.account.url or page.account.key, by_hand=True)
    verify.record(seen, actor=call.actor, now=call.now)
    said = verified.conclusion_of(page.account.id)
    return {"presence": args.presence, "verified": said.verified if said else "unknown"}


def _by_hand(call: Call) -> Result:
    return {
        "looks": [
            {
                "lookup": one.id,
                "account": one.account.key,
                "url": one.account.url,
                "vantage": one.vantage,
                "due_at": one.due_at,
            }
            for one in verified.by_hand(call.actor, now=call.now)[:200]
        ]
    }


def _sooner(call: Call) -> Result:
    page = cases.page(call.args.case, call.actor, on=call.now.date())
    return {"planned": verify.sooner(page.account.id, vantages=vantages(), actor=call.actor, now=call.now)}


def _canaries(call: Call) -> Result:
    return {
        "canaries": [
            {
                "platform": one.platform,
                "url": one.url,
                "expect": one.expect,
                "seen": {look.vantage: f"{look.presence} {look.at:%Y-%m-%d %H:%M}" for look in looks},
            }
            for one, looks in verified.canaries(call.actor)
        ],
        "without": verified.platforms_without_canaries(),
    }


def _add_canary(call: Call) -> Result:
    args = call.args
    one = verify.add_canary(Platform(args.platform), args.url, Presence(args.expect), actor=call.actor, now=call.now)
    return {"canary": one.id, "platform": one.platform, "expect": one.expect}


def _canary_args(parser: ArgumentParser) -> None:
    parser.add_argument("platform", choices=[platform.value for platform in Platform])
    parser.add_argument("url")
    parser.add_argument("expect", choices=[Presence.LIVE.value, Presence.NOT_FOUND.value])


def _pairs(call: Call) -> Result:
    counted = verified.pair_counts(call.actor)
    return {
        "pairs": [
            {"claimed": claim, "verified": seen, "name": pair.name, "next": pair.step, "notices": counted[claim, seen]}
            for (claim, seen), pair in PAIRS.items()
            if counted.get((claim, seen))
        ]
    }


def _returns(call: Call) -> Result:
    return {
        "counted": asdict(returning.counts(call.actor)),
        "returns": [
            {
                "id": one.id,
                "earlier": one.earlier.key,
                "later": one.later.key,
                "link": one.link,
                "shown": one.shown,
                "word": one.word,
            }
            for one in returning.visible(call.actor)[:200]
        ],
    }


def _judge(call: Call) -> Result:
    args = call.args
    one = returning.decide(args.id, same=args.same, reasons=args.reasons, actor=call.actor, now=call.now)
    return {"return": one.id, "word": one.word}


def _judge_args(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=int)
    parser.add_argument("--same", action="store_true", help="the same holder; without it: another one")
    parser.add_argument("--reasons", required=True)


def _appeals(call: Call) -> Result:
    return {
        "appeals": [
            {
                "id": one.id,
                "reference": one.notice.reference,
                "state": one.state,
                "due_at": one.due_at,
                "text": one.text,
            }
            for one in redress.appeals(call.actor)[:200]
        ]
    }


def _decide(call: Call) -> Result:
    args = call.args
    done = redress_services.decide(
        args.appeal, upheld=args.uphold, reasons=args.reasons, actor=call.actor, now=call.now
    )
    return {"appeal": done.id, "state": done.state}


def _compliance(call: Call) -> Result:
    return {"rows": [asdict(row) for row in queries.compliance(call.actor, now=call.now)]}


def _export(call: Call) -> Result:
    path = Path(call.args.out)
    path.write_text(export.as_csv(call.actor, now=call.now), encoding="utf-8")
    return {"file": str(path)}


def _look_args(parser: ArgumentParser) -> None:
    parser.add_argument("--case", type=int, default=0, help="look at this case's account now; else at all that is due")


def _note_args(parser: ArgumentParser) -> None:
    parser.add_argument("case", type=int)
    parser.add_argument("presence", choices=[presence.value for presence in Presence])
    parser.add_argument("--quote", default="", help="the platform's own words; without them nothing is verified gone")
    parser.add_argument("--territory", default="")
    parser.add_argument("--vantage", default="outside")


def _decide_args(parser: ArgumentParser) -> None:
    parser.add_argument("appeal", type=int)
    parser.add_argument("--uphold", action="store_true")
    parser.add_argument("--reasons", required=True)


COMMANDS = (
    Command("verify", "look", "Look at accounts that are due, or at one now.", _look, _look_args, "verify.look"),
    Command("verify", "note", "Record what you saw by hand.", _note, _note_args, "verify.look"),
    Command("verify", "by-hand", "List looks that only a person may make.", _by_hand, verb="verify.look"),
    Command(
        "verify",
        "sooner",
        "Look at a case's account now, on a hint.",
        _sooner,
        lambda parser: parser.add_argument("case", type=int),
        "verify.look",
    ),
    Command("verify", "canaries", "List canaries and what each last showed.", _canaries, verb="verify.look"),
    Command("verify", "add-canary", "Name a living or an absent address.", _add_canary, _canary_args, "verify.look"),
    Command("verify", "pairs", "Count what is claimed beside what is verified.", _pairs, verb="transparency.view"),
    Command("verify", "returns", "List possible returns, and what is counted of them.", _returns, verb="case.view"),
    Command("verify", "judge", "Say whether a return has the same holder.", _judge, _judge_args, "verify.decide"),
    Command("appeals", "list", "List appeals.", _appeals, verb="redress.view"),
    Command("appeals", "decide", "Decide an appeal.", _decide, _decide_args, "redress.decide"),
    Command("compliance", "show", "Show the compliance vector.", _compliance, verb="transparency.view"),
    Command(
        "compliance",
        "export",
        "Write the whole record as CSV.",
        _export,
        lambda parser: parser.add_argument("--out", required=True),
        "transparency.view",
    ),
)
