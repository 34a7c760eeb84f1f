"""Misspelt names: one letter left out, put in, exchanged or swapped in a long name; never an ending, a number, an ordinary word."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.detect.names import Alias, Names, Protected, Quality
from openiru.detect.names.detector import Options
from openiru.detect.scan import batch_of, scan

NAME = "Zarfana Vanguard Movement"
NAMES = Names(
    [
        Alias("org-1", NAME),
        Alias("org-2", "خارو بریگیڈ محاذ"),
        Alias("org-3", "Kharu Brigade 313"),
        Alias("org-4", "Red Dawn"),
        Alias("org-5", "Valley Morning Light", Quality.WEAK),
        Alias("org-5", "Valley Light"),
        Alias("org-6", "Night of the Market"),
        Protected("Zarfana Vangard Movement Survivors", "association of victims"),
    ]
)


def found(text: str, names: Names = NAMES) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = scan(batch_of([{"text": text}]), [names]).matches.to_pylist()
    return rows


@pytest.mark.parametrize(
    "written",
    [
        "Zarfana Vangard Movement",
        "Zarfanna Vanguard Movement",
        "Zarfana Vanguard Movemant",
        "Zarfana Vnaguard Movement",
        "ZÁRFANA vangaurd MOVEMENT",
    ],
)
def test_one_change_in_a_long_name_is_found_with_its_place_and_said_so(written: str) -> None:
    (match,) = found(f"they say: {written}, again")
    assert (match["found"], match["known"], match["start"]) == (written, NAME, 10)
    assert "but for one letter" in match["sentence"] and match["score"] < 0.6


def test_a_letter_left_out_in_urdu_is_found() -> None:
    (match,) = found("کہ خارو برگیڈ محاذ نے کہا")
    assert (match["found"], match["subject"]) == ("خارو برگیڈ محاذ", "org-2")


@pytest.mark.parametrize(
    "other",
    [
        "Zarfana Vanguard Movements",  # an ending
        "eZarfana Vanguard Movement",  # a beginning
        "Zarfana Vangrd Movement",  # two letters
        "Zarfana Vang uard Movement",  # another number of words
        "Zarfana Vangard. Movement",  # a phrase ends
        "xx Zarfana Vangard Movementxx",
        "Kharu Brigade 314",  # another number
        "Rid Dawn",  # too short
        "Valley Mornin Light",  # weak, misspelt
        "Night of thee Market",
    ],
)
def test_what_is_another_word_is_not_the_name(other: str) -> None:
    assert [one for one in found(other) if "one letter" in one["sentence"] and one["subject"] != "org-6"] == []


def test_a_name_that_stands_as_written_is_never_said_to_be_another_misspelt() -> None:
    both = Names(
        [
            Alias("org-1", "Kharu Brigade East"),
            Alias("org-2", "Kharu Brigade West"),
            Alias("org-3", "Kharu Brigade Eest"),
        ]
    )
    assert [one["subject"] for one in found("Kharu Brigade East", both)] == ["org-1"]


def test_a_misspelt_name_is_no_context_for_a_weak_alias() -> None:
    names = Names([Alias("org-1", NAME), Alias("org-1", "Morning Light", Quality.WEAK)])
    assert len(found(f"{NAME}, Morning Light", names)) == 2
    assert [one["found"] for one in found("Zarfana Vangard Movement, Morning Light", names)] == [
        "Zarfana Vangard Movement"
    ]


def test_a_protected_phrase_holds_for_misspelt_names() -> None:
    scanned = scan(batch_of([{"text": "the Zarfana Vangard Movement Survivors met"}]), [NAMES])
    assert scanned.matches.num_rows == 0
    assert scanned.set_aside["suppressed_by"].to_pylist() == ["association of victims"]


def test_the_third_pass_can_be_left_out() -> None:
    assert found("Zarfana Vangard Movement", Names([Alias("org-1", NAME)], options=Options(third=False))) == []


def test_both_engines_find_the_same() -> None:
    slow = Names([Alias("org-1", NAME)], options=Options(engine="ahocorasick"))
    assert [one["found"] for one in found("a Zarfana Vangard Movement b", slow)] == ["Zarfana Vangard Movement"]


@settings(max_examples=150, deadline=None)
@given(st.integers(1, len(NAME) - 2), st.sampled_from(["out", "in", "for", "swap"]), st.sampled_from("qxjw"))
def test_any_one_change_inside_a_word_is_found(at: int, change: str, letter: str) -> None:
    inside = at if " " not in NAME[at - 1 : at + 2] else at + 2
    made = {
        "out": NAME[:inside] + NAME[inside + 1 :],
        "in": NAME[:inside] + letter + NAME[inside:],
        "for": NAME[:inside] + letter + NAME[inside + 1 :],
        "swap": NAME[:inside] + NAME[inside + 1] + NAME[inside] + NAME[inside + 2 :],
    }[change]
    if made.count(" ") == NAME.count(" ") and made != NAME and not (made.startswith(NAME) or made.endswith(NAME)):
        assert [one["found"] for one in found(f"so {made} says")] == [made]
