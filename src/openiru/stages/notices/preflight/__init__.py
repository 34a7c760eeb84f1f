"""Preflight: asked before a notice is composed, on its page until it is sent, and once more at sending."""

from __future__ import annotations

from datetime import datetime

from openiru.ledger import queries as ledger
from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import Gap, NoticeFacts, Route, Weight
from openiru.stages.cases.models import Assessment
from openiru.stages.evidence.models import Capture
from openiru.stages.notices import profiles
from openiru.stages.notices.door import OPEN_STATES
from openiru.stages.notices.models import Notice
from openiru.stages.notices.preflight import elements, rules
from openiru.stages.notices.preflight.shapes import Report
from openiru.stages.notices.transports import TRANSPORTS
from openiru.terms import Mode


def route_of(facts: NoticeFacts) -> Route | None:
    """The platform's way for this leg; None where none is known."""
    known = (route for route in PLATFORMS[facts.platform].routes if route.leg is facts.leg)
    return next((route for route in known if route.address or route.way != "email"), None)


def look(facts: NoticeFacts, assessment: Assessment, *, now: datetime, refused: tuple[Gap, ...] = ()) -> Report:
    """All that is missing or in the way now; `refused` is what the laws say, and stands first."""
    found = (*PLATFORMS[facts.platform].gaps(facts, now), *rules.gaps(facts, _around(facts, assessment)))
    ordered = sorted(found, key=lambda gap: gap.weight is Weight.SOFT)
    return Report((*refused, *ordered), elements.measure(facts, now))


def _around(facts: NoticeFacts, assessment: Assessment) -> rules.Around:
    route, standing = route_of(facts), ledger.installation()
    other = _duplicate(facts, assessment)
    return rules.Around(
        platform_title=PLATFORMS[facts.platform].title,
        duplicate_of=f"Notice {other.reference}" if other else "",
        gone=_gone(facts, assessment),
        way_is_automatic=bool(route and route.way in TRANSPORTS and TRANSPORTS[route.way].automatic),
        automation_allowed=route is None or route.automated_allowed,
        profile=profiles.find(facts.law),
        mode=Mode(standing.mode) if standing else None,
    )


def _duplicate(facts: NoticeFacts, assessment: Assessment) -> Notice | None:
    """Another notice of this leg that is under way on the account, from whichever case; an item has one account only."""
    same = Notice.objects.filter(case__account=assessment.case.account_id, leg=facts.leg, state__in=OPEN_STATES)
    return same.exclude(decision__assessment=assessment).order_by("id").first()


def _gone(facts: NoticeFacts, assessment: Assessment) -> tuple[str, ...]:
    """Items whose latest look found nothing."""
    looks = Capture.objects.filter(item__in=assessment.items.values("item"), deleted_at=None)
    latest = looks.order_by("item", "-at", "-id").distinct("item").values_list("item__url", "status")
    known = {item.url for item in facts.items}
    return tuple(url for url, status in latest if status in {404, 410} and url in known)
