"""Which way a notice goes: the platform's usual one, or another that fits it and that we have a key for; a person chooses."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from openiru.errors import Refused, Unavailable
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import Route
from openiru.stages.notices import lines
from openiru.stages.notices.models import Dispatch, Notice
from openiru.stages.notices.steps import locked
from openiru.stages.notices.transports import TRANSPORTS
from openiru.stages.notices.transports.shapes import Line, Transport
from openiru.terms import Platform

KEYLESS = frozenset({"email", "portal", "xarf", "activitypub"})
"""Ways that need no key of another service."""


def fitting(notice: Notice) -> list[Transport]:
    """The ways that this notice may go; a way for any platform only where its route lets a machine submit (X does not)."""
    routes = [one for one in PLATFORMS[Platform(notice.platform)].routes if one.leg == notice.leg]
    usual = {one.way for one in routes}
    have = {one.way for one in _lines()} | KEYLESS
    found = (one for one in TRANSPORTS.values() if _fits(one, notice, routes, usual))
    return [one for one in found if one.name in have]


@transaction.atomic
def choose(notice_id: int, way: str, address: str, *, actor: Actor, now: datetime) -> Notice:
    """Let a notice that has not gone out, or did not arrive, go another way; Refused `way_does_not_fit` for one that may not."""
    notice = locked(notice_id, "notice.send", actor)
    if notice.state not in {Notice.State.DRAFTED, Notice.State.FAILED}:
        raise Refused("wrong_state", state=notice.state)
    transport = next((one for one in fitting(notice) if one.name == way), None)
    if transport is None:
        raise Refused("way_does_not_fit", way=way)
    notice.way, notice.address = way, _address(notice, transport, address.strip())
    notice.save(update_fields=["way", "address"])
    notice.dispatches.filter(state=Dispatch.State.FAILED).update(message_sha256="")
    facts = {"way": way, "address": notice.address}
    ledger.append(actor.id, "notice.way_chosen", notice.subject, now=now, facts=facts)
    return notice


def _address(notice: Notice, transport: Transport, typed: str) -> str:
    if transport.is_mail:
        if "@" not in typed or len(typed) > 300 or any(sign.isspace() or sign in "<>,;" for sign in typed):
            raise Refused("form_incomplete", field="address")
        return typed
    line = next((one for one in _lines() if one.way == transport.name), None)
    if line is not None:
        return line.url[:300]
    return typed[:300] or str(notice.facts["account"]["url"])[:300]


def _fits(one: Transport, notice: Notice, routes: list[Route], usual: set[str]) -> bool:
    if one.name in usual or notice.platform in one.platforms:
        return True
    return not one.platforms and all(route.automated_allowed for route in routes)


def _lines() -> tuple[Line, ...]:
    try:
        return lines.read(settings.OPENIRU["OPENIRU_LINES"])
    except Unavailable:
        return ()
