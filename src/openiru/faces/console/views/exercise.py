"""The exercise: the naive practice beside the full one, as they were simulated; none of it enters the compliance page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.practices import Ours, ours, together
from openiru.ledger import queries, services
from openiru.terms import Platform

Table = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Without:
    """An unconfirmed rule, how sure it is, and how many would be gone on each platform without it."""

    rule: str
    says: str
    certainty: str
    gone: list[object]


@require_GET
def exercise(request: Asked) -> HttpResponse:
    """Show both practices platform by platform."""
    request.actor.must("exercise.view")
    naive, full = _read("naive"), _read("full")
    names = [name.value for name in Platform if name in naive or name in full]
    sensitivity = _sensitivity(naive.get("sensitivity") or full.get("sensitivity"), names)
    varied, about = _varied(names)
    parts = _parts(names, naive, full, sensitivity)
    context = {
        "ours": [*parts, together(parts)] if parts else [],
        "rows": [(name, naive.get(name, {}), full.get(name, {})) for name in names],
        "sums": (_sums(naive, names), _sums(full, names)),
        "wrong": (naive.get("planted_wrong"), full.get("planted_wrong")),
        "names": names,
        "varied": varied,
        "range": about,
        "sensitivity": sensitivity,
        "may_advance": request.actor.may("exercise.clock"),
        "have_naive": bool(naive),
        "have_full": bool(full),
    }
    return render(request, "console/exercise.html", context)


def _parts(names: list[str], naive: Table, full: Table, sensitivity: list[Without]) -> list[Ours]:
    found = []
    for at, name in enumerate(names):
        without = [one.gone[at] for one in sensitivity if at < len(one.gone)]
        whole = [number for number in without if isinstance(number, int)]
        row = ours(naive.get(name, {}), full.get(name, {}), whole, platform=name)
        found += [row] if row else []
    return found


@dataclass(frozen=True, slots=True)
class Varied:
    """Both practices without one rule (an empty one: with all): on each platform what each reached, and the part that was ours."""

    rule: str
    says: str
    certainty: str
    cells: Sequence[tuple[object, int]]
    share: int | None


def _varied(names: list[str]) -> tuple[list[Varied], dict[str, object]]:
    """The runs without each rule, and what they come to: their size, and the least and the most that was ours."""
    found = _read("varied")
    given: object = found.get("rows")
    rows: list[Varied] = [_one(row, names) for row in given if isinstance(row, dict)] if isinstance(given, list) else []
    shares = [row.share for row in rows if row.share is not None]
    about = {"size": found.get("size"), "days": found.get("days"), "tried": len(rows) - 1, "of": found.get("of")}
    return rows, {**about, "low": min(shares), "high": max(shares)} if shares else {}


def _one(row: Table, names: list[str]) -> Varied:
    naive, full = row.get("naive", {}), row.get("full", {})
    both = [(_row(naive, name), _row(full, name)) for name in names]
    parts = [
        part for name, (one, other) in zip(names, both, strict=True) if (part := ours(one, other, [], platform=name))
    ]
    reached = [
        (one.get("gone", "–"), _whole(other.get("gone")) + _whole(other.get("withheld_here"))) for one, other in both
    ]
    words = [str(row.get(name, "")) for name in ("without", "says", "certainty")]
    return Varied(words[0], words[1], words[2], reached, together(parts).share if parts else None)


def _row(table: object, name: str) -> dict[str, object]:
    row = table.get(name) if isinstance(table, dict) else None
    return row if isinstance(row, dict) else {}


@require_POST
def advance(request: Asked) -> HttpResponse:
    """Move an exercise's clock ahead by a day, so that a person in training need not wait for the platforms."""
    request.actor.must("exercise.clock")
    standing = queries.installation()
    if standing is None or standing.clock_offset is None:
        raise Refused("live_has_no_clock")
    services.set_clock(offset=standing.clock_offset + timedelta(hours=24))
    return redirect("exercise")


def _read(practice: str) -> Table:
    """What a run left behind; a file that is not there or not whole is nothing yet."""
    path = Path(settings.HOME) / "exercise" / f"{practice}.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    table = found.get("table")
    return {**found, **table} if isinstance(table, dict) else found


def _sums(table: Table, names: list[str]) -> dict[str, int]:
    rows = [table[name] for name in names if isinstance(table.get(name), dict)]
    keys = {key for row in rows for key, value in row.items() if isinstance(value, int)}
    return {key: sum(_whole(row.get(key)) for row in rows) for key in keys}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _sensitivity(found: object, names: list[str]) -> list[Without]:
    """What the naive result would be without each rule of which the reference is not sure."""
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    return [
        Without(
            str(row.get("without", "")),
            str(row.get("says", "")),
            str(row.get("certainty", "")),
            [row["gone"].get(name, "–") for name in names] if isinstance(row.get("gone"), dict) else [],
        )
        for row in rows
    ]
