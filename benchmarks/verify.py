"""Looking again at size: a year of a million accounts on their schedule, 850 accounts against the stand-ins, every labelled page."""

from __future__ import annotations

import heapq
import json
import os
import random
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from openiru.stages.evidence.rules import Pace
from openiru.stages.verify import schedule

START = datetime(2026, 1, 5, tzinfo=UTC)
SENDING_DAYS = 90
"""The million goes out on the working hours of this many days, as a unit would send it."""
PER_MINUTE = 20.0
BURST = 5
TICK = timedelta(seconds=10)
"""As often as the worker asks what is due (`faces/jobs/ticks.py`)."""
SHARES = {
    "t.me": 0.35,
    "www.tiktok.com": 0.30,
    "www.youtube.com": 0.20,
    "public.api.bsky.app": 0.05,
    "mastodon.social": 0.05,
    "discord.com": 0.05,
}
ACCOUNTS, LIMIT = 850, 60.0


def main() -> int:
    """Print the three parts; status 1 when a deadline, a rate or a limit is broken, or a live account was called gone."""
    parser = ArgumentParser()
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = {"simulation": simulate(args.accounts), **in_database()}
    ok = all(part["ok"] for part in found.values())
    print(json.dumps({"ok": ok, **found}, indent=1) if args.json else _as_text(found))
    return int(not ok)


@dataclass(slots=True)
class Year:
    """The simulated worker: one tick each ten seconds where anything waits, with the scheduler's own turns."""

    coming: list[tuple[datetime, datetime, str]]
    turns: schedule.Turns = field(default_factory=lambda: schedule.Turns(lambda _: Pace(PER_MINUTE, BURST)))
    waiting: dict[str, list[datetime]] = field(default_factory=lambda: {host: [] for host in SHARES})
    windows: dict[str, deque[datetime]] = field(default_factory=lambda: {host: deque() for host in SHARES})
    canaries: dict[str, datetime] = field(default_factory=dict)
    place: int = 0
    looks: int = 0
    canary_looks: int = 0
    late: int = 0
    worst: timedelta = timedelta(0)
    most: int = 0

    def run(self) -> datetime:
        """Until the last look is made; returns when that is."""
        now = START
        while self.place < len(self.coming) or any(self.waiting.values()):
            if not any(self.waiting.values()):
                now = max(now, self.coming[self.place][0])
            while self.place < len(self.coming) and self.coming[self.place][0] <= now:
                _, deadline, host = self.coming[self.place]
                heapq.heappush(self.waiting[host], deadline)
                self.place += 1
            for host, heap in self.waiting.items():
                if heap:
                    self._serve(host, heap, now)
            now += TICK
        return now

    def _serve(self, host: str, heap: list[datetime], now: datetime) -> None:
        window = self.windows[host]
        if now - self.canaries.get(host, START - timedelta(days=1)) >= timedelta(hours=1):
            self.canaries[host] = now
            for _ in range(2):
                self.canary_looks += self._ask(host, now)
        while heap and self._ask(host, now):
            late_by = now - heapq.heappop(heap)
            self.looks += 1
            self.late += late_by > timedelta(0)
            self.worst = max(self.worst, late_by)
        while window and window[0] <= now - timedelta(minutes=1):
            window.popleft()
        self.most = max(self.most, len(window))

    def _ask(self, host: str, now: datetime) -> bool:
        granted = self.turns.grant(host, now) is None
        if granted:
            self.windows[host].append(now)
        return granted


def simulate(accounts: int) -> dict[str, Any]:
    """A discrete clock over more than a year; canaries take turns too, and are counted into the cost."""
    year = Year(_planned(accounts, random.Random(850)))
    began = time.perf_counter()
    ended = year.run()
    seconds, allowed = time.perf_counter() - began, PER_MINUTE + BURST
    whole = year.looks == accounts * len(schedule.STEPS)
    return {
        "ok": year.late == 0 and whole and year.most <= allowed,
        "accounts": accounts,
        "looks": year.looks,
        "late": year.late,
        "worst_delay_s": max(0.0, year.worst.total_seconds()),
        "most_in_any_minute": year.most,
        "allowed_in_a_minute": allowed,
        "requests_per_look": round((year.looks + year.canary_looks) / year.looks, 4),
        "days": round((ended - START) / timedelta(days=1)),
        "seconds": round(seconds, 1),
        "microseconds_of_scheduling_per_look": round(seconds / year.looks * 1e6, 2),
    }


def _planned(accounts: int, chance: random.Random) -> list[tuple[datetime, datetime, str]]:
    """Every look of every account: (due, deadline, host), sorted."""
    hosts, weights = list(SHARES), list(SHARES.values())
    found = []
    for number in range(accounts):
        day = number * SENDING_DAYS // accounts
        sent = START + timedelta(days=day + 2 * (day // 5), hours=8 + 8 * chance.random())
        host = chance.choices(hosts, weights)[0]
        found += [(slot.due, slot.deadline, host) for slot in schedule.slots(sent, f"account-{number}")]
    return sorted(found)


def in_database() -> dict[str, Any]:
    """The parts that need the product's own tables and the stand-ins, in a home of their own."""
    with tempfile.TemporaryDirectory(prefix="openiru-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"OPENIRU_HOME": folder, "DJANGO_SETTINGS_MODULE": "openiru.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        import django

        from openiru.config import postgres

        with postgres.running(Path(folder)):
            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            from benchmarks import looking

            return {
                "recheck": looking.recheck(Path(folder), ACCOUNTS, LIMIT),
                "decisions": looking.decisions(Path(folder)),
            }


def _as_text(found: dict[str, Any]) -> str:
    lines = []
    for name, part in found.items():
        lines.append(f"{name}: {'kept' if part['ok'] else 'BROKEN'}")
        lines += [f"  {key:<38}{value}" for key, value in part.items() if key != "ok"]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
