"""Every page: no complaint of the browser, no sideways scroll in either direction of writing, dark, by keyboard, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import resolve
from playwright.sync_api import Error, expect

from openiru.terms import Platform
from tests.journeys import casework, inventory
from tests.journeys.casework import Worked
from tests.journeys.house import House
from tests.journeys.office import Desk, Office

pytestmark = pytest.mark.journey
Sit = Callable[[str], Desk]
At = Callable[[str], Desk]


@pytest.fixture
def at(office: Office, worked: Worked) -> At:
    """`at("ana")`: her desk; a stranger's has signed in nowhere."""
    strangers: list[Desk] = []

    def go(who: str) -> Desk:
        if who != "stranger":
            return office.sit(who)
        if not strangers:
            strangers.append(office.window("stranger"))
        return strangers[0]

    return go


def test_the_list_of_pages_is_whole(sit: Sit, worked: Worked) -> None:
    met = {resolve(worked.objects.filled(path).split("?")[0]).url_name for _, path in inventory.PAGES}
    ana = sit("ana")
    rest = {name: path for name, path in inventory.patterns().items() if name not in met | inventory.NO_PAGES}
    pages = {name for name, path in rest.items() if ana.status_of("GET", re.sub(r"<\w+:\w+>", "1", path)) != 405}
    assert pages == set(), "neither among the pages nor among those that are none"


def test_right_to_left_has_no_sideways_scroll(at: At, worked: Worked) -> None:
    wide: list[str] = []
    for who, path in inventory.PAGES:
        wide += inventory.too_wide(at(who), [worked.objects.filled(path)])
    assert wide == []


def test_nothing_covers_the_first_row(at: At, worked: Worked) -> None:
    for who, path in (("ana", "/queue?state=all"), ("cleo", "/notices?state=all"), ("sue", "/platforms/reported")):
        desk = at(who)
        for width, height in inventory.SCREENS:
            desk.page.set_viewport_size({"width": width, "height": height})
            desk.open(path)
            link = desk.page.locator("tr[data-row] a").first
            link.click(trial=True, timeout=2000)


def test_no_page_reports_a_console_error_or_csp_violation(office: Office, at: At, worked: Worked) -> None:
    for who, path in inventory.PAGES:
        desk = at(who)
        desk.open(worked.objects.filled(path))
        desk.page.wait_for_timeout(50)
        assert office.complaints == [], f"{who} at {path}"


def test_the_ear_that_hears_complaints_is_not_deaf(office: Office) -> None:
    desk = office.window("stranger")
    desk.open("/sign-in")
    desk.page.evaluate("document.body.innerHTML = '<img src=http://127.0.0.1:9/x.png><p style=color:red>x</p>'")
    desk.page.wait_for_timeout(200)
    desk.page.evaluate("setTimeout(() => { throw new Error('a bug') })")
    desk.page.wait_for_timeout(200)
    with pytest.raises(Error):
        desk.page.goto("http://127.0.0.1:9/")
    heard = "\n".join(office.complaints)
    assert "img-src" in heard and "style" in heard and "script: " in heard and "left the house" in heard
    office.complaints.clear()


def test_choosing_urdu_turns_the_page_around(office: Office) -> None:
    desk = office.window("stranger")
    desk.open("/policy")
    desk.page.get_by_role("button", name="اردو").click()
    expect(desk.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(desk.page.locator("html")).to_have_attribute("lang", "ur")


def test_dark_differs_from_light_and_stays_readable(at: At, office: Office) -> None:
    for who, path in (("ana", "/queue"), ("sue", "/platforms"), ("stranger", "/sign-in")):
        desk = at(who)
        desk.open(path)
        (light, ink), (dark, chalk) = office.colours(desk, "light"), office.colours(desk, "dark")
        assert _brightness(light) > 200 > 60 > _brightness(ink)
        assert _brightness(dark) < 60 < 200 < _brightness(chalk)


def _brightness(colour: str) -> float:
    red, green, blue = (float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_a_captured_picture_is_blurred_until_asked_for(sit: Sit, worked: Worked) -> None:
    ana = sit("ana")
    ana.open(worked.case)
    fold = ana.unfold("Add evidence")
    form = fold.locator("form[action$='/capture']")
    form.get_by_label("with a browser, as a picture too").check()
    ana.press("Capture", inside=form)
    ana.told("The page is captured.")
    expect(ana.page.locator("main img")).to_have_count(0)
    look = ana.page.locator("form[action$='/look']").filter(has_text="image/png").last
    look.locator("xpath=ancestor::details[1]/summary").click()
    ana.press("Look", inside=look)
    picture = ana.page.locator("#picture")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("one => one.naturalWidth") > 600
    expect(picture).to_have_css("filter", "blur(22px) grayscale(1)")
    button = ana.page.get_by_role("button", name="Hold to show", exact=True)
    button.dispatch_event("pointerdown")
    expect(picture).to_have_css("filter", "none")
    button.dispatch_event("pointerup")
    expect(picture).to_have_css("filter", "blur(22px) grayscale(1)")
    ana.page.reload()


def test_the_whole_queue_by_keyboard(house: House, sit: Sit) -> None:
    chosen = casework.choose(house, Platform.INSTAGRAM)
    ana, ben = sit("ana"), sit("ben")
    keys, current = ana.page.keyboard, ana.page.locator("tr[data-current]")
    ana.open("/queue")
    rows = ana.page.locator("tr[data-row]")
    numbers = [row.locator("a").first.inner_text() for row in rows.all()[:3]]
    for key, expected in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        keys.press(key)
        expect(current).to_contain_text(numbers[expected])
    keys.press("Enter")
    expect(ana.page.locator("h1")).to_contain_text(numbers[1])
    keys.press("s")
    expect(ana.page.locator("#assess [name=organisation]")).to_be_focused()
    keys.press("Escape")
    keys.press("n")
    expect(ana.page.locator("h1")).not_to_contain_text(numbers[1])
    keys.press("u")
    ana.page.wait_for_url("**/queue")
    keys.press("?")
    expect(ana.page.locator("dialog#keys")).to_be_visible()
    keys.press("Escape")
    expect(ana.page.locator("dialog#keys")).to_be_hidden()
    keys.press("/")
    expect(ana.page.get_by_label("Search", exact=True)).to_be_focused()
    keys.type(chosen.handle)
    expect(rows).to_have_count(1)

    case = casework.find(ana, chosen.handle)
    casework.capture(ana, case, chosen, items=1)
    casework.assess(ana, case, chosen, items=1)
    _approve_by_keyboard(ben, chosen.handle)


def _approve_by_keyboard(ben: Desk, handle: str) -> None:
    ben.open("/queue")
    keys = ben.page.keyboard
    waiting = ben.page.locator("tr[data-row]")
    for _ in range(waiting.count()):
        keys.press("j")
        if handle in ben.page.locator("tr[data-current]").inner_text():
            break
    keys.press("Enter")
    expect(ben.page.locator("h1")).to_contain_text(handle)
    keys.press("a")
    keys.type("Listed; the quote is captured; recruiting.")
    keys.press("Tab")
    with ben.page.expect_navigation():
        keys.press("Enter")
    ben.told("Approved.")


def test_pages_work_without_javascript(house: House, office: Office) -> None:
    chosen = casework.choose(house, Platform.FACEBOOK)
    ana = office.window("ana", java_script_enabled=False)
    office.sign_in(ana)
    case = casework.find(ana, chosen.handle)
    casework.capture(ana, case, chosen, items=1)
    casework.assess(ana, case, chosen, items=1)
    ana.told("The assessment is stored.")
    ana.open("/queue?state=assessed")
    ana.sees(chosen.handle)


def test_what_was_typed_is_still_there_after_a_refusal(house: House, sit: Sit) -> None:
    chosen = casework.choose(house, Platform.TIKTOK)
    ana = sit("ana")
    case = casework.find(ana, chosen.handle)
    form = ana.page.locator("#assess form")
    form.get_by_label("To what end was this published").fill("Typed with care, over an hour.")
    ana.press("Store the assessment", inside=form)
    ana.refused("What you typed is still there.")
    expect(form.get_by_label("To what end was this published")).to_have_value("Typed with care, over an hour.")
    assert ana.path == f"{case}/assess"
