"""What must not go out does not: a protected speaker, a claim that is on no list that counts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from openiru.terms import Platform
from tests.journeys import casework
from tests.journeys.casework import Chosen
from tests.journeys.house import House
from tests.journeys.office import Desk

pytestmark = pytest.mark.journey
Sit = Callable[[str], Desk]
STOP = "A protection stands against this: a senior reviewer must decide first."


def test_a_protected_speaker_stops_everything(house: House, sit: Sit) -> None:
    ana, ben, rio = sit("ana"), sit("ben"), sit("rio")
    press = _registered(house)
    case = casework.find(ana, press.handle)
    ana.sees("Hard stop: a senior reviewer must decide first.")
    casework.capture(ana, case, press)
    casework.assess(ana, case, press)
    casework.decide(ben, case)
    ben.refused(STOP)
    assert casework.state(ben) == "assessed"
    expect(ben.page.get_by_label("Your reasons, for this very account")).to_have_value(
        "Listed; each quote captured; recruiting."
    )

    rio.open(case)
    fold = rio.unfold("Review")
    fold.get_by_label("Reasons").fill("A newsroom: its reports quote the group and do not speak for it.")
    rio.press("Stops here", inside=fold)
    casework.decide(ben, case)
    ben.refused(STOP)
    casework.decide(ben, case, yes=False, reasons="A newsroom is not the group's voice.")
    ben.told("Declined.")


def test_a_protection_that_comes_late_still_stops_the_notice(house: House, sit: Sit) -> None:
    chosen = casework.choose(house, Platform.X, number=1)
    ana, ben, cleo = sit("ana"), sit("ben"), sit("cleo")
    case = casework.find(ana, chosen.handle)
    key = ana.page.locator("dd.hash").first.inner_text()
    casework.capture(ana, case, chosen)
    casework.assess(ana, case, chosen)
    casework.decide(ben, case)
    ben.told("Approved.")

    ben.open("/protections")
    ben.page.get_by_text("Register a protected speaker", exact=True).click()
    ben.page.get_by_label("Kind").select_option("research")
    ben.page.get_by_label("Name", exact=True).fill("Reading Room (invented)")
    ben.page.get_by_label("Canonical key of the account, if known").fill(key)
    ben.page.get_by_label("Where that is known from").fill("a letter of its university (invented)")
    ben.press("Register")
    ben.told("Registered: it stops every open case of this speaker.")

    cleo.open(case)
    cleo.sees("protected speaker")
    cleo.follow("Preflight and compose")
    cleo.sees("A protection stands against this account.")
    expect(cleo.page.get_by_role("button", name="Compose the notice")).to_have_count(0)
    cleo.open(case)
    expect(cleo.page.get_by_role("link", name=re.compile("^IRU-"))).to_have_count(0)


def test_a_claim_that_is_on_no_list_is_refused(house: House, sit: Sit) -> None:
    chosen = casework.choose(house, Platform.X, groups="C")
    ana, ben = sit("ana"), sit("ben")
    case = casework.find(ana, chosen.handle)
    ana.sees("multilateral, national-one, national-two, single-national")
    ana.sees("not designated under the policy in force")
    ana.sees_no("designated: may be referred")
    casework.capture(ana, case, chosen)
    casework.assess(ana, case, chosen)
    casework.decide(ben, case)
    ben.refused("No listing in force designates this organisation under the policy in force.")
    assert casework.state(ben) == "assessed"
    expect(ben.page.get_by_role("link", name="Preflight and compose")).to_have_count(0)


def _registered(house: House) -> Chosen:
    """The account of the world that stands in the unit's own register of protected speakers."""
    rows = (house.home / "exercise" / "world" / "protections.csv").read_text(encoding="utf-8").splitlines()
    url = rows[1].rpartition(",")[2]
    shown = house.world[url]
    return Chosen(url, shown["handle"], shown["platform"], "Zarfana Vanguard", tuple(shown["posts"]))
