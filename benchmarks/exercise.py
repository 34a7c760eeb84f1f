"""The exercise of 850 accounts by both practices: the table, what became of the planted wrong ones, seconds for each phase."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

LIMITS = {"naive": 60.0, "full": 360.0}
STORY = {"facebook": 166, "instagram": 78, "tiktok": 112, "x": 84, "telegram": 57, "whatsapp": 36}
"""Gone in the real event that the exercise is about; the naive practice is calibrated to end near it, so this proves nothing."""


def main() -> int:
    """Run both practices in a new home; status 1 when one takes longer than its limit or a wrong account was sent."""
    with tempfile.TemporaryDirectory(prefix="openiru-bench-") as folder:
        Path(folder).chmod(0o755)
        naive, full = (_run(practice, folder) for practice in ("naive", "full"))
    print("platform    reported  story  naive gone  full gone  full withheld  full not referred")
    for name, story in STORY.items():
        row = full["table"][name]
        print(
            f"{name:<12}{row['reported']:>8}{story:>7}{naive['table'][name]['gone']:>12}{row['gone']:>11}"
            f"{row['withheld_here']:>15}{row['not_referred']:>19}"
        )
    print(f"planted wrong, naive: {naive['planted_wrong']}; full: {full['planted_wrong']}")
    print(f"seconds, naive: {naive['seconds']}; full: {full['seconds']}")
    slow = [name for name, run in (("naive", naive), ("full", full)) if _seconds(run) > LIMITS[name]]
    print(f"limits {LIMITS}: {'over: ' + ', '.join(slow) if slow else 'kept'}")
    return int(bool(slow) or full["planted_wrong"]["sent"] > 0)


def _run(practice: str, home: str) -> dict[str, Any]:
    done = subprocess.run(
        (sys.executable, "-m", "openiru.config.command", "exercise", "run", "--practice", practice, "--json"),
        env={**os.environ, "OPENIRU_HOME": home},
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _seconds(run: dict[str, Any]) -> float:
    return float(run["seconds"].get("all") or run["seconds"]["run"])


if __name__ == "__main__":
    sys.exit(main())
