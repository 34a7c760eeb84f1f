"""Those who watch over the work in an exercise: the senior reviewer, holders who appeal, the auditor and the supervisor."""

from __future__ import annotations

from datetime import datetime

from openiru import clock
from openiru.faces.exercise import officers
from openiru.faces.exercise.acting import Run
from openiru.faces.tools import signer
from openiru.ledger import verification
from openiru.stages.cases import protections
from openiru.stages.cases import queries as cases
from openiru.stages.cases.models import Case
from openiru.stages.notices.models import Notice
from openiru.stages.redress import services as redress
from openiru.stages.redress.models import Appeal
from openiru.stages.transparency import export
from openiru.terms import Platform
from openiru.tlog import checkpoint

STOPS = "The speaker is protected and quotes the group; it does not speak for it."


def review(run: Run) -> None:
    """Rio reads the cases of protected speakers and stops them."""
    rio = run.people["rio"]
    for case in cases.queue(rio, state=Case.State.OPEN):
        on = clock.now().date()
        stops: list[int | None] = [one.id for one in protections.standing_against(case, on)]
        for number in [*stops, None] if protections.sign_stops(case, on) else stops:
            new = protections.NewReview(case.id, number, may_go_on=False, reasons=STOPS)
            run.attempt(protections.review, new, actor=rio)
            run.stopped["signs" if number is None else "registered"] += 1


def appeal(run: Run) -> None:
    """One holder on each platform appeals by the code; Rio, who had no part, reads the case page again and decides."""
    rio = run.people["rio"]
    for platform in Platform:
        notice = Notice.objects.filter(platform=platform).exclude(sent_at=None).order_by("id").first()
        filed = _file(notice, now=clock.now()) if notice is not None else None
        if notice is None or filed is None:
            continue
        stands = officers.stands(cases.page(notice.case_id, rio, on=clock.now().date()))
        why = stands or "The quotes do not show it: taken back."
        run.attempt(redress.decide, filed.id, upheld=not stands, reasons=why, actor=rio)


def take_record(run: Run) -> None:
    """Sue takes the whole compliance record as a table."""
    export.as_csv(run.people["sue"], now=clock.now())


def audit(run: Run) -> list[str]:
    """Dara recomputes the whole log; what is wrong comes back as sentences."""
    own = signer()
    report = verification.verify(vkey=checkpoint.vkey(own.key.public_key(), own.name), pinned=False)
    run.people["dara"].must("ledger.view")
    return list(report.problems)


def _file(notice: Notice, *, now: datetime) -> Appeal:
    text = "This account is a reading circle and has nothing to do with the group."
    return redress.file(notice.holder_code, text=text, contact="", now=now)
