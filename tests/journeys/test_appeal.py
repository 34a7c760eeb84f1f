"""A holder without a sign-in appeals by the code; an upheld appeal takes the notice back and the platform reinstates."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from openiru.terms import Platform
from tests.journeys import casework
from tests.journeys.house import House
from tests.journeys.office import Desk, Office

pytestmark = pytest.mark.journey
Sit = Callable[[str], Desk]


def test_an_appeal_by_code_is_decided_and_takes_the_notice_back(house: House, office: Office, sit: Sit) -> None:
    chosen = casework.choose(house, Platform.TELEGRAM, number=1)
    cleo, rio = sit("cleo"), sit("rio")
    _, notice = casework.refer(sit, house, chosen)
    cleo.until(notice, lambda: casework.state(cleo) in {"sent", "received"}, seconds=30)
    live = "tgme_page_extra"
    assert live in house.platform_page(chosen.url).text
    house.ahead(96)
    cleo.until(notice, lambda: casework.state(cleo) == "answered")
    assert live not in house.platform_page(chosen.url).text
    code = cleo.page.locator("dd .hash").last.inner_text()

    holder = office.window("holder")
    _a_wrong_code_tells_nothing(holder)
    _appeal(holder, code, "It is an archive of another place: the quote is of a book.")
    holder.told("Your appeal is here.")
    holder.sees("open")
    _appeal(holder, code, "And again.")
    holder.refused("An appeal against this notice is being decided.")

    rio.open("/appeals")
    appeal = rio.page.locator("section[data-row]").filter(has_text="It is an archive of another place")
    appeal.get_by_label("Reasons; the holder reads them").fill("The quote is of a book: the holder is right.")
    rio.press("Uphold: withdraw towards everyone who was told", inside=appeal)
    rio.told("Decided.")

    cleo.open(notice)
    assert casework.state(cleo) == "withdrawn"
    holder.open("/appeal")
    holder.page.get_by_label("Code from the message").fill(code)
    holder.press("Only see what became of an earlier one")
    holder.sees("The quote is of a book: the holder is right.")

    outbox = cleo.page.locator("section.panel").filter(has_text="Outbox").locator("tbody tr")
    cleo.until(
        notice, lambda: "withdrawal" in outbox.last.inner_text() and "sent" in outbox.last.inner_text(), seconds=30
    )
    house.ahead(60)
    cleo.until(notice, lambda: "reinstated" in cleo.page.locator("p.note").first.inner_text())
    assert live in house.platform_page(chosen.url).text


def _appeal(holder: Desk, code: str, text: str) -> None:
    holder.page.goto(holder.url + "/appeal")
    holder.page.get_by_label("Code from the message").fill(code)
    holder.page.get_by_label("Why the notice is wrong").fill(text)
    holder.press("Send the appeal")


def _a_wrong_code_tells_nothing(holder: Desk) -> None:
    _appeal(holder, "AAAA-BBBB-CCCC", "It is mine.")
    holder.refused("This code is not known.")
    assert holder.page.get_by_label("Why the notice is wrong").input_value() == "It is mine."
