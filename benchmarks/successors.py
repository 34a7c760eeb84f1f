"""Renames and new accounts: is the earlier account ranked first among all? On published changes of handles, and mirrors made of them.

Needs OPENIRU_DATA. The changes are of a parliament's members (public officials): the closest public thing to an account that
comes back, and an easier one, since nobody hides. Mirrors imitate what is known of returned accounts; each kind is shown apart.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import JaroWinkler

from openiru.detect.successors import Profile, Successors


def main(words: list[str]) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    data = Path(os.environ.get("OPENIRU_DATA", "data")) / "names" / "handles"
    if not data.is_dir():
        print(f"skipped: no data at {data} (set OPENIRU_DATA)")
        return 0
    rows = list(csv.DictReader((data / "handle_changes_2012_2026.csv").open(encoding="utf-8")))
    others = list(csv.DictReader((data / "cross_platform_handle_pairs.csv").open(encoding="utf-8")))
    holders: dict[str, set[str]] = {}
    for row in rows:
        holders.setdefault(row["old_handle"].casefold(), set()).add(row["bioguide"])
    for row in others:
        for side in ("handle_a", "handle_b"):
            holders.setdefault(row[side].casefold(), set()).add(row["bioguide"])
    spelt = {one.casefold(): one for row in others for one in (row["handle_a"], row["handle_b"])}
    spelt |= {row["old_handle"].casefold(): row["old_handle"] for row in rows}
    pool = Pool({handle: frozenset(whose) for handle, whose in holders.items()}, spelt)
    found = {name: _measure(changes, pool) for name, changes in _kinds(rows).items()}
    for name, changes in _mirrors(rows).items():
        found[f"mirror: {name}"] = _measure(changes, pool)
    if asked.json:
        print(json.dumps(found, indent=1))
        return 0
    print(
        f"{len(holders):,} earlier accounts; ranked first (MRR, precision at 1, 5, 10) | by Jaro-Winkler over all pairs"
    )
    for name, figures in found.items():
        print(f"  {name}: {'  '.join(f'{key} {value:,}' for key, value in figures.items())}")
    return 0


@dataclass(frozen=True)
class Pool:
    """Handles without capitals, with who holds them and how they are written."""

    holders: Mapping[str, frozenset[str]]
    spelt: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """A new handle of somebody who had others."""

    holder: str
    new: str


def _kinds(rows: list[dict[str, str]]) -> dict[str, list[Change]]:
    """Handles that changed in more than their capitals: with the same numeric id (renamed), with another, and unknown."""
    kinds: dict[str, list[Change]] = {"renamed, same id": [], "new account, other id": [], "id not known": []}
    for row in rows:
        if row["old_handle"].casefold() != row["new_handle"].casefold():
            ids = row["old_numeric_id"], row["new_numeric_id"]
            kind = (
                "id not known" if not all(ids) else "renamed, same id" if ids[0] == ids[1] else "new account, other id"
            )
            kinds[kind].append(Change(row["bioguide"], row["new_handle"]))
    return {kind: changes for kind, changes in kinds.items() if changes}


def _mirrors(rows: list[dict[str, str]]) -> dict[str, list[Change]]:
    draw = random.Random(15)
    look = str.maketrans({"a": "а", "e": "е", "o": "о", "i": "і"})
    leet = str.maketrans({"a": "4", "e": "3", "o": "0", "i": "1"})
    ways: dict[str, Callable[[str], str]] = {
        "counter": lambda one: f"{one}{draw.choice(('_2', '2', '_02', '2026', '__3'))}",
        "small word": lambda one: draw.choice(("{}_official", "new_{}", "{}backup", "real{}", "{}_reserve")).format(one),
        "doubled letter": lambda one: one[:3] + one[2] + one[3:],
        "look-alike letters": lambda one: one[:2] + one[2:].translate(look),
        "leet": lambda one: one[:1] + one[1:-1].translate(leet) + one[-1:],
        "a letter left out": lambda one: (at := draw.randrange(1, len(one) - 1)) and one[:at] + one[at + 1 :],
        "two letters swapped": lambda one: (at := draw.randrange(1, len(one) - 2)) and one[:at] + one[at + 1] + one[at] + one[at + 2 :],
    }  # fmt: skip
    chosen = {row["old_handle"].casefold(): row for row in rows if _is_name(row["old_handle"])}.values()
    return {name: [Change(row["bioguide"], way(row["old_handle"])) for row in chosen] for name, way in ways.items()}


def _is_name(handle: str) -> bool:
    """Some rows have the platform's number in place of a handle."""
    return len(handle) >= 6 and not handle.isdigit()


def _measure(changes: list[Change], pool: Pool) -> dict[str, float]:
    ready = Successors([Profile(handle, handle=pool.spelt[handle]) for handle in pool.holders])
    started = time.perf_counter()
    ranked = [[subject for subject, _ in ready.alike(one.new)] for one in changes]
    seconds = time.perf_counter() - started
    figures = _figures(changes, ranked, pool) | {"a second": round(len(changes) / seconds)}
    plain = [
        sorted(pool.holders, key=lambda one: -JaroWinkler.similarity(one, change.new.casefold()))[:12]
        for change in changes
    ]
    return figures | {f"plain {key}": value for key, value in _figures(changes, plain, pool).items() if key != "n"}


def _figures(changes: list[Change], ranked: list[list[str]], pool: Pool) -> dict[str, float]:
    """The new handle itself is not in the pool of what came before; a handle of the same person on another platform is right."""
    places = []
    for change, order in zip(changes, ranked, strict=True):
        earlier = [one for one in order if one != change.new.casefold()]
        places.append(next((at for at, one in enumerate(earlier, 1) if change.holder in pool.holders[one]), 0))
    hits = {f"p@{at}": round(sum(0 < place <= at for place in places) / len(places), 3) for at in (1, 5, 10)}
    return {"n": len(places), "mrr": round(sum(1 / place for place in places if place) / len(places), 3), **hits}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
