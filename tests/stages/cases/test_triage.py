"""Triage: queues by their keys, holds that two officers never share, the score in words and points, bundles, urgency."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from openiru.people.models import User
from openiru.stages.cases import services
from openiru.stages.cases.models import Case, SavedQuery
from openiru.stages.cases.triage import bundles, holding, queues, rules, scoring, weights, work
from openiru.stages.cases.triage.rules import Wanted
from openiru.stages.intake.models import Item
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

POST = "Brothers of the valley, the ranks are open, come to the square on Friday"


@pytest.fixture
def cast(db: None) -> Cast:
    builders.an_installation()
    return builders.a_cast()


def scored(cast: Cast, *points: int, **changes: Any) -> list[Case]:
    made = [builders.a_case(cast, **changes) for _ in points]
    for case, score in zip(made, points, strict=True):
        Case.objects.filter(id=case.id).update(score=score)
    return made


def test_a_queue_is_read_page_by_page_without_losing_or_doubling_a_case(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "A_PAGE", 3)
    made = scored(cast, 5, 9, 9, 1, 7, 9, 0, 5)
    Case.objects.filter(id__in=[made[3].id, made[4].id]).update(urgent=True)
    for order in ("score", "oldest"):
        seen: list[int] = []
        after = None
        while True:
            page = queues.page(Wanted(order=order), cast.ana, now=NOW, after=after)
            seen += [one.id for one in page.cases]
            after = rules.place(str(page.after)) if page.after else None
            if after is None:
                break
        assert sorted(seen) == sorted(one.id for one in made)
        assert seen[:2] == [made[4].id, made[3].id] if order == "score" else set(seen[:2]) == {made[3].id, made[4].id}


@given(text=st.text(max_size=30))
def test_no_place_in_an_address_breaks_a_page(text: str) -> None:
    found = rules.place(text)
    assert found is None or rules.place(str(found)) == found


def test_a_saved_query_comes_back_as_it_was_and_is_only_its_owners_to_delete(cast: Cast) -> None:
    wanted = rules.wanted({"platform": "x", "language": "ur", "clock": "overdue", "skill": "1", "order": "oldest"})
    saved = holding.save("Urdu on X", wanted, shared=True, actor=cast.ana, now=NOW)
    assert rules.wanted(SavedQuery.objects.get().wanted) == wanted
    assert list(queues.saved(cast.omar)) == [saved] and list(queues.saved(cast.eve)) == []
    with refused("not_found"):
        holding.unsave(saved.id, actor=cast.omar, now=NOW)
    holding.unsave(saved.id, actor=cast.ana, now=NOW)
    assert not SavedQuery.objects.exists()


def test_what_cannot_be_asked_is_refused_in_words(cast: Cast) -> None:
    for bad in ({"state": "lost"}, {"order": "random"}, {"clock": "yesterday"}):
        with refused("form_invalid"):
            rules.wanted(bad)


def test_skill_shows_the_languages_that_the_person_reads(cast: Cast) -> None:
    one, other = scored(cast, 1, 2)
    Case.objects.filter(id=one.id).update(language="ur")
    Case.objects.filter(id=other.id).update(language="bn")
    User.objects.filter(id=cast.ana.person).update(languages=["ur"])
    assert queues.page(Wanted(skill=True), cast.ana, now=NOW).cases == [one]
    assert queues.values("language", cast.ana) == ["bn", "ur"]


def test_the_next_case_is_one_that_nobody_holds(cast: Cast) -> None:
    first, second = scored(cast, 9, 5)
    assert holding.take_next(Wanted(), actor=cast.ana, now=NOW) == first.id
    assert holding.take_next(Wanted(), actor=cast.omar, now=NOW) == second.id
    assert holding.take_next(Wanted(), actor=cast.ana, now=NOW, besides=first.id) is None
    holding.let_go(first.id, actor=cast.ana, now=NOW)
    assert holding.take_next(Wanted(), actor=cast.omar, now=NOW, besides=second.id) == first.id


def test_nobody_works_on_what_a_colleague_holds(cast: Cast) -> None:
    case = builders.a_case(cast)
    holding.take(case.id, actor=cast.omar, now=NOW)
    with refused("held_by_other"):
        services.assess(case.id, builders.a_worksheet(case), actor=cast.ana, now=NOW)
    with refused("held_by_other"):
        services.close(case.id, reason="nothing", actor=cast.ana, now=NOW)
    services.assess(case.id, builders.a_worksheet(case), actor=cast.ana, now=NOW + timedelta(minutes=31))


def test_the_database_passes_no_hold_on_before_it_ends(cast: Cast) -> None:
    case = builders.a_case(cast)
    holding.take(case.id, actor=cast.ana, now=NOW)
    take = "update cases_case set held_by_id = %s, held_at = %s, held_until = %s where id = %s"
    with refused_by_the_database("passes to nobody else"):
        sql(take, cast.omar.person, LATER - timedelta(minutes=50), LATER, case.id)
    with refused_by_the_database("case_hold_is_whole"):
        sql("update cases_case set held_by_id = %s, held_at = null where id = %s", cast.omar.person, case.id)
    assert sql(take, cast.omar.person, LATER, LATER + timedelta(minutes=5), case.id) == 1


def test_viewers_are_shown_to_each_other_for_a_while(cast: Cast) -> None:
    case = builders.a_case(cast)
    holding.look(case.id, actor=cast.omar, now=NOW)
    assert [one.id for one in queues.viewers(case.id, cast.ana, now=NOW)] == [cast.omar.user_id]
    assert queues.viewers(case.id, cast.ana, now=NOW + timedelta(minutes=5)) == []


def test_an_imminent_threat_stands_above_every_score_and_says_why(cast: Cast) -> None:
    low, high = scored(cast, 1, 99)
    with refused("reasons_missing"):
        holding.mark_urgent(low.id, urgent=True, why=" ", actor=cast.ana, now=NOW)
    holding.mark_urgent(low.id, urgent=True, why="It names a school and a day.", actor=cast.ana, now=NOW)
    assert queues.page(Wanted(), cast.ana, now=NOW).cases == [low, high]
    low.refresh_from_db()
    assert low.due_at == NOW + timedelta(hours=1)


def test_a_score_is_the_sum_of_terms_each_with_its_reason(cast: Cast) -> None:
    case = builders.a_case(cast, followers=100_000)
    assert work.score_due(actor=SYSTEM, now=NOW) == 1
    case.refresh_from_db()
    assert case.score == sum(one["points"] for one in case.terms) > 0
    assert {"reach"} <= {one["name"] for one in case.terms}
    assert work.score_due(actor=SYSTEM, now=NOW) == 0


def test_signs_and_protection_take_points_away() -> None:
    plain = scoring.Signals(confidence=0.9, detectors=("names",), followers=1000, designation="several")
    score = scoring.total(scoring.terms(plain, scoring.STANDARD, now=NOW))
    signs = replace(plain, signs=({"kind": "reporting"},))
    spared = replace(signs, protections=("Valley Gazette",))
    less, least = (scoring.total(scoring.terms(one, scoring.STANDARD, now=NOW)) for one in (signs, spared))
    assert score > less > least
    assert scoring.signals(spared.as_json()) == replace(spared)


@given(
    confidence=st.floats(0, 1), followers=st.none() | st.integers(0, 10**9), growth=st.none() | st.floats(-1, 9),
    designation=st.sampled_from(["", "several", "single_source"]),
)  # fmt: skip
def test_no_signals_give_a_score_below_zero_or_without_its_terms(
    confidence: float, followers: int | None, growth: float | None, designation: str
) -> None:
    signals = scoring.Signals(confidence=confidence, followers=followers, growth=growth, designation=designation)
    terms = scoring.terms(signals, scoring.STANDARD, now=NOW)
    assert 0 <= scoring.total(terms) == sum(one.points for one in terms)


@pytest.mark.parametrize(
    "points",
    [{}, {**scoring.STANDARD, "signs": 5}, {**scoring.STANDARD, "protected": -1}, {**scoring.STANDARD, "reach": 99}],
)
def test_weights_that_would_turn_a_term_round_cannot_be(points: dict[str, int]) -> None:
    with refused("weights_invalid"):
        scoring.check_points(points)


def test_weights_are_replayed_before_another_person_switches_them_on(cast: Cast) -> None:
    referred, not_referred = builders.an_approval(cast).assessment.case, builders.a_case(cast, followers=5)
    services.close(not_referred.id, reason="nothing on it", actor=cast.ana, now=NOW)
    for case, followers in ((referred, 100), (not_referred, 900_000)):
        signals = scoring.Signals(followers=followers, confidence=0.9 if case == referred else 0.1)
        Case.objects.filter(id=case.id).update(signals=signals.as_json())
    new = weights.propose({**scoring.STANDARD, "reach": 0}, "Reach is no guilt.", actor=cast.sue, now=NOW)
    with refused("weights_not_replayed"):
        weights.confirm(new.id, actor=cast.rio, now=NOW)
    with refused_by_the_database("replayed on past decisions"):
        sql(
            "update cases_weights set confirmed_at = now(), confirmed_by_id = %s where id = %s", cast.rio.person, new.id
        )
    shown = weights.replay(new.id, actor=cast.sue, now=NOW).result
    assert (shown["cases"], shown["referred"], shown["concordance_after"]) == (2, 1, 1.0)
    with refused("same_person"):
        weights.confirm(new.id, actor=replace(cast.sue), now=NOW)
    assert weights.in_force() is None
    weights.confirm(new.id, actor=cast.rio, now=NOW)
    assert weights.in_force() == new
    with refused_by_the_database("never changed"):
        sql("update cases_weights set points = '{}' where id = %s", new.id)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(True, 3), (False, 1)], 1.0),
        ([(True, 1), (False, 1)], 0.5),
        ([(True, 1), (False, 3)], 0.0),
        ([(True, 1)], None),
    ],
)
def test_concordance_is_the_share_of_pairs_in_the_right_order(
    pairs: list[tuple[bool, int]], expected: float | None
) -> None:
    assert scoring.concordance(pairs) == expected


def test_the_same_words_bundle_accounts_and_each_keeps_its_own_reasons(cast: Cast) -> None:
    made = [builders.a_case(cast) for _ in range(3)]
    texts = (
        f"{POST} https://example.org/1 #join",
        f"{POST.upper()}!!! 2026",
        "Cricket trials on Sunday at the old ground, all welcome",
    )
    for case, text in zip(made, texts, strict=True):
        Item.objects.filter(account=case.account).update(text=text)
    work.score_due(actor=SYSTEM, now=NOW)
    made = list(Case.objects.order_by("id"))
    assert made[0].bundle == made[1].bundle != "" and made[2].bundle != made[0].bundle
    assert bundles.members(made[0], cast.ana) == made[:2]
    one = builders.an_assessment(cast, made[0])
    services.decline(one.id, reasons="It only reports.", actor=cast.ben, now=NOW)
    with refused("reasons_same"):
        bundles.check_own_reasons(made[1], "it only  REPORTS", cast.ben)
    bundles.check_own_reasons(made[1], "This one mocks.", cast.ben)


def test_two_officers_at_the_same_moment_get_two_cases(committed: None) -> None:
    builders.an_installation()
    cast = builders.a_cast()
    made = scored(cast, 3, 2, 1)
    got: list[int | None] = []
    begin = threading.Barrier(2)

    def work_on(name: str) -> None:
        begin.wait()
        got.append(holding.take_next(Wanted(), actor=cast.each()[name], now=NOW))
        connection.close()

    threads = [threading.Thread(target=work_on, args=(name,)) for name in ("ana", "omar")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(filter(None, got)) == sorted([made[0].id, made[1].id])
