"""Looks at posts: by the documented address, with canaries of their own; what nobody ever saw cannot vanish."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import Response
from openiru.stages.intake.models import Item
from openiru.stages.notices.models import Answer, Notice
from openiru.stages.verify import items, queries, rules, schedule, services, work
from openiru.stages.verify.models import Canary, Conclusion, ItemConclusion, ItemObservation, Lookup
from openiru.terms import Platform, Presence, Verified
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.laws.asking import refused
from tests.stages.verify.seeing import Pages, pages

pytestmark = pytest.mark.django_db

THERE = '<div class="tgme_widget_message" data-post="valley/1"></div>'
MISSING = '<div class="tgme_widget_message_error">Post not found</div>'
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return builders.a_cast()


def canaries(cast: Cast) -> None:
    for url, expect in (("https://t.me/alive/1", Presence.LIVE), ("https://t.me/alive/2", Presence.NOT_FOUND)):
        services.add_canary(Platform.TELEGRAM, url, expect, actor=cast.cleo, now=NOW)


def showing(post: str) -> Pages:
    """A network where the canaries read as expected and every other post as told."""
    return pages(lambda url: THERE if "/alive/1" in url else MISSING if "/alive/2" in url else post)


def look(notice: Notice, post: str, at: datetime) -> Item:
    item = notice.decision.assessment.items.get().item
    Lookup.objects.create(
        account_id=item.account_id, item=item, notice=notice, vantage="outside", due_at=at, deadline=at + DAY
    )
    assert work.look_due(fetcher=showing(post), actor=SYSTEM, now=at) == 1
    return item


def test_posts_are_looked_at_before_and_after_a_notice_goes_out_each_once(cast: Cast) -> None:
    waiting, gone_out = builders.a_queued_notice(cast), builders.a_sent_notice(cast)
    for planned in (1 + len(schedule.STEPS), 0):
        assert services.plan_items(vantage="outside", actor=SYSTEM, now=NOW) == planned
    assert Lookup.objects.get(notice=waiting).hint == items.BEFORE
    assert services.plan(vantages=("outside",), actor=SYSTEM) == len(schedule.STEPS), "the account has its own looks"
    assert {one.item_id for one in Lookup.objects.filter(notice=gone_out)} == {
        None,
        gone_out.decision.assessment.items.get().item_id,
    }


def test_a_post_that_was_seen_and_is_missing_twice_a_day_apart_is_no_longer_visible(cast: Cast) -> None:
    canaries(cast)
    notice = builders.a_sent_notice(cast)
    item = look(notice, THERE, NOW)
    said = ItemConclusion.objects.get(item=item)
    assert said.verified == Verified.STILL_LIVE
    item.refresh_from_db()
    assert item.last_seen_live == NOW
    look(notice, MISSING, NOW + DAY)
    said.refresh_from_db()
    assert said.verified == Verified.UNKNOWN, "once is not enough"
    look(notice, MISSING, NOW + 2 * DAY)
    said.refresh_from_db()
    assert said.verified == Verified.NOT_VISIBLE and said.observation is not None
    assert said.observation.address.endswith("?embed=1") and said.observation.page_sha256
    assert not Conclusion.objects.exists(), "nothing is said of the account"


def test_a_post_that_no_look_ever_saw_cannot_vanish(cast: Cast) -> None:
    canaries(cast)
    notice = builders.a_sent_notice(cast)
    for days in (0, 1, 2):
        item = look(notice, MISSING, NOW + days * DAY)
    said = ItemConclusion.objects.get(item=item)
    assert said.verified == Verified.UNKNOWN and "no look ever saw it" in said.why


def test_without_canaries_of_posts_a_look_at_a_post_says_nothing(cast: Cast) -> None:
    for name, expect in (("alive", Presence.LIVE), ("nowhere", Presence.NOT_FOUND)):
        services.add_canary(Platform.TELEGRAM, f"https://t.me/{name}", expect, actor=cast.cleo, now=NOW)
    item = look(builders.a_sent_notice(cast), THERE, NOW)
    assert ItemObservation.objects.get(item=item).presence == Presence.UNKNOWN
    Lookup.objects.update(done_at=None)
    assert queries.platforms_without_canaries(asked_only=True, of_items=True) == ["telegram"]
    assert "telegram" not in queries.platforms_without_canaries()


def test_a_canary_of_a_post_needs_a_platform_with_a_way(cast: Cast) -> None:
    assert services.add_canary(Platform.X, "https://x.com/example/status/20", Presence.LIVE, actor=cast.cleo, now=NOW)
    assert Canary.objects.get().of_items
    with refused("look_by_hand"):
        services.add_canary(
            Platform.DISCORD,
            "https://discord.com/channels/81384788765712384/381887113391505410/381887113391505411",
            Presence.LIVE,
            actor=cast.cleo,
            now=NOW,
        )


def test_claimed_stands_beside_verified_for_each_post(cast: Cast) -> None:
    canaries(cast)
    notice = builders.a_sent_notice(cast)
    item = look(notice, THERE, NOW)
    (before,) = items.standing_of(notice)
    assert (before.claimed, before.verified, before.pair.name) == ("", Verified.STILL_LIVE, "silent_and_live")
    Answer.objects.create(
        notice=notice, outcome="removed_global", quote="gone", items={item.url: "removed_global"}, partial=True, at=NOW
    )
    (after,) = items.standing_of(notice)
    assert (after.claimed, after.pair.name) == ("removed_global", "removed_but_live")


def test_the_posts_of_an_account_that_is_not_there_are_not_asked_for(cast: Cast) -> None:
    canaries(cast)
    notice = builders.a_sent_notice(cast)
    item = look(notice, THERE, NOW)
    Conclusion.objects.create(account_id=item.account_id, verified=Verified.GONE, since=NOW, why="suspended")
    again = Lookup.objects.create(
        account_id=item.account_id,
        item=item,
        notice=notice,
        vantage="outside",
        due_at=NOW + DAY,
        deadline=NOW + 2 * DAY,
    )
    silent = showing(THERE)
    assert work.look_due(fetcher=silent, actor=SYSTEM, now=NOW + DAY) == 0 and silent.asked == []
    again.refresh_from_db()
    assert again.done_at and again.error == items.NOT_ASKED
    (standing,) = items.standing_of(notice)
    assert (standing.verified, standing.why) == (Verified.NOT_VISIBLE, items.NOT_ASKED), "it is not shown as live"


def test_another_agency_records_nothing(cast: Cast) -> None:
    item = builders.a_sent_notice(cast).decision.assessment.items.get().item
    (seen,) = [
        work.Seen(item.account_id, "outside", PLATFORMS[Platform.TELEGRAM].read_presence(answer("", 200)), item.url)
    ]
    with refused("not_found"):
        items.record(item.id, seen, actor=cast.eve, now=NOW)


def answer(body: str, status: int, url: str = "https://t.me/a/1") -> Response:
    return Response(url, url, status, {}, body, "outside")


ADDRESSES = {
    Platform.X: ("post", "https://x.com/a/status/20", "https://publish.x.com/oembed?url={}"),
    Platform.FACEBOOK: (
        "video",
        "https://www.facebook.com/a/videos/9",
        "https://graph.facebook.com/oembed_video?url={}",
    ),
    Platform.INSTAGRAM: (
        "post",
        "https://www.instagram.com/p/Ab/",
        "https://graph.facebook.com/instagram_oembed?url={}",
    ),
    Platform.TIKTOK: ("video", "https://www.tiktok.com/@a/video/7", "https://www.tiktok.com/oembed?url={}"),
    Platform.YOUTUBE: (
        "video",
        "https://www.youtube.com/watch?v=a",
        "https://www.youtube.com/oembed?format=json&url={}",
    ),
}


@pytest.mark.parametrize("platform", ADDRESSES)
def test_a_post_is_asked_for_by_its_documented_address(platform: Platform) -> None:
    kind, url, form = ADDRESSES[platform]
    assert items.address_of(platform, kind, url) == form.format(quote(url, safe=""))


def test_a_post_that_no_visitor_can_see_is_not_asked_for() -> None:
    assert items.address_of("telegram", "post", "https://t.me/c/1234567890/5") == ""
    assert items.address_of("telegram", "post", "https://t.me/a/5") == "https://t.me/a/5?embed=1"
    assert items.address_of("whatsapp", "post", "https://www.whatsapp.com/channel/a/5") == ""


OEMBED = {
    Platform.X: ('{"html":"<blockquote class=\\"twitter-tweet\\"></blockquote>"}', (404, "<p>page does not exist</p>")),
    Platform.FACEBOOK: ('{"html":"<div class=\\"fb-post\\"></div>"}', (400, '{"error":{"code":100}}')),
    Platform.INSTAGRAM: ('{"html":"<blockquote class=\\"instagram-media\\">"}', (400, '{"error":{"code":100}}')),
    Platform.TIKTOK: ('{"author_url":"https://www.tiktok.com/@a"}', (400, '{"code":400}')),
    Platform.YOUTUBE: ('{"html":"<iframe src=\\"https://www.youtube.com/embed/a\\">"}', (404, "Not Found")),
}


@pytest.mark.parametrize("platform", OEMBED)
def test_what_each_answer_says_of_a_post(platform: Platform) -> None:
    known = items.check_of(platform)
    assert known is not None
    kind, url, _ = ADDRESSES[platform]
    asked = items.address_of(platform, kind, url)
    live, (status, body) = OEMBED[platform]
    json.loads(live)
    assert known.read(answer(live, 200, asked)).presence is Presence.LIVE
    assert known.read(answer(body, status, asked)).presence is Presence.NOT_FOUND
    for nothing in ("", "{}", "null", "<html>Sign in</html>", '{"html":"<p>twitter</p>"}'):
        assert known.read(answer(nothing, 200, asked)).presence is Presence.UNKNOWN
    walls = {401: Presence.UNKNOWN, 429: Presence.RATE_LIMITED, 500: Presence.ERROR}
    for code, presence in walls.items():
        assert known.read(answer("{}", code, asked)).presence is presence
    elsewhere = Response(asked, "https://block.example.org/", 404, {}, body, "outside")
    assert known.read(elsewhere).presence is Presence.UNKNOWN


def test_only_what_was_seen_can_vanish() -> None:
    missing = [rules.Look(NOW + days * DAY, "outside", Presence.NOT_FOUND, "", "", True) for days in (1, 3)]
    seen = rules.Look(NOW, "outside", Presence.LIVE, "there", "", True)
    assert rules.conclude_item(missing).verified is Verified.UNKNOWN
    assert rules.conclude_item([seen, *missing]).verified is Verified.NOT_VISIBLE
