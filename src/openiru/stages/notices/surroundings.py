"""What stands around a decision: other notices on its account, whether telling the holder is put off, when its items were last seen.

One question to the database for all of it: it is asked each time a notice is composed, checked or sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from openiru.stages.cases.models import Decision
from openiru.terms import Outcome

GONE = frozenset({404, 410})
"""What a server says of something that is not there any more."""

_ASK = """
select
 (select json_agg(json_build_array(n.case_id, n.decision_id, n.leg, n.state, n.reference, n.ticket, n.claimed, n.due_at,
                                   n.sent_at, n.withdrawn_at, case when w.wrong then w.at end) order by n.id)
    from notices_notice n join cases_case c on c.id = n.case_id left join notices_withdrawal w on w.notice_id = n.id
   where c.account_id = %(account)s),
 (select max(until) from notices_nondisclosure where case_id = %(case)s and until > %(today)s),
 (select facts from notices_urgency where case_id = %(case)s and until > %(now)s order by id desc limit 1),
 (select json_object_agg(url, json_build_array(seen, latest)) from (
    select t.url, max(k.at) filter (where k.status is null or k.status = 200) as seen,
           (array_agg(k.status order by k.at desc, k.id desc))[1] as latest
      from cases_assesseditem i join intake_item t on t.id = i.item_id join evidence_capture k on k.item_id = t.id
     where i.assessment_id = %(assessment)s and k.deleted_at is null group by t.id) as looks)
"""


@dataclass(frozen=True, slots=True)
class Other:
    """A notice on the same account, oldest first; `wrong_at` is when it was withdrawn as wrong."""

    case_id: int
    decision_id: int
    leg: str
    state: str
    reference: str
    ticket: str
    claimed: Outcome | None
    due_at: datetime | None
    sent_at: datetime | None
    withdrawn_at: datetime | None
    wrong_at: datetime | None


@dataclass(frozen=True, slots=True)
class Look:
    """When an item was last seen live, and whether the latest look found nothing."""

    seen: datetime | None
    gone: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`quiet_until` is the last day on which the holder is not told, `urgency` the facts of an imminent threat.

    `looks` are by the item's address.
    """

    notices: tuple[Other, ...]
    quiet_until: date | None
    urgency: str
    looks: Mapping[str, Look]

    def seen(self, url: str) -> datetime | None:
        """When the item at this address was last seen live."""
        return self.looks[url].seen if url in self.looks else None


def of(decision: Decision, now: datetime) -> Surroundings:
    """Ask, as of now; the decision's assessment and case should be loaded."""
    assessment = decision.assessment
    case = assessment.case
    asked: dict[str, Any] = {
        "account": case.account_id,
        "case": case.id,
        "assessment": assessment.id,
        "today": now.date(),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASK, asked)
        notices, quiet, urgency, looks = cursor.fetchone()
    return Surroundings(
        tuple(_other(row) for row in notices or ()),
        quiet,
        urgency or "",
        {url: Look(_moment(seen), status in GONE) for url, (seen, status) in (looks or {}).items()},
    )


def _other(row: Sequence[Any]) -> Other:
    case_id, decision_id, leg, state, reference, ticket, claimed = row[:7]
    due_at, sent_at, withdrawn_at, wrong_at = map(_moment, row[7:])
    return Other(
        case_id,
        decision_id,
        leg,
        state,
        reference,
        ticket,
        Outcome(claimed) if claimed else None,
        due_at,
        sent_at,
        withdrawn_at,
        wrong_at,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
