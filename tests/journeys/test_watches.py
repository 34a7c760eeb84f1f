"""Watch lists in the browser: one proposes, cannot approve, another does; then it is watched, and stopped at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.office import Desk

pytestmark = pytest.mark.journey


def test_a_watch_is_proposed_approved_by_another_and_ended(house: House, sit: Callable[[str], Desk]) -> None:
    until = (timezone.now() + timedelta(days=60)).date().isoformat()
    ana, ben = sit("ana"), sit("ben")
    ana.open("/intake")
    ana.follow("Watch lists")
    page = ana.page
    page.locator("summary").filter(has_text="Ask leave to use a connector").click()
    leave = page.locator("form[action$='permit']")
    leave.get_by_label("Requests an hour to one host").fill("60")
    leave.get_by_label("Last day, within a year").fill(until)
    leave.get_by_label("Legal basis").fill("Example Act 2012, s. 9 (4)")
    ana.press("Propose", inside=leave)
    ana.told("Proposed")
    page.locator("summary").filter(has_text="Propose a watch").click()
    form = page.locator("main form").filter(has_text="About which designated organisation")
    form.get_by_label("The account").fill("valley.example.org")
    form.get_by_label("About which designated organisation").select_option(index=1)
    form.get_by_label("Last day, within a year").fill(until)
    form.get_by_label("Why this account or term").fill("It signs its statements as the front's press office.")
    ana.press("Propose", inside=form)
    ana.told("Proposed")
    ana.sees("waits for another person")
    assert page.get_by_role("button", name="Approve").count() == 0
    ben.open("/watches")
    ben.press("Approve", inside=ben.page.locator("tr").filter(has_text="s. 9 (4)"))
    ben.press("Approve", inside=ben.page.locator("tr").filter(has_text="valley.example.org"))
    ben.told("Approved")
    expect(ben.page.locator("tr").filter(has_text="valley.example.org")).not_to_contain_text("waits for another person")
    ana.open("/watches")
    ana.press("End", inside=page.locator("tr").filter(has_text="valley.example.org"))
    ana.told("Ended")
