"""Fixtures of the journeys: one running installation, one Chromium, a browser window for each person."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from openiru.stages.evidence import browser as chromium
from tests.journeys import casework
from tests.journeys import house as houses
from tests.journeys.casework import Worked
from tests.journeys.house import House
from tests.journeys.office import Desk, Office

FLAGS = ["--no-sandbox", "--disable-gpu"]
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember that a test failed, so that its windows are kept as pictures."""
    report = yield
    if report.failed:  # type: ignore[attr-defined]
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    """The installation that these journeys share."""
    made = houses.build()
    try:
        made.start()
        yield made
    finally:
        houses.take_down(made)


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    """One Chromium. Package-wide and no wider: while Playwright's loop runs, Django's tests cannot use their database."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def office(house: House, chrome: Browser, request: pytest.FixtureRequest) -> Iterator[Office]:
    """The people of the shared installation, each at a desk of their own."""
    yield from at_work(house, chrome, request)


def at_work(house: House, chrome: Browser, request: pytest.FixtureRequest) -> Iterator[Office]:
    """Open an office; at the end keep pictures of a failure, close every window, and look at what the browser complained of."""
    made = Office(house, chrome)
    yield made
    failed = request.node.stash.get(FAILED, False)
    if failed:
        made.keep_pictures(request.node.name)
    complaints = made.close()
    assert failed or complaints == []


@pytest.fixture
def sit(office: Office) -> Callable[[str], Desk]:
    """`sit("ana")`: the desk at which this person is signed in."""
    return office.sit


@pytest.fixture
def worked(house: House, sit: Callable[[str], Desk]) -> Worked:
    """A case with a notice that went out; the first journey that needs one makes it."""
    if "worked" not in house.memory:
        house.memory["worked"] = casework.work(house, sit)
    made = house.memory["worked"]
    assert isinstance(made, Worked)
    return made
