"""The queue by keyboard, and who is stopped: protected accounts, satire, reporting and re-posters."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from openiru.faces.exercise.world.mix import GROUPS
from tests.journeys import casework
from tests.journeys.casework import Chosen
from tests.journeys.house import House
from tests.journeys.office import Desk

pytestmark = pytest.mark.journey
Sit = Callable[[str], Desk]
STOPPED = ("rights", "satire", "reporting", "counter_speech")
"""Kinds of planted wrong accounts that say on their own front what they are; the press that is registered is in test_refusals."""


def planted(house: House, kind: str) -> Chosen:
    """An account of the world that was reported and should not have been, which people can find by its handle."""
    for url, true in house.truth.items():
        shown = house.world[url]
        if true["kind"] == kind and shown["handle"] and shown["posts"]:
            name = next(group.english[0] for group in GROUPS if group.letter == true["group"])
            return Chosen(url, shown["handle"], true["platform"], name, tuple(shown["posts"]))
    raise AssertionError(f"no {kind} in this world")


@pytest.mark.parametrize("kind", STOPPED)
def test_who_speaks_of_the_group_and_not_for_it_is_stopped(house: House, sit: Sit, kind: str) -> None:
    ana, ben = sit("ana"), sit("ben")
    chosen = planted(house, kind)
    case = casework.find(ana, chosen.handle)
    casework.capture(ana, case, chosen, items=1)
    casework.assess(ana, case, chosen, items=1)
    ana.told("The assessment is stored.")
    ana.sees("protected speaker")
    casework.decide(ben, case)
    ben.refused("A protection stands against this: a senior reviewer must decide first.")
    casework.decide(ben, case, yes=False, reasons=f"It speaks of the group: {kind}.")
    ben.told("Declined.")


def test_a_re_poster_is_shown_with_the_words_that_say_so(house: House, sit: Sit) -> None:
    ana = sit("ana")
    chosen = planted(house, "reposter")
    case = casework.find(ana, chosen.handle)
    casework.capture(ana, case, chosen, items=0)
    ana.open(case)
    ana.sees("Signs of protected speech")
    expect(ana.page.locator("blockquote mark", has_text=re.compile("condemn")).first).to_be_visible()
    fold = ana.unfold("Do not refer")
    fold.get_by_label("Why this account is not referred").fill("It passes the call on to condemn it.")
    ana.press("Close as not referred", inside=fold)
    ana.told("The case is closed: not referred.")


def test_a_day_by_the_keyboard(sit: Sit) -> None:
    ana = sit("ana")
    ana.open("/queue")
    keys = ana.page.keyboard
    with ana.page.expect_navigation():
        keys.press("t")
    assert re.fullmatch(r"/cases/\d+", ana.path), ana.path
    first = ana.path
    expect(ana.page.locator("#viewers")).to_contain_text("yours until")
    keys.press("?")
    expect(ana.page.locator("#keys")).to_be_visible()
    keys.press("Escape")
    keys.press(":")
    expect(ana.page.locator("#palette")).to_be_visible()
    keys.type("do not ref")
    keys.press("Enter")
    fold = ana.page.locator("details.fold[open]").filter(has_text="Why this account is not referred")
    fold.get_by_label("Why this account is not referred").fill("Nothing on it calls for anybody.")
    with ana.page.expect_navigation():
        fold.get_by_role("button", name="and next").click()
    assert ana.path != first and re.fullmatch(r"/cases/\d+", ana.path)
    second = ana.path
    omar = sit("omar")
    omar.open("/queue")
    with omar.page.expect_navigation():
        omar.page.keyboard.press("t")
    assert omar.path not in {first, second}, "two officers hold two cases"
    omar.open(second)
    omar.sees("works on this case now.")
    omar.sees("Also open at:")
    ana.open(second)
    ana.press("Give it back")
    ana.page.keyboard.press("Control+k")
    ana.page.keyboard.type(f"C-{int(first.rpartition('/')[2])}")
    with ana.page.expect_navigation():
        ana.page.keyboard.press("Enter")
    assert ana.path == first


def test_a_query_is_saved_and_opened_again(sit: Sit) -> None:
    ana = sit("ana")
    ana.open("/queue?platform=x&order=oldest")
    ana.unfold("Save this query")
    ana.page.locator("form[action$='/queue/save']").get_by_label("Name").fill("X by age")
    ana.press("Save", inside=ana.page.locator("form[action$='/queue/save']"))
    ana.open("/queue")
    ana.follow("X by age")
    assert "platform=x" in ana.path and "order=oldest" in ana.path


def test_life_in_danger_stands_on_top(sit: Sit) -> None:
    ana = sit("ana")
    ana.open("/queue")
    link = ana.page.locator("tr[data-row] a").nth(5)
    number = link.inner_text()
    link.click()
    ana.page.wait_for_url("**/cases/*")
    fold = ana.unfold("Life is in danger")
    fold.get_by_label("What shows it").fill("It names a school and a day.")
    ana.press("Put it on top", inside=fold)
    ana.sees("Call first:")
    ana.open("/queue")
    assert ana.page.locator("tr[data-row] a").first.inner_text() == number
    ana.page.locator("tr[data-row] a").first.click()
    fold = ana.unfold("Life is no longer in danger")
    fold.get_by_label("What shows it").fill("The police have it in hand.")
    ana.press("Take the mark away", inside=fold)


def test_weights_and_a_rule_go_the_way_of_two_people(sit: Sit) -> None:
    sue, rio, ana, ben = sit("sue"), sit("rio"), sit("ana"), sit("ben")
    sue.open("/score")
    sue.page.locator("input[name=reach]").fill("5")
    sue.page.get_by_label("Why", exact=True).fill("Reach is no guilt.")
    sue.press("Propose")
    sue.press("Replay")
    sue.sees("A referred case stands above one that was not")
    rio.open("/score")
    rio.press("Put in force")
    rio.told("In force")

    ana.open("/rules")
    form = ana.page.locator("form:has(textarea[name=text])")
    form.get_by_label("Name").fill("Large channels")
    form.get_by_label("Points, from").fill("5")
    form.get_by_label("Last day").fill("2027-01-31")
    form.get_by_label("Sentence that stands with the points").fill("a channel with many followers")
    form.get_by_label("Expression (CEL)").fill("followers > ")
    ana.press("Write and try on history")
    ana.refused("This rule cannot be.")
    form.get_by_label("Expression (CEL)").fill('followers > 5000 && platform == "telegram"')
    ana.press("Write and try on history")
    ana.told("Written as a shadow")
    ben.open("/rules")
    ben.press("Live")
    ben.told("Switched.")
