"""The verbs of the watch lists: permits, watches, and the worker's looks."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from openiru.stages.intake.watching import services as watching
from openiru.stages.intake.watching.connectors.shapes import Answer, Kind
from openiru.stages.intake.watching.models import Permit, Watch
from tests import builders
from tests.builders import NOW, Cast
from tests.people.table import Do, verb

END = (NOW + timedelta(days=30)).date()
_numbers = count(1)


def new_permit() -> watching.NewPermit:
    """Leave to use a connector."""
    return watching.NewPermit("bluesky", "Example Act 2012, s. 3", 60, END)


def new_watch() -> watching.NewWatch:
    """An account that nobody watches yet."""
    subject, band = f"name{next(_numbers)}.example.org", builders.an_organisation()
    return watching.NewWatch("bluesky", Kind.ACCOUNT, subject, band.id, "It signs as the band's press office.", END)


def a_permit(cast: Cast) -> Permit:
    """A permit that Ana proposed."""
    return watching.propose_permit(new_permit(), agency_id=cast.ana.agency_id or 0, actor=cast.ana, now=NOW)


def a_watch(cast: Cast) -> Watch:
    """A watch that Ana proposed."""
    return watching.propose(new_watch(), agency_id=cast.ana.agency_id or 0, actor=cast.ana, now=NOW)


def a_standing_watch(cast: Cast) -> Watch:
    """A watch and its permit, both approved by Ben."""
    watching.approve_permit(a_permit(cast).id, actor=cast.ben, now=NOW)
    return watching.approve(a_watch(cast).id, actor=cast.ben, now=NOW)


@verb(watching.propose_permit, "watch.propose", "ana", "watch.permit_proposed")
def _(cast: Cast) -> Do:
    agency_id = cast.ana.agency_id or 0
    return lambda actor: watching.propose_permit(new_permit(), agency_id=agency_id, actor=actor, now=NOW)


@verb(watching.approve_permit, "watch.approve", "ben", "watch.permit_approved")
def _(cast: Cast) -> Do:
    permit = a_permit(cast)
    return lambda actor: watching.approve_permit(permit.id, actor=actor, now=NOW)


@verb(watching.end_permit, "watch.end", "ben", "watch.permit_ended")
def _(cast: Cast) -> Do:
    permit = a_permit(cast)
    return lambda actor: watching.end_permit(permit.id, actor=actor, now=NOW)


@verb(watching.propose, "watch.propose", "ana", "watch.proposed")
def _(cast: Cast) -> Do:
    new, agency_id = new_watch(), cast.ana.agency_id or 0
    return lambda actor: watching.propose(new, agency_id=agency_id, actor=actor, now=NOW)


@verb(watching.approve, "watch.approve", "ben", "watch.approved")
def _(cast: Cast) -> Do:
    watch = a_watch(cast)
    return lambda actor: watching.approve(watch.id, actor=actor, now=NOW)


@verb(watching.end, "watch.end", "ana", "watch.ended")
def _(cast: Cast) -> Do:
    watch = a_watch(cast)
    return lambda actor: watching.end(watch.id, actor=actor, now=NOW)


@verb(watching.find, "watch.work", "system", "intake.report_filed", bound=False)
def _(cast: Cast) -> Do:
    watch = a_standing_watch(cast)
    url = f"https://bsky.app/profile/example.org/post/3kexample{next(_numbers):04}"
    return lambda actor: watching.find(watch.id, url, actor=actor, now=NOW)


@verb(watching.looked, "watch.work", "system", "watch.looked", bound=False)
def _(cast: Cast) -> Do:
    watch = a_standing_watch(cast)
    return lambda actor: watching.looked(watch.id, Answer((), {"seen": "1"}), found=0, actor=actor, now=NOW)
