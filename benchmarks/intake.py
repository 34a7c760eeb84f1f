"""A million rows of CSV recognised, deduplicated and stored (goal: 60 s, 300 MB), how the cost grows, and the bare COPY beside it.

`python -m benchmarks.intake --rows 10000000 --alone` shows the whole way to ten million, million by million; it takes some
ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

GOAL_SECONDS, GOAL_MEMORY = 60.0, 300.0
FORMS = (
    "https://x.com/{name}",
    "https://t.me/{name}",
    "https://www.tiktok.com/@{name}",
    "https://www.facebook.com/{plain}",
    "https://www.instagram.com/{name}/",
    "https://twitter.com/{name}/status/{post}",
    "https://t.me/{name}/{post}",
)


def make(path: Path, rows: int, seed: int = 4) -> None:
    """Write a table in which accounts come back in several forms, and each thousandth row names nothing."""
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8") as out:
        out.write("url,followers,organisation,note\n")
        for number in range(rows):
            holder = draw.randrange(rows * 4 // 5)
            form = draw.choice(FORMS)
            url = form.format(name=f"example_{holder}", plain=f"example{holder}", post=draw.randrange(10**6, 10**7))
            url = "nothing" if number % 1000 == 0 else url
            out.write(f"{url},{draw.randrange(100_000)},Example Front,seen in sweep {number % 50}\n")


def main(words: list[str]) -> int:
    """Load the file in steps; status 1 when a million rows take longer or more memory than the goal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--alone", action="store_true", help="only so many rows, without the smaller steps")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="openiru-bench-") as folder, database(Path(folder)):
        found = [_load(Path(folder), rows) for rows in ([asked.rows] if asked.alone else _steps(asked.rows))]
        if asked.rows <= 2_000_000:
            found[-1]["bare copy, seconds"] = _bare(Path(folder), asked.rows)
    if asked.json:
        print(json.dumps(found, indent=1))
    else:
        for one in found:
            print("  ".join(f"{name} {value:,}" for name, value in one.items()))
    million = next((one for one in found if one["rows"] == 1_000_000), None)
    if million is None:
        return 0
    kept = (
        million["seconds"] + million["read through, seconds"] <= GOAL_SECONDS
        and million["our memory, MB"] <= GOAL_MEMORY
    )
    print(f"a million rows in {GOAL_SECONDS:.0f} s and {GOAL_MEMORY:.0f} MB: {'kept' if kept else 'NOT KEPT'}")
    return 0 if kept else 1


def _steps(rows: int) -> list[int]:
    return [step for step in (250_000, 500_000, 1_000_000, 2_000_000, 5_000_000) if step < rows] + [rows]


@contextmanager
def database(home: Path) -> Iterator[None]:
    home.chmod(0o755)
    os.environ |= {"OPENIRU_HOME": str(home), "DJANGO_SETTINGS_MODULE": "openiru.config.settings"}
    import django

    django.setup()
    from openiru.config.command import database

    with database():
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield


def _load(folder: Path, rows: int) -> dict[str, float]:
    from django.db import connection

    from openiru.people.actor import SYSTEM
    from openiru.people.models import Agency
    from openiru.stages.intake import loading, work
    from openiru.stages.intake.models import Batch

    with connection.cursor() as cursor:
        cursor.execute("truncate intake_batch, intake_account, intake_report, intake_item, intake_rejection cascade")
    agency, _ = Agency.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    path = folder / f"{rows}.csv"
    make(path, rows)
    source = work.of_path(path, "csv")
    start = time.perf_counter()
    upload = work.check(source, agency.id)
    read = time.perf_counter() - start
    batch = loading.open_batch(upload, actor=SYSTEM, now=datetime.now(UTC)).batch
    start = time.perf_counter()
    millions = _Millions(start)
    ended = work.take(batch, source, actor=SYSTEM, clock=lambda: datetime.now(UTC), tell=millions.tell)
    seconds = time.perf_counter() - start
    path.unlink()
    assert ended.state == Batch.State.LOADED, ended.error
    return {
        "rows": rows,
        "read through, seconds": round(read, 1),
        "seconds": round(seconds, 1),
        "rows a second": round(rows / (read + seconds)),
        "accounts": ended.new_accounts,
        "reports": ended.reports,
        "not taken": ended.rejected,
        "our memory, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "naming process, MB": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
    }


class _Millions:
    """Says after each million of a long load how long that million took, so that a cost that grows is seen."""

    def __init__(self, start: float) -> None:
        self.last, self.done = start, 0

    def tell(self, batch: Any) -> None:
        if batch.done // 1_000_000 > self.done and batch.rows > 1_000_000:
            now = time.perf_counter()
            self.done = batch.done // 1_000_000
            print(f"million {self.done}: {now - self.last:.1f} s", flush=True)
            self.last = now


def _bare(folder: Path, rows: int) -> float:
    """Seconds in which PostgreSQL takes the same rows by COPY into a table with one unique index: the floor."""
    from django.db import connection

    path = folder / "bare.csv"
    make(path, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "create table bare (n bigserial primary key, url text, followers text, organisation text, note text)"
        )
        start = time.perf_counter()
        with (
            path.open("rb") as source,
            cursor.copy("copy bare (url, followers, organisation, note) from stdin csv header") as copy,
        ):
            while chunk := source.read(1 << 20):
                copy.write(chunk)
        seconds = time.perf_counter() - start
        cursor.execute("drop table bare")
    return round(seconds, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
