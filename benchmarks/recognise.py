"""How many addresses a second `recognise` reads on one core, and how often it is right on published forms, beside its peers."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from benchmarks import url_forms
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
    "https://www.youtube.com/watch?v={name}{number:.4}",
    "https://www.youtube.com/@{name}{number}/videos",
    "https://bsky.app/profile/{name}{number}.example.org/post/3l{name}{number}",
    "https://mastodon.social/@{name}{number}/109{long}",
    "https://social.example.org/@{name}{number}",
    "https://discord.gg/{name}{number}",
    "https://discord.com/channels/1000000{long}/1000001{long}/1000002{long}",
    "https://www.snapchat.com/add/{name}{number}",
    "https://{name}{number}.example.net/{name}?id={number}&utm_source=x",
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
            number=str(random.randrange(10_000, 99_999)),
            long=random.randrange(10**9, 10**10),
        )
        for place in range(count)
    ]


def rate(read: Callable[[str], object], urls: list[str]) -> float:
    """Addresses in a second of one core (its own time, whatever else the machine does), the better of two passes."""
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        for url in urls:
            read(url)
        best = min(best, time.process_time() - start)
    return len(urls) / best


def read_or_refuse(url: str) -> object:
    """What an importer does with each line."""
    try:
        return recognise(url)
    except Unreadable as failure:
        return failure.reason


def correctness() -> int:
    """The table over the published forms: ours and each peer, on the platforms that it reads. 1 where a peer is absent."""
    path = Path(os.environ.get("OPENIRU_DATA", "data")) / "protocols" / "platform_urls" / "ytdlp_url_forms.csv"
    if not path.is_file():
        print(f"published forms: skipped, no data at {path} (set OPENIRU_DATA)")
        return 0
    forms = url_forms.read(path)
    try:
        readers = url_forms.peers()
    except ImportError as failure:
        print(f"published forms: FAILED, the peer {failure.name} is not installed (requirements/bench.txt)")
        return 1
    everything = frozenset(form.platform for form in forms)
    print("published forms       forms  platform right  identifier right  crashes  addresses a second")
    _line("ours, all of them", url_forms.ours, forms, everything)
    for name, (reader, covers) in readers.items():
        _line(name, reader, forms, covers)
        _line("  ours, its platforms", url_forms.ours, forms, covers)
    return 0


def _line(name: str, reader: url_forms.Reader, forms: list[url_forms.Form], covers: frozenset[str]) -> None:
    found = url_forms.score(reader, forms, covers)

    def whatever(url: str) -> object:
        try:
            return reader(url)
        except Exception:
            return None

    speed = rate(whatever, [form.url for form in forms if form.platform in covers] * 40)
    print(
        f"{name:<21} {found.forms:>5}  {found.platform / found.forms:>14.3f}  "
        f"{found.identifier:>7} of {found.identifiers:>4}  {found.crashes:>8}  {speed:>18,.0f}"
    )


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
    failed = 0 if options.json else correctness()
    return failed if found["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
