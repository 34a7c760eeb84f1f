"""Quality: agreement against published figures, blind readings by who had no part, golden cases, one's own figures, bias."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.stages.cases.holds import services as holds
from openiru.stages.cases.models import BlindReview, Case
from openiru.stages.cases.quality import queries, rules, services
from openiru.stages.notices import outbox
from openiru.stages.notices import services as sending
from openiru.stages.transparency import bias
from openiru.terms import Platform
from tests import builders
from tests.builders import LATER, NOW, Cast
from tests.laws.asking import refused, refused_by_the_database, sql
from tests.people.verbs_of_casework import a_blind_review, a_golden_case, an_interest


@pytest.fixture
def cast(db: None) -> Cast:
    builders.an_installation()
    return builders.a_cast()


def test_cohens_kappa_is_the_one_of_the_textbook() -> None:
    table = ((75, 1, 4), (5, 4, 1), (0, 0, 10))
    pairs = [(i, j) for i, row in enumerate(table) for j, number in enumerate(row) for _ in range(number)]
    found = rules.cohen(pairs)
    assert found.kappa == pytest.approx(0.68, abs=0.005)
    assert found.low is not None and found.high is not None
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(0.087, abs=0.002), "Fleiss, Levin and Paik, table 18.1"


def test_fleiss_kappa_is_the_one_of_its_paper() -> None:
    counts = (
        (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
    )  # fmt: skip
    subjects = [[kind for kind, number in enumerate(row) for _ in range(number)] for row in counts]
    found = rules.fleiss(subjects, rounds=200)
    assert found.kappa == pytest.approx(0.210, abs=0.001)
    assert found.low is not None and found.high is not None and found.low < 0.21 < found.high


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("abc")), max_size=40))
def test_an_interval_holds_its_figure_and_few_readings_have_none(pairs: list[tuple[str, str]]) -> None:
    found = rules.cohen(pairs)
    assert 0 <= found.agreed <= 1
    if len(pairs) < rules.LEAST:
        assert found.low is None
    elif found.kappa is not None and found.low is not None and found.high is not None:
        assert -1 <= found.low <= found.kappa <= found.high <= 1


def test_drift_is_said_where_chance_does_not_explain_it() -> None:
    assert rules.drift([True] * 95 + [False] * 5, [True] * 40 + [False] * 30).is_there
    assert not rules.drift([True] * 9, [False] * 9).is_there


def test_a_share_of_decisions_is_read_again_by_who_had_no_part(cast: Cast) -> None:
    blind = a_blind_review(cast)
    assert [list(queries.waiting(one)) for one in (cast.ben, cast.ana, cast.bea)] == [[], [], [blind]]
    with refused("same_person"):
        services.read(blind.id, "refer", "x", actor=cast.ben, now=NOW)
    with refused_by_the_database("does not read it blindly"):
        sql("update cases_blindreview set reader_id = %s, answered_at = now()", cast.ana.person)
    services.read(blind.id, "not_refer", "It quotes.", actor=cast.bea, now=NOW)
    with refused("wrong_state"):
        services.read(blind.id, "refer", "After all.", actor=cast.bea, now=NOW)
    with refused_by_the_database("never changed"):
        sql("update cases_blindreview set answer = 'refer'")
    assert list(queries.disagreements(cast.sue)) == [blind]


def test_without_a_share_nothing_is_read_again(cast: Cast) -> None:
    builders.an_approval(cast)
    assert not BlindReview.objects.exists()
    services.set_share(0, actor=cast.sue, now=NOW)
    builders.an_approval(cast)
    assert not BlindReview.objects.exists()


def test_ones_figures_are_ones_own_and_the_supervisors(cast: Cast) -> None:
    blind = a_blind_review(cast)
    services.read(blind.id, "refer", "It recruits.", actor=cast.bea, now=NOW)
    for actor in (cast.ben, cast.sue):
        assert queries.of_person(cast.ben.person, actor, now=NOW)[0].n == 1
    for actor in (cast.bea, cast.rio, cast.dara):
        with refused("not_allowed"):
            queries.of_person(cast.ben.person, actor, now=NOW)
    assert queries.figures(cast.sue, now=NOW).whole.n == 1


def test_a_golden_case_takes_two_people_and_is_read_by_others(cast: Cast) -> None:
    golden = a_golden_case(cast)
    with refused("same_person"):
        services.read_golden(golden.id, actor=cast.rio, now=NOW)
    reading = services.read_golden(golden.id, actor=cast.ben, now=NOW)
    services.read(reading.id, "refer", "It recruits.", actor=cast.ben, now=NOW)
    assert queries.figures(cast.sue, now=NOW).golden_right.part == 1
    assert list(queries.golden_to_read(cast.ben)) == []


def test_rates_by_language_are_held_against_the_rest_and_say_what_to_look_at(cast: Cast) -> None:
    for language, state, number in (
        ("ur", "approved", 30),
        ("ur", "closed", 2),
        ("en", "approved", 4),
        ("en", "closed", 30),
    ):
        made = [builders.a_case(cast, items=0) for _ in range(number)]
        Case.objects.filter(id__in=[one.id for one in made]).update(language=language, state=state)
    table = bias.table(cast.sue)
    urdu = next(row for row in table.rows if row.name == "ur")
    assert urdu.cells[0].differs and urdu.look_at
    assert not urdu.cells[3].differs


def test_another_agencys_interest_stops_approval_to_sending_and_says_not_whose(cast: Cast) -> None:
    decision = builders.an_approval(cast)
    account = decision.assessment.case.account
    Case.objects.create(
        account=account, agency_id=cast.eve.agency_id or 0, opened_at=NOW, changed_at=NOW, state="closed",
        retain_until=NOW.date(),
    )  # fmt: skip
    theirs = Case.objects.get(agency_id=cast.eve.agency_id or 0)
    made = holds.place(theirs.id, "Operation Lamp", until=NOW + timedelta(hours=5), actor=cast.eve, now=NOW)
    with refused("other_interest"):
        sending.compose(decision.id, actor=cast.cleo, now=NOW)
    ours, others = holds.of_case(decision.assessment.case, cast.ana, now=NOW)
    assert (ours, others) == ([], [made])
    holds.say(made.id, "May we go on?", actor=cast.ana, now=NOW)
    assert holds.words(made, cast.eve) == [(False, NOW, "May we go on?")]
    assert sending.compose(decision.id, actor=cast.cleo, now=NOW + timedelta(hours=6))


def test_an_interest_ends_by_itself_unless_renewed_with_a_reason(cast: Cast) -> None:
    case = builders.a_case(cast)
    made = an_interest(cast, case.id)
    with refused("reasons_missing"):
        holds.renew(made.id, " ", actor=cast.ana, now=NOW)
    with refused("hold_end_date"):
        holds.place(builders.a_case(cast).id, "x", until=NOW + timedelta(days=60), actor=cast.ana, now=NOW)
    assert not holds.standing(case.account.key, 0, NOW + timedelta(days=8)).exists()
    holds.renew(made.id, "It goes on.", actor=cast.ana, now=NOW + timedelta(days=6))
    assert holds.standing(case.account.key, 0, NOW + timedelta(days=15)).exists()


def test_an_approval_cools_off_before_it_leaves_but_not_where_life_is_in_danger(cast: Cast, settings: object) -> None:
    settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_COOL_OFF": "30"}  # type: ignore[attr-defined]
    builders.a_queued_notice(cast)
    assert outbox.lease(now=NOW + timedelta(minutes=29)).ids == ()
    assert len(outbox.lease(now=NOW + timedelta(minutes=31)).ids) == 1
    urgent = builders.an_approval(cast)
    Case.objects.filter(id=urgent.assessment.case_id).update(urgent=True)
    urgent.refresh_from_db()
    notice = sending.compose(urgent.id, actor=cast.cleo, now=NOW)
    sending.send(notice.id, actor=cast.cleo, now=NOW)
    assert len(outbox.lease(now=NOW).ids) == 1


def test_what_waits_for_a_form_waits_for_the_cool_off_too(cast: Cast, settings: object) -> None:
    settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_COOL_OFF": "90"}  # type: ignore[attr-defined]
    notice = builders.a_queued_notice(cast, platform=Platform.X)
    with refused("cooling_off"):
        sending.submitted(notice.id, "TCK-1", actor=cast.cleo, now=LATER)
    assert sending.submitted(notice.id, "TCK-1", actor=cast.cleo, now=NOW + timedelta(minutes=90)).state == "received"
