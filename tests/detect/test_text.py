"""The text model: learns honestly, says how surely and why, sets protected speech aside, and survives whatever it is given."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.detect.negatives import Negative, Negatives
from openiru.detect.scan import batch_of, scan
from openiru.detect.text import Label, Outside, Provenance, Text, cards, evaluating, of_bytes, training
from openiru.detect.text.explaining import explain
from openiru.detect.text.grams import BITS, WINDOW, collect, weigh
from openiru.detect.text.labels import GROUNDS, LANES
from openiru.detect.text.model import Lane, Model, probability
from openiru.detect.text.windows import windows
from openiru.errors import Refused, Unavailable, Unreadable
from tests.detect.texts import labelled

THREAT = "we will burn your house tonight, wait for us"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def trained() -> training.Trained:
    return training.train(labelled())


def column(*texts: str | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(texts, pa.string())])


def found(model: Model, *texts: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = scan(batch_of([{"text": one} for one in texts]), [Text(model)]).matches.to_pylist()
    return rows


def test_a_threat_is_suggested_with_its_probability_place_and_words(trained: training.Trained) -> None:
    (match,) = found(trained.model, "the bus leaves at nine", THREAT)
    assert (match["row"], match["subject"], match["known"]) == (1, "label:threatens", "threatens")
    assert (match["start"], match["end"], match["found"]) == (0, len(THREAT), THREAT)
    assert 0.5 < float(str(match["score"])) <= 1
    sentence = str(match["sentence"])
    assert "Reads like a threat" in sentence and "read the text" in sentence
    assert any(f"“{word}” ({THREAT.index(word)}–" in sentence for word in ("burn", "house", "tonight"))


def test_what_reads_like_protected_speech_is_set_aside_and_kept(trained: training.Trained) -> None:
    text = "whoever says strike them is wrong, stand against violence, speak for peace, attack"
    lane = {one.label: one for one in trained.model.lanes}
    eager = tuple(Lane(one.label, one.scale, one.bias, 0.0, one.texts) for one in lane.values())
    suggested = scan(batch_of([{"text": text}]), [Text(Model(trained.model.weights, eager))])
    assert suggested.matches.num_rows == 0
    assert {row["suppressed_by"] for row in suggested.set_aside.to_pylist()}
    assert "counter-speech" in suggested.set_aside["suppressed_by"][0].as_py()


def test_a_protected_passage_is_set_aside_by_the_bank(trained: training.Trained) -> None:
    protected = Negatives([Negative(THREAT, "a line of a play", detector="text")])
    suggested = scan(batch_of([{"text": THREAT}]), [Text(trained.model)], protected)
    assert suggested.matches.num_rows == 0
    assert suggested.set_aside["suppressed_by"].to_pylist() == ["a line of a play"]


def test_only_grounds_suggest(trained: training.Trained) -> None:
    texts = [one.text for one in labelled(20, seed=5)]
    assert {row["known"] for row in found(trained.model, *texts)} <= {str(label) for label in GROUNDS}


def test_the_words_parts_and_the_bias_add_up_to_the_margin(trained: training.Trained) -> None:
    model = trained.model
    (part,) = windows(column(THREAT))
    said = model.probabilities(part)[0]
    for place, lane in enumerate(model.lanes):
        margin = sum(word.part for word in explain(model, lane, part, 0, THREAT)) + lane.bias
        assert probability(np.array([margin]))[0] == pytest.approx(said[place], abs=1e-6)


def test_the_words_of_an_explanation_stand_where_it_says(trained: training.Trained) -> None:
    text = "ہم\u200cجلا دیں گے! WE  will-burn, YOUR\u00adhouse ﷺ tonight"
    (part,) = windows(column(text))
    for word in explain(trained.model, trained.model.lanes[0], part, 0, text):
        assert text[word.start : word.end] == word.text and word.text.strip()


@pytest.mark.parametrize(
    "pair", [("كتاب على", "کتاب علی"), ("BURN the House", "ｂｕｒｎ the house"), ("١٢٣ شخص كبير", "123 شخص کبیر")]
)
def test_letters_of_other_keyboards_weigh_the_same(trained: training.Trained, pair: tuple[str, str]) -> None:
    one, other = evaluating.probabilities(trained.model, list(pair))
    assert one == pytest.approx(other)


def test_nothing_is_learnt_from_a_group_that_is_measured_on(trained: training.Trained) -> None:
    study = trained.study
    assert study.test and study.learnt_from
    assert not {one.group for one in study.test} & {one.group for one in study.learnt_from}
    assert len(study.test) + len(study.learnt_from) == len(labelled())


def test_a_text_is_on_the_same_side_in_every_training() -> None:
    test, _ = training.split(labelled())
    again, _ = training.split(list(reversed(labelled())))
    assert {one.text for one in test} == {one.text for one in again}


def test_the_same_texts_give_the_same_model(trained: training.Trained) -> None:
    assert training.train(labelled()).model.version == trained.model.version


def test_a_label_with_too_few_texts_is_never_said(trained: training.Trained) -> None:
    assert Label.REPORTING in trained.model.silent
    assert {one.label for one in trained.model.lanes} | set(trained.model.silent) == set(LANES)


def test_nothing_is_trained_without_enough_texts_of_a_ground() -> None:
    with pytest.raises(Refused, match="model_too_few"):
        training.train(labelled(10))
    with pytest.raises(Refused, match="model_too_few"):
        training.train([one for one in labelled() if not one.labels & set(GROUNDS)])


def test_a_model_is_the_same_after_its_file(trained: training.Trained) -> None:
    again = of_bytes(trained.model.to_bytes())
    assert again.version == trained.model.version and again.lanes == trained.model.lanes
    assert found(again, THREAT) == found(trained.model, THREAT)
    assert pickle.loads(pickle.dumps(Text(again))).version == Text(again).version


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_broken_file_is_named_and_never_read_as_a_model(data: st.DataObject) -> None:
    whole = Model(np.ones((1 << BITS, 16), np.int16), (Lane(Label.INCITES, 1.0, 0.0, 0.5, 60),)).to_bytes()
    broken = (
        whole[: data.draw(st.integers(0, len(whole) - 1))]
        if data.draw(st.booleans())
        else data.draw(st.binary(max_size=200))
    )
    with pytest.raises(Unreadable):
        of_bytes(broken)


def test_a_file_that_unpacks_without_end_is_refused() -> None:
    import zlib

    head = Model(np.zeros((1 << BITS, 16), np.int16), ()).to_bytes().partition(b"\n")[0]
    with pytest.raises(Unreadable):
        of_bytes(head + b"\n" + zlib.compress(b"\x00" * 50_000_000))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=600), min_size=1, max_size=8))
def test_any_text_has_probabilities_and_windows_inside_it(texts: list[str]) -> None:
    model = Model(np.full((1 << BITS, 16), 7, np.int16), (Lane(Label.INCITES, 0.001, 0.1, 0.0, 60),))
    for match in found(model, *texts):
        text = texts[int(str(match["row"]))].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        assert text[int(str(match["start"])) : int(str(match["end"]))] == match["found"] != ""


def test_a_missing_text_a_short_one_and_half_a_surrogate_say_nothing(trained: training.Trained) -> None:
    rows = [{"text": None}, {"text": ""}, {"text": "ok"}, {"text": "\ud800 ok"}, {"text": THREAT}]
    suggested = scan(batch_of(rows), [Text(trained.model)])
    assert set(suggested.matches["row"].to_pylist()) == {4}


def test_a_long_text_is_weighed_by_its_worst_window(trained: training.Trained) -> None:
    calm = "the school bus leaves at nine " * 60
    alone = evaluating.probabilities(trained.model, [calm])[0]
    lane = [one.label for one in trained.model.lanes].index(Label.THREATENS)
    with_threat = evaluating.probabilities(trained.model, [calm + (THREAT + " ") * 6])[0]
    assert with_threat[lane] > 0.5 > alone[lane]


def test_every_window_has_its_grams_and_no_more() -> None:
    for part in windows(column("a b c d e f g h i j k " * 200, "x" * 5000, "من كان يؤمن " * 90)):
        ids, bounds = collect(part.folded.codes, part.bounds)
        _, counts = weigh(part.folded.codes, part.bounds, np.zeros((1 << BITS, 16), np.int16))
        assert (np.diff(bounds) == counts).all() and len(ids) == counts.sum()
        assert (part.bounds[:, 1] - part.bounds[:, 0] <= WINDOW).all()


def test_calibration_error_is_nought_for_a_calibrated_model_and_large_for_a_boastful_one() -> None:
    truth = np.arange(1000) % 10 == 0
    assert evaluating.calibration(np.full(1000, 0.1), truth)[0] == pytest.approx(0, abs=1e-9)
    assert evaluating.calibration(np.full(1000, 0.9), truth)[0] == pytest.approx(0.8)


def test_wilson_s_interval_is_the_published_one() -> None:
    low, high = evaluating.Share(10, 100).interval
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)
    assert evaluating.Share(0, 0).interval == (0.0, 1.0)


def test_each_training_writes_its_papers(trained: training.Trained) -> None:
    papers = cards.papers_of(trained.study, NOW)
    assert trained.model.version in papers.card and "silent on" in papers.card
    assert "No text of a listed group" in papers.card and "No text of a listed group" in papers.statement
    assert "| a threat | en |" in papers.evaluation and "| a religious or rights text | ur |" in papers.evaluation
    assert "600" not in papers.statement.splitlines()[1]
    assert ElementTree.fromstring(papers.plot).tag.endswith("svg")


def scores(texts: list[str]) -> list[dict[Label, float]]:
    return [
        {Label.THREATENS: 0.9 if "burn" in text else 0.1, Label.COUNTER_SPEECH: 0.95 if "peace" in text else 0.0}
        for text in texts
    ]


def test_somebody_else_s_model_suggests_with_its_provenance_and_never_alone_decides() -> None:
    about = Provenance("example-model", "abc", "at model.example.org")
    outside = Outside(scores, about, {Label.THREATENS: 0.5, Label.COUNTER_SPEECH: 0.5})  # type: ignore[arg-type]
    texts = [THREAT, "the bus leaves at nine", "they burn, we speak for peace", "burn " * 2000]
    suggested = scan(batch_of([{"text": one} for one in texts]), [outside])
    assert suggested.matches["row"].to_pylist() == [0, 3]
    assert "example-model (abc, at model.example.org) says: a threat" in suggested.matches["sentence"][0].as_py()
    assert "first 4,000 characters" in suggested.matches["sentence"][1].as_py()
    assert suggested.set_aside["row"].to_pylist() == [2]


def test_half_an_answer_of_somebody_else_s_model_is_none() -> None:
    outside = Outside(lambda texts: [], Provenance("m", "1", "here"), {Label.THREATENS: 0.5})
    with pytest.raises(ValueError, match="zip"):
        scan(batch_of([{"text": THREAT}]), [outside])

    def down(texts: object) -> list[dict[Label, float]]:
        raise Unavailable("text_model", "answers 500")

    with pytest.raises(Unavailable):
        scan(batch_of([{"text": THREAT}]), [Outside(down, Provenance("m", "1", "here"), {})])  # type: ignore[arg-type]
