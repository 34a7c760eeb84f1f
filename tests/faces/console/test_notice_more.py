"""What an officer does on a notice's page besides sending: correct, ask for a step, decide it, record a typed answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from openiru import clock
from openiru.people.actor import Actor
from openiru.people.models import User
from openiru.stages.notices.counterparts import Call
from openiru.stages.notices.models import Correction, Escalation, Hook, Notice, TypedAnswer, WithdrawalTask
from tests import builders
from tests.builders import Cast

Browser = Callable[[User], Client]


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    """Everybody, in an exercise."""
    settings.EVIDENCE, settings.KEYS = tmp_path / "evidence", tmp_path / "keys"
    builders.an_installation()
    return builders.a_cast()


def at(browser: Browser, who: Actor) -> Client:
    """This person's browser."""
    return browser(User.objects.get(id=who.user_id))


def a_late_notice(cast: Cast) -> Notice:
    """A notice whose answer is late, reminded two days ago, by the installation's own clock."""
    notice, now = builders.a_sent_notice(cast), clock.now()
    Notice.objects.filter(id=notice.id).update(due_at=now - timedelta(days=3), reminded_at=now - timedelta(days=2))
    return notice


def test_a_step_is_asked_for_on_the_page_and_another_person_decides_it_there(cast: Cast, browser: Browser) -> None:
    notice = a_late_notice(cast)
    page, cleo = reverse("notice", args=[notice.id]), at(browser, cast.cleo)
    assert "write to the named line" in cleo.get(page).content.decode()
    ask = reverse("escalate", args=[notice.id])
    assert cleo.post(ask, {"step": "liaison_line", "basis": " "}).status_code == 422
    assert cleo.post(ask, {"step": "liaison_line", "basis": "Two reminders, no word."}).status_code == 302
    decide = reverse("decide-step", args=[notice.id, Escalation.objects.get().id])
    assert cleo.post(decide, {"approved": "yes", "reasons": "Yes."}).status_code == 403
    sue = at(browser, cast.sue)
    assert "Approve this step" in sue.get(page).content.decode()
    assert sue.post(decide, {"approved": "yes", "reasons": "The line exists for this."}).status_code == 302
    assert Escalation.objects.get().approved
    assert at(browser, cast.eve).post(decide, {"approved": "no", "reasons": "x"}).status_code == 404


def test_a_correction_is_read_on_the_page_sent_and_confirmed(cast: Cast, browser: Browser) -> None:
    organisation = builders.an_organisation(by=("Assembly", "Northland", "Westmark"))
    notice, now = builders.a_sent_notice(cast), clock.now()
    ended = organisation.listings.get(published_list__authority="Westmark")
    ended.ended_on = now.date()
    ended.save(update_fields=["ended_on"])
    WithdrawalTask.objects.create(
        notice=notice, kind="correct", person_id=cast.cleo.user_id, because="Ended.", proposed_at=now, due_at=now
    )
    cleo, page = at(browser, cast.cleo), reverse("notice", args=[notice.id])
    shown = cleo.get(page).content.decode()
    assert "We correct our notice" in shown and ended.reference in shown
    assert cleo.post(reverse("correct-notice", args=[notice.id])).status_code == 302
    confirm = reverse("confirm-correction", args=[notice.id, Correction.objects.get().id])
    assert cleo.post(confirm, {"quote": ""}).status_code == 422
    assert cleo.post(confirm, {"quote": "Noted."}).status_code == 302
    assert (
        Correction.objects.get().confirmed_at is not None
        and not WithdrawalTask.objects.filter(settled_at=None).exists()
    )


def test_a_typed_answer_is_an_orders_and_what_was_typed_is_kept(cast: Cast, browser: Browser) -> None:
    notice = builders.a_sent_notice(cast)
    form = {"addressee": "Example Provider", "authorised_person": "A. N.", "email": "x@example.org"}
    form |= {"received_at": "2026-03-02T09:30", "measure": "content_removed", "taken_at": "2026-03-02T09:50"}
    record = reverse("typed-answer", args=[notice.id])
    cleo = at(browser, cast.cleo)
    assert cleo.post(record, form).status_code == 422 and not TypedAnswer.objects.exists()
    Notice.objects.filter(id=notice.id).update(kind="order")
    bad = cleo.post(record, form | {"taken_at": "yesterday"})
    assert bad.status_code == 422 and "Example Provider" in bad.content.decode()
    refusal = form | {"measure": "", "grounds": ["force_majeure"], "further": "The data centre is dark."}
    assert cleo.post(record, refusal).status_code == 302
    notice.refresh_from_db()
    assert (notice.state, notice.pause_reason) == ("paused", "force_majeure")


def test_a_drafted_notice_shows_its_preflight_and_the_schema_is_public(
    cast: Cast, browser: Browser, client: Client
) -> None:
    notice = builders.a_notice(cast)
    shown = at(browser, cast.cleo).get(reverse("notice", args=[notice.id])).content.decode()
    assert "Preflight, asked now" in shown and "elements that are asked for" in shown
    assert client.get(reverse("notice-schema")).json()["title"] == "openiru-notice/1"


def test_the_compliance_page_shows_the_parts_and_refuses_an_unknown_one(cast: Cast, browser: Browser) -> None:
    builders.a_sent_notice(cast)
    sue = at(browser, cast.sue)
    shown = sue.get(reverse("compliance")).content.decode()
    assert 'id="charts"' in shown and "Our own quality" in shown
    assert ">wrong</th>" in shown and "somebody else" not in shown
    assert sue.get(reverse("compliance") + "?platform=nowhere").status_code == 404
    table = sue.post(reverse("vector-csv"), {"platform": "telegram"})
    assert table.status_code == 200 and table.content.decode().startswith("platform,ground,leg,week,sent")


def test_today_shows_a_correction_that_nobody_confirmed_and_an_address_that_does_not_answer(
    cast: Cast, browser: Browser
) -> None:
    notice, now = builders.a_sent_notice(cast), clock.now()
    Correction.objects.create(
        notice=notice, text="x", facts={}, by_id=cast.cleo.person, at=now, due_at=now - timedelta(hours=1)
    )
    hook = Hook.objects.create(
        platform="telegram",
        url="https://t.example.org/in",
        secret_sealed=b"x",
        made_by_id=cast.cleo.person,
        made_at=now,
    )
    Call.objects.create(
        hook=hook, notice=notice, event="notice.sent", message_id="msg_1", state="failed", attempts=10, next_try=now
    )
    page = at(browser, cast.cleo).get(reverse("today")).content.decode()
    assert "has not confirmed in time" in page and notice.reference in page
    assert "https://t.example.org/in" in page
    assert notice.reference not in at(browser, cast.eve).get(reverse("today")).content.decode()
