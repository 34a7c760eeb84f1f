"""An imminent threat takes two people; while it holds, notices say so and the instrument's emergency deadline runs."""

from __future__ import annotations

from datetime import timedelta

import jsonschema_rs
import pytest

from openiru.platforms.document import schema
from openiru.stages.notices import queries, urgency
from openiru.stages.notices import services as sending
from openiru.stages.notices.documents.pdf import typeset
from openiru.stages.notices.documents.printed import printed
from openiru.stages.notices.frozen import thaw
from openiru.stages.notices.models import Notice
from openiru.stages.notices.preflight import rules
from openiru.stages.notices.profiles import PROFILES
from openiru.terms import NoticeKind
from tests import builders
from tests.builders import LATER, NOW, Cast
from tests.laws.asking import refused, refused_by_the_database, sql
from tests.platforms.examples import a_notice as an_example
from tests.stages.notices.test_orders import ORDER, Agency

FACTS = "The post names a school and tomorrow's date; the police of the town know of it."


def say(cast: Cast, case_id: int, **changes: object) -> object:
    given = {"case_id": case_id, "stated_by": cast.ana.person, "facts": FACTS, **changes}
    return urgency.confirm(urgency.NewUrgency(**given), actor=cast.ben, now=NOW)  # type: ignore[arg-type]


def an_order(cast: Cast, *, urgent: bool, after: timedelta = timedelta(0)) -> Notice:
    Agency.objects.filter(slug="bureau").update(may_order=True, address="1 Example Street, Exampletown")
    decision = builders.an_approval(cast, builders.an_assessment(cast, builders.a_case(cast, items=3), **ORDER))
    if urgent:
        say(cast, decision.assessment.case_id)
    for item in decision.assessment.items.select_related("item"):
        builders.a_capture(item.item, cast.ana, now=NOW + after)
    return sending.compose(decision.id, actor=cast.cleo, now=NOW + after)


def test_an_emergency_is_two_peoples_with_facts(cast: Cast) -> None:
    case = builders.a_case(cast)
    with refused("same_person"):
        say(cast, case.id, stated_by=cast.ben.person)
    with refused("reasons_missing"):
        say(cast, case.id, facts="urgent!!!")
    with refused("not_allowed"):
        urgency.confirm(urgency.NewUrgency(case.id, cast.ben.person, FACTS), actor=cast.ana, now=NOW)
    with refused("not_found"):
        urgency.confirm(urgency.NewUrgency(case.id, cast.ben.person, FACTS), actor=cast.eve, now=NOW)
    say(cast, case.id)
    with refused_by_the_database("urgency_takes_two_people"):
        sql("update notices_urgency set stated_by_id = confirmed_by_id")


def test_an_order_has_the_emergency_deadline_while_the_threat_is_imminent(cast: Cast) -> None:
    plain, urgent = an_order(cast, urgent=False), an_order(cast, urgent=True)
    law = PROFILES["exercise_law"]
    assert law.emergency is not None
    assert (plain.due_hours, urgent.due_hours) == (law.deadline.hours, law.emergency.hours) == (48, 12)
    assert urgent.facts["order"]["within_hours"] == 12 and urgent.facts["urgency"] == FACTS
    lapsed = an_order(cast, urgent=True, after=urgency.HOLDS + timedelta(hours=1))
    assert (lapsed.due_hours, lapsed.facts["urgency"]) == (48, "")


def test_the_notice_says_so_in_words_in_the_pdf_and_in_the_json(cast: Cast) -> None:
    decision = builders.an_approval(cast)
    say(cast, decision.assessment.case_id)
    notice = sending.compose(decision.id, actor=cast.cleo, now=LATER)
    assert queries.composed(notice).body.startswith(f"URGENT: A THREAT IS IMMINENT\n{FACTS}")
    assert thaw(notice).urgency == FACTS and typeset(printed(thaw(notice))).startswith(b"%PDF")
    jsonschema_rs.validator_for(schema()).validate(notice.facts)
    assert notice.due_hours == Notice.objects.get(id=builders.a_notice(cast).id).due_hours, "a referral's clock is ours"


@pytest.mark.parametrize(("urgent", "hours"), [("", "48 h"), (FACTS, "12 h")])
def test_the_unconfirmed_deadline_that_is_shown_is_the_one_that_runs(urgent: str, hours: str) -> None:
    facts = an_example(kind=NoticeKind.ORDER, law="PECA 2016", urgency=urgent)
    around = rules.Around("X", "", (), False, True, PROFILES["pk_peca"], None)
    shown = [gap.reason for gap in rules.gaps(facts, around) if gap.code == "deadline_unconfirmed"]
    assert len(shown) == 1 and hours in shown[0]
