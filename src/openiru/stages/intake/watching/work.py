"""Looks where a watch is due: one page at a time, in the host's turn; what is found becomes reports, what fails is shown."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from openiru.errors import Refused, Unavailable, Unreadable
from openiru.fetch import Fetcher
from openiru.people.actor import Actor
from openiru.platforms.shapes import Response
from openiru.stages.intake.watching import queries, rules, services
from openiru.stages.intake.watching.connectors import connector
from openiru.stages.intake.watching.connectors.shapes import Answer, Kind
from openiru.stages.intake.watching.models import Watch


def look_due(*, fetcher: Fetcher, actor: Actor, now: datetime, limit: int = 20) -> int:
    """Make the looks that are due; return how many posts became new reports."""
    return sum(_look(watch, fetcher, actor, now) for watch in services.lease(now=now, limit=limit))


def _look(watch: Watch, fetcher: Fetcher, actor: Actor, now: datetime) -> int:
    known = connector(watch.connector)
    url = known.address(Kind(watch.kind), watch.subject, watch.state)
    host = urlsplit(url).hostname or ""
    until = services.take_turn(host, queries.rate(watch, on=now.date()), now=now)
    if until is not None:
        services.postpone(watch.id, until)
        return 0
    try:
        response = fetcher.get(url).response
        if _asked_to_wait(watch, host, response, now):
            return 0
        answer = known.read(Kind(watch.kind), watch.subject, watch.state, response)
        return _take(watch, answer, actor, now)
    except (Unavailable, Refused, Unreadable) as error:
        services.failed(watch.id, f"{type(error).__name__}: {error}", now=now)
        return 0


def _asked_to_wait(watch: Watch, host: str, response: Response, now: datetime) -> bool:
    """Keep to what the host says of its limits. An answer that came with the last of its turns is still read."""
    wait = rules.pause(response.status, response.headers, now=now)
    if wait is None:
        return False
    services.leave_alone(host, now + wait, why=f"HTTP {response.status}")
    if response.status == 200:
        return False
    services.postpone(watch.id, now + wait)
    return True


def _take(watch: Watch, answer: Answer, actor: Actor, now: datetime) -> int:
    """Each post is a report of its own; where to go on is noted last, so a run that was cut off reads its page again."""
    found = sum(services.find(watch.id, url, actor=actor, now=now) for url in answer.posts)
    services.looked(watch.id, answer, found=found, actor=actor, now=now)
    return found
