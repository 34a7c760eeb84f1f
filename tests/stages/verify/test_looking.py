"""Looking again: looks are planned once, leased, tried again after a failure; canaries first; what we see is recorded with its words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from openiru.errors import Unavailable
from openiru.fetch import Page
from openiru.platforms.shapes import Response, Sighting
from openiru.stages.evidence import pacing
from openiru.stages.intake.models import Account, Alias
from openiru.stages.verify import queries, rules, schedule, services, work
from openiru.stages.verify.models import Canary, CanaryLook, Conclusion, Lookup, Observation
from openiru.stages.verify.seeing import Seen, separating
from openiru.terms import Leg, Platform, Presence, Verified
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database
from tests.stages.verify.seeing import LIVE, Pages, pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return builders.a_cast()


def look(account: Account, presence: Presence, **words: Any) -> Observation:
    vantage, now = words.pop("vantage", "outside"), words.pop("now", NOW)
    seen = Seen(account.id, vantage, Sighting(presence, "told", **words), account.url)
    return services.record(seen, actor=SYSTEM, now=now)


def test_looks_are_planned_once_for_what_went_out(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    builders.a_notice(cast)
    assert services.plan(vantages=("outside", "ZZ"), actor=SYSTEM) == len(schedule.STEPS)
    assert services.plan(vantages=("outside", "ZZ"), actor=SYSTEM) == 0
    due = list(Lookup.objects.order_by("due_at").values_list("notice", "vantage", "due_at", "deadline"))
    expected = schedule.slots(notice.sent_at or NOW, str(notice.uuid))
    assert due == [(notice.id, "outside", slot.due, slot.deadline) for slot in expected]


def test_an_answer_and_a_person_bring_a_look_forward_once(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    services.plan(vantages=("outside",), actor=SYSTEM)
    type(notice).objects.update(answered_at=LATER)
    assert [services.plan(vantages=("outside",), actor=SYSTEM) for _ in range(2)] == [1, 0]
    hinted = Lookup.objects.get(hint="answer")
    assert LATER <= hinted.due_at <= LATER + schedule.HINT.spread
    account = notice.case.account
    assert services.sooner(account.id, vantages=("outside", "ZZ"), actor=cast.cleo, now=LATER) == 2
    with refused("not_found"):
        services.sooner(account.id, vantages=("outside",), actor=cast.eve, now=LATER)


def test_local_law_is_looked_at_from_its_territory_too(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    type(notice).objects.update(leg=Leg.LOCAL_LAW)
    services.plan(vantages=("outside", "ZZ"), actor=SYSTEM)
    assert set(Lookup.objects.values_list("vantage", flat=True)) == {"outside", "ZZ"}


def a_due_look(cast: Cast, **changes: Any) -> Lookup:
    notice = builders.a_sent_notice(cast, **changes)
    account = notice.case.account
    for expect, name in ((Presence.LIVE, "alive"), (Presence.NOT_FOUND, "nowhere")):
        services.add_canary(Platform.TELEGRAM, f"https://t.me/{name}", expect, actor=cast.cleo, now=NOW)
    return Lookup.objects.create(account=account, notice=notice, vantage="outside", due_at=NOW, deadline=LATER)


def test_a_look_is_leased_once_and_again_when_the_lease_ran_out(cast: Cast) -> None:
    due = a_due_look(cast)
    assert services.lease(now=NOW - timedelta(seconds=1), vantage="outside") == []
    assert services.lease(now=NOW, vantage="ZZ") == []
    assert [one.id for one in services.lease(now=NOW, vantage="outside")] == [due.id]
    assert services.lease(now=NOW + timedelta(minutes=1), vantage="outside") == []
    assert [one.attempts for one in services.lease(now=NOW + services.LEASE, vantage="outside")] == [2]


def test_a_failure_is_shown_and_tried_again_later(cast: Cast) -> None:
    due = a_due_look(cast)
    broken = pages(lambda _: Unavailable("t.me", "ConnectTimeout"))
    assert work.look_due(fetcher=broken, actor=SYSTEM, now=NOW) == 1
    due.refresh_from_db()
    assert "ConnectTimeout" in due.error
    assert (due.done_at, due.due_at) == (None, NOW + timedelta(minutes=15))
    assert not Observation.objects.exists()
    fine = pages(lambda _: LIVE)
    assert work.look_due(fetcher=fine, actor=SYSTEM, now=NOW) == 0
    assert work.look_due(fetcher=fine, actor=SYSTEM, now=due.due_at) == 1
    due.refresh_from_db()
    assert due.done_at and due.error == "" and Observation.objects.get().presence == Presence.LIVE


def test_one_failure_does_not_stop_the_others(cast: Cast) -> None:
    bad, good = a_due_look(cast), a_due_look(cast)
    some = pages(lambda url: Unavailable("t.me", "down") if bad.account.handle in url else LIVE)
    assert work.look_due(fetcher=some, actor=SYSTEM, now=NOW) == 2
    assert Observation.objects.get().account == good.account


def test_the_waits_grow_to_six_hours() -> None:
    assert [rules.next_look(attempt).total_seconds() / 60 for attempt in range(1, 8)] == [
        15,
        30,
        60,
        120,
        240,
        360,
        360,
    ]


def test_an_observation_keeps_the_words_the_page_and_what_it_says(cast: Cast) -> None:
    due = a_due_look(cast)
    work.look_due(fetcher=pages(lambda _: LIVE), actor=SYSTEM, now=LATER)
    seen = Observation.objects.get()
    assert (seen.at, seen.vantage, seen.notice, len(seen.page_sha256)) == (LATER, "outside", due.notice, 64)
    assert seen.address.endswith(due.account.handle)


def test_canaries_are_looked_at_before_accounts_and_not_each_time(cast: Cast) -> None:
    a_due_look(cast)
    a_due_look(cast)
    seen = pages(lambda url: LIVE)
    work.look_due(fetcher=seen, actor=SYSTEM, now=NOW)
    assert [url.rpartition("/")[2] for url in seen.asked[:2]] == ["alive", "nowhere"]
    assert len(seen.asked) == 4
    a_due_look(cast)
    work.look_due(fetcher=seen, actor=SYSTEM, now=NOW + timedelta(minutes=30))
    assert len(seen.asked) == 5
    a_due_look(cast)
    work.look_due(fetcher=seen, actor=SYSTEM, now=NOW + timedelta(minutes=61))
    assert len(seen.asked) == 8


def test_a_canary_that_cannot_be_reached_separates_nothing(cast: Cast) -> None:
    a_due_look(cast)
    work.look_due(fetcher=pages(lambda _: Unavailable("t.me", "down")), actor=SYSTEM, now=NOW)
    assert {one.presence for one in CanaryLook.objects.all()} == {Presence.ERROR}
    assert not separating("telegram", "outside", NOW)


@pytest.mark.parametrize(
    ("live", "gone", "hours", "vantage", "separates"),
    [
        (Presence.LIVE, Presence.NOT_FOUND, 0, "outside", True),
        (Presence.LIVE, Presence.NOT_FOUND, 6, "outside", True),
        (Presence.LIVE, Presence.NOT_FOUND, 6.01, "outside", False),
        (Presence.LIVE, Presence.NOT_FOUND, 0, "ZZ", False),
        (Presence.LIVE, Presence.LIVE, 0, "outside", False),
        (Presence.NOT_FOUND, Presence.NOT_FOUND, 0, "outside", False),
        (Presence.LIVE, None, 0, "outside", False),
        (None, Presence.NOT_FOUND, 0, "outside", False),
        (None, None, 0, "outside", False),
    ],
)
def test_canaries_separate_only_if_both_read_as_expected_there_and_then(
    cast: Cast, live: Presence | None, gone: Presence | None, hours: float, vantage: str, separates: bool
) -> None:
    for expect, shown in ((Presence.LIVE, live), (Presence.NOT_FOUND, gone)):
        canary = services.add_canary(Platform.TELEGRAM, f"https://t.me/{expect}", expect, actor=cast.cleo, now=NOW)
        if shown:
            services.record_canary(canary.id, shown, vantage=vantage, now=NOW)
    assert separating("telegram", "outside", NOW + timedelta(hours=hours)) is separates


def test_one_wrong_canary_among_many_spoils_them_all(cast: Cast) -> None:
    for number, expect in enumerate((Presence.LIVE, Presence.NOT_FOUND, Presence.LIVE)):
        canary = services.add_canary(Platform.X, f"https://x.com/canary{number}", expect, actor=cast.cleo, now=NOW)
        services.record_canary(canary.id, expect if number < 2 else Presence.LOGIN_WALL, vantage="outside", now=NOW)
    assert not separating("x", "outside", NOW)


def test_a_canary_is_live_or_not_there_and_known_once(cast: Cast) -> None:
    with refused("wrong_state"):
        services.add_canary(Platform.X, "https://x.com/canary", Presence.SUSPENDED, actor=cast.cleo, now=NOW)
    for _ in range(2):
        services.add_canary(Platform.X, "https://x.com/canary", Presence.LIVE, actor=cast.cleo, now=NOW)
    assert Canary.objects.count() == 1
    with refused_by_the_database("canary_once"):
        Canary.objects.create(platform="x", url="https://x.com/canary", expect="live")


def test_withheld_from_one_vantage_and_live_from_the_other_is_withheld_here(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    here = look(account, Presence.WITHHELD, vantage="ZZ", quote="withheld in ZZ", territory="ZZ")
    look(account, Presence.LIVE, vantage="outside")
    said = Conclusion.objects.get()
    assert (said.verified, said.observation) == (Verified.WITHHELD_HERE, here)


def test_a_conclusion_names_the_look_that_decides_even_when_two_were_made_at_once(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    look(account, Presence.LIVE, vantage="outside")
    here = look(account, Presence.WITHHELD, vantage="ZZ", quote="withheld in ZZ", territory="ZZ")
    look(account, Presence.UNKNOWN, vantage="outside")
    assert Conclusion.objects.get().observation == here


def test_a_conclusion_keeps_its_date_until_it_changes(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    look(account, Presence.LIVE)
    look(account, Presence.LIVE, now=LATER)
    assert Conclusion.objects.get().since == NOW
    look(account, Presence.SUSPENDED, quote="Account suspended", now=LATER)
    said = queries.conclusion_of(account.id)
    assert said is not None and (said.verified, said.since) == (Verified.GONE, LATER)


def test_an_account_that_comes_back_is_live_again(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    look(account, Presence.SUSPENDED, quote="Account suspended")
    look(account, Presence.LIVE, now=LATER)
    assert Conclusion.objects.get().verified == Verified.STILL_LIVE


def test_the_page_teaches_followers_a_stable_id_and_the_handle(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    look(account, Presence.LIVE, followers=7, stable_id="1234", handle="newname", now=LATER)
    account.refresh_from_db()
    assert (account.followers, account.followers_at, account.stable_id) == (7, LATER, "1234")
    assert (account.handle, Alias.objects.filter(handle="newname").count()) == ("newname", 1)


def test_a_page_with_another_stable_id_says_nothing_of_this_account(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    look(account, Presence.LIVE, followers=7, stable_id="1234", now=NOW)
    found = look(account, Presence.SUSPENDED, followers=9, stable_id="9999", quote="Account suspended", now=LATER)
    account.refresh_from_db()
    assert (account.followers, account.stable_id) == (7, "1234")
    assert (found.presence, found.signal) == (Presence.UNKNOWN, "another_account")
    assert not Conclusion.objects.filter(verified=Verified.GONE).exists()


def test_a_page_that_says_no_number_leaves_the_old_one_with_its_date(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    look(account, Presence.LIVE, now=LATER)
    account.refresh_from_db()
    assert (account.followers, account.followers_at) == (1200, NOW)


def test_an_account_behind_a_number_is_looked_at_by_hand(cast: Cast) -> None:
    due = a_due_look(cast)
    Account.objects.filter(id=due.account_id).update(phone_hash="0" * 64)
    assert services.lease(now=NOW, vantage="outside") == []
    assert [one.id for one in queries.by_hand(cast.ana, now=NOW)] == [due.id]
    due.account.refresh_from_db()
    with refused("look_by_hand"):
        work.look_now(due.account, fetcher=pages(lambda _: LIVE), actor=SYSTEM, now=NOW)


def test_the_same_look_is_planned_once(cast: Cast) -> None:
    due = a_due_look(cast)
    with refused_by_the_database("lookup_once"):
        Lookup.objects.create(account=due.account, vantage="outside", due_at=NOW, deadline=LATER)
    assert Lookup.objects.filter(due_at__lt=F("due_at")).count() == 0


def test_a_run_whose_canaries_do_not_separate_says_nothing_whatever_its_pages_say(cast: Cast) -> None:
    a_due_look(cast)
    blind = pages(lambda url: "wrong" if url.endswith("/nowhere") else LIVE)
    work.look_due(fetcher=blind, actor=SYSTEM, now=NOW)
    seen = Observation.objects.get()
    assert (seen.presence, seen.read_as, seen.signal) == ("unknown", "live", "run.telegram.extra_count")
    assert seen.signal_set and seen.final_address and len(seen.page_sha256) == 64
    assert not Conclusion.objects.exclude(verified=Verified.UNKNOWN).exists()


def test_a_platform_without_canaries_is_never_read(cast: Cast) -> None:
    a_due_look(cast)
    Canary.objects.all().delete()
    work.look_due(fetcher=pages(lambda _: LIVE), actor=SYSTEM, now=NOW)
    assert Observation.objects.get().presence == Presence.UNKNOWN


def test_signals_past_their_date_prove_nothing() -> None:
    told = Sighting(Presence.SUSPENDED, "x.user_suspended", "Account suspended")
    said = rules.of_this_run(told, separating=True, expired=True)
    assert (said.presence, said.quote) == (Presence.UNKNOWN, "Account suspended")


def test_canaries_that_a_person_opened_count_like_those_of_a_machine(cast: Cast) -> None:
    for expect in (Presence.LIVE, Presence.NOT_FOUND):
        services.add_canary(Platform.X, f"https://x.com/{expect}", expect, actor=cast.cleo, now=NOW)
    for as_expected in (True, False):
        services.record_canaries_by_hand(
            Platform.X, vantage="outside", as_expected=as_expected, actor=cast.ana, now=NOW
        )
        assert separating("x", "outside", NOW) is as_expected


def test_no_host_is_asked_before_its_turn_and_waiting_is_no_failure(cast: Cast) -> None:
    for _ in range(8):
        a_due_look(cast)
    slow = pages(lambda _: LIVE)
    object.__setattr__(slow, "per_minute", 6.0)
    assert work.look_due(fetcher=slow, actor=SYSTEM, now=NOW) == 3
    assert len(slow.asked) == 5, "the burst, two canaries among them"
    waiting = Lookup.objects.filter(done_at=None)
    assert waiting.count() == 5
    assert {(one.error, one.attempts, one.due_at > NOW) for one in waiting} == {("", 0, True)}
    assert work.look_due(fetcher=slow, actor=SYSTEM, now=NOW + timedelta(seconds=9)) == 0
    assert work.look_due(fetcher=slow, actor=SYSTEM, now=NOW + timedelta(seconds=11)) == 1


def test_a_platform_that_no_machine_is_let_into_is_looked_at_by_hand() -> None:
    assert {"x", "facebook", "instagram", "whatsapp", "web"} <= set(services.MANUAL)
    assert not {"telegram", "tiktok", "youtube", "bluesky", "mastodon"} & set(services.MANUAL)


def test_two_looks_at_one_account_that_wait_for_one_turn_are_both_kept(cast: Cast) -> None:
    due = a_due_look(cast)
    Lookup.objects.create(account=due.account, vantage="outside", due_at=NOW, deadline=LATER + timedelta(hours=1))
    services.put_off({one.id: NOW + timedelta(minutes=5) for one in Lookup.objects.all()})
    assert Lookup.objects.filter(due_at=NOW + timedelta(minutes=5)).count() == 2


def test_a_platform_that_asks_us_to_wait_is_no_sighting_and_the_look_is_made_later(cast: Cast) -> None:
    due = a_due_look(cast)
    a_due_look(cast)

    class Wall(Pages):
        def get(self, url: str, *, accept: str = "*/*") -> Page:
            """A wall, but for the canaries."""
            page = super().get(url)
            if url.endswith(("/alive", "/nowhere")):
                return page
            response = Response(url, url, 429, {"Retry-After": "600"}, "", self.vantage)
            return Page(response, b"", "Too Many Requests", "HTTP/1.1", (url,))

    wall = Wall("outside", allow_loopback=True)
    object.__setattr__(wall, "told", lambda _: LIVE)
    object.__setattr__(wall, "asked", [])
    work.look_due(fetcher=wall, actor=SYSTEM, now=NOW)
    due.refresh_from_db()
    assert not Observation.objects.exists() and Lookup.objects.filter(done_at=None).count() == 2
    assert len([url for url in wall.asked if "alive" not in url and "nowhere" not in url]) == 1
    fine = pages(lambda _: LIVE)
    assert work.look_due(fetcher=fine, actor=SYSTEM, now=NOW + timedelta(minutes=9)) == 0
    assert work.look_due(fetcher=fine, actor=SYSTEM, now=NOW + timedelta(minutes=16)) == 2


def test_a_platform_without_canaries_and_looks_past_their_deadline_are_shown(cast: Cast) -> None:
    a_due_look(cast)
    assert queries.platforms_without_canaries(asked_only=True) == []
    assert "youtube" in queries.platforms_without_canaries() and "x" not in queries.platforms_without_canaries()
    Canary.objects.filter(expect=Presence.LIVE).delete()
    assert queries.platforms_without_canaries(asked_only=True) == ["telegram"]
    assert (queries.late(NOW), queries.late(LATER + timedelta(minutes=1))) == (0, 1)
    work.look_at_canaries(Platform.TELEGRAM, fetcher=pages(lambda _: LIVE), now=NOW)
    ((_, (shown,)),) = queries.canaries(cast.cleo)
    assert shown.presence == Presence.NOT_FOUND


def test_of_two_processes_at_one_vantage_one_looks(cast: Cast) -> None:
    a_due_look(cast)
    with pacing.alone("outside") as first, pacing.alone("ZZ") as elsewhere:
        assert first and elsewhere
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_other_process).result() == 0
    assert not Observation.objects.exists()


def _other_process() -> int:
    try:
        return work.look_due(fetcher=pages(lambda _: LIVE), actor=SYSTEM, now=NOW)
    finally:
        connection.close()
