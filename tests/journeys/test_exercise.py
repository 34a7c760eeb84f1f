"""The exercise while the console is up: both practices to their end, then Ctrl-C, then the same home again."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import house as houses
from tests.journeys import inventory
from tests.journeys.conftest import at_work
from tests.journeys.house import SIZE, House
from tests.journeys.office import SCREEN, Desk, Office

pytestmark = pytest.mark.journey
FULL_TABLES = ("/queue?state=all", "/notices?state=all", "/platforms", "/platforms/sent", "/exercise", "/ledger", "/")
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"


@pytest.fixture(scope="module")
def own() -> Iterator[House]:
    """A house of its own: the practices work every case that others might still want open."""
    made = houses.build()
    try:
        made.start()
        yield made
    finally:
        houses.take_down(made)


@pytest.fixture
def there(own: House, chrome: Browser, request: pytest.FixtureRequest) -> Iterator[Office]:
    """The people of that house at their desks."""
    yield from at_work(own, chrome, request)


def test_the_exercise_runs_to_its_end_while_the_console_is_up(own: House, there: Office) -> None:
    sue = there.sit("sue")
    sue.open("/exercise")
    sue.sees("No exercise was run yet")
    naive = own.call("exercise", "run", "--practice", "naive", "--size", str(SIZE))
    assert naive["planted_wrong"]["sent"] == naive["planted_wrong"]["planted"] > 0
    sue.open("/exercise")
    sue.sees("SIMULATION")

    speeds = _watch(own, sue)
    assert any("×3600" in seen for seen in speeds), "while it runs the header says how fast the clock is"
    full = json.loads((own.home / "exercise" / "full.json").read_text(encoding="utf-8"))
    assert full["planted_wrong"]["sent"] == 0
    assert full["planted_wrong"]["refused"] == full["planted_wrong"]["planted"]
    assert full["table"]["all"]["verified_gone"] > naive["planted_wrong"]["gone"]

    sue.open("/exercise")
    sue.sees("SIMULATION")
    sue.sees("they say nothing about real platforms")
    for name, practice in (("naive", naive), ("full", full)):
        _shows(sue, name, practice["table"])
    _shows_the_wrong_ones(sue, naive["planted_wrong"], full["planted_wrong"])
    _no_simulated_number_in_the_compliance_page(sue, full["table"]["all"])


def _watch(own: House, sue: Desk) -> list[str]:
    """Run the full practice in a second terminal and keep looking at the console meanwhile."""
    running = own.begin("exercise", "run", "--practice", "full", "--size", str(SIZE))
    seen = []
    while running.poll() is None:
        began = time.monotonic()
        sue.open("/platforms")
        assert time.monotonic() - began < 30, "the console answers meanwhile"
        seen.append(sue.page.locator("header .badge").inner_text())
        sue.page.wait_for_timeout(1500)
    out, complaint = running.communicate()
    assert running.returncode == 0, f"{out}\n{complaint}"
    assert json.loads(out)["planted_wrong"]["sent"] == 0
    return seen


def _shows(sue: Desk, practice: str, table: dict[str, Any]) -> None:
    """Each platform's row has what the run said of it."""
    at = 0 if practice == "naive" else -1
    for platform, figures in table.items():
        name = {"all": "all", "x": "X", "facebook": "Facebook", "whatsapp": "WhatsApp"}.get(platform)
        if name is None:
            continue
        row = (
            sue.page.locator("section.panel")
            .first.locator("tbody tr")
            .filter(has=sue.page.get_by_role("rowheader", name=name, exact=True))
        )
        numbers = [cell.replace(",", "") for cell in row.locator("td.num").all_inner_texts()]
        assert str(figures["gone"]) in (numbers[:3] if at == 0 else numbers[3:]), f"{practice} {platform}: {numbers}"


def _shows_the_wrong_ones(sue: Desk, naive: dict[str, int], full: dict[str, int]) -> None:
    panel = sue.page.locator("section.panel").filter(has_text="Planted wrong accounts")
    for name, figures in (("Naive", naive), ("Full", full)):
        row = panel.locator("tbody tr").filter(has=sue.page.get_by_role("rowheader", name=name, exact=True))
        numbers = [int(cell) for cell in row.locator("td.num").all_inner_texts()]
        assert numbers[0] == figures["planted"]
        assert numbers[-1] == figures["sent"]


def _no_simulated_number_in_the_compliance_page(sue: Desk, everything: dict[str, Any]) -> None:
    """The compliance page counts the cases themselves: what it says of all is what the lists hold, and nothing naive."""
    sue.open("/platforms")
    for figure in ("reported", "sent", "verified_gone"):
        cell = sue.page.locator(f"a[href='/platforms/{figure}']").first
        assert int(cell.inner_text()) == everything[figure]
    sue.sees_no("naive")
    if os.environ.get("OPENIRU_PICTURES") == "1":
        sue.page.set_viewport_size(SCREEN)
        sue.page.screenshot(path=PICTURES / "platforms.png")


def test_full_tables_have_no_sideways_scroll(there: Office) -> None:
    cleo = there.sit("cleo")
    assert inventory.too_wide(cleo, FULL_TABLES) == []


def test_ctrl_c_stops_all_of_it_and_a_second_start_is_fast_and_keeps_the_data(own: House, there: Office) -> None:
    sue = there.sit("sue")
    before = _everything(sue)
    assert len(own.left_over()) > 5, "console, worker, stand-ins and server are seen while they run"
    assert own.stop() < houses.SECONDS_TO_STOP

    began = time.monotonic()
    own.start()
    assert time.monotonic() - began < 10
    assert "Sign-ins of this exercise" not in own.printed, "passwords are shown once"
    again = there.window("sue")
    there.sign_in(again)
    assert _everything(again) == before
    there.complaints.clear()


def _everything(sue: Desk) -> dict[str, str]:
    """All figures of the compliance page."""
    sue.open("/platforms")
    cells = sue.page.locator("table.vector td.num a")
    expect(cells).not_to_have_count(0)
    return {str(cell.get_attribute("href")): cell.inner_text() for cell in cells.all()}
