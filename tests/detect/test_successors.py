"""Successors: each signal, the hard rule with its gate of time, and candidates that share something rare."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.detect.successors import Family, Profile, Standing, Strength, Successors, handles

GONE = datetime(2026, 5, 1, tzinfo=UTC)
PARENT = Profile(
    "parent",
    platform="telegram",
    handle="kharu_voice",
    name="Kharu Voice",
    bio="Voice of the valley, every evening at eight, write to us at the front desk",
    stable_id="4455",
    key="telegram:channel:h:kharu_voice",
    first_seen=GONE - timedelta(days=90),
    acted_at=GONE,
    links=frozenset({"web:example.org/a", "web:example.org/b", "web:news.example.org"}),
    files=frozenset({"f1", "f2", "f3", "f4"}),
    avatar=bytes(range(32)),
)
CHILD = Profile(
    "child",
    platform="telegram",
    handle="somebody",
    key="telegram:channel:h:somebody",
    first_seen=GONE + timedelta(days=2),
)
OTHERS = [Profile(f"other{n}", handle=f"stranger{n}", links=frozenset({"web:news.example.org"})) for n in range(9)]


def ranked(child: Profile, *parents: Profile) -> list[tuple[str, Standing, set[str]]]:
    found = Successors(parents or (PARENT,), OTHERS).rank(child)
    return [(one.parent, one.standing, {signal.name for signal in one.signals}) for one in found]


def test_a_stranger_is_nobodys_successor() -> None:
    assert ranked(CHILD) == []


def test_the_same_id_under_another_handle_is_the_same_account() -> None:
    assert ranked(replace(CHILD, stable_id="4455")) == [("parent", Standing.RENAMED, {"same_id"})]
    assert ranked(replace(CHILD, stable_id="4455", platform="x")) == []


@pytest.mark.parametrize(
    ("child", "parent", "name"),
    [
        (CHILD, replace(PARENT, announces=frozenset({CHILD.key})), "announced"),
        (replace(CHILD, forwards=frozenset({PARENT.key})), PARENT, "forwards"),
        (replace(CHILD, files=frozenset({"f1", "f2", "f3"})), PARENT, "same_files"),
    ],
)
def test_one_near_proof_is_enough(child: Profile, parent: Profile, name: str) -> None:
    assert ranked(child, parent) == [("parent", Standing.PROBABLE, {name})]


STRONG = {
    "rare_links": {"links": frozenset({"web:example.org/a", "web:example.org/b"})},
    "same_picture": {"avatar": bytes([255, *range(1, 32)])},
    "same_bio": {"bio": PARENT.bio.upper() + "!"},
    "counter": {"handle": "Kharu_Voice_2"},
}


@pytest.mark.parametrize("name", STRONG)
def test_one_strong_signal_is_only_possible(name: str) -> None:
    ((parent, standing, names),) = ranked(replace(CHILD, **STRONG[name]))
    assert (parent, standing) == ("parent", Standing.POSSIBLE)
    assert names == {name}


def test_two_strong_signals_of_different_families_are_probable() -> None:
    child = replace(CHILD, **STRONG["counter"], **STRONG["rare_links"])
    assert ranked(child)[0][1] is Standing.PROBABLE


def test_two_signals_of_one_family_are_one_reason() -> None:
    links = STRONG["rare_links"]["links"] | {PARENT.key}
    found = Successors([PARENT], OTHERS).rank(replace(CHILD, links=links))[0]
    assert {signal.family for signal in found.signals} == {Family.LINKS}
    assert found.standing is Standing.POSSIBLE
    assert found.log_odds == pytest.approx(-3.5)


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({"first_seen": GONE - timedelta(days=1)}, "before the earlier"),
        ({"first_seen": GONE}, "before the earlier"),
        ({"first_seen": None}, "since when"),
    ],
)
def test_who_was_there_before_the_action_is_no_probable_successor(change: dict[str, object], lacks: str) -> None:
    child = replace(CHILD, forwards=frozenset({PARENT.key}), **change)  # type: ignore[arg-type]
    found = Successors([PARENT]).rank(child)[0]
    assert found.standing is Standing.POSSIBLE
    assert lacks in found.lacks
    assert lacks in found.sentence


def test_nobody_succeeds_an_account_that_nobody_acted_on() -> None:
    child = replace(CHILD, forwards=frozenset({PARENT.key}))
    assert ranked(child, replace(PARENT, acted_at=None))[0][1] is Standing.POSSIBLE


def test_what_everybody_links_to_is_no_signal() -> None:
    assert ranked(replace(CHILD, links=frozenset({"web:news.example.org"}))) == []


def test_what_an_agency_and_a_reposter_share_is_no_signal() -> None:
    many = [replace(OTHERS[n], files=PARENT.files) for n in range(6)]
    assert Successors([PARENT], many).rank(replace(CHILD, files=PARENT.files)) == []


def test_no_signal_rests_on_followers_origin_religion_place_or_a_face() -> None:
    forbidden = {"follow", "friend", "contact", "religion", "ethnic", "nation", "language", "place", "location", "face"}
    assert not [name for name in Profile.__slots__ for word in forbidden if word in name]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kharu_voice", "KharuVoice2"), ("kharu_voice", "new_kharu_voice"), ("kharuvoice", "kharuvoicebackup"),
        ("kharu_voice", "kharuu_voice"), ("kharu_voice", "kh4ru_v0ice"), ("kharu_voice", "khаru_vоice"),
    ],
)  # fmt: skip
def test_counters_small_words_and_imitations_leave_the_stem(one: str, other: str) -> None:
    assert handles.same_but_for_a_counter(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("news", "new"), ("official2", "official"), ("kharu_voice", "kharu_choice"), ("abc", "abc2")]
)
def test_short_and_ordinary_stems_say_nothing(one: str, other: str) -> None:
    assert not handles.same_but_for_a_counter(one, other)


def test_every_signal_says_its_part_and_a_sentence() -> None:
    child = replace(CHILD, **STRONG["counter"], **STRONG["same_bio"], **STRONG["same_picture"], **STRONG["rare_links"])
    found = Successors([PARENT], OTHERS).rank(child)[0]
    assert all(signal.part > 0 and signal.sentence and signal.here and signal.there for signal in found.signals)
    assert found.log_odds == pytest.approx(-7 + sum(signal.part for signal in found.signals))
    assert {signal.strength for signal in found.signals} == {Strength.STRONG}


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_handles_are_compared_the_same_both_ways(one: str, other: str) -> None:
    rarity = handles.Rarity(["kharu_voice", "other"])
    assert rarity.alike(one, other) == pytest.approx(rarity.alike(other, one))
    assert 0 <= rarity.alike(one, other) <= 1 + 1e-9
