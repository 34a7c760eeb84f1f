"""Screening: the same name matches in every dress, what is only alike is near, a weak alias never matches alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.stages.register.screening import Index, IndexedName, fold, skeleton
from openiru.stages.register.sounds import SHARED, SoundIndex
from openiru.terms import AliasQuality

NAMES = [
    IndexedName("VALLEY DAWN FRONT (VDF)", AliasQuality.PRIMARY, 1),
    IndexedName("جبهة فجر الوادي", AliasQuality.PRIMARY, 1),
    IndexedName("The Front", AliasQuality.WEAK, 1),
    IndexedName("Valley Committee", AliasQuality.PREVIOUS, 1),
    IndexedName("Tahrik-e Nurul Wadi Mashriq", AliasQuality.PRIMARY, 2),
    IndexedName("River Brigade 313", AliasQuality.PRIMARY, 3),
]
INDEX = Index(NAMES)


def matched(query: str) -> set[int]:
    return {hit.subject for hit in INDEX.screen(query).matches}


def near(query: str) -> set[int]:
    return {hit.subject for hit in INDEX.screen(query).near}


@pytest.mark.parametrize(
    "query",
    [
        "Valley Dawn Front",
        "valley  dawn front (VDF)",
        "Front of the Valley Dawn",
        "ＶＡＬＬＥＹ ＤＡＷＮ ＦＲＯＮＴ",
        "Válley Dawn Frönt",
        "Vallley Dawn Front",
        "جبهة فجر الوادي",
        "جبہۃ فجر الوادي",
        "valley committee",
        "V\u0430lley D\u0430wn Fr\u043ent",
    ],
)
def test_the_same_name_matches_in_every_dress(query: str) -> None:
    assert matched(query) == {1}


def test_spellings_of_one_foreign_name_match() -> None:
    assert matched("Tehrik-e-Noorul Wadi Mashriq") == {2}


@pytest.mark.parametrize("query", ["The Front", "VDF", "vdf"])
def test_a_weak_alias_never_matches_by_itself(query: str) -> None:
    assert not matched(query)
    assert near(query) == {1}
    assert INDEX.screen(query).near[0].why == "weak_alias"


def test_another_script_is_a_suggestion_for_a_person() -> None:
    (hit,) = INDEX.screen("Jabhat Fajr al-Wadi").near
    assert (hit.subject, hit.why) == (1, "sound")
    assert not matched("Jabhat Fajr al-Wadi")


@pytest.mark.parametrize(
    "query", ["River Brigade 331", "Valley Town Choir", "Valley", "Dawn", "", "!!!", "\u0661\u0662"]
)
def test_another_name_does_not_match(query: str) -> None:
    assert not matched(query)


def test_a_name_inside_a_longer_one_is_near() -> None:
    assert near("Valley Dawn Front Media Department of the East") == {1}


def test_each_listing_is_found_once_with_its_best_name() -> None:
    found = INDEX.screen("Valley Dawn Front")
    assert len(found.matches) == 1 and not found.near
    assert (found.matches[0].name, found.matches[0].score) == ("VALLEY DAWN FRONT (VDF)", 100.0)


@given(st.text(max_size=60))
def test_any_text_can_be_screened(query: str) -> None:
    found = INDEX.screen(query)
    assert not {hit.subject for hit in found.matches} & {hit.subject for hit in found.near}
    assert all(hit.quality is not AliasQuality.WEAK for hit in found.matches)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize("name", ["B:B:B:µ", "T.T.P.X.", "b long c d e", "b b b b ba"])
def test_letters_spelt_out_by_any_sign_are_one_word_and_stay_one(name: str) -> None:
    assert fold(fold(name)) == fold(name)
    assert fold("T.T.P.X.") == fold("T T P X") == fold("TTPX")


@given(st.text(min_size=1, max_size=40))
def test_every_name_that_folds_finds_itself(name: str) -> None:
    if fold(name):
        assert Index([IndexedName(name, AliasQuality.STRONG, 7)]).screen(name).matches


def test_common_words_are_known_in_the_other_script_and_rare_ones_by_their_sound() -> None:
    index = Index(
        [
            IndexedName("Front of the Valley of Barzin", AliasQuality.PRIMARY, 1),
            IndexedName("Front of the Hills", AliasQuality.PRIMARY, 2),
        ]
    )
    found = index.screen("جبهة برزين")
    assert not found.matches
    assert [(hit.subject, hit.why) for hit in found.near] == [(1, "sound")]


def test_sharing_only_a_common_word_is_no_suggestion() -> None:
    names = [IndexedName(f"Movement {name}", AliasQuality.PRIMARY, at) for at, name in enumerate(["Barzin", "Dilgo"])]
    assert not Index(names).screen("حركة كبيرة جدا").near


@given(st.text(max_size=40))
def test_what_two_names_share_is_a_part_of_one(query: str) -> None:
    index = SoundIndex()
    for name in ("River Brigade", "جبهة فجر الوادي", query):
        index.add(name)
    assert all(SHARED <= part <= 1.000001 for _, part in index.alike(query))


def test_two_scripts_share_the_consonants_of_a_name() -> None:
    assert skeleton("فجر الوادي") == skeleton("Fajr al-Wadi")


def test_letters_of_another_script_inside_a_latin_word_are_what_they_look_like() -> None:
    assert fold("\u0440e\u0430ce b\u0430nd") == fold("peace band")
    assert fold("\u0440\u0435\u043a\u0430") == "reka"


def test_a_name_spelt_out_letter_by_letter_is_near() -> None:
    assert near("V A L L E Y D A W N F R O N T") | matched("V A L L E Y D A W N F R O N T") == {1}
