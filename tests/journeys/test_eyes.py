"""Eyes that look: a picture shows only while it is held, a manual look takes a screenshot, a return is judged by a person."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.casework import Worked
from tests.journeys.office import Desk

pytestmark = pytest.mark.journey
Sit = Callable[[str], Desk]


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), "crimson").save(out, "PNG")
    return out.getvalue()


def keep(desk: Desk, name: str) -> None:
    """Keep a picture of the page, both ways of writing, where a person asked for pictures."""
    folder = os.environ.get("JOURNEY_PICTURES")
    if folder:
        for way in ("ltr", "rtl"):
            desk.page.evaluate(f"document.documentElement.dir = '{way}'")
            desk.page.screenshot(path=Path(folder) / f"{name}-{way}.png", full_page=True)
        desk.page.evaluate("document.documentElement.dir = 'ltr'")


def test_a_picture_shows_only_while_it_is_held(sit: Sit, worked: Worked) -> None:
    ana = sit("ana")
    ana.open(worked.case)
    form = ana.unfold("Add evidence").locator("form").nth(1)
    form.locator("input[type=file]").set_input_files(
        {"name": "seen.png", "mimeType": "text/plain", "buffer": a_picture()}
    )
    form.get_by_label("Warn others of").select_option("violence")
    form.get_by_label("Why it was collected").fill("to assess the account")
    ana.press("Upload", inside=form)
    ana.told("evidence")
    capture = ana.page.locator("details.capture").filter(has_text="seen.png").last
    capture.locator("summary").first.click()
    expect(capture).to_contain_text("4 fields open")
    keep(ana, "case")
    ana.press("Look", inside=capture)
    ana.sees("Before you look: violence")
    picture, button = ana.page.locator("#picture"), ana.page.get_by_role("button", name="Hold to show", exact=True)
    expect(picture).to_have_class("blurred")
    keep(ana, "file")
    box = button.bounding_box()
    assert box is not None
    ana.page.mouse.move(box["x"] + 5, box["y"] + 5)
    ana.page.mouse.down()
    expect(picture).not_to_have_class("blurred")
    ana.page.mouse.up()
    expect(picture).to_have_class("blurred")
    button.focus()
    ana.page.keyboard.down(" ")
    expect(picture).not_to_have_class("blurred")
    ana.page.keyboard.up(" ")
    expect(picture).to_have_class("blurred")
    ana.follow("Switch to cases without graphic evidence")
    assert ana.path == "/queue?graphic=no"


def test_a_look_by_hand_takes_a_screenshot_and_the_pair_has_a_next_step(sit: Sit, worked: Worked) -> None:
    cleo = sit("cleo")
    cleo.open(worked.case)
    form = cleo.unfold("Note what you saw yourself").locator("form").first
    form.locator("[name=presence]").select_option("suspended")
    form.get_by_label("The platform's own words").fill("Account suspended")
    form.locator("input[name=screenshot]").set_input_files(
        {"name": "mine.png", "mimeType": "image/png", "buffer": a_picture()}
    )
    cleo.press("Note it", inside=form)
    cleo.told("noted")
    cleo.sees("verified gone")
    cleo.sees("mine.png")
    cleo.open("/pairs")
    cleo.sees("back to the platform, with what we saw")
    keep(cleo, "pairs")
    cleo.open("/looks")
    keep(cleo, "looks")


def test_a_return_is_filed_with_its_link_and_a_person_says_whose_it_is(sit: Sit, worked: Worked) -> None:
    ana = sit("ana")
    ana.open(worked.case)
    form = ana.unfold("It came back under another account").locator("form").first
    form.get_by_label("Address of the new account").fill("https://t.me/cameback77")
    form.get_by_label("The link").select_option("announced")
    form.get_by_label("Why it may be the same holder").fill("the old one said: we move to @cameback77")
    ana.press("File a report", inside=form)
    ana.told("new report")
    ana.open("/returns")
    row = ana.page.locator("tr[data-row]").filter(has_text="cameback77")
    keep(ana, "returns")
    row.get_by_label("Reasons").fill("the old channel announced it")
    ana.press("Same holder", inside=row)
    ana.sees("same holder")
