"""The register's pages: an organisation over time, a list's versions held against each other, a policy tried before it is proposed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from openiru.faces.console import timeline
from openiru.people.actor import SYSTEM
from openiru.people.models import User
from openiru.people.queries import actor_for
from openiru.stages.cases import delisting as of_cases
from openiru.stages.cases.models import Case
from openiru.stages.notices import delisting
from openiru.stages.register import services, spans
from openiru.stages.register.models import Listing, Organisation, Policy
from openiru.stages.register.retrievals import note_failure
from openiru.stages.register.rules import DesignationPolicy
from tests.faces.console import stand as standing
from tests.faces.console.stand import Stand
from tests.stages.register.test_services import un_file

Browser = Callable[[User], Client]
VALLEY, RIVER = "XXe.1:VALLEY DAWN FRONT:Dawn Committee", "XXe.2:RIVER LIGHT BAND"


@pytest.fixture
def versions(stand: Stand, moment: datetime) -> list[int]:
    """Two versions of the UN's list: the second lost a band, and calls the front by another alias."""
    made = services.ensure_list("un-consolidated", actor=SYSTEM, now=moment)
    texts = (
        un_file(VALLEY, RIVER, *(f"XXe.{n}:OTHER GROUP {n}" for n in range(3, 9)), on="2026-01-01"),
        un_file(
            "XXe.1:VALLEY DAWN FRONT:New Committee",
            *(f"XXe.{n}:OTHER GROUP {n}" for n in range(3, 10)),
            on="2026-02-01",
        ),
    )
    return [
        services.load(
            one, published_list=made, by_hand=False, actor=SYSTEM, now=moment + timedelta(days=at)
        ).snapshot.id
        for at, one in enumerate(texts)
    ]


def text(browser: Client, name: str, *args: object, **asked: object) -> str:
    reply = browser.get(reverse(name, args=args), asked)
    assert reply.status_code == 200
    return str(reply.content.decode())


def test_a_list_shows_its_versions_and_what_the_newest_says_otherwise(
    stand: Stand, versions: list[int], browser: Browser
) -> None:
    shown = text(browser(stand.ben), "list", "un-consolidated")
    for words in (
        "RIVER LIGHT BAND",
        "OTHER GROUP 9",
        "Dawn Committee",
        "New Committee",
        "removed 1",
        "added 1",
        "amended 1",
    ):
        assert words in shown, words


def test_any_two_versions_can_be_held_against_each_other(stand: Stand, versions: list[int], browser: Browser) -> None:
    first, second = versions
    back = text(browser(stand.ben), "list", "un-consolidated", older=second, newer=first)
    assert "relisted 1" in back and "removed 1" in back and "RIVER LIGHT BAND" in back
    same = text(browser(stand.ben), "list", "un-consolidated", older=first, newer=first)
    assert "Nothing." in same


def test_versions_of_two_lists_are_not_compared(stand: Stand, versions: list[int], browser: Browser) -> None:
    other = Listing.objects.filter(published_list__slug="list-us").first()
    assert other is not None
    asked = {"older": other.first_snapshot_id, "newer": versions[0]}
    reply = browser(stand.ben).get(reverse("list", args=["un-consolidated"]), asked)
    assert reply.status_code == 422 and "two different lists" in reply.content.decode()


def test_an_unknown_list_is_not_found(stand: Stand, browser: Browser) -> None:
    assert browser(stand.ben).get(reverse("list", args=["nowhere"])).status_code == 404


def test_an_organisation_is_drawn_over_time_with_the_names_it_had(
    stand: Stand, versions: list[int], browser: Browser
) -> None:
    front = Organisation.objects.get(name="VALLEY DAWN FRONT")
    shown = text(browser(stand.ana), "organisation", front.id)
    assert "<svg" in shown and "Dawn Committee" in shown and "New Committee" in shown
    assert "is not designated under the policy in force" in shown or "is designated by UN" in shown
    assert "The rules of" in shown


def test_organisations_are_found_by_a_part_of_a_name(stand: Stand, versions: list[int], browser: Browser) -> None:
    assert "VALLEY DAWN FRONT" in text(browser(stand.ana), "organisations")
    assert "VALLEY DAWN FRONT" not in text(browser(stand.ana), "organisations", text="river")


def test_a_like_name_on_another_list_is_suggested_with_its_reason(
    stand: Stand, versions: list[int], moment: datetime, browser: Browser
) -> None:
    twin = standing.an_organisation("Valey Dawn Front", ("US",), moment)
    shown = text(browser(stand.ben), "organisation", twin.id)
    assert "VALLEY DAWN FRONT" in shown and "They are one" in shown and "is like" in shown
    assert "They are one" not in text(browser(stand.ana), "organisation", twin.id)


def test_a_policy_is_tried_before_it_is_proposed_and_nothing_is_saved(
    stand: Stand, moment: datetime, browser: Browser
) -> None:
    (case,) = standing.report(stand, moment)
    standing.assess(case, stand, moment)
    asked = {"counted": "US, EU", "multilateral_needed": 1, "independent_needed": 2}
    shown = text(browser(stand.sam), "designation-policy", **asked)
    assert "Front of the Blue Lamp" in shown and "Union of the Quiet Hill" in shown
    assert case.number in shown and "another person must confirm" in shown
    assert not Policy.objects.exists()
    assert case.number not in text(browser(stand.eve), "designation-policy", **asked)
    assert "another person must confirm" not in text(browser(stand.ana), "designation-policy", **asked)


def test_a_change_of_the_policy_is_a_line_on_the_public_page_without_a_name(
    stand: Stand, moment: datetime, client: Client
) -> None:
    sam, senior = (actor_for(one) for one in (stand.sam, stand.senior))
    tried = DesignationPolicy(frozenset({"UN", "Northland"}))
    made = services.propose_policy(tried, "Northland joined the treaty.", actor=sam, now=moment)
    assert "Northland joined" not in text(client, "policy")
    services.confirm_policy(made.id, actor=senior, now=moment)
    shown = text(client, "policy")
    assert "Northland joined the treaty." in shown and "second legal opinion" in shown
    assert stand.sam.name not in shown and stand.senior.name not in shown


def test_a_policy_that_counts_nobody_is_told_so(stand: Stand, browser: Browser) -> None:
    asked = {"counted": ",", "multilateral_needed": 1, "independent_needed": 2}
    reply = browser(stand.sam).get(reverse("designation-policy"), asked)
    assert reply.status_code == 422


def test_a_notice_to_withdraw_stands_on_today_for_whoever_is_asked(
    stand: Stand, moment: datetime, browser: Browser
) -> None:
    from openiru.stages.notices import services as notices

    (case,) = standing.report(stand, moment)
    decision = standing.approve(case, stand, moment)
    notice = notices.compose(decision.id, actor=actor_for(stand.cleo), now=moment)
    notices.send(notice.id, actor=actor_for(stand.cleo), now=moment)
    Listing.objects.filter(organisation=stand.front).update(ended_on=moment.date(), ended_noticed_at=moment)
    of_cases.take(actor=SYSTEM, now=moment)
    delisting.propose(actor=SYSTEM, now=moment)
    shown = text(browser(stand.cleo), "today")
    assert "To withdraw or to correct: a listing ended" in shown and notice.reference in shown
    assert "This notice should be withdrawn" in text(browser(stand.cleo), "notice", notice.id)
    assert "To withdraw" not in text(browser(stand.eve), "today")
    assert Case.objects.get(id=case.id).state == "open"
    assert "Waits for me" in text(browser(stand.ana), "today") and case.number in text(browser(stand.ana), "today")
    (task,) = notice.withdrawal_tasks.all()
    kept = browser(stand.cleo).post(reverse("keep-notice", args=[notice.id, task.id]), {"reasons": "no"})
    assert kept.status_code == 422
    done = browser(stand.cleo).post(reverse("withdraw", args=[notice.id]), {"reason": "Delisted."})
    assert done.status_code == 302
    assert "To withdraw" not in text(browser(stand.cleo), "today")


def test_a_list_that_could_not_be_read_is_loud_on_today(
    stand: Stand, versions: list[int], moment: datetime, browser: Browser
) -> None:
    made = services.ensure_list("un-consolidated", actor=SYSTEM, now=moment)
    shrunk = un_file("XXe.1:VALLEY DAWN FRONT", on="2026-03-01")
    services.load(shrunk, published_list=made, by_hand=False, actor=SYSTEM, now=moment + timedelta(days=9))
    assert "did not come through" in text(browser(stand.ana), "today")
    note_failure(made, "https://lists.example.org/un.xml", "lists.example.org: HTTP 503", actor=SYSTEM, now=moment)
    assert "HTTP 503" in text(browser(stand.ana), "today")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_picture_is_mirrored_where_reading_is(
    language: str, stand: Stand, versions: list[int], moment: datetime
) -> None:
    front = Organisation.objects.get(name="VALLEY DAWN FRONT")
    tracks = spans.tracks(front.listings.all())
    with translation.override(language):
        drawn = timeline.draw(tracks, today=moment.date(), mirrored=translation.get_language_bidi())
    first, last = drawn.years[0][0], drawn.years[-1][0]
    assert (first > last) is (language == "ur")
    bars = [bar for line in drawn.lines for bar in line.bars]
    assert bars and all(bar.x >= 0 and bar.x + bar.width <= drawn.width + 3 for bar in bars)


@pytest.mark.django_db
def test_an_organisation_without_a_listing_draws_nothing() -> None:
    assert timeline.draw([], today=date(2026, 3, 2), mirrored=False).lines == ()
