"""Runs every benchmark in a process of its own and keeps what they print, with the machine, in docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALL = (
    "recognise",
    "names",
    "scan",
    "text",
    "quality",
    "readers",
    "intake",
    "matching",
    "successors",
    "conformance_tlog",
    "register",
    "screening",
    "console",
    "queue_load",
    "capture",
    "verify",
    "exercise",
    "notices",
    "outbox",
    "pdq",
    "tlsh",
    "hash_index",
    "hash_scale",
)
PAGE = ROOT / "docs" / "benchmarks.md"
NEED_DATA = {"quality", "conformance_tlog", "register", "screening", "pdq", "hash_index"}


def main(names: list[str]) -> int:
    """Run the named ones, or all; returns how many failed. What the others last printed stays on the page.

    Real data come from OPENIRU_DATA (see docs/benchmarks.md).
    """
    kept, failed = _kept(), 0
    for name in names or ALL:
        if name in NEED_DATA and not os.environ.get("OPENIRU_DATA"):
            print(f"{name}: FAILED, it needs the folder of real data in OPENIRU_DATA")
            failed += 1
            continue
        before = os.getloadavg()[0]
        done = subprocess.run(
            (sys.executable, "-W", "ignore", "-m", f"benchmarks.{name}"), cwd=ROOT, capture_output=True, text=True
        )
        print(f"== {name} (status {done.returncode})\n{done.stdout}{done.stderr[-800:] if done.returncode else ''}")
        failed += done.returncode != 0
        failing = f"\n(failed with status {done.returncode})" if done.returncode else ""
        when = f"Run {datetime.now(UTC):%Y-%m-%d}; the machine's load before it was {before:.1f}."
        kept[name] = f"{when}\n\n```\n{done.stdout.strip()}{failing}\n```\n"
    PAGE.write_text(_head() + "\n".join(f"## {name}\n\n{kept[name]}" for name in ALL if name in kept), encoding="utf-8")
    return failed


def _kept() -> dict[str, str]:
    """What stands on the page, by name."""
    parts = PAGE.read_text(encoding="utf-8").split("\n## ")[1:] if PAGE.is_file() else []
    return {name: text for name, _, text in (part.partition("\n\n") for part in parts)}


def _head() -> str:
    cpus = os.cpu_count()
    return (
        "# Benchmarks\n\nWritten by `make bench`: each runs beside its peer or its limit in one process and prints the ratio. "
        "Real lists and vectors are read from the folder in `OPENIRU_DATA`, never copied here. The peer of screening is installed "
        "by hand: `apt-get install libicu-dev pkg-config g++`, then `.venv/bin/pip install -r requirements/bench.txt` (PyICU builds "
        "in about two minutes); absent, that benchmark fails by name.\n\n"
        f"{platform.system()} {platform.machine()}, {cpus} cores, "
        f"Python {platform.python_version()}.\n\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
