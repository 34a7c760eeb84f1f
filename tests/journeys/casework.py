"""The steps of a case as people do them in the browser; each begins at an address and ends at what the page says."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from openiru.detect.text import Label
from openiru.faces.exercise.officers import POLICY_LINES
from openiru.faces.exercise.reading import call_in
from openiru.faces.exercise.world.mix import GROUPS
from openiru.terms import Platform
from tests.detect.texts import labelled
from tests.journeys.house import House
from tests.journeys.inventory import Objects
from tests.journeys.office import Desk

OURS = "referrals@iru.example.org"
"""The unit's own address, to which platforms answer."""
FACTORS = ("context", "speaker", "intent", "content", "extent", "likelihood")


@dataclass(frozen=True, slots=True)
class Chosen:
    """An account of the world that a journey is about; `telling` are its posts that call for the organisation."""

    url: str
    handle: str
    platform: str
    organisation: str
    telling: tuple[dict[str, Any], ...]


def choose(house: House, platform: Platform, *, groups: str = "AB", number: int = 0) -> Chosen:
    """The n-th account on a platform that is what was claimed, with two or more reported posts that call for its group."""
    found = []
    for group in GROUPS:
        for url, true in house.truth.items():
            fits = true["affiliated"] and true["platform"] == platform and true["group"] == group.letter
            fits = fits and house.world[url]["exists"]
            posts = [post for post in house.world[url]["posts"] if post["url"] in house.reported[url]]
            telling = tuple(post for post in posts if call_in(post["text"], group.all_names))
            if fits and group.letter in groups and house.world[url]["handle"] and len(telling) > 1:
                found.append(Chosen(url, house.world[url]["handle"], platform, group.english[0], telling))
    return found[number]


def find(desk: Desk, handle: str) -> str:
    """Search the queue for an account and open its case; returns the case's address."""
    desk.open("/queue?state=all")
    search = desk.page.get_by_label("Search", exact=True)
    search.fill(handle)
    search.press("Enter")
    row = desk.page.locator("tr[data-row]").filter(has_text=handle)
    expect(desk.page.locator("tr[data-row]")).to_have_count(1)
    row.get_by_role("link").click()
    desk.page.wait_for_url("**/cases/*")
    expect(desk.page.locator("h1")).to_contain_text(handle)
    return desk.path


def capture(ana: Desk, case: str, chosen: Chosen, *, items: int = 2) -> None:
    """Capture the account's page and its telling items, one by one, with the page's own button."""
    for label in ("the account's page", *(post["url"] for post in chosen.telling[:items])):
        ana.open(case)
        fold = ana.unfold("Add evidence")
        form = fold.locator("form[action$='/capture']")
        form.get_by_label("Capture now").select_option(label=label)
        ana.press("Capture", inside=form)
        ana.told("The page is captured.")
    shown = ana.page.locator("details.capture blockquote")
    assert any(chosen.telling[0]["text"] in text for text in shown.all_text_contents())


def assess(ana: Desk, case: str, chosen: Chosen, *, items: int = 2) -> None:
    """Fill the whole worksheet for the captured items and store it."""
    ana.open(case)
    form = ana.page.locator("#assess form")
    organisation = form.get_by_label("Organisation (from the claimed names)")
    wanted = organisation.locator("option").filter(has_text=chosen.organisation.upper()).first
    organisation.select_option(wanted.get_attribute("value"))
    form.get_by_label("Why this account is the organisation's own voice").fill("It speaks in its name and calls to it.")
    for post in chosen.telling[:items]:
        _judge(form.locator("details.fold").filter(has_text=post["url"]), post, chosen)
    form.get_by_label("Translated by").fill("the unit's reader of the language")
    form.get_by_label("I read this language myself").check()
    form.get_by_label("Platform's rule, as it names it").fill(POLICY_LINES[chosen.platform])
    form.get_by_label("Why this breaks it").fill("The account acts for a listed organisation and calls for joining it.")
    form.get_by_label("Least restrictive measure").fill("Removing single posts leaves the organisation's own voice.")
    form.get_by_label("To what end was this published").fill("Recruitment; not news, research or counter-speech.")
    for factor in FACTORS:
        form.locator(f"[name='rabat-{factor}']").fill(f"What the page shows of the {factor}.")
    ana.press("Store the assessment", inside=form)


def _judge(row: Locator, post: dict[str, Any], chosen: Chosen) -> None:
    row.get_by_label("part of this referral").check()
    row.get_by_label("Ground").select_option("solicits_participation")
    evidence = row.get_by_label("Evidence").locator("option")
    row.get_by_label("Evidence").select_option(evidence.nth(1).get_attribute("value"))
    row.get_by_label("What is wrong with this very item").fill("The sentence quoted calls on readers to join.")
    row.get_by_label("Excerpt, in its own language").fill(post["text"])
    row.get_by_label("Language (two letters").fill(post["language"])
    if post["language"] != "en":
        row.get_by_label("Translation into English").fill(f"Join the ranks of {chosen.organisation}.")


def decide(
    ben: Desk, case: str, *, reasons: str = "Listed; each quote captured; recruiting.", yes: bool = True
) -> None:
    """Say yes or no to what another person assessed."""
    ben.open(case)
    form = ben.page.locator("#decide form")
    form.get_by_label("Your reasons, for this very account").fill(reasons)
    ben.press("Approve" if yes else "Decline", inside=form)


def compose(cleo: Desk, case: str) -> str:
    """Read the preflight, compose the notice; returns the notice's address."""
    cleo.open(case)
    cleo.follow("Preflight and compose")
    assert cleo.path.endswith("/preflight")
    expect(cleo.page.locator(".chip.bad")).to_have_count(0)
    cleo.press("Compose the notice")
    cleo.told("Composed. Read it, then send it.")
    return cleo.path


def send(cleo: Desk, notice: str) -> None:
    """Put the notice into the outbox."""
    cleo.open(notice)
    cleo.press("Send")
    cleo.told("In the outbox.")


def hand_in(cleo: Desk, notice: str, house: House, form: str, folder: Path) -> str:
    """Download the package, submit it on the platform's own form, bring the ticket back; returns the ticket."""
    cleo.open(notice)
    with cleo.page.expect_download() as waiting:
        cleo.follow("package for the platform's form (ZIP)")
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    content = path.read_bytes()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert {"notice.pdf", "notice.json"} <= set(names), names
    ticket = house.hand_in(form, content)
    cleo.page.get_by_label("Ticket number the platform gave").fill(ticket)
    cleo.press("I submitted it")
    cleo.told("Noted as submitted.")
    return ticket


def refer(sit: Any, house: House, chosen: Chosen) -> tuple[str, str]:
    """Take an account from the queue to a notice in the outbox; returns the addresses of case and notice."""
    ana, ben, cleo = sit("ana"), sit("ben"), sit("cleo")
    case = find(ana, chosen.handle)
    capture(ana, case, chosen)
    assess(ana, case, chosen)
    ana.told("The assessment is stored.")
    decide(ben, case)
    ben.told("Approved.")
    notice = compose(cleo, case)
    send(cleo, notice)
    return case, notice


@dataclass(frozen=True, slots=True)
class Worked:
    """A case that went out, made once for a house: addresses to ask for, and the code its holder has."""

    case: str
    notice: str
    holder_code: str
    objects: Objects


def work(house: House, sit: Any) -> Worked:
    """Take one channel from the queue to a sent notice, remembering every object on the way."""
    train(house)
    chosen, objects = choose(house, Platform.TELEGRAM, number=2), Objects()
    ana, ben, cleo, sue = sit("ana"), sit("ben"), sit("cleo"), sit("sue")
    sue.open("/quality")
    sue.page.get_by_label("Percent of all decisions").fill("100")
    sue.press("Set")
    case = find(ana, chosen.handle)
    capture(ana, case, chosen)
    assess(ana, case, chosen)
    decide(ben, case)
    pages = (
        ("ana", case),
        ("cleo", case),
        ("cleo", "/notices"),
        ("ana", "/intake"),
        ("omar", "/quality"),
        ("sue", "/quality"),
    )
    for who, path in pages:
        objects.read(sit(who), path)
    notice = compose(cleo, case)
    objects.read(cleo, notice)
    send(cleo, notice)
    cleo.until(notice, lambda: state(cleo) in {"sent", "received"}, seconds=30)
    pia = sit("pia")
    objects.read(pia, "/for-platforms?state=all")
    objects.read(pia, objects.filled("/for-platforms/<str:reference>"))
    return Worked(case, notice, cleo.page.locator("dd .hash").last.inner_text(), objects)


def train(house: House) -> None:
    """Train a model of invented texts in the form of a published set; it stands in shadow, with its papers."""
    folder = house.home / "sets" / "hatecheck_en"
    folder.mkdir(parents=True)
    functions = {
        Label.THREATENS: "threat_dir_h",
        Label.INCITES: "threat_norm_h",
        Label.COUNTER_SPEECH: "counter_ref_nh",
    }
    with (folder / "test_suite_cases.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["functionality", "test_case", "ref_templ_id", "templ_id"])
        for number, one in enumerate(labelled(90)):
            (label,) = one.labels
            writer.writerow([functions.get(label, "ident_neutral_nh"), one.text, "", number])
    assert house.call("detect", "train", "--sets", str(folder.parent))["stands"] == "in shadow"


def state(desk: Desk) -> str:
    """The state a notice or a case shows beside its name."""
    return desk.page.locator(".head .chip").first.inner_text()
