"""Text models in the product: learnt from reviewers, in shadow first, live by two people, never worse, and never on their own."""

from __future__ import annotations

import pytest

from openiru.detect.text import Label, Labelled, of_bytes
from openiru.ledger.models import Entry
from openiru.stages.cases.labelled import by_decisions
from openiru.stages.cases.models import Case, Decision
from openiru.stages.intake.models import Item
from openiru.stages.matching import model_rules, modelled, modelling, queries, services, training, work
from openiru.stages.matching.models import Match, ModelTerm, Progress, ShadowFind, TextModel
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.detect.texts import labelled
from tests.laws.asking import refused, refused_by_the_database, sql
from tests.stages.matching.texts import posts, report_all

pytestmark = pytest.mark.django_db
THREAT = "we will burn your house tonight, wait for us"


@pytest.fixture
def cast() -> Cast:
    builders.an_installation()
    return builders.a_cast()


def train(**more: list[Labelled]) -> TextModel:
    return training.train([], **more, actor=SYSTEM, now=NOW)  # type: ignore[arg-type]


def scan() -> int:
    return work.scan_texts(actor=SYSTEM, now=NOW)


def go_live(cast: Cast, model: TextModel) -> ModelTerm:
    term = modelling.propose(model.id, actor=cast.sue, now=NOW)
    return modelling.confirm(term.id, actor=cast.ben, now=NOW)


def a_threat(cast: Cast) -> Case:
    case = builders.a_case(cast)
    Item.objects.filter(account=case.account).update(text=THREAT)
    return case


def test_a_model_learns_from_reviewers_and_stands_in_shadow_with_its_papers(cast: Cast) -> None:
    posts(cast)
    model = train()
    assert model.terms.get().place == "shadow"
    assert model.facts["labels"] == 400 and model.version == of_bytes(bytes(model.body)).version
    assert "Model card" in model.card and "| reviewers | 400 |" in model.statement and "<svg" in model.plot
    assert Entry.objects.filter(event="match.model_kept").count() == 1


def test_the_model_in_shadow_says_nothing_on_a_case(cast: Cast) -> None:
    posts(cast)
    case = a_threat(cast)
    train()
    assert scan() == 401
    assert ShadowFind.objects.filter(item__account=case.account, label="threatens").exists()
    assert not Match.objects.exists()
    assert not queries.of_account(case.account_id, cast.ana).exists()


def test_two_people_put_a_model_live_and_its_matches_stand_on_the_case(cast: Cast) -> None:
    posts(cast)
    case = a_threat(cast)
    model = train()
    scan()
    go_live(cast, model)
    scan()
    match = queries.of_account(case.account_id, cast.ana).get(known="threatens")
    assert (match.organisation, match.found, match.field, match.item is not None) == (None, THREAT, "text", True)
    assert "Weighed most" in match.sentence
    assert not Decision.objects.exists() and Case.objects.count() == 1
    assert not ShadowFind.objects.exists()


def test_nobody_puts_live_what_they_proposed(cast: Cast) -> None:
    posts(cast)
    model = train()
    scan()
    term = modelling.propose(model.id, actor=cast.sue, now=NOW)
    with refused("not_allowed"):
        modelling.confirm(term.id, actor=cast.sue, now=NOW)
    with refused_by_the_database("model_takes_two_people"):
        sql(
            "update matching_modelterm set confirmed_by_id = proposed_by_id, confirmed_at = now() where id = %s",
            term.id,
        )
    with refused_by_the_database("proposed first"):
        sql(
            "insert into matching_modelterm (model_id, place, proposed_by_id, proposed_at, confirmed_by_id, confirmed_at)"
            " values (%s, 'live', %s, now(), %s, now())",
            model.id, cast.sue.user_id, cast.ben.user_id,
        )  # fmt: skip


def test_versions_and_whose_word_they_rest_on_are_never_changed_or_deleted(cast: Cast) -> None:
    posts(cast)
    model = train()
    for statement in ("update matching_textmodel set card = ''", "delete from matching_textmodel"):
        with refused_by_the_database("never changed or deleted"):
            sql(statement)
    with refused_by_the_database("never deleted"):
        sql("delete from matching_modelterm where model_id = %s", model.id)


def test_a_model_without_enough_words_of_our_own_reviewers_never_goes_live(cast: Cast) -> None:
    posts(cast, each=20)
    model = train(published=labelled(100, seed=9, source="published"))
    scan()
    assert model.facts["labels"] == 100
    with refused("model_labels"):
        modelling.propose(model.id, actor=cast.sue, now=NOW)


def test_a_model_that_read_nothing_in_shadow_never_goes_live(cast: Cast) -> None:
    posts(cast)
    model = train()
    with refused("model_shadow_short"):
        modelling.propose(model.id, actor=cast.sue, now=NOW)


def test_a_model_that_suggests_more_harmless_texts_than_the_live_one_never_goes_live(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts(cast)
    first = train()
    scan()
    go_live(cast, first)
    monkeypatch.setattr(training, "FALSE_ALARMS", 0.5)
    worse = train()
    scan()
    assert worse.facts["beside"] == first.version
    assert worse.facts["alarms"][0] > worse.facts["beside_alarms"][0]
    with refused("model_worse"):
        modelling.propose(worse.id, actor=cast.sue, now=NOW)


def test_a_model_is_measured_beside_the_one_that_is_live_now() -> None:
    alarms = model_rules.Alarms(1, 100)
    one = model_rules.Candidate(
        labels=500, alarms=alarms, beside="another", beside_alarms=alarms, in_shadow=True, was_live=False,
        shadow_rows=5_000, posts=9_000,
    )  # fmt: skip
    with refused("model_compared"):
        model_rules.check_live(one, live="now")
    model_rules.check_live(one, live="another")


def test_a_second_person_confirms_what_waits_and_nothing_else() -> None:
    model_rules.check_second(1, by=2, waits=True)
    with refused("same_person"):
        model_rules.check_second(1, by=1, waits=True)
    with refused("wrong_state"):
        model_rules.check_second(1, by=2, waits=False)


def test_an_earlier_version_returns_by_two_people(cast: Cast) -> None:
    posts(cast)
    case = a_threat(cast)
    first = train()
    scan()
    go_live(cast, first)
    posts(cast, each=10, seed=3)
    second = train()
    scan()
    go_live(cast, second)
    scan()
    assert modelled.standing(ModelTerm.Place.LIVE).model == second  # type: ignore[union-attr]
    term = modelling.propose(first.id, actor=cast.sue, now=NOW)
    with refused("not_allowed"):
        modelling.confirm(term.id, actor=cast.sue, now=NOW)
    modelling.confirm(term.id, actor=cast.ben, now=NOW)
    scan()
    current = Match.objects.filter(current=True)
    assert {one.version.partition("+")[2] for one in current} == {first.version}
    assert queries.of_account(case.account_id, cast.ana).filter(known="threatens").exists()


def test_one_person_stops_a_model_and_its_matches_are_no_longer_shown(cast: Cast) -> None:
    posts(cast)
    case = a_threat(cast)
    model = train()
    scan()
    term = go_live(cast, model)
    scan()
    modelling.end(term.id, actor=cast.sue, now=NOW)
    assert not queries.of_account(case.account_id, cast.ana).exists()
    assert scan() == 0
    with refused("wrong_state"):
        modelling.end(term.id, actor=cast.sue, now=NOW)


def test_shadow_beside_live_is_counted(cast: Cast) -> None:
    posts(cast)
    a_threat(cast)
    first = train()
    scan()
    go_live(cast, first)
    posts(cast, each=10, seed=3)
    train()
    scan()
    scan()
    found = {one.label: one for one in modelled.differences(cast.ana)}
    threats = found["threatens"]
    live = Match.objects.filter(detector="text", known="threatens", current=True, aside="").count()
    assert threats.both + threats.only_live == live > 0
    assert modelled.shadow_rows() == Item.objects.count()


def test_a_reviewer_s_word_flows_back_as_a_label(cast: Cast) -> None:
    items = posts(cast, labels=False)
    report_all(cast, items[:3])
    modelling.label(items[0].id, ["threatens", "incites"], actor=cast.ana, now=NOW)
    modelling.label(items[0].id, ["reporting"], actor=cast.ana, now=NOW)
    (one,) = modelled.labelled()
    assert (one.text, one.labels, one.source) == (items[0].text, {Label.REPORTING}, "reviewers")
    assert Entry.objects.filter(event="match.labelled").count() == 2
    for wrong in ([], ["none", "incites"], ["defamation"]):
        with refused("text_label"):
            modelling.label(items[0].id, wrong, actor=cast.ana, now=NOW)


def test_reviewers_who_differ_teach_what_the_most_say(cast: Cast) -> None:
    items = posts(cast, labels=False)
    report_all(cast, items[:1])
    modelling.label(items[0].id, ["threatens"], actor=cast.ana, now=NOW)
    modelling.label(items[0].id, ["reporting"], actor=cast.ben, now=NOW)
    assert modelled.labelled() == []
    modelling.label(items[0].id, ["reporting"], actor=cast.rio, now=NOW)
    assert [one.labels for one in modelled.labelled()] == [{Label.REPORTING}]


def test_eve_labels_and_is_shown_no_text_of_another_agency(cast: Cast) -> None:
    items = posts(cast, labels=False)
    report_all(cast, items[:3])
    with refused("not_found"):
        modelling.label(items[0].id, ["none"], actor=cast.eve, now=NOW)
    assert modelled.unlabelled(cast.eve) == []
    assert {item.id for item, _ in modelled.unlabelled(cast.ana)} == {one.id for one in items[:3]}


def test_what_approved_decisions_were_based_on_is_a_label(cast: Cast) -> None:
    assert by_decisions() == []
    decision = builders.an_approval(cast)
    texts = Item.objects.filter(account=decision.assessment.case.account)
    texts.update(text=THREAT)
    found = by_decisions()
    assert {one.text for one in found} == {THREAT}
    assert all(one.labels <= {Label(ground.value) for ground in Label if ground != "none"} for one in found)
    Decision.objects.filter(id=decision.id).update(recalled_at=NOW)
    assert by_decisions() == []


def test_half_of_what_waits_for_a_word_is_drawn(cast: Cast) -> None:
    posts(cast)
    fresh = posts(cast, each=10, seed=7, labels=False)
    report_all(cast, fresh)
    train()
    scan()
    asked = modelled.unlabelled(cast.ana)
    assert len(asked) == modelled.MOST_ASKED
    assert 0 < sum(find is not None for _, find in asked) <= modelled.MOST_ASKED // 2
    assert len({item.id for item, _ in asked}) == len(asked)


def test_of_two_workers_at_one_part_the_shadow_keeps_one(cast: Cast) -> None:
    posts(cast)
    train()
    from openiru.detect.scan import batch_of
    from openiru.detect.scan import scan as scanned
    from openiru.stages.matching.detectors import text_in

    detector = text_in(ModelTerm.Place.SHADOW)
    assert detector is not None
    part, same = (services.next_part(modelled.SHADOW, detector.version, Progress.Source.ITEM) for _ in range(2))
    found = scanned(batch_of(part.rows), [detector])
    assert modelling.record_shadow(part, found, actor=SYSTEM, now=NOW)
    assert not modelling.record_shadow(same, found, actor=SYSTEM, now=NOW)


def test_a_protected_passage_sets_aside_what_the_model_suggests(cast: Cast) -> None:
    posts(cast)
    case = a_threat(cast)
    model = train()
    scan()
    go_live(cast, model)
    scan()
    assert queries.of_account(case.account_id, cast.ana).filter(aside="").exists()
    new = services.NewEntry(
        "passage", "suppresses", "Burn your house tonight, wait for us", None, "a line of a known play"
    )
    entry = services.propose(new, actor=cast.ana, now=NOW)
    services.confirm(entry.id, actor=cast.ben, now=NOW)
    assert not queries.of_account(case.account_id, cast.ana).filter(aside="").exists()
    Progress.objects.filter(detector="text").update(upto=0)
    scan()
    assert not queries.of_account(case.account_id, cast.ana).filter(aside="").exists()
    services.end(entry.id, actor=cast.rio, now=NOW)
    assert queries.of_account(case.account_id, cast.ana).filter(aside="").exists()
    with refused("bank_value"):
        services.propose(services.NewEntry("passage", "suppresses", "the", None, "x"), actor=cast.ana, now=NOW)
    with refused("bank_value"):
        organisation = builders.an_organisation().id
        services.propose(services.NewEntry("passage", "suggests", "x" * 40, organisation, "x"), actor=cast.ana, now=NOW)
