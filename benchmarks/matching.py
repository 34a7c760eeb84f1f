"""Detection over what came in, from the database and back, beside the bare scan of the same rows: rows a second.

`python -m benchmarks.matching --rows 200000` makes reports and posts in the embedded database; one row in fifty has a listed
name. The limit it is held against is `detect.scan` on rows that are in memory already.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.intake import database

NAMES = 5_000
WORDS = ("morning", "market", "road", "school", "سلام", "خبر", "bazaar", "yaar", "kal", "subah", "weather", "match")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main(words: list[str]) -> int:
    """Print the figures; status 1 if a row was read twice or not at all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="openiru-bench-") as folder, database(Path(folder)):
        found = _measure(asked.rows)
    print(json.dumps(found) if asked.json else "  ".join(f"{name} {value:,}" for name, value in found.items()))
    return int(found["matches"] != found["planted"])


def _measure(rows: int) -> dict[str, float]:
    from openiru.detect.scan import batch_of, scan
    from openiru.people.actor import SYSTEM
    from openiru.stages.matching import reading, work
    from openiru.stages.matching.detectors import detectors
    from openiru.stages.matching.models import Match

    texts = _fill(rows)
    made = detectors()
    started = time.perf_counter()
    for first in range(0, rows, reading.PART):
        scan(batch_of([{"text": text} for text in texts[first : first + reading.PART]]), made)
    bare = rows / (time.perf_counter() - started)
    started = time.perf_counter()
    while work.scan_new(actor=SYSTEM, now=NOW):
        pass
    seconds = time.perf_counter() - started
    return {
        "rows": rows,
        "names": NAMES,
        "rows a second": round(rows / seconds),
        "bare scan, rows a second": round(bare),
        "share of the bare scan": round(rows / seconds / bare, 2),
        "planted": sum("Organisation" in text for text in texts),
        "matches": Match.objects.count(),
        "our memory, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _fill(rows: int) -> list[str]:
    from openiru.stages.intake.models import Account, Item
    from openiru.stages.register.models import ListedName, Listing, Organisation, PublishedList, Snapshot

    authority = PublishedList.objects.create(slug="bench", title="Bench", authority="Bench")
    whole: dict[str, Any] = {"published_list": authority, "state": "in_force", "sha256": "ab" * 32, "retrieved_at": NOW}
    whole |= {"loaded_by_hand": False, "entries": 1, "organisations": 1, "individuals": 0}
    snapshot = Snapshot.objects.create(**whole)
    organisation = Organisation.objects.create(name="Bench", slug="bench")
    listing = Listing.objects.create(
        published_list=authority, reference="1", organisation=organisation, name="Bench",
        first_snapshot=snapshot, last_snapshot=snapshot,
    )  # fmt: skip
    ListedName.objects.bulk_create(
        ListedName(listing=listing, name=f"Organisation Number {one}", quality="primary", script="Latin")
        for one in range(NAMES)
    )
    account = Account.objects.create(
        platform="telegram",
        kind="channel",
        key="telegram:bench",
        url="https://t.me/bench",
        first_seen=NOW,
        retain_until=date(2028, 1, 1),
    )
    draw = random.Random(7)
    texts = [_text(draw, number) for number in range(rows)]
    for first in range(0, rows, 10_000):
        Item.objects.bulk_create(
            Item(
                account=account, key=f"telegram:bench/{number}", url=f"https://t.me/bench/{number}", kind="post",
                text=texts[number], first_seen=NOW, retain_until=date(2028, 1, 1),
            )
            for number in range(first, min(rows, first + 10_000))
        )  # fmt: skip
    return texts


def _text(draw: random.Random, number: int) -> str:
    words = [draw.choice(WORDS) for _ in range(30)]
    if number % 50 == 0:
        words[15] = f"Organisation Number {draw.randrange(NAMES)}"
    return " ".join(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
