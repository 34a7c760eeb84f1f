"""The make-up of the world in numbers: how many accounts of which sort on each platform. Calibrated, not measured.

The shares are chosen so that the naive practice, under the stand-ins' rules, ends near the figures of the real event.
They say nothing about the real accounts; what the exercise can show is how rules and practice interact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openiru.faces.exercise.world.shapes import Group, Shows

GROUPS = (
    Group(
        letter="A",
        english=("Zarfana Vanguard", "Vanguard of Zarfana"),
        roman=("Harawal-e-Zarfana",),
        urdu=("ہراول زرفانہ",),
        weak=("ZVG",),
        namesake="Zarfana Vanguards Cricket Club",
        lists=("multilateral", "national-one", "national-two"),
    ),
    Group(
        letter="B",
        english=("Ombristan Red Column", "Red Column of Ombristan"),
        roman=("Surkh Dasta Ombristan",),
        urdu=("سرخ دستہ اومبرستان",),
        weak=("ORC",),
        namesake="Ombristan Red Columns Cricket League",
        lists=("national-one", "national-two"),
    ),
    Group(
        letter="C",
        english=("Nilmarg Lantern Front", "Lantern Front of Nilmarg"),
        roman=("Mahaz-e-Fanoos Nilmarg",),
        urdu=("محاذ فانوس نیلمرگ",),
        weak=("NLF-X",),
        namesake="Nilmarg Lanterns Cricket Club",
        lists=("single-national",),
    ),
)


@dataclass(frozen=True, slots=True)
class Mix:
    """One platform's share of the world. Parts are in accounts of a world of 850; other sizes keep the proportions."""

    platform: str
    hosts: str
    profile: str
    inboxes: tuple[str, ...]
    accounts: int
    wrong: int
    groups: Mapping[str, int]
    shows: Mapping[Shows, int]
    stale: int
    kinds: Mapping[Shows, Mapping[str, int]]
    usual_kind: str = "account"


MIXES = (
    Mix(
        platform="facebook",
        hosts="facebook.com fb.com",
        profile="standards",
        inboxes=("gov-requests@facebook.com",),
        accounts=180,
        wrong=7,
        groups={"A": 115, "B": 50, "C": 8},
        shows={Shows.FRONT: 50, Shows.RECENT: 102, Shows.PRAISE: 16, Shows.DEEP: 5},
        stale=3,
        kinds={},
    ),
    Mix(
        platform="instagram",
        hosts="instagram.com",
        profile="standards",
        inboxes=("gov-requests@instagram.com",),
        accounts=90,
        wrong=4,
        groups={"A": 47, "B": 30, "C": 9},
        shows={Shows.FRONT: 25, Shows.RECENT: 50, Shows.PRAISE: 9, Shows.DEEP: 2},
        stale=2,
        kinds={},
    ),
    Mix(
        platform="tiktok",
        hosts="tiktok.com",
        profile="partner",
        inboxes=("gov-requests@tiktok.com",),
        accounts=120,
        wrong=5,
        groups={"A": 70, "B": 35, "C": 10},
        shows={Shows.FRONT: 34, Shows.RECENT: 62, Shows.PRAISE: 12, Shows.DEEP: 7},
        stale=2,
        kinds={},
    ),
    Mix(
        platform="x",
        hosts="x.com twitter.com",
        profile="portal",
        inboxes=("gov-requests@x.com",),
        accounts=280,
        wrong=11,
        groups={"A": 122, "B": 110, "C": 37},
        shows={Shows.FRONT: 80, Shows.RECENT: 147, Shows.PRAISE: 30, Shows.DEEP: 12},
        stale=5,
        kinds={},
    ),
    Mix(
        platform="telegram",
        hosts="t.me telegram.me",
        profile="mailbox",
        inboxes=("abuse@telegram.org", "stopca@telegram.org", "dsa.telegram@edsr.eu"),
        accounts=60,
        wrong=2,
        groups={"A": 38, "B": 16, "C": 4},
        shows={Shows.FRONT: 17, Shows.RECENT: 34, Shows.PRAISE: 6, Shows.DEEP: 1},
        stale=1,
        kinds={Shows.RECENT: {"channel": 5, "group": 1}},
        usual_kind="channel",
    ),
    Mix(
        platform="whatsapp",
        hosts="whatsapp.com wa.me",
        profile="encrypted",
        inboxes=("gov-requests@whatsapp.com",),
        accounts=120,
        wrong=5,
        groups={"A": 64, "B": 40, "C": 11},
        shows={Shows.FRONT: 33, Shows.RECENT: 46, Shows.PRAISE: 6, Shows.NOTHING: 30},
        stale=3,
        kinds={Shows.FRONT: {"channel": 19, "invite": 14}, Shows.NOTHING: {"phone": 1}},
        usual_kind="channel",
    ),
)
"""Telegram's addresses are those of the reference [P S21,S22]; the others are stand-ins, since none is published."""


def scaled(parts: Mapping[str, int], total: int) -> dict[str, int]:
    """Share `total` out in the proportion of `parts`, whole numbers, largest remainder first."""
    whole = sum(parts.values())
    if whole == 0:
        return dict.fromkeys(parts, 0)
    exact = {name: total * part / whole for name, part in parts.items()}
    shares = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(parts, key=lambda name: (shares[name] - exact[name], name))
    for name in by_remainder[: total - sum(shares.values())]:
        shares[name] += 1
    return shares


def dealt(parts: Mapping[str, int], total: int) -> list[str]:
    """The same shares as a row of names in which each sort is spread evenly, so that two rows do not line up."""
    shares = scaled(parts, total)
    spots = [((index + 0.5) / count, name) for name, count in shares.items() for index in range(count)]
    return [name for _, name in sorted(spots)]
