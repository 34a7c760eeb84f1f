"""Law 2: affiliation is evidenced per account by its content or conduct; without words, items and reasons there is no worksheet."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.stages.cases.rules import RABAT, ItemJudged, NewAssessment, check_assessment, missing
from openiru.terms import Ground
from tests.laws.asking import refused

ITEM = ItemJudged(1, Ground.INCITES, "It calls for violence.", "Rise.", "en", "", 7)
WHOLE = NewAssessment(
    refer=True,
    organisation_id=1,
    affiliation="Signs its posts as the organisation.",
    purpose="Recruitment.",
    rabat=dict.fromkeys(RABAT, "weighed"),
    least_restrictive="Single posts were weighed.",
    policy_line="Violent organisations",
    policy_why="It recruits.",
    items=(ITEM,),
)


def test_a_whole_worksheet_passes() -> None:
    check_assessment(WHOLE, may_order=False)


@pytest.mark.parametrize("name", ["affiliation", "purpose", "least_restrictive", "policy_line", "policy_why"])
@pytest.mark.parametrize("empty", ["", "  \n"])
def test_each_word_of_it_is_needed(name: str, empty: str) -> None:
    change: dict[str, Any] = {name: empty}
    assert missing(replace(WHOLE, **change)) == (name,)


@pytest.mark.parametrize("factor", RABAT)
def test_each_of_the_six_factors_is_weighed(factor: str) -> None:
    assert missing(replace(WHOLE, rabat={**WHOLE.rabat, factor: " "})) == (f"rabat.{factor}",)


def test_an_account_without_an_item_is_not_referred() -> None:
    with refused("assessment_incomplete"):
        check_assessment(replace(WHOLE, items=()), may_order=True)


def test_an_item_in_another_language_needs_a_translation() -> None:
    other = replace(ITEM, language="ur", translation="")
    assert missing(replace(WHOLE, items=(other,))) == ("items.1.translation",)


def test_not_referring_needs_only_the_reason_why() -> None:
    assert missing(NewAssessment(refer=False, purpose="a newspaper")) == ()
    assert missing(NewAssessment(refer=False)) == ("purpose",)


def test_a_worksheet_has_no_place_for_origin_language_or_following() -> None:
    names = {one.name for one in fields(NewAssessment)}
    assert not names & {"ethnicity", "religion", "origin", "followers", "follows", "nationality", "topic", "score"}


@given(
    st.sets(st.sampled_from(["affiliation", "purpose", "least_restrictive", "policy_why", "items", "organisation_id"]))
)
def test_whatever_is_left_out_is_named(left_out: set[str]) -> None:
    blank: dict[str, object] = {"items": (), "organisation_id": None}
    changes: dict[str, Any] = {name: blank.get(name, "") for name in left_out}
    assert set(missing(replace(WHOLE, **changes))) == left_out
