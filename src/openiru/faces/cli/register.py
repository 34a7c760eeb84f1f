"""`openiru register …`: lists, confirmations, screening, links, the designation policy."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from openiru.errors import Refused, Unreadable
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.ledger import queries as ledger
from openiru.stages.register import formats, keeping, queries, services, suggestions, work
from openiru.stages.register.claims import as_json
from openiru.stages.register.formats.catalogue import known_for
from openiru.stages.register.formats.shapes import Files, ParsedOrganisation
from openiru.stages.register.rules import DesignationPolicy, SingleSourceTerm
from openiru.terms import Mode, Platform


def _load(call: Call) -> Result:
    paths = [Path(name) for name in call.args.files]
    files = formats.open_list(paths[0])
    apart = [path.name for path in paths if path.name.lower() not in {name.lower() for name in files}]
    if apart:
        raise Unreadable("these files are not one list, or do not lie in one folder", where=", ".join(apart))
    slug = call.args.list or _guess(files)
    published_list = services.ensure_list(slug, actor=call.actor, now=call.now)
    loaded = services.load(files, published_list=published_list, by_hand=True, actor=call.actor, now=call.now)
    snapshot = loaded.snapshot
    return {
        "list": published_list.slug,
        "snapshot": snapshot.id,
        "sha256": snapshot.sha256,
        "state": snapshot.state,
        "published_on": snapshot.published_on,
        "entries": snapshot.entries,
        "organisations": snapshot.organisations,
        "individuals_counted": snapshot.individuals,
        "new": loaded.new,
        "changed": loaded.changed,
        "ended": loaded.ended,
        "quarantined": loaded.quarantined,
        "known": loaded.known,
        "warnings": list(snapshot.warnings),
    }


def _guess(files: Files) -> str:
    """The known list whose form these files have."""
    return known_for(formats.guess(files).name).slug


def _update(call: Call) -> Result:
    """Fetch the lists that are named, or all that have an address; `ok` is false if one of them needs a person."""
    call.actor.must("register.load")
    for slug in call.args.list:
        services.ensure_list(slug, actor=call.actor, now=call.now)
    standing = ledger.installation()
    allow_loopback = settings.OPENIRU["OPENIRU_ALLOW_LOOPBACK"] == "1"
    done = work.update_all(
        queries.fetched_lists(call.args.list),
        downloader=work.downloader(Mode(standing.mode) if standing else None, allow_loopback=allow_loopback),
        folder=settings.HOME / "lists",
        actor=call.actor,
        now=call.now,
    )
    missing = sorted(set(call.args.list) - {one.slug for one in done})
    if missing:
        raise Refused("list_has_no_address", slug=", ".join(missing))
    return {"ok": all(one.ok for one in done), "lists": [asdict(one) for one in done]}


def _difference(call: Call) -> Result:
    found = queries.difference(call.args.older, call.args.newer)
    return {
        "added": [_entry(one) for one in found.added],
        "removed": [_entry(one) for one in found.removed],
        "relisted": [_entry(one) for one in found.relisted],
        "amended": [
            {**_entry(one.newer), "fields": list(one.fields), "moved_back": one.moved_back} for one in found.amended
        ],
    }


def _entry(one: ParsedOrganisation) -> Result:
    return {"reference": one.reference, "name": one.name}


def _designation(call: Call) -> Result:
    found = queries.designation(call.args.organisation, on=call.now.date())
    platforms = {one.value: queries.recognised_by(one, found).sentence for one in Platform}
    return {"sentence": queries.sentence(found), **as_json(found), "platforms": platforms}


def _policy(args: Namespace) -> DesignationPolicy:
    terms = frozenset(map(SingleSourceTerm, args.single_source))
    return DesignationPolicy(
        frozenset(args.count), args.multilateral, args.independent, frozenset(args.home), args.foreign, terms
    )


def _preview(call: Call) -> Result:
    found = queries.if_policy(_policy(call.args), on=call.now.date())
    return {
        "would_become_referable": [one.organisation.name for one in found.gained],
        "would_stop_being_referable": [one.organisation.name for one in found.lost],
    }


def _screen(call: Call) -> Result:
    return queries.screen(call.args.name)


def _lists(call: Call) -> Result:
    call.actor.must("register.screen")
    return {"lists": [_standing(one) for one in queries.lists()]}


def _standing(one: queries.ListStanding) -> Result:
    newest = one.newest
    return {
        "list": one.published_list.slug,
        "title": one.published_list.title,
        "authority": one.published_list.authority,
        "in_force": one.in_force.sha256 if one.in_force else None,
        "newest": {"id": newest.id, "state": newest.state, "sha256": newest.sha256} if newest else None,
        "failure": one.failure,
    }


def _bytes(call: Call) -> Result:
    files = services.hand_out(call.args.snapshot, call.args.why, actor=call.actor, now=call.now)
    keeping.hand_over(files, Path(call.args.out))
    return {"file": call.args.out, "files": [asdict(one) for one in files]}


def _confirm(call: Call) -> Result:
    done = services.confirm(call.args.snapshot, call.args.source, actor=call.actor, now=call.now)
    return {"snapshot": done.id, "state": done.state}


def _link(call: Call) -> Result:
    listing = services.link(call.args.listing, call.args.organisation, actor=call.actor, now=call.now)
    return {"listing": listing.id, "organisation": listing.organisation_id}


def _quarantine(call: Call) -> Result:
    done = services.quarantine(call.args.snapshot, call.args.reason, actor=call.actor, now=call.now)
    return {"snapshot": done.id, "state": done.state}


def _links(call: Call) -> Result:
    call.actor.must("register.view")
    found = suggestions.likely(call.args.after)
    return {
        "after": found.after,
        "suggestions": [
            {
                "listing": one.listing.id,
                "organisation": one.organisation.id,
                "name": one.name,
                "score": one.score,
                "sentence": one.sentence,
            }
            for one in (suggestions.for_organisation(call.args.organisation) if call.args.organisation else found.links)
        ],
    }


def _propose(call: Call) -> Result:
    args = call.args
    made = services.propose_policy(_policy(args), args.reason, actor=call.actor, now=call.now)
    return {"policy": made.id, "in_force": False}


def _confirm_policy(call: Call) -> Result:
    done = services.confirm_policy(call.args.policy, actor=call.actor, now=call.now)
    return {"policy": done.id, "in_force": True}


def _policy_args(parser: ArgumentParser) -> None:
    parser.add_argument("--count", action="append", required=True, help="an authority that counts; once for each")
    parser.add_argument("--multilateral", type=int, default=1)
    parser.add_argument("--independent", type=int, default=2)
    parser.add_argument("--home", action="append", default=[], help="an authority of our own country; once for each")
    parser.add_argument("--foreign", type=int, default=0, help="how many must not be of our own country")
    terms = [term.value for term in SingleSourceTerm]
    parser.add_argument(
        "--single-source", action="append", default=[], choices=terms, help="what one source alone may not"
    )


def _propose_args(parser: ArgumentParser) -> None:
    _policy_args(parser)
    parser.add_argument("--reason", required=True)


def _links_args(parser: ArgumentParser) -> None:
    parser.add_argument("--organisation", type=int, default=0, help="all that is like this one")
    parser.add_argument("--after", type=int, default=0, help="the next page, by the number that the last one gave")


def _update_args(parser: ArgumentParser) -> None:
    parser.add_argument("--list", action="append", default=[], help="a list to fetch; once for each; else all")


def _difference_args(parser: ArgumentParser) -> None:
    parser.add_argument("older", type=int)
    parser.add_argument("newer", type=int)


def _quarantine_args(parser: ArgumentParser) -> None:
    parser.add_argument("snapshot", type=int)
    parser.add_argument("--reason", required=True)


def _load_args(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", help="the list's file, or the files that belong together (sdn.csv alt.csv)")
    parser.add_argument("--list", default="", help="the list it is; guessed from its form if not given")


def _bytes_args(parser: ArgumentParser) -> None:
    parser.add_argument("snapshot", type=int)
    parser.add_argument("--out", required=True, help="a new file; several files become one ZIP")
    parser.add_argument("--why", required=True, help="what they are needed for; it stands in the ledger")


def _confirm_args(parser: ArgumentParser) -> None:
    parser.add_argument("snapshot", type=int)
    parser.add_argument("--source", required=True, help="where you compared the hash")


def _link_args(parser: ArgumentParser) -> None:
    parser.add_argument("listing", type=int)
    parser.add_argument("organisation", type=int)


COMMANDS = (
    Command("register", "load", "Read a published list into a hashed snapshot.", _load, _load_args, "register.load"),
    Command(
        "register",
        "update",
        "Fetch each list from its publisher, if it changed.",
        _update,
        _update_args,
        "register.load",
    ),
    Command(
        "register",
        "difference",
        "Show what a version of a list changed.",
        _difference,
        _difference_args,
        "register.view",
    ),
    Command(
        "register",
        "designation",
        "Say how an organisation stands, and for which platform.",
        _designation,
        lambda parser: parser.add_argument("organisation", type=int),
        "register.view",
    ),
    Command(
        "register",
        "preview-policy",
        "Show whom another policy would touch.",
        _preview,
        _policy_args,
        "register.view",
    ),
    Command(
        "register",
        "screen",
        "Say whether a name is designated, where, and since when.",
        _screen,
        lambda parser: parser.add_argument("name"),
        "register.screen",
    ),
    Command("register", "lists", "Show every list with its newest snapshot.", _lists, verb="register.screen"),
    Command(
        "register",
        "bytes",
        "Take out a version's bytes as they were published.",
        _bytes,
        _bytes_args,
        "register.bytes",
    ),
    Command(
        "register", "confirm", "Confirm the hash of a hand-loaded list.", _confirm, _confirm_args, "register.confirm"
    ),
    Command(
        "register", "put-aside", "Quarantine a version that waits.", _quarantine, _quarantine_args, "register.confirm"
    ),
    Command("register", "links", "Suggest entries that may be one organisation.", _links, _links_args, "register.view"),
    Command("register", "propose-policy", "Propose a designation policy.", _propose, _propose_args, "register.policy"),
    Command(
        "register",
        "confirm-policy",
        "Put a proposed policy in force.",
        _confirm_policy,
        lambda parser: parser.add_argument("policy", type=int),
        "register.policy",
    ),
    Command("register", "link", "Say that a listing is an organisation we have.", _link, _link_args, "register.link"),
)
