"""Runs both practices again without each rule that the reference is not sure of: how far one rule carries the result."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openiru.errors import Refused, Unavailable
from openiru.faces.exercise import results
from openiru.ledger import queries as ledger
from openiru.terms import Mode

KEPT = ("reported", "gone", "withheld_here", "not_referred")
"""What is kept of a practice's table for each platform."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many accounts and days each run has, and how many of the rules are tried (0: all of them)."""

    size: int
    days: int
    rules: int = 0


def vary(home: Path, asked: Asked, *, tell: Callable[[str], None] = lambda words: None) -> dict[str, object]:
    """Run both with every rule, then without each unconfirmed one; keeps the result for the Exercise page after each."""
    standing = ledger.installation()
    if standing is not None and standing.mode != Mode.EXERCISE:
        raise Refused("installation_is_for_ever", mode=standing.mode)
    first = _both(asked, "")
    rules = first.pop("unconfirmed")
    rows: list[dict[str, Any]] = [{"without": "", "says": "", "certainty": "", **first}]
    found: dict[str, object] = {
        "simulation": True,
        "size": asked.size,
        "days": asked.days,
        "rows": rows,
        "of": len(rules),
    }
    for number, rule in enumerate(rules[: asked.rules or None], start=1):
        tell(f"{number} of {len(rules)}: without {rule['id']}")
        made = _both(asked, rule["id"])
        made.pop("unconfirmed")
        rows.append({"without": rule["id"], "says": rule["says"], "certainty": rule["certainty"], **made})
        results.keep(home, "varied", found)
    results.keep(home, "varied", found)
    return found


def _both(asked: Asked, without: str) -> dict[str, Any]:
    """Both practices in a home of their own, which is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="openiru-varied-") as folder:
        Path(folder).chmod(0o755)
        naive, full = (_run(practice, folder, asked, without) for practice in ("naive", "full"))
    return {"naive": _kept(naive), "full": _kept(full), "unconfirmed": naive["unconfirmed"]}


def _run(practice: str, folder: str, asked: Asked, without: str) -> dict[str, Any]:
    """One practice in a process of its own, so that nothing of one run is left in another."""
    words = [sys.executable, "-m", "openiru.config.command", "exercise", "run", "--practice", practice, "--json"]
    words += ["--size", str(asked.size), "--days", str(asked.days), *(["--without", without] if without else [])]
    own = {name: value for name, value in os.environ.items() if not name.startswith("OPENIRU_")}
    done = subprocess.run(words, env={**own, "OPENIRU_HOME": folder}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable("exercise", done.stderr.strip()[-200:] or f"status {done.returncode}", permanent=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _kept(found: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    return {
        name: {key: row[key] for key in KEPT if isinstance(row.get(key), int)}
        for name, row in found["table"].items()
        if name != "all" and row.get("reported")
    }
