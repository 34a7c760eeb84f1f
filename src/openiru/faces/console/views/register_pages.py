"""The register to read: organisations, one of them over time, a list's versions and how two differ, the policy and another one tried."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_GET

from openiru.errors import Refused
from openiru.faces.console import timeline
from openiru.faces.console.asked import Asked, today
from openiru.faces.console.forms import NOTHING, Typed, kept
from openiru.faces.console.policy_form import as_typed, typed_policy
from openiru.faces.console.views.queue import paged
from openiru.stages.cases import queries as cases
from openiru.stages.register import queries, rules, spans, suggestions
from openiru.stages.register.changes import Changes
from openiru.stages.register.formats import FORMATS
from openiru.stages.register.formats.catalogue import UNCONFIRMED
from openiru.stages.register.models import Snapshot
from openiru.stages.register.rules import DesignationPolicy
from openiru.terms import Platform

SHOWN = 300
"""Entries of one kind that a difference shows; a first version against the newest may have thousands."""


@require_GET
def organisations(request: Asked) -> HttpResponse:
    """Show all organisations that stand on a list, or those with a text in one of their names."""
    request.actor.must("register.view")
    text = request.GET.get("text", "")
    page = paged(queries.organisations(text), request.GET.get("page", ""))
    return render(request, "console/organisations.html", {"page": page, "text": text})


@require_GET
def organisation(request: Asked, organisation_id: int) -> HttpResponse:
    """Show an organisation with its listings over time and how it stands today."""
    request.actor.must("register.view")
    standing = queries.designation(organisation_id, on=today(request))
    listings = queries.listings_of(organisation_id)
    drawn = timeline.draw(spans.tracks(listings), today=today(request), mirrored=get_language_bidi())
    context = {
        "standing": standing,
        "sentence": queries.sentence(standing),
        "platforms": [queries.recognised_by(one, standing) for one in Platform],
        "listings": listings,
        "timeline": drawn,
        "suggested": suggestions.for_organisation(organisation_id),
        "cases": cases.open_on([organisation_id], request.actor)[:20] if request.actor.may("case.view") else (),
    }
    return render(request, "console/organisation.html", context)


@require_GET
def published_list(request: Asked, slug: str) -> HttpResponse:
    """Show a list with its versions; two of them, if asked, held against each other."""
    request.actor.must("register.view")
    versions = list(queries.snapshots_of(slug))
    standing = next((one for one in queries.lists() if one.published_list.slug == slug), None)
    if standing is None:
        raise Refused("not_found")
    older, newer = _asked(request, versions)
    found, typed = _difference(request, older, newer)
    context = {
        "standing": standing,
        "versions": versions,
        "older": older,
        "newer": newer,
        "changes": found,
        "parts": _parts(found) if found else (),
        "typed": typed,
        "unconfirmed": UNCONFIRMED.get(slug, ""),
        "format": FORMATS[standing.published_list.format],
    }
    return render(request, "console/list.html", context, status=typed.status)


def _asked(request: Asked, versions: list[Snapshot]) -> tuple[int, int]:
    """The two versions that were asked for; the two newest that came into force otherwise."""
    given = [request.GET.get(name, "") for name in ("older", "newer")]
    if all(one.isdecimal() for one in given):
        return int(given[0]), int(given[1])
    carried = [one.id for one in versions if one.state in (Snapshot.State.IN_FORCE, Snapshot.State.SUPERSEDED)]
    return (carried[1], carried[0]) if len(carried) > 1 else (0, 0)


def _difference(request: Asked, older: int, newer: int) -> tuple[Changes | None, Typed]:
    if not older:
        return None, NOTHING
    try:
        return queries.difference(older, newer), NOTHING
    except Refused as error:
        return None, kept("difference", request.GET.dict(), error)


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of change: how many entries there are, and the first of them."""

    kind: str
    number: int
    shown: tuple[object, ...]


def _parts(found: Changes) -> tuple[Part, ...]:
    kinds = ("added", "removed", "relisted", "amended")
    return tuple(Part(kind, len(getattr(found, kind)), getattr(found, kind)[:SHOWN]) for kind in kinds)


@require_GET
def policy(request: Asked) -> HttpResponse:
    """Say the policy in words, and whom another one would touch, before anybody proposes it."""
    request.actor.must("register.view")
    current = queries.current_policy()
    typed, tried, preview = NOTHING, None, None
    if request.GET.get("counted"):
        try:
            tried = _tried(request)
            preview = queries.if_policy(tried, on=today(request))
        except Refused as error:
            typed = kept("propose", request.GET.dict(), error)
    touched = [one.organisation.id for one in (*preview.gained, *preview.lost)] if preview else []
    history = list(queries.policies()[:30])
    context = {
        "policy": current,
        "counted": sorted(current.counted),
        "values": typed.values or as_typed(tried or current),
        "shipped": sorted(rules.SHIPPED.counted),
        "tried": tried,
        "proposing": as_typed(tried).items() if tried else (),
        "preview": preview,
        "cases": cases.open_on(touched, request.actor) if request.actor.may("case.view") else (),
        "lists": queries.lists(),
        "proposed": [one for one in history if one.confirmed_at is None],
        "past": [one for one in history if one.confirmed_at is not None],
        "typed": typed,
    }
    return render(request, "console/policy.html", context, status=typed.status)


def _tried(request: Asked) -> DesignationPolicy:
    tried = typed_policy(request.GET.dict())
    rules.check_policy(tried, "tried, not proposed")
    return tried
