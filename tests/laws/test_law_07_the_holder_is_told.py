"""Law 7: the holder is told by default; putting that off is a separate act of another person, six weeks, once more six."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.errors import Refused
from openiru.stages.notices import rules, work
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import NonDisclosure
from tests import builders
from tests.builders import NOW, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

TODAY = NOW.date()
SIX_WEEKS = TODAY + timedelta(weeks=6)


@pytest.fixture
def cast(db: None) -> Cast:
    return builders.a_cast()


def a_wish(cast: Cast, case_id: int, until: date = SIX_WEEKS) -> sending.NewNonDisclosure:
    assert cast.ana.user_id is not None
    return sending.NewNonDisclosure(case_id, cast.ana.user_id, until, "An inquiry would be harmed.")


def test_by_default_the_notice_has_the_holders_text_and_code(cast: Cast) -> None:
    notice = builders.a_notice(cast)
    holder = notice.facts["holder_notice"]
    assert holder["code"] == notice.holder_code and notice.holder_code in holder["text"]
    assert "/appeal" in holder["text"] and "Valley Dawn Front" in holder["text"]


def test_putting_it_off_takes_another_person(cast: Cast) -> None:
    case = builders.a_case(cast)
    wish = a_wish(cast, case.id)
    with refused("same_person"):
        sending.put_off_telling(replace(wish, asked_by=cast.ben.user_id or 0), actor=cast.ben, now=NOW)
    with refused("reasons_missing"):
        sending.put_off_telling(replace(wish, reasons=" "), actor=cast.ben, now=NOW)
    for actor in (cast.ana, cast.cleo, cast.rio):
        with refused("not_allowed"):
            sending.put_off_telling(wish, actor=actor, now=NOW)
    assert sending.put_off_telling(wish, actor=cast.ben, now=NOW).until == SIX_WEEKS


def test_the_database_refuses_one_person_twice(cast: Cast) -> None:
    made = sending.put_off_telling(a_wish(cast, builders.a_case(cast).id), actor=cast.ben, now=NOW)
    with refused_by_the_database("nondisclosure_takes_two_people"):
        sql("update notices_nondisclosure set asked_by_id = approved_by_id where id = %s", made.id)


def test_six_weeks_and_once_more_six(cast: Cast) -> None:
    case = builders.a_case(cast)
    with refused("nondisclosure_too_long"):
        sending.put_off_telling(a_wish(cast, case.id, SIX_WEEKS + timedelta(days=1)), actor=cast.ben, now=NOW)
    sending.put_off_telling(a_wish(cast, case.id), actor=cast.ben, now=NOW)
    again = NOW + timedelta(weeks=6)
    sending.put_off_telling(a_wish(cast, case.id, SIX_WEEKS + timedelta(weeks=6)), actor=cast.ben, now=again)
    with refused("nondisclosure_too_long"):
        sending.put_off_telling(a_wish(cast, case.id, again.date() + timedelta(days=9)), actor=cast.ben, now=again)
    assert NonDisclosure.objects.filter(case=case).count() == 2


@given(days=st.integers(-10, 100), earlier=st.integers(0, 4))
def test_the_rule_knows_no_other_length(days: int, earlier: int) -> None:
    allowed = 0 < days <= 42 and earlier < 2
    code = ""
    try:
        rules.check_nondisclosure(TODAY, TODAY + timedelta(days=days), earlier)
    except Refused as error:
        code = error.code
    assert code == ("" if allowed else "nondisclosure_too_long")


def test_while_it_is_put_off_no_text_and_no_code_leave_the_house(cast: Cast) -> None:
    decision = builders.an_approval(cast)
    sending.put_off_telling(a_wish(cast, decision.assessment.case_id), actor=cast.ben, now=NOW)
    notice = builders.a_notice(cast, decision)
    assert notice.facts["holder_notice"] == {"nondisclosure_until": SIX_WEEKS.isoformat()}
    assert notice.holder_code not in str(notice.facts)
    assert notice.holder_code.encode() not in b"".join(one.content for one in work.documents(notice, now=NOW))


def test_when_it_is_over_the_next_notice_tells(cast: Cast) -> None:
    decision = builders.an_approval(cast)
    sending.put_off_telling(
        a_wish(cast, decision.assessment.case_id, TODAY + timedelta(days=7)), actor=cast.ben, now=NOW
    )
    builders.a_capture(decision.assessment.items.get().item, cast.ana, now=NOW + timedelta(days=7))
    notice = sending.compose(decision.id, actor=cast.cleo, now=NOW + timedelta(days=7))
    assert notice.facts["holder_notice"]["code"] == notice.holder_code
