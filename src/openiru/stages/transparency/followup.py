"""What became of reports, for whoever made them: a few words that say nothing of other reports, cases or people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openiru.stages.cases.models import Case
from openiru.stages.intake.models import Delivery, Report, Reporter
from openiru.stages.notices.models import Notice
from openiru.stages.verify.models import Conclusion
from openiru.terms import Verified


class Became(StrEnum):
    """The farthest that a report came."""

    RECEIVED = "received"
    LOOKED_AT = "looked_at"
    NOT_REFERRED = "not_referred"
    REFERRED = "referred"
    ANSWERED = "answered"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Followed:
    """One report with the farthest it came, since when."""

    report: Report
    state: Became
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reporter's reports ended: never evidence for or against one of them, shown to whoever reads the next.

    `mostly_rejected`: of at least ten that ended, more than half were not referred.
    """

    reports: int
    ended: int
    not_referred: int

    @property
    def mostly_rejected(self) -> bool:
        """Whether whoever reads the next one should know."""
        return self.ended >= 10 and self.not_referred * 2 > self.ended


def follow(report_ids: Collection[int]) -> list[Followed]:
    """What became of these reports, in their order; four questions to the database, however many they are."""
    reports = Report.objects.filter(id__in=report_ids).order_by("id")
    accounts = {report.account_id for report in reports}
    cases: dict[int, Case] = {}
    for case in Case.objects.filter(account__in=accounts).order_by("id"):
        cases[case.account_id] = case
    notices: dict[int, Notice] = {}
    sent = Notice.objects.filter(case__account__in=accounts, sent_at__isnull=False, withdrawn_at=None)
    for notice in sent.select_related("case").order_by("sent_at"):
        notices[notice.case.account_id] = notice
    gone = {one.account_id: one for one in Conclusion.objects.filter(account__in=accounts, verified=Verified.GONE)}
    return [
        _followed(one, cases.get(one.account_id), notices.get(one.account_id), gone.get(one.account_id))
        for one in reports
    ]


def by_code(code: str) -> list[Followed]:
    """What became of the reports of one message, by the code that its sender was given; nothing for a code nobody has."""
    found = Delivery.objects.filter(code=code).first()
    return follow([int(one["report"]) for one in found.results if "report" in one]) if found else []


def _followed(report: Report, case: Case | None, notice: Notice | None, gone: Conclusion | None) -> Followed:
    if notice is not None and notice.sent_at is not None:
        if gone is not None and gone.since >= notice.sent_at:
            return Followed(report, Became.GONE, gone.since)
        if notice.answered_at is not None:
            return Followed(report, Became.ANSWERED, notice.answered_at)
        return Followed(report, Became.REFERRED, notice.sent_at)
    if case is None:
        return Followed(report, Became.RECEIVED, report.at)
    if case.state in {Case.State.CLOSED, Case.State.DECLINED}:
        return Followed(report, Became.NOT_REFERRED, case.closed_at or case.changed_at)
    if case.state == Case.State.OPEN:
        return Followed(report, Became.RECEIVED, report.at)
    return Followed(report, Became.LOOKED_AT, case.changed_at)


def doubtful(reports: Iterable[Report]) -> list[Reporter]:
    """Who of those that made these reports had most of theirs not referred, so that whoever reads this one knows."""
    makers = {report.reporter_id: report.reporter for report in reports if report.reporter is not None}
    return [maker for number, maker in makers.items() if maker and standing(number or 0).mostly_rejected]


def standing(reporter_id: int) -> Standing:
    """How a reporter's reports ended so far."""
    ids = list(Report.objects.filter(reporter_id=reporter_id).order_by("-id").values_list("id", flat=True)[:2000])
    states = [one.state for one in follow(ids)]
    ended = [state for state in states if state not in {Became.RECEIVED, Became.LOOKED_AT}]
    return Standing(len(states), len(ended), ended.count(Became.NOT_REFERRED))
