"""Officers' rules: typed and loop-free, a shadow first, live by another person, tried on history, in quarantine when they run wild."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiru.stages.cases.models import Case, Quarantine, RuleHit, TriageRule
from openiru.stages.cases.triage import officer_rules, scoring, spikes, work
from openiru.stages.cases.triage.cel import Broken, answer_of, compiled, values_of
from openiru.stages.matching.models import Match
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql
from tests.people.verbs_of_casework import a_rule, new_rule


@pytest.fixture
def cast(db: None) -> Cast:
    builders.an_installation()
    return builders.a_cast()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "followers >",
        "secret == 1",
        "followers > 'many'",
        "followers + 1",
        "platform && true",
        "x" * 2000,
        "while(true)",
    ],
)
def test_what_is_no_typed_question_is_refused_with_the_reason(text: str) -> None:
    with refused("rule_invalid"):
        compiled(text)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("followers > 1000 && platform == 'telegram'", True),
        ("'reporting' in signs || is_protected", False),
        ("detectors.exists(one, one == 'names') && confidence >= 0.5", True),
        ("language.startsWith('ur') && size(grounds) == 0", True),
    ],
)
def test_a_rule_answers_yes_or_no(text: str, matches: bool) -> None:
    signals = scoring.Signals(
        confidence=0.8, detectors=("names",), followers=2000, facts={"platform": "telegram", "language": "ur-Latn"}
    )
    assert answer_of(compiled(text), values_of(signals)) is matches


def test_a_rule_that_cannot_be_answered_says_so_and_matches_nothing() -> None:
    assert isinstance(answer_of(compiled("signs[0] == 'reporting' || true"), {"signs": "x"}), bool | Broken)


def test_a_shadow_counts_for_nothing_until_another_person_switches_it_live(cast: Cast) -> None:
    rule, case = a_rule(cast), builders.a_case(cast, followers=5000)
    work.score_due(actor=SYSTEM, now=NOW)
    assert RuleHit.objects.get().live is False
    case.refresh_from_db()
    assert "rule" not in {one["name"] for one in case.terms}
    with refused("not_allowed"):
        officer_rules.switch(rule.id, "live", "", actor=cast.ana, now=NOW)
    with refused_by_the_database("rule_live_by_another"):
        sql("update cases_triagerule set state = 'live', switched_by_id = written_by_id where id = %s", rule.id)
    officer_rules.switch(rule.id, "live", "", actor=cast.ben, now=NOW)
    work.score_due(actor=SYSTEM, now=NOW)
    case.refresh_from_db()
    assert ("rule", 5) in {(one["name"], one["points"]) for one in case.terms}
    officer_rules.switch(rule.id, "off", "", actor=cast.ben, now=NOW)
    work.score_due(actor=SYSTEM, now=NOW)
    case.refresh_from_db()
    assert "rule" not in {one["name"] for one in case.terms}


def test_a_rule_is_tried_on_what_people_decided(cast: Cast) -> None:
    referred = builders.an_approval(cast).assessment.case
    Case.objects.filter(id=referred.id).update(signals=scoring.Signals(followers=9000).as_json())
    rule = a_rule(cast)
    assert rule.backtest is not None
    assert (rule.backtest["cases"], rule.backtest["matched"], rule.backtest["referred"]) == (1, 1, 1)


def test_a_rule_ends_on_its_day_and_its_text_never_changes(cast: Cast) -> None:
    rule = a_rule(cast)
    with refused_by_the_database("never changed"):
        sql("update cases_triagerule set text = 'true' where id = %s", rule.id)
    assert work.expire_rules(actor=SYSTEM, now=NOW + timedelta(days=40)) == 1
    rule.refresh_from_db()
    assert rule.state == TriageRule.State.EXPIRED
    with refused("rule_invalid"):
        officer_rules.write(new_rule(expires_on=NOW.date() + timedelta(days=900)), actor=cast.ana, now=NOW)


@pytest.mark.parametrize(
    ("tally", "trips"),
    [
        (spikes.Tally(80, 100, 10, 1000), True),
        (spikes.Tally(15, 20, 0, 1000), False),
        (spikes.Tally(100, 1000, 100, 1000), False),
        (spikes.Tally(25, 100, 20, 100), False),
        (spikes.Tally(40, 60, 0, 0), False),
    ],
)
def test_far_more_than_before_is_said_by_numbers(tally: spikes.Tally, trips: bool) -> None:
    assert spikes.suddenly(tally) is trips


def test_a_rule_that_runs_wild_waits_in_quarantine_for_a_person_with_reasons(cast: Cast) -> None:
    rule = a_rule(cast)
    old, new = [builders.a_case(cast) for _ in range(120)], [builders.a_case(cast) for _ in range(40)]
    Case.objects.filter(id__in=[one.id for one in old]).update(opened_at=NOW - timedelta(days=2))
    RuleHit.objects.bulk_create(RuleHit(rule=rule, case=one, at=NOW, live=False) for one in new)
    Case.objects.filter(id__in=[one.id for one in new]).update(opened_at=NOW)
    assert work.trip(actor=SYSTEM, now=NOW) == 1
    rule.refresh_from_db()
    assert rule.state == TriageRule.State.QUARANTINED
    assert work.trip(actor=SYSTEM, now=NOW) == 0
    with refused("reasons_missing"):
        officer_rules.switch(rule.id, "shadow", " ", actor=cast.ben, now=NOW)
    officer_rules.switch(rule.id, "shadow", "It was one campaign.", actor=cast.ben, now=NOW)
    assert not Quarantine.objects.filter(lifted_at=None).exists()


def test_a_hash_that_suddenly_matches_everything_counts_no_more(cast: Cast) -> None:
    organisation, case = builders.an_organisation(), builders.a_case(cast)
    item = case.account.items.get()

    def matches(number: int, known: str, days: int) -> None:
        Match.objects.bulk_create(
            Match(
                item=item, organisation=organisation, detector="media", field="text", version="1", score=0.9, found="x",
                known=known, start=days * 1000 + one, end=one, sentence="s", at=NOW - timedelta(days=days),
            )
            for one in range(number)
        )  # fmt: skip

    matches(100, "usual", 2)
    matches(40, "wild", 0)
    assert work.trip(actor=SYSTEM, now=NOW) == 1
    Match.objects.filter(known="usual").update(current=False)
    work.score_due(actor=SYSTEM, now=NOW)
    case.refresh_from_db()
    assert "confidence" not in {one["name"] for one in case.terms} and case.signals["quarantined"] == 40
    officer_rules.lift(Quarantine.objects.get().id, "It is the group's flag.", actor=cast.ben, now=NOW)
