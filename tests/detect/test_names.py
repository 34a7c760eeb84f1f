"""The detector of names: found in every keyboard and disguise, never by half a word, and never by a weak name alone."""

from __future__ import annotations

import pickle
from typing import Any
from unicodedata import normalize

import pyarrow as pa
import pytest
from benchmarks.posts import aliases, posts
from hypothesis import given
from hypothesis import strategies as st

from openiru.detect.matches import SCHEMA
from openiru.detect.names import Alias, ContextWord, Names, Protected, Quality
from openiru.detect.names.chunks import LONGEST_PIECE
from openiru.detect.names.detector import Options
from openiru.detect.names.folding import fold_text
from openiru.detect.names.letters import plain
from openiru.errors import Unavailable

FRONT = (
    Alias("front", "Red River Front"),
    Alias("front", "RRF"),
    Alias("front", "Red River", Quality.WEAK),
    Alias("front", "Kharu Brigade", Quality.PREVIOUS),
    Alias("front", "محاذ دریائے سرخ"),
    Alias("front", "حزب‌الخارو"),
    Alias("front", "القاعدة الخارية"),
    Alias("front", "Бригада Хару"),
    Alias("other", "BLZ"),
)


def found(*texts: str, sources: Any = FRONT, field: str = "text", **options: Any) -> list[dict[str, Any]]:
    matches = Names(sources, options=Options(**options)).match(pa.table({field: list(texts)})).matches
    assert matches.schema == SCHEMA
    return matches.to_pylist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "text",
    [
        "the RED river front said",
        "the Red-River  Front's men",
        "the Réd Rivér Front",
        "#RedRiverFront",
        "@red_river_front",
        "𝐑𝐞𝐝 𝐑𝐢𝐯𝐞𝐫 𝐅𝐫𝐨𝐧𝐭",
        "Red Ri\u00adver Fr\u200bont",
        "حکام نے محاذ دریاۓ سُرخ کا نام لیا",
        "محاذ دريای سرخ",
        "محـــاذ دریائے سرخ",
        "حزب الخارو",
        "حزبالخارو",
        "والقاعده الخارية قالت",
        "بالقاعدة الخارية",
        "للقاعدة الخارية",
        "محاذ دریائے سرخءِ مردم",
        "бригада хару",
        "R e d  R i v e r  F r o n t",
        "R.e.d.R.i.v.e.r.F.r.o.n.t",
        "r3d r1v3r fr0nt",
        "Rеd Rivеr Frоnt",
        "🅡🅔🅓 🅡🅘🅥🅔🅡 🅕🅡🅞🅝🅣",
        "Red.River.Front",
        "م ح ا ذ   د ر ی ا ئ ے   س ر خ",
    ],
)
def test_a_name_is_found_in_every_keyboard_and_disguise(text: str) -> None:
    assert [one["subject"] for one in found(text)] == ["front"]


@pytest.mark.parametrize(
    "text",
    [
        "an infrared river frontal",
        "the river is red. Front doors are green",
        "We saw the red river.\nFront rows were empty",
        "محاذ دریائے سرخی",
        "redriverfrontier",
        "b lz and r rf",
        "1 2 3 4 5",
        "the river of the red front",
    ],
)
def test_half_a_word_and_the_end_of_a_sentence_are_no_name(text: str) -> None:
    assert found(text) == []


def test_a_short_name_counts_only_beside_a_strong_one_or_a_context_word() -> None:
    assert found("RRF is how the engine sounds") == []
    assert [one["found"] for one in found("The Red River Front (RRF) met")] == ["Red River Front", "RRF"]
    assert found("RRF claimed it", sources=(*FRONT, ContextWord("claimed"))) != []
    assert found("RRF claimed it", sources=(*FRONT, ContextWord("claimed", "other"))) == []
    far = " ".join(["word"] * 11)
    assert len(found(f"RRF {far} Red River Front")) == 1
    assert len(found(f"RRF {far} Red River Front", within=20)) == 2


def test_a_strong_name_of_another_organisation_is_no_context() -> None:
    assert [one["found"] for one in found("Red River Front and BLZ")] == ["Red River Front"]


def test_a_weak_alias_never_matches_alone_not_even_beside_a_context_word() -> None:
    assert found("Red River is wide") == []
    assert found("Red River claimed it", sources=(*FRONT, ContextWord("claimed"))) == []
    both = found("Red River, they say, is Kharu Brigade")
    assert [(one["found"], round(one["score"], 2)) for one in both] == [("Red River", 0.5), ("Kharu Brigade", 0.85)]
    assert "never" in both[0]["sentence"] or "too common" in both[0]["sentence"]


def test_two_weak_aliases_do_not_make_each_other_strong() -> None:
    weak = (Alias("front", "Kharu Group", Quality.WEAK), Alias("front", "Zorin Circle", Quality.LOW))
    assert found("Kharu Group and Zorin Circle", sources=weak) == []


def test_an_ordinary_word_of_the_background_counts_only_with_context() -> None:
    batch = pa.table({"text": ["zorinbad said so"]})
    assert Names([Alias("z", "Zorinbad")]).match(batch).matches.num_rows == 1
    assert Names([Alias("z", "Zorinbad")], background={"Zorinbad": 12.0}).match(batch).matches.num_rows == 0


def test_the_bio_is_context_for_the_handle() -> None:
    batch = pa.table({"handle": ["rrf_1", "rrf_2"], "bio": ["Red River Front media", "a football club"]})
    matches = Names(FRONT).match(batch).matches.to_pylist()
    assert [(one["row"], one["field"]) for one in matches] == [(0, "bio"), (0, "handle")]


def test_in_a_handle_digits_and_other_words_may_be_tied_to_a_long_name() -> None:
    assert found("kharubrigade77", field="handle") != []
    assert found("thekharubrigadenews", field="handle") != []
    assert found("thekharubrigadenews") == []


def test_the_longest_name_wins_whoever_it_is() -> None:
    sources = (Alias("a", "Kharu Brigade"), Alias("b", "Kharu Brigade of the Coast"), Alias("c", "Kharu Brigade"))
    assert [one["subject"] for one in found("Kharu Brigade of the Coast", sources=sources)] == ["b"]
    assert [one["subject"] for one in found("Kharu Brigade", sources=sources)] == ["a", "c"]


def test_an_unlisted_nickname_names_nobody() -> None:
    assert found("the River Boys of the Red River Front", "the River Boys again")[-1]["row"] == 0


def test_a_protected_phrase_sets_a_match_aside_and_says_why() -> None:
    guarded = (*FRONT, Protected("Red River Front Survivors", "association of victims"))
    suggested = Names(guarded).match(pa.table({"text": ["Red River Front Survivors met the Red River Front"]}))
    assert [one["start"] for one in suggested.matches.to_pylist()] == [34]
    assert [one["suppressed_by"] for one in suggested.set_aside.to_pylist()] == ["association of victims"]


def test_a_bad_pattern_is_set_aside_by_name_and_stops_no_other() -> None:
    bad = (Alias("x", ""), Alias("x", "\u200b\u064e"), Alias("x", "a"), Alias("x", "!?"), Alias("x", "zu " * 200))
    names = Names((*bad, *FRONT))
    assert [one.reason for one in names.rejected] == ["empty", "empty", "matches_everything", "empty", "too_long"]
    assert names.match(pa.table({"text": ["Kharu Brigade"]})).matches.num_rows == 1


def test_no_patterns_find_nothing() -> None:
    assert found("Red River Front", sources=()) == []


def test_an_engine_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="engine_not_installed"):
        Names(FRONT, options=Options(engine="quantum"))


def test_both_engines_give_the_same_matches() -> None:
    names = aliases(800)
    batch = pa.table({"text": posts(3_000, names, named=0.5, disguised=0.3), "handle": posts(3_000, names)})
    one, other = (Names(names, options=Options(engine=name)).match(batch) for name in ("hyperscan", "ahocorasick"))
    assert one.matches.num_rows > 1_000
    assert one.matches.equals(other.matches) and one.set_aside.equals(other.set_aside)


def test_a_detector_travels_to_another_process() -> None:
    names = Names(FRONT, options=Options(within=3))
    again = pickle.loads(pickle.dumps(names))
    assert again.version == names.version != Names(FRONT).version
    assert again.match(pa.table({"text": ["Kharu Brigade"]})).matches.num_rows == 1


def test_missing_texts_nul_and_emptiness_are_read() -> None:
    batch = pa.table({"text": ["", None, "a\x00Red River Front\x00b", "\u200b", "\n"]})
    assert Names(FRONT).match(batch).matches["row"].to_pylist() == [2]


def test_a_very_long_post_is_read_whole_and_each_name_once() -> None:
    filler = "zu ro " * 50_000
    text = "".join(f"{filler}Kharu Brigade " for _ in range(1 + 2 * LONGEST_PIECE // len(filler)))
    assert len(text) > LONGEST_PIECE * 2
    seen = found(text)
    places = [at for at in range(len(text)) if text.startswith("Kharu Brigade", at)]
    assert [one["start"] for one in seen] == places


SCRIPTS = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("ءآأؤإئابةتكىيیکہھۂۀۓےئ\u064e\u0651\u0640\u200c\u200dﷲﷺﻻæßﬁ'’ .-_\n\x00𝐑Ⓣ🅡аеос013@$"),
    ),
    max_size=60,
)


@given(before=SCRIPTS, after=SCRIPTS, name=st.sampled_from([one for one in FRONT if len(one.text) > 9]))
def test_positions_are_those_of_the_original_text(before: str, after: str, name: Alias) -> None:
    text = f"{before}. {name.text} .{after}"
    matches = found(text)
    for one in matches:
        assert text[one["start"] : one["end"]] == one["found"]
    assert any(one["start"] <= len(before) + 2 < one["end"] and one["known"] == name.text for one in matches)


@given(SCRIPTS, SCRIPTS)
def test_a_row_is_read_as_if_it_were_alone(first: str, second: str) -> None:
    texts = [first, f"{second} Kharu Brigade", first]
    together = found(*texts)
    assert [one | {"row": 0} for one in together] == [hit for text in texts for hit in found(text)]


@given(SCRIPTS)
def test_a_composed_letter_and_its_parts_are_the_same(text: str) -> None:
    composed, parts = (normalize(form, text) for form in ("NFC", "NFD"))
    assert fold_text(composed, plain()) == fold_text(parts, plain())


def test_many_names_in_one_post_take_no_square_of_their_number() -> None:
    seen = found("RRF, Red River Front. " * 20_000)
    assert len(seen) == 40_000
