"""Two names held against each other: what makes them alike, what keeps them apart, and the words in which that is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.stages.register.blocking import MOST, Blocks
from openiru.stages.register.likeness import alike, compare
from openiru.stages.register.naming import COMMON, SMALL, Rarity, bones, read
from openiru.stages.register.screening import NEAR, Index, IndexedName
from openiru.stages.register.vocabulary import with_numbers, without_form
from openiru.terms import AliasQuality

NONE = Rarity()


def score(one: str, other: str) -> float:
    return compare(read(one), read(other), NONE).score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Valley Dawn Front", "Front Dawn Valley"),
        ("Valley Dawn Front", "Vallley Dawn Frnot"),
        ("Harakat al-Barzin", "Haraket ul Barzeen"),
        ("Barzin Trading Limited Liability Company", "Barzin Trading OOO"),
        ("B.T.C. Barzin", "BTC Barzin"),
        ("Brigade Forty-Four", "Brigade 44"),
        ("1st Valley Band", "First Valley Band"),
        ("Goodwill Valley", "Good Will Valley"),
        ("JC Barzin", "Jean Claude Barzin"),
        ("Dr. Arman Dilgo", "Arman Dilgo"),
        ("V4lley D4wn", "Valley Dawn"),
        ("Барзин Долина", "Barzin Dolina"),
    ],
)
def test_the_same_name_in_another_dress_is_alike(one: str, other: str) -> None:
    assert score(one, other) >= NEAR


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bank of Valleria", "Bank of Hillandia"),
        ("Arman Dilgo Barzin", "Arman Dilgo Torani"),
        ("Valley Brigade 313", "Valley Brigade 774"),
        ("Arman", "Romana Zaldi"),
        ("Barzin Stiftung", "Torani GmbH"),
    ],
)
def test_another_name_is_not(one: str, other: str) -> None:
    assert score(one, other) < NEAR


def test_two_families_of_legal_forms_are_two_bearers() -> None:
    assert score("Barzin Limited", "Barzin GmbH") > score("Barzin Limited", "Barzin Foundation")


def test_whose_child_somebody_is_is_part_of_the_name() -> None:
    assert score("Omar bin Hasan Dilgo", "Omar bin Hasan Dilgo") > score("Omar bin Hasan Dilgo", "Hasan bin Omar Dilgo")


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    there, back = score(one, other), score(other, one)
    assert 0 <= there <= 1 and there == pytest.approx(back, abs=0.15)


@given(st.text(alphabet="abcdefghijklmnop", min_size=2, max_size=12), st.booleans())
def test_a_word_is_wholly_like_itself(word: str, across: bool) -> None:
    assert alike(word, word, across) == 1.0


@given(st.text(alphabet="abcdef0123", min_size=1, max_size=9), st.text(alphabet="abcdef0123", min_size=1, max_size=9))
def test_likeness_of_words_does_not_ask_who_comes_first(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


def test_the_sentence_says_which_words_met_and_which_were_left_over() -> None:
    found = compare(read("Valley Dawn Frond of Hills"), read("Valley Dawn Front Media"), NONE)
    assert found.sentence == (
        "the same: valley, dawn; “frond” is like “front”; only in the name asked for: hills; only on the list: media"
    )


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    rarity = Rarity(read(f"Movement {name}") for name in ("Barzin", "Dilgo", "Torani", "Zaldi"))
    assert rarity.weight("barzin") > rarity.weight("movement") >= COMMON
    assert rarity.weight("the") == rarity.weight("dr") == SMALL
    assert rarity.weight("neverseen") == 1.0


def test_numbers_and_legal_forms_are_read_as_what_they_are() -> None:
    assert with_numbers(["forty", "four", "third", "xii", "9th"]) == ["44", "3", "12", "9"]
    assert without_form(["barzin", "joint", "stock", "company"]) == (["barzin"], frozenset({"shares"}))
    assert without_form(["limited"]) == (["limited"], frozenset())


def test_spellings_of_one_sound_have_the_same_bones() -> None:
    assert bones("hussein") == bones("husayn")
    assert bones("sergey") == bones("sergei") and bones("xavier")[:1] == "s"


def test_han_and_hangul_are_read_by_the_syllable() -> None:
    assert len(read("김정은").words) == 3 and len(read("习近平").words) == 3


@given(st.lists(st.text(alphabet="abcdefghij ", min_size=3, max_size=20), min_size=1, max_size=30))
def test_what_is_looked_at_is_bounded_and_has_the_name_itself(names: list[str]) -> None:
    blocks = Blocks()
    for name in names:
        blocks.add(read(name))
    for at, name in enumerate(names):
        found = blocks.candidates(read(name))
        assert len(found) <= MOST and len(set(found)) == len(found)
        if read(name).words:
            assert any(read(names[one]).words == read(name).words for one in found) or at in found


def test_a_hit_says_why() -> None:
    index = Index([IndexedName("Valley Dawn Front", AliasQuality.PRIMARY, 1)])
    (hit,) = index.screen("Valley Dawn").near
    assert (hit.why, hit.sentence) == ("part", "the same: valley, dawn; only on the list: front")
    (hit,) = index.screen("Valey Dwn Frond").near
    assert hit.why == "close"
