"""Every page answers whoever may see it, asks the others to sign in, and hides another agency's work."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from openiru.people.models import User
from openiru.people.queries import actor_for
from openiru.stages.notices import services as notices
from tests.faces.console import stand as standing
from tests.faces.console.stand import Stand

Browser = Callable[[User], Client]
PAGES = {
    "today": "ana",
    "queue": "ana",
    "intake": "ana",
    "watches": "ana",
    "notices": "cleo",
    "mailbox": "cleo",
    "looks": "cleo",
    "platforms": "sam",
    "compliance": "sam",
    "register": "ben",
    "protections": "ana",
    "appeals": "senior",
    "ledger": "dara",
    "exercise": "ana",
    "people": "admin",
    "reporters": "admin",
    "tokens": "ana",
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_answers_a_person_who_may(name: str, stand: Stand, browser: Browser) -> None:
    assert browser(getattr(stand, PAGES[name])).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_each_page_asks_a_stranger_to_sign_in(name: str, stand: Stand, client: Client) -> None:
    reply = client.get(reverse(name))
    assert reply.status_code == 302 and reply.headers["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize(
    ("name", "who"), [("mailbox", "ana"), ("people", "ana"), ("appeals", "ana"), ("queue", "admin")]
)
def test_a_role_without_the_verb_is_told_so(name: str, who: str, stand: Stand, browser: Browser) -> None:
    assert browser(getattr(stand, who)).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["appeal", "policy", "healthz"])
def test_public_pages_need_no_sign_in(name: str, stand: Stand, client: Client) -> None:
    assert client.get(reverse(name)).status_code == 200


def test_the_checkpoint_is_plain_text(stand: Stand, client: Client, browser: Browser) -> None:
    from openiru.faces.tools import signer
    from openiru.ledger import services as ledger

    assert client.get(reverse("checkpoint")).status_code == 404
    ledger.sequence(now=actor_time(), signer=signer())
    reply = client.get(reverse("checkpoint"))
    assert reply.status_code == 200 and reply.headers["Content-Type"].startswith("text/plain")
    done = browser(stand.dara).post(reverse("verify-ledger"))
    assert "Self-consistent, not authenticated" in done.content.decode()


def actor_time() -> datetime:
    """The time of the installation."""
    from openiru import clock

    return clock.now()


def test_the_case_page_shows_what_two_people_need(stand: Stand, moment: datetime, browser: Browser) -> None:
    (case,) = standing.report(stand, moment)
    standing.assess(case, stand, moment)
    for who in (stand.ana, stand.ben, stand.cleo, stand.dara, stand.olga, stand.senior):
        reply = browser(who).get(reverse("case", args=[case.id]))
        assert reply.status_code == 200
        assert "Front of the Blue Lamp" in reply.content.decode()
    shown = browser(stand.ben).get(reverse("case", args=[case.id])).content.decode()
    assert 'data-key="approve"' in shown
    assert 'data-key="approve"' not in browser(stand.ana).get(reverse("case", args=[case.id])).content.decode()


def test_a_single_source_is_flagged_where_a_designation_shows(stand: Stand, moment: datetime, browser: Browser) -> None:
    (case,) = standing.report(stand, moment)
    standing.assess(case, stand, moment, stand.lone)
    assert "single source" in browser(stand.olga).get(reverse("case", args=[case.id])).content.decode()
    assert "single source" in browser(stand.olga).get(reverse("organisation", args=[stand.lone.id])).content.decode()
    assert (
        "single source" not in browser(stand.olga).get(reverse("organisation", args=[stand.front.id])).content.decode()
    )


def test_eve_of_another_agency_finds_nothing(stand: Stand, moment: datetime, browser: Browser) -> None:
    (case,) = standing.report(stand, moment)
    decision = standing.approve(case, stand, moment)
    notice = notices.compose(decision.id, actor=actor_for(stand.cleo), now=moment)
    file = case.account.captures.get().files.get()
    batch = case.account.reports.get().batch_id
    eve = browser(stand.eve)
    for name, number in (
        ("case", case.id),
        ("next-case", case.id),
        ("notice", notice.id),
        ("package", notice.id),
        ("preflight", decision.id),
        ("batch", batch),
        ("bytes", file.id),
    ):
        assert eve.get(reverse(name, args=[number])).status_code == 404, name
    for name in ("take", "assess", "not-refer", "close-case", "approve", "upload", "capture", "look-now"):
        assert eve.post(reverse(name, args=[case.id]), {"reasons": "x", "assessment": 1}).status_code == 404, name
    assert eve.post(reverse("look", args=[file.id])).status_code == 404
    for name in ("send", "withdraw", "close-notice", "resume", "remind"):
        assert eve.post(reverse(name, args=[notice.id]), {"reason": "x"}).status_code == 404, name
    assert case.number not in eve.get(reverse("queue") + "?state=all").content.decode()
    assert case.number not in eve.get(reverse("figure", args=["reported"])).content.decode()


def test_the_notice_page_shows_the_exact_text_and_gives_the_package(
    stand: Stand, moment: datetime, browser: Browser
) -> None:
    (case,) = standing.report(stand, moment)
    decision = standing.approve(case, stand, moment)
    cleo = browser(stand.cleo)
    assert cleo.get(reverse("preflight", args=[decision.id])).status_code == 200
    composed = cleo.post(reverse("compose", args=[decision.id]))
    assert composed.status_code == 302
    page = cleo.get(composed.headers["Location"])
    assert page.status_code == 200 and "lampwriter0" in page.content.decode()
    notice = case.notices.get()
    assert cleo.get(reverse("package", args=[notice.id])).headers["Content-Type"] == "application/zip"
    assert cleo.get(reverse("document", args=[notice.id, "notice.pdf"])).content.startswith(b"%PDF")
    assert cleo.get(reverse("document", args=[notice.id, "other"])).status_code == 404
    assert cleo.post(reverse("send", args=[notice.id])).status_code == 302
    notice.refresh_from_db()
    assert notice.state == "queued"
    assert browser(stand.ana).post(reverse("withdraw", args=[notice.id]), {"reason": "x"}).status_code == 403


def test_figures_open_exactly_their_lists(stand: Stand, moment: datetime, browser: Browser) -> None:
    standing.report(stand, moment, number=3)
    sam = browser(stand.sam)
    page = sam.get(reverse("platforms")).content.decode()
    assert reverse("figure", args=["reported"]) in page and "unknown is not zero" in page
    listed = sam.get(reverse("figure", args=["reported"]) + "?platform=x")
    assert listed.context["page"].paginator.count == 3
    assert sam.get(reverse("figure", args=["still_silent"])).status_code == 200
    assert sam.get(reverse("figure", args=["no-such-figure"])).status_code == 404
    assert sam.post(reverse("compliance-csv")).headers["Content-Type"].startswith("text/csv")


def test_pages_carry_no_inline_style_or_script(stand: Stand, moment: datetime, browser: Browser) -> None:
    (case,) = standing.report(stand, moment)
    standing.assess(case, stand, moment)
    for address in (reverse("today"), reverse("queue"), reverse("case", args=[case.id]), reverse("platforms")):
        page = browser(stand.ana).get(address).content.decode()
        assert " style=" not in page and "<style" not in page and " onclick" not in page
        assert page.count("<script") == page.count("<script src=")


def test_the_exercise_page_compares_both_practices_and_says_what_it_is(
    stand: Stand, browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    folder = tmp_path / "exercise"
    folder.mkdir()
    wrong = {"planted": 4, "sent": 4, "gone": 3}
    naive = {"table": {"x": {"reported": 280, "gone": 84, "followers_gone": 12345}}, "planted_wrong": wrong}
    rule = {
        "without": "lists_are_ignored",
        "says": "A list without items is not read",
        "certainty": "H",
        "gone": {"x": 90},
    }
    (folder / "naive.json").write_text(json.dumps(naive | {"sensitivity": [rule]}), encoding="utf-8")
    (folder / "full.json").write_text("{ not whole", encoding="utf-8")
    page = browser(stand.ana).get(reverse("exercise")).content.decode()
    for shown in ("SIMULATION", "280", "84", "12,345", "lists_are_ignored", "not run yet"):
        assert shown in page
