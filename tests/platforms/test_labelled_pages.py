"""Every labelled page of the stand-ins, over real HTTP: no live account is ever called gone, and what a page shows is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from openiru.errors import Unreadable
from openiru.fetch import Fetcher
from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import Sighting
from openiru.sandbox.main import Running, start
from openiru.sandbox.odd import OddPage, odd_pages
from openiru.stages.verify import rules
from openiru.stages.verify.rules import Look
from openiru.terms import Platform, Presence, Verified
from tests.builders import NOW
from tests.sandbox.builders import START

HOSTS = {
    "t.me": Platform.TELEGRAM, "x.com": Platform.X, "facebook.com": Platform.FACEBOOK, "instagram.com": Platform.INSTAGRAM,
    "tiktok.com": Platform.TIKTOK, "youtube.com": Platform.YOUTUBE, "bsky.app": Platform.BLUESKY, "mastodon.social": Platform.MASTODON,
    "discord.com": Platform.DISCORD, "whatsapp.com": Platform.WHATSAPP, "snapchat.com": Platform.SNAPCHAT,
}  # fmt: skip


def platform_of(page: OddPage) -> Platform:
    host = page.address.split("/")[0]
    return next(name for ending, name in HOSTS.items() if host == ending or host.endswith(f".{ending}"))


def read(page: OddPage, http: str) -> Sighting:
    """What the product reads, by its own fetcher, from the page's vantage."""
    answer = Fetcher(page.vantage, sandbox=http).get(f"https://{page.address}")
    return PLATFORMS[platform_of(page)].read_presence(answer.response)


def twice(sighting: Sighting, vantage: str) -> Verified:
    """What two looks a day apart allow us to say, with canaries that separate."""
    looks = [
        Look(NOW + timedelta(hours=hours), vantage, sighting.presence, sighting.quote, sighting.territory, True)
        for hours in (0, 25)
    ]
    return rules.conclude(looks).verified


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    world = tmp_path_factory.mktemp("world") / "world.json"
    nothing = {"start": START.isoformat(), "official_domains": [], "platforms": [], "organisations": [], "accounts": []}
    world.write_text(json.dumps(nothing))
    running = start(world)
    yield running
    running.stop()


@pytest.mark.parametrize("page", odd_pages(), ids=lambda page: f"{page.address}@{page.vantage}")
def test_no_false_gone_and_what_a_page_shows_is_named(page: OddPage, sandbox: Running) -> None:
    sighting = read(page, sandbox.http)
    said = twice(sighting, page.vantage)
    assert said is not Verified.GONE or page.truth == "gone", (sighting, page.says)
    assert said is not Verified.WITHHELD_HERE or page.truth == "withheld"
    assert said is not Verified.STILL_LIVE or page.truth in {"live", "withheld"}
    if page.shows:
        assert sighting.presence == page.shows, (sighting, page.says)
    assert sighting.quote or sighting.presence in {Presence.UNKNOWN, Presence.ERROR}


def test_every_platform_and_every_state_is_among_them() -> None:
    shown = {page.shows for page in odd_pages()}
    assert {one.value for one in Presence} - {Presence.RENAMED.value} <= shown
    assert {platform_of(page) for page in odd_pages()} == set(Platform) - {Platform.WEB}
    assert sum("false signal" in page.says for page in odd_pages()) >= 15
    with pytest.raises(Unreadable):
        PLATFORMS[Platform.X].recognise("https://")
