"""Eve of another agency signs in rightfully and finds nothing of the others: no page, no form, no word in a list."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone

from tests.journeys import casework, inventory
from tests.journeys.casework import Worked
from tests.journeys.house import House
from tests.journeys.office import Desk, Office

pytestmark = pytest.mark.journey
Sit = Callable[[str], Desk]

EVERYBODYS = {
    "organisation": "the register of published lists belongs to no agency",
    "text-model": "a text model is the installation's; its papers hold numbers and no text",
}
"""Addresses with an object that Eve may open, each with why."""
AGENCYS = (
    "/accounts/",
    "/cases/",
    "/notices/",
    "/decisions/",
    "/evidence/",
    "/intake/",
    "/mailbox/",
    "/appeals/",
    "/watches/",
    "/lines/",
)
"""Whatever stands below these belongs to an agency: for Eve it is not there."""
TYPED = {"reasons": "x", "why": "x", "word": "uphold", "agrees": "yes", "arrived": "yes", "ticket": "00000001"}
"""What a well-formed form would hold, so that no door is shut for a mere lack of words."""
LISTS = (
    "/",
    "/queue?state=all",
    "/notices?state=all",
    "/intake",
    "/platforms",
    "/platforms/reported",
    "/looks",
    "/watches",
    "/lines",
)


def _propose_a_watch(ana: Desk) -> None:
    until = (timezone.now() + timedelta(days=60)).date().isoformat()
    leave = {"connector": "bluesky", "legal_basis": "Example Act, s. 3", "per_hour": "60", "ends_on": until}
    assert ana.status_of("POST", "/watches/permit", **leave) == 302
    named = {
        "connector": "bluesky",
        "kind": "account",
        "subject": "quiet.example.org",
        "reasons": "x",
        "ends_on": until,
    }
    assert ana.status_of("POST", "/watches", organisation="1", **named) == 302


def test_eve_sees_nothing(office: Office, sit: Sit, worked: Worked) -> None:
    cleo = sit("cleo")
    _appeal(office.window("holder"), worked.holder_code)
    worked.objects.read(sit("rio"), "/appeals")
    _make_a_token(sit("ana"))
    worked.objects.read(sit("ana"), "/tokens")
    worked.objects.read(sit("adi"), "/people")
    worked.objects.read(sit("ana"), "/intake")
    _propose_a_watch(sit("ana"))
    worked.objects.read(sit("ana"), "/watches")
    _stray_message(office.house)
    cleo.until("/mailbox", lambda: "A stray message" in cleo.page.content(), seconds=15)
    worked.objects.read(cleo, "/mailbox")
    assert worked.objects.lacking() == set()

    eve = sit("eve")
    wrong = {}
    for name, pattern in inventory.patterns().items():
        if "<int:" in pattern and name not in EVERYBODYS:
            path = worked.objects.filled(pattern)
            answers = {method: eve.status_of(method, path, **TYPED) for method in ("GET", "POST")}
            allowed = {404, 405} if path.startswith(AGENCYS) else {403, 404, 405}
            if not set(answers.values()) <= allowed or set(answers.values()) == {405}:
                wrong[f"{name} {path}"] = answers
    assert wrong == {}


def test_eves_lists_hold_no_word_of_the_others(house: House, sit: Sit, worked: Worked) -> None:
    eve = sit("eve")
    words = [one["handle"] for url, one in house.world.items() if url in house.truth and one["handle"]]
    for path in LISTS:
        eve.open(path)
        text = eve.page.locator("main").inner_text()
        assert [word for word in (*words, "C-0000", "IRU-") if word in text] == [], path


def test_eve_reads_no_message_to_the_others(house: House, sit: Sit, worked: Worked) -> None:
    _stray_message(house)
    cleo, eve = sit("cleo"), sit("eve")
    cleo.until("/mailbox", lambda: "A stray message" in cleo.page.content(), seconds=15)
    eve.open("/mailbox")
    assert "A stray message" not in eve.page.content()


def _make_a_token(ana: Desk) -> None:
    ana.open("/tokens")
    ana.page.get_by_label("What it is for").fill("a terminal")
    ana.press("Make a token")


def _appeal(holder: Desk, code: str) -> None:
    holder.open("/appeal")
    holder.page.get_by_label("Code from the message").fill(code)
    holder.page.get_by_label("Why the notice is wrong").fill("It is mine.")
    holder.press("Send the appeal")
    holder.told("Your appeal is here.")


def _stray_message(house: House) -> None:
    """A platform answers the unit's address, naming a case of which the reader finds no number."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "support@t.me", casework.OURS
    mail["Subject"], mail["Message-ID"] = "A stray message", "<stray-1@t.me>"
    mail.set_content("About the channel that you wrote to us about.")
    host, _, port = house.mail.rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=10) as door:
        door.send_message(mail)
