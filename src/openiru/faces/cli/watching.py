"""`openiru watch …`: permits of connectors, watched accounts and terms, and a look at all that is due now."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date

from openiru.errors import Refused
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.faces.tools import fetcher
from openiru.stages.cases import services as cases
from openiru.stages.intake.watching import queries, services, work
from openiru.stages.intake.watching.connectors import CONNECTORS
from openiru.stages.intake.watching.connectors.shapes import Kind
from openiru.stages.intake.watching.leave import USABLE
from openiru.stages.intake.watching.models import Permit, Watch


def _list(call: Call) -> Result:
    return {
        "permits": [
            {**_agreed(one), "connector": one.connector, "legal_basis": one.legal_basis, "per_hour": one.per_hour}
            for one in queries.permits(call.actor)
        ],
        "watches": [
            {
                **_agreed(one),
                "connector": one.connector,
                "kind": one.kind,
                "subject": one.subject,
                "organisation": one.organisation.name,
                "found": one.findings.count(),
                "looked_at": one.looked_at,
                "next_at": one.next_at,
                "error": one.error,
            }
            for one in queries.watches(call.actor)
        ],
    }


def _agreed(one: Permit | Watch) -> Result:
    stands = queries.standing(one)
    return {"id": one.id, "ends_on": one.ends_on, "approved": stands.approved_by is not None, "ended": stands.ended}


def _permit(call: Call) -> Result:
    args = call.args
    new = services.NewPermit(args.connector, args.basis, args.per_hour, _last_day(args.until), args.terms)
    permit = services.propose_permit(new, agency_id=call.agency_id, actor=call.actor, now=call.now)
    return {"permit": permit.id, "waits_for": "another person"}


def _propose(call: Call) -> Result:
    args = call.args
    new = services.NewWatch(
        args.connector, Kind(args.kind), args.subject, args.organisation, args.reasons, _last_day(args.until)
    )
    watch = services.propose(new, agency_id=call.agency_id, actor=call.actor, now=call.now)
    return {"watch": watch.id, "subject": watch.subject, "waits_for": "another person"}


def _last_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("watch_end_date", given=text) from None


def _approve(call: Call) -> Result:
    verb = services.approve_permit if call.args.permit else services.approve
    return {"approved": verb(call.args.number, actor=call.actor, now=call.now).id}


def _end(call: Call) -> Result:
    verb = services.end_permit if call.args.permit else services.end
    return {"ended": verb(call.args.number, actor=call.actor, now=call.now).id}


def _look(call: Call) -> Result:
    found = work.look_due(fetcher=fetcher(), actor=call.actor, now=call.now)
    opened = sum(cases.open_waiting(one, actor=call.actor, now=call.now) for one in queries.agencies())
    return {"reports": found, "cases_opened": opened}


def _permit_args(parser: ArgumentParser) -> None:
    parser.add_argument("connector", choices=list(USABLE), help="a connector, or the pages of a platform")
    parser.add_argument("--basis", required=True, help="the law, the order, the warrant")
    parser.add_argument("--per-hour", type=int, default=60, help="requests an hour to one host")
    parser.add_argument("--until", required=True, help="YYYY-MM-DD, within a year")
    parser.add_argument(
        "--terms", default="", help="why it is lawful against the network's own terms, where they limit it"
    )


def _propose_args(parser: ArgumentParser) -> None:
    parser.add_argument("connector", choices=list(CONNECTORS))
    parser.add_argument("kind", choices=[kind.value for kind in Kind])
    parser.add_argument("subject", help="an account, or a term (#word@host on Mastodon)")
    parser.add_argument("organisation", type=int, help="number of the designated organisation it is about")
    parser.add_argument("--reasons", required=True)
    parser.add_argument("--until", required=True, help="YYYY-MM-DD, within a year")


def _number_args(parser: ArgumentParser) -> None:
    parser.add_argument("number", type=int)
    parser.add_argument("--permit", action="store_true", help="the number is of a permit")


COMMANDS = (
    Command("watch", "list", "List permits and watches.", _list, verb="watch.view"),
    Command("watch", "permit", "Ask leave to use a connector.", _permit, _permit_args, "watch.propose"),
    Command("watch", "propose", "Name an account or a term to watch.", _propose, _propose_args, "watch.propose"),
    Command("watch", "approve", "Approve, as another person.", _approve, _number_args, "watch.approve"),
    Command("watch", "end", "Stop a watch or a permit at once.", _end, _number_args, "watch.end"),
    Command("watch", "look", "Look at all that is due now.", _look, verb="watch.work"),
)
