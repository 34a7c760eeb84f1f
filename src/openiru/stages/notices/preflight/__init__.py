"""Preflight: asked before a notice is composed, on its page until it is sent, and once more at sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from openiru.ledger import queries as ledger
from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import Gap, NoticeFacts, Route, Weight
from openiru.stages.cases.models import Decision
from openiru.stages.notices import profiles
from openiru.stages.notices.door import OPEN_STATES
from openiru.stages.notices.preflight import elements, rules
from openiru.stages.notices.preflight.shapes import Report
from openiru.stages.notices.surroundings import Surroundings
from openiru.stages.notices.transports import TRANSPORTS
from openiru.terms import Mode


def route_of(facts: NoticeFacts) -> Route | None:
    """The platform's way for this leg; None where none is known."""
    known = (route for route in PLATFORMS[facts.platform].routes if route.leg is facts.leg)
    return next((route for route in known if route.address or route.way != "email"), None)


def look(
    facts: NoticeFacts, decision: Decision, around: Surroundings, *, now: datetime, refused: tuple[Gap, ...] = ()
) -> Report:
    """All that is missing or in the way now; `refused` is what the laws say, and stands first."""
    facts = _as_seen_by_now(facts, around)
    found = (*PLATFORMS[facts.platform].gaps(facts, now), *rules.gaps(facts, _around(facts, decision, around)))
    ordered = sorted(found, key=lambda gap: gap.weight is Weight.SOFT)
    return Report((*refused, *ordered), elements.measure(facts, now))


def _around(facts: NoticeFacts, decision: Decision, around: Surroundings) -> rules.Around:
    route, profile = route_of(facts), profiles.find(facts.law)
    return rules.Around(
        platform_title=PLATFORMS[facts.platform].title,
        duplicate_of=_duplicate(facts, decision, around),
        gone=tuple(one.url for one in facts.items if one.url in around.looks and around.looks[one.url].gone),
        way_is_automatic=bool(route and route.way in TRANSPORTS and TRANSPORTS[route.way].automatic),
        automation_allowed=route is None or route.automated_allowed,
        profile=profile,
        mode=_mode() if profile and profile.exercise_only else None,
    )


def _mode() -> Mode | None:
    standing = ledger.installation()
    return Mode(standing.mode) if standing else None


def _duplicate(facts: NoticeFacts, decision: Decision, around: Surroundings) -> str:
    """Another notice of this leg that is under way on the account, from whichever case; an item has one account only."""
    same = (one for one in around.notices if one.leg == facts.leg and one.state in OPEN_STATES)
    other = next((one for one in same if one.decision_id != decision.id), None)
    return f"Notice {other.reference}" if other else ""


def _as_seen_by_now(facts: NoticeFacts, around: Surroundings) -> NoticeFacts:
    """The facts with the newest look at each item: one that was composed before may be looked at again."""
    return replace(
        facts,
        items=tuple(replace(one, last_seen_live=around.seen(one.url) or one.last_seen_live) for one in facts.items),
    )
