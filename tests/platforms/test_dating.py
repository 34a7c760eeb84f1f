"""The time in an id: each formula against ids made the other way round, published fixed points, and what carries no time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.platforms import PLATFORMS, made_at, recognise
from openiru.platforms.shapes import PlatformFile

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RECENT = st.datetimes(datetime(2023, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
DATED = [file for file in PLATFORMS.values() if file.dating]


def milliseconds(at: datetime) -> int:
    """Since 1970."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def base(number: int, letters: str, width: int = 0) -> str:
    """A number in the digits `letters`."""
    text = ""
    while number or len(text) < width:
        number, place = divmod(number, len(letters))
        text = letters[place] + text
    return text


@given(RECENT, st.integers(0, 2**22 - 1))
def test_each_formula_gives_back_the_time_an_id_was_made_from(at: datetime, low: int) -> None:
    ms = milliseconds(at)
    code = base((ms - 1314220021721 << 23) + low, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    tid = base(ms * 1000 << 10 | low & 1023, "234567abcdefghijklmnopqrstuvwxyz", 13)
    ids = {
        f"https://x.com/a/status/{(ms - 1288834974657 << 22) + low}": 1,
        f"https://www.tiktok.com/@a_b/video/{(ms // 1000 << 32) + low}": 1000,
        f"https://www.instagram.com/p/{code}/": 1,
        f"https://discord.com/users/{(ms - 1420070400000 << 22) + low}": 1,
        f"https://mastodon.social/@example/{(ms << 16) + (low & 0xFFFF)}": 1,
        f"https://bsky.app/profile/example.org/post/{tid}": 1,
    }
    for url, unit in ids.items():
        made = made_at(recognise(url).key)
        assert made is not None, url
        assert milliseconds(made.at) == ms // unit * unit


def test_the_fixed_point_that_a_platform_publishes() -> None:
    # The example of Discord's own documentation of its ids.
    made = made_at("discord:user:id:175928847299117063")
    assert made is not None
    assert made.at == datetime(2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC)


@pytest.mark.parametrize(
    "key",
    [
        "x:post:id:20",
        "x:user:id:2900000001",
        "x:user:h:example",
        "x:space:id:1OwxWwQOPlNxQ",
        "tiktok:user:id:649222262",
        "tiktok:user:h:example",
        "instagram:user:h:example",
        "instagram:highlight:id:17854360229135492",
        "bluesky:account:id:did:plc:examplexampleexamplexamp",
        "bluesky:post:h:example.org/self",
        "mastodon:post:id:mastodon.social/109",
        "mastodon:account:h:example@mastodon.social",
        "discord:invite:h:ExaMple",
        "facebook:post:id:123/456",
        "telegram:post:h:example/12",
        "nothing",
        "",
    ],
)
def test_what_carries_no_time_has_none(key: str) -> None:
    assert made_at(key) is None


@pytest.mark.parametrize("file", DATED, ids=lambda file: file.title)
def test_each_says_where_its_formula_is_from(file: PlatformFile) -> None:
    assert file.dating is not None
    assert "§1" in file.dating.source


def test_a_time_that_the_author_chose_is_said_to_be_so() -> None:
    made = made_at("bluesky:post:id:did:plc:examplexampleexamplexamp/3kh5rarr3gn2n")
    assert made is not None
    assert "may put it back" in made.caution


@given(st.text(max_size=40), st.sampled_from(sorted(PLATFORMS)), st.sampled_from(["post", "user", "media", "video"]))
def test_any_key_is_answered_without_failing(value: str, platform: str, kind: str) -> None:
    made = made_at(f"{platform}:{kind}:id:{value}")
    assert made is None or made.at.tzinfo is UTC
