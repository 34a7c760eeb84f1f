"""The invented world: the same every time, in real forms, and without a word about who is rightly reported."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from openiru.faces.exercise.world import SMALLEST, World, build
from openiru.faces.exercise.world.shapes import Shows, Wrong
from openiru.fetch import Fetcher
from openiru.platforms import PLATFORMS, recognise
from openiru.sandbox.main import start
from openiru.sandbox.worldfile import load
from openiru.stages.verify.items import address_of
from openiru.terms import Platform

COUNTS = {"facebook": 180, "instagram": 90, "tiktok": 120, "x": 280, "telegram": 60, "whatsapp": 120}
ADDRESS = {
    "facebook": r"https://www\.facebook\.com/(profile\.php\?id=1000\d+|[a-z0-9.]{5,50})",
    "instagram": r"https://www\.instagram\.com/[a-z0-9_.]{1,30}/",
    "tiktok": r"https://www\.tiktok\.com/@[a-z0-9_.]{2,24}",
    "x": r"https://x\.com/[A-Za-z0-9_]{4,15}",
    "telegram": r"https://t\.me/[a-z][a-z0-9_]{4,31}",
    "whatsapp": (
        r"https://(whatsapp\.com/channel/0029V[A-Za-z0-9]{19}|chat\.whatsapp\.com/[A-Za-z0-9]{22}"
        r"|wa\.me/(120255501\d\d|999\d{8}))"
    ),
}


@pytest.fixture(scope="module")
def world() -> World:
    return build()


def test_the_same_seed_makes_the_same_files_and_another_seed_other_ones(tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        build(seed, 60).write(tmp_path / name)
    for file in sorted((tmp_path / "one").rglob("*")):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "two" / file.relative_to(tmp_path / "one")).read_bytes()
    assert (tmp_path / "one/world.json").read_bytes() != (tmp_path / "three/world.json").read_bytes()


def test_the_platforms_have_the_storys_numbers_and_about_four_in_a_hundred_are_wrong(world: World) -> None:
    assert Counter(one.platform for one in world.accounts) == COUNTS
    assert Counter(bool(one.wrong) for one in world.accounts)[True] == 34
    assert {one.wrong for one in world.accounts} == set(Wrong)


@pytest.mark.parametrize("size", [60, 61, 199, 1700])
def test_other_sizes_keep_the_proportions_and_every_sort_of_mistake(size: int) -> None:
    accounts = build(7, size).accounts
    counts = Counter(one.platform for one in accounts)
    assert sum(counts.values()) == size
    assert all(abs(counts[name] - size * part / 850) <= 1 for name, part in COUNTS.items())
    assert {one.wrong for one in accounts} == set(Wrong)


def test_a_world_too_small_for_its_proportions_is_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        build(7, SMALLEST - 1)


def test_addresses_have_their_platforms_form_and_none_stands_twice(world: World) -> None:
    for one in world.accounts:
        assert re.fullmatch(ADDRESS[one.platform], one.url), one.url
    urls = [one.url for one in world.accounts] + [item.url for one in world.accounts for item in one.items]
    assert len(urls) == len(set(urls))


def test_ids_tell_the_time_of_the_post_where_the_platforms_ids_do(world: World) -> None:
    post = next(one for one in world.accounts if one.platform == "x").items[0]
    seconds = ((int(post.id) >> 22) + 1288834974657) / 1000
    assert datetime.fromtimestamp(seconds, UTC).isoformat()[:16] == post.posted_at[:16]


def test_each_affiliated_public_account_has_two_to_six_posts_with_something_to_quote(world: World) -> None:
    for one in world.accounts:
        if one.kind in ("invite", "phone"):
            assert one.items == ()
        elif not one.wrong:
            telling = [item for item in one.items if item.tells]
            assert 2 <= len(telling) <= 6
            assert all(any(name in item.text for name in one.group.all_names) for item in telling)
    assert {item.language for one in world.accounts for item in one.items} == {"en", "ur", "ur-Latn"}


def test_the_sandbox_is_not_told_who_is_rightly_reported(world: World, tmp_path: Path) -> None:
    world.write(tmp_path)
    raw = json.loads((tmp_path / "world.json").read_text(encoding="utf-8"))
    told = {key for one in raw["accounts"] for key in one}
    assert told.isdisjoint({"wrong", "affiliated", "group", "shows", "truth", "tells"})
    assert len(load(tmp_path / "world.json").accounts) == 850 + 6


def test_the_agencys_file_claims_every_list_for_everybody_and_hides_the_mistakes(world: World, tmp_path: Path) -> None:
    world.write(tmp_path)
    with (tmp_path / "reported.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["url", "followers", "claimed_organisation", "claimed_lists", "item_urls", "note"]
    assert {row["claimed_lists"] for row in rows} == {"multilateral;national-one;national-two;single-national"}
    assert len({row["note"] for row in rows}) == 1
    assert len(rows) == 850


def test_only_some_protected_speakers_are_in_the_protection_table(world: World, tmp_path: Path) -> None:
    world.write(tmp_path)
    with (tmp_path / "protections.csv").open(encoding="utf-8", newline="") as file:
        known = {row["address"] for row in csv.DictReader(file)}
    speakers = {one.url for one in world.accounts if one.wrong in (Wrong.PRESS, Wrong.RIGHTS)}
    assert known < speakers
    assert known


def test_the_lists_have_the_published_forms_and_each_group_is_where_it_should_be(world: World, tmp_path: Path) -> None:
    world.write(tmp_path)
    for name, found in (("multilateral", {"A"}), ("single-national", {"C"})):
        root = ElementTree.parse(tmp_path / f"{name}.xml").getroot()
        names = {str(one.findtext("FIRST_NAME")) for one in root.iter("ENTITY")}
        assert root.tag == "CONSOLIDATED_LIST"
        assert len(list(root.iter("INDIVIDUAL"))) == 20
        assert groups_in(names) == found
    raw = (tmp_path / "national-one/sdn.csv").read_bytes()
    rows = list(csv.reader(raw.decode("ascii").rstrip("\x1a").splitlines()))
    assert {len(row) for row in rows} == {12}
    assert groups_in({row[1] for row in rows}) == {"A", "B"}
    root = ElementTree.parse(tmp_path / "national-two.xml").getroot()
    assert groups_in({str(one.text).upper() for one in root.iter("Name6")}) == {"A", "B"}


def groups_in(names: set[str]) -> set[str]:
    titles = {"A": "ZARFANA VANGUARD", "B": "OMBRISTAN RED COLUMN", "C": "NILMARG LANTERN FRONT"}
    return {letter for letter, title in titles.items() if title in names}


def test_phones_show_nothing_and_come_from_ranges_that_are_nobodys(world: World) -> None:
    phones = [one for one in world.accounts if one.kind == "phone"]
    assert phones
    assert all(one.private and not one.title and one.shows is Shows.NOTHING for one in phones)


def test_the_canary_posts_read_as_expected_by_the_platforms_documented_addresses(tmp_path: Path) -> None:
    """The stand-ins and the product were written from the same reference, apart from each other."""
    build(7, SMALLEST).write(tmp_path)
    with (tmp_path / "canaries.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if recognise(row["url"]).target == "item"]
    assert {row["platform"] for row in rows} == {"facebook", "instagram", "tiktok", "x", "telegram"}
    running = start(tmp_path / "world.json")
    try:
        for row in rows:
            known = PLATFORMS[Platform(row["platform"])].posts
            assert known is not None
            ref = recognise(row["url"])
            page = Fetcher("outside", sandbox=running.http).get(
                address_of(row["platform"], ref.kind, ref.canonical_url)
            )
            assert known.read(page.response).presence == row["expect"], row["url"]
    finally:
        running.stop()
