"""How many addresses a second `recognise` reads on one core, next to `urlsplit` alone: the floor of splitting."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from random import Random
from urllib.parse import urlsplit

from openiru.errors import Unreadable
from openiru.platforms import recognise

COUNT = 200_000
GOAL = 100_000
SEED = 7
FORMS = (
    "https://www.facebook.com/{name}.{number}",
    "https://m.facebook.com/profile.php?id=1000{long}&fref=nf",
    "https://www.facebook.com/groups/{number}/posts/{long}/",
    "https://www.facebook.com/{name}/posts/pfbid0{name}{number}",
    "https://www.instagram.com/{name}_{number}/?igsh=abc",
    "https://www.instagram.com/p/C{name}{number}/",
    "https://www.tiktok.com/@{name}{number}/video/72{long}",
    "https://www.tiktok.com/@{name}.{number}?lang=ur",
    "https://vm.tiktok.com/ZT{number}/",
    "https://x.com/{name}{number}",
    "https://twitter.com/{name}/status/19{long}?s=20",
    "https://t.me/{name}{number}",
    "https://t.me/s/{name}/{number}",
    "https://t.me/+{name}{number}",
    "https://t.me/c/{long}/{number}",
    "https://chat.whatsapp.com/Invite00{name}{long}",
    "https://www.whatsapp.com/channel/0029Va{name}{long}/{number}",
    "https://wa.me/999{long}",
    "https://example.org/{name}/{number}",
    "https://evilt.me/{name}",
)


def mix(count: int) -> list[str]:
    """The same addresses on every run: all forms in turn, with names and numbers that do not repeat."""
    random = Random(SEED)
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [
        FORMS[place % len(FORMS)].format(
            name="".join(random.choices(letters, k=7)),
            number=random.randrange(10_000, 99_999),
            long=random.randrange(10**9, 10**10),
        )
        for place in range(count)
    ]


def rate(read: Callable[[str], object], urls: list[str]) -> float:
    """Addresses a second, the better of two passes."""
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        for url in urls:
            read(url)
        best = min(best, time.perf_counter() - start)
    return len(urls) / best


def read_or_refuse(url: str) -> object:
    """What an importer does with each line."""
    try:
        return recognise(url)
    except Unreadable as failure:
        return failure.reason


def main(argv: list[str] | None = None) -> int:
    """Print both rates and their ratio; fails under the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    urls = mix(options.count)
    ours, floor = rate(read_or_refuse, urls), rate(urlsplit, urls)
    found = {
        "addresses": len(urls),
        "recognise_per_second": round(ours),
        "urlsplit_per_second": round(floor),
        "ratio": round(ours / floor, 3),
        "goal_per_second": GOAL,
        "met": ours >= GOAL,
    }
    if options.json:
        print(json.dumps(found))
    else:
        print(f"recognise  {ours:>10,.0f} addresses a second (goal {GOAL:,})")
        print(f"urlsplit   {floor:>10,.0f} addresses a second: the floor")
        print(f"ratio      {ours / floor:>10.2f}")
    return 0 if found["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
