"""The pages of casework by a plain client: bundles with a decision for each account, blind readings, the hub, saved queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from openiru import clock
from openiru.people.actor import Actor
from openiru.people.models import User
from openiru.stages.cases.models import BlindReview, Case, Decision, HubWord, Interest, SavedQuery
from openiru.stages.cases.quality import services as quality
from openiru.stages.intake.models import Item
from tests import builders
from tests.builders import NOW, Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def cast(db: None) -> Cast:
    builders.an_installation()
    return builders.a_cast()


def desk(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(id=actor.person), backend=BACKEND)
    return client


def a_bundle(cast: Cast) -> list[Case]:
    made = [builders.a_case(cast) for _ in range(3)]
    Item.objects.update(text="The ranks are open, come to the square on Friday, all of you")
    Case.objects.update(bundle="b" * 40)
    for case in made[:2]:
        builders.an_assessment(cast, case)
    return made


def test_a_bundle_is_one_screen_and_each_account_its_own_decision(cast: Cast) -> None:
    one, other, open_case = a_bundle(cast)
    page = desk(cast.ben).get(f"/cases/{one.id}/bundle")
    assert page.status_code == 200
    for case in (one, other, open_case):
        assert case.number in page.content.decode()
    form = {"case": one.id, "reasons": "It calls people by name.", "word": "approve"}
    assert desk(cast.ben).post(f"/cases/{one.id}/bundle/decide", form).status_code == 302
    again = desk(cast.ben).post(f"/cases/{one.id}/bundle/decide", {**form, "case": other.id})
    assert again.status_code == 422 and "each has its own" in again.content.decode()
    assert Decision.objects.count() == 1
    form = {"case": other.id, "reasons": "It mocks the call.", "word": "decline"}
    assert desk(cast.ben).post(f"/cases/{one.id}/bundle/decide", form).status_code == 302
    form = {"case": open_case.id, "reasons": "It condemns it.", "word": "not_refer"}
    assert desk(cast.ana).post(f"/cases/{one.id}/bundle/decide", form).status_code == 302
    assert sorted(Case.objects.values_list("state", flat=True)) == ["approved", "closed", "declined"]


@pytest.mark.parametrize("path", ["bundle", "viewers", "next"])
def test_eve_finds_no_case_of_others_by_any_address(cast: Cast, path: str) -> None:
    assert desk(cast.eve).get(f"/cases/{builders.a_case(cast).id}/{path}").status_code == 404


def test_a_blind_reading_shows_no_decision_and_no_name(cast: Cast) -> None:
    quality.set_share(100, actor=cast.sue, now=NOW)
    decision = builders.an_approval(cast)
    blind = BlindReview.objects.get()
    page = desk(cast.bea).get(f"/quality/blind/{blind.id}").content.decode()
    assert "How do you read it?" in page
    for hidden in (decision.reasons, decision.assessment.affiliation, "Ben Exemplarova", "Ana Exemplarova"):
        assert hidden not in page
    assert desk(cast.ben).get(f"/quality/blind/{blind.id}").status_code == 404
    form = {"answer": "refer", "reasons": "It recruits."}
    assert desk(cast.bea).post(f"/quality/blind/{blind.id}", form).status_code == 302
    assert BlindReview.objects.get().answer == "refer"
    assert desk(cast.sue).get("/quality").status_code == 200


def test_ones_own_figures_are_not_a_colleagues_to_open(cast: Cast) -> None:
    assert desk(cast.ben).get(f"/quality/people/{cast.ben.person}").status_code == 200
    assert desk(cast.ben).get(f"/quality/people/{cast.bea.person}").status_code == 403
    assert desk(cast.sue).get(f"/quality/people/{cast.bea.person}").status_code == 200


def test_an_interest_is_asked_for_and_spoken_about_without_names(cast: Cast) -> None:
    case = builders.a_case(cast)
    until = (clock.now() + timedelta(days=3)).date().isoformat()
    placed = desk(cast.ana).post(f"/cases/{case.id}/interest", {"reasons": "An inquiry.", "until": until})
    assert placed.status_code == 302
    interest = Interest.objects.get()
    theirs = Case.objects.create(
        account=case.account, agency_id=cast.eve.agency_id or 0, opened_at=NOW, changed_at=NOW, state="closed",
        retain_until=NOW.date(),
    )  # fmt: skip
    page = desk(cast.eve).get(f"/cases/{theirs.id}").content.decode()
    assert "Another agency has an interest" in page
    assert "An inquiry." not in page and "Bureau of Examples" not in page
    said = desk(cast.eve).post(f"/cases/{theirs.id}/interest/{interest.id}/say", {"text": "Until when?"})
    assert said.status_code == 302 and HubWord.objects.get().text == "Until when?"
    assert "the other agency" in desk(cast.ana).get(f"/cases/{case.id}").content.decode()
    assert desk(cast.ana).post(f"/cases/{case.id}/interest/{interest.id}/end").status_code == 302


def test_submit_and_next_takes_the_next_case_of_the_queue_that_was_asked_for(cast: Cast) -> None:
    first, _x, second = (
        builders.a_case(cast),
        builders.a_case(cast, platform=builders.Platform.X),
        builders.a_case(cast),
    )
    ana = desk(cast.ana)
    assert ana.get("/queue?platform=telegram").status_code == 200
    closed = ana.post(f"/cases/{first.id}/close", {"reasons": "nothing on it", "then": "next"})
    assert closed["location"] == f"/cases/{second.id}"
    second.refresh_from_db()
    assert second.held_by_id == cast.ana.user_id
    end = ana.post(f"/cases/{second.id}/close", {"reasons": "nothing on it", "then": "next"})
    assert end["location"] == "/queue"


def test_a_query_is_saved_shown_and_deleted(cast: Cast) -> None:
    ana = desk(cast.ana)
    ana.get("/queue?platform=x&order=oldest")
    assert ana.post("/queue/save", {"name": "X by age", "shared": "1"}).status_code == 302
    assert "X by age" in desk(cast.omar).get("/queue").content.decode()
    saved = SavedQuery.objects.get()
    assert desk(cast.omar).post(f"/queue/saved/{saved.id}/delete").status_code == 404
    assert ana.post(f"/queue/saved/{saved.id}/delete").status_code == 302


def test_a_queue_that_cannot_be_asked_is_a_sentence_and_no_crash(cast: Cast) -> None:
    assert desk(cast.ana).get("/queue?state=lost").status_code == 422
    assert desk(cast.ana).get("/queue?after=1~x~9&text=%00%27:*").status_code == 200
