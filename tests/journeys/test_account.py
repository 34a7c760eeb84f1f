"""One account from the queue to a verified and counted outcome: by a platform's form, and by e-mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from openiru.terms import Platform
from tests.journeys import casework
from tests.journeys.house import House
from tests.journeys.office import Desk

pytestmark = pytest.mark.journey
Sit = Callable[[str], Desk]


def test_an_account_goes_from_report_to_verified_outcome(house: House, sit: Sit, tmp_path: Path) -> None:
    chosen = casework.choose(house, Platform.X)
    ana, ben, cleo = sit("ana"), sit("ben"), sit("cleo")

    case = casework.find(ana, chosen.handle)
    ana.sees("designated: may be referred")
    casework.capture(ana, case, chosen)
    casework.assess(ana, case, chosen)
    ana.told("The assessment is stored. Another person decides.")
    ana.sees("You assessed this case: another person decides.")
    expect(ana.page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    ben.open(case)
    number = ben.page.locator("#decide [name=assessment]").input_value()
    shut = ana.status_of("POST", f"{case}/approve", assessment=number, reasons="I say yes to myself.")
    assert shut == 403, "no button, and the door behind it is shut as well"

    casework.decide(ben, case)
    ben.told("Approved.")

    notice = casework.compose(cleo, case)
    cleo.sees("This is a referral for your voluntary consideration")
    casework.send(cleo, notice)
    casework.hand_in(cleo, notice, house, "x.com", tmp_path)
    assert casework.state(cleo) == "received", "a ticket is a receipt, not an answer"
    assert house.platform_page(chosen.url).status_code == 200

    house.ahead(96)
    cleo.until(notice, lambda: casework.state(cleo) == "answered")
    cleo.sees("account disabled")
    cleo.sees("suspended")

    _note_by_hand(cleo, case, house.platform_page(chosen.url).text)
    cleo.open(notice)
    cleo.sees("verified gone")

    _each_figure_opens_its_list(sit("sue"))
    _the_ledger_is_whole(sit("dara"))


def _note_by_hand(desk: Desk, case: str, page: str) -> None:
    """No machine may look at X: a person opens the page and notes the platform's own words."""
    words = "X suspends accounts which violate the X Rules"
    assert words in page
    desk.open(case)
    desk.press("Look whether it is still there")
    desk.refused("This platform lets no machine look")
    desk.open(case)
    fold = desk.unfold("Note what you saw yourself")
    fold.locator("[name=presence]").select_option("suspended")
    fold.get_by_label("The platform's own words").fill(words)
    desk.press("Note it", inside=fold)
    desk.told("What you saw is noted.")
    desk.sees("verified gone")


def _each_figure_opens_its_list(sue: Desk) -> None:
    sue.open("/platforms")
    cells = sue.page.locator("table.vector td.num a")
    figures = [(cell.get_attribute("href"), _number(cell.inner_text())) for cell in cells.all()]
    assert len(figures) > 50 and any(number for _, number in figures)
    shown = {href: number for href, number in figures if number or href == "/platforms/verified_gone"}
    assert shown["/platforms/verified_gone"] >= 1
    assert shown["/platforms/sent?platform=x"] >= 1
    for href, number in shown.items():
        assert href is not None
        sue.open(href)
        expect(sue.page.locator("tr[data-row]")).to_have_count(number)


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text) or 0)


def _the_ledger_is_whole(dara: Desk) -> None:
    dara.open("/ledger")
    dara.sees("notice.submitted")
    dara.sees("case.approved")
    dara.press("Check all of it")
    dara.told("Self-consistent, not authenticated")
    key = dara.page.locator("dl.facts .hash").inner_text()
    dara.page.get_by_label("A key you got from elsewhere").fill(key)
    dara.press("Check all of it")
    dara.told("Whole and authenticated by the pinned key.")


def test_a_channel_is_referred_by_mail_that_the_worker_sends(house: House, sit: Sit) -> None:
    chosen = casework.choose(house, Platform.TELEGRAM)
    cleo = sit("cleo")
    case, notice = casework.refer(sit, house, chosen)
    cleo.until(notice, lambda: casework.state(cleo) in {"sent", "received"}, seconds=30)

    house.ahead(96)
    cleo.until(notice, lambda: casework.state(cleo) == "answered")
    cleo.sees("Messages")

    cleo.open(case)
    cleo.press("Look whether it is still there")
    cleo.told("We looked.")
    cleo.sees("not found, not yet twice a day apart")
    house.ahead(30)
    cleo.open(case)
    cleo.press("Look whether it is still there")
    cleo.sees("no longer visible, cause unknown")
    cleo.sees_no("verified gone")
