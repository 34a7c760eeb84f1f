"""Holds our comparison of names against nomenklatura's on its own cases: recall at equal false alarms, and speed.

Needs `pip install -r requirements/bench.txt` in the environment that runs it (libicu-dev, pkg-config and g++ first; PyICU
builds in about two minutes). The weights were fitted on the half called `fitted on`; the other half is `held out`.
"""

from __future__ import annotations

import csv
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from openiru.stages.register import formats
from openiru.stages.register.likeness import compare
from openiru.stages.register.naming import Rarity, read
from openiru.stages.register.screening import Index, IndexedName

RATES = (0.02, 0.05, 0.10, 0.20)
JUDGED = 0.05
"""The share of false alarms at which the two are judged; the others are printed beside it."""

TIMES = 10
Scored = list[tuple[float, bool]]
Row = dict[str, str]


def main() -> int:
    """Print the tables; how many of the two measures were missed (1 where the peer is absent)."""
    data = Path(os.environ.get("OPENIRU_DATA", "data"))
    if not data.is_dir():
        print(f"skipped: no data at {data} (set OPENIRU_DATA)")
        return 0
    return beside(data)


def beside(data: Path) -> int:
    """Both comparisons over all cases, and screening a list of strangers; how many measures were missed."""
    try:
        from nomenklatura.matching import LogicV2  # type: ignore[import-not-found]
    except ImportError:
        print("beside nomenklatura: FAILED, the peer nomenklatura is not installed (requirements/bench.txt says how)")
        return 1
    listed = list(_listed(data / "designations"))
    rows = [row for row in _rows(data / "names" / "nomenklatura" / "cases.csv") if row["is_match"] in ("true", "false")]
    rarity = Rarity(read(one.name) for one in listed)
    read.cache_clear()
    ours, our_rate = _timed(rows, lambda row, _: compare(read(row["name1"]), read(row["name2"]), rarity).score)
    theirs, their_rate = _timed(rows, lambda row, at: _peer_score(LogicV2, row, at))
    worse = _tables(rows, ours, theirs)
    print(
        f"pairs a second, both warm: ours {our_rate:,.0f}, nomenklatura {their_rate:,.0f} ({our_rate / their_rate:.1f} times)"
    )
    return worse + _screening(data, listed, their_rate)


def _tables(rows: list[Row], ours: list[float], theirs: list[float]) -> int:
    """Print recall by half and by kind of name; 1 if ours is lower over all cases, or over the half held out."""
    worse = 0
    for half, chosen in (
        ("all", lambda _: True),
        ("fitted on", fitted_on),
        ("held out", lambda row: not fitted_on(row)),
    ):
        for kind in ("all", "people", "others"):
            at = [n for n, row in enumerate(rows) if chosen(row) and kind in ("all", _kind(row))]
            mine, peers = ([(scores[n], rows[n]["is_match"] == "true") for n in at] for scores in (ours, theirs))
            cells = [f"{rate:.0%}: {recall_at(mine, rate):.3f} / {recall_at(peers, rate):.3f}" for rate in RATES]
            print(f"  {half}, {kind}, n={len(at)}: recall ours / nomenklatura at false alarms {', '.join(cells)}")
            worse |= kind == "all" and recall_at(mine, JUDGED) < recall_at(peers, JUDGED)
    return worse


def _screening(data: Path, listed: list[IndexedName], their_rate: float) -> int:
    """Names a second against all lists together; the peer compares each name with each, having no index of its own."""
    index = Index(listed)
    queries = [row["full_name"] for row in _rows(data / "names" / "yente" / "negatives_global.csv")]
    started = time.perf_counter()
    shown = sum(bool(index.screen(query).near) for query in queries)
    rate = len(queries) / (time.perf_counter() - started)
    theirs = their_rate / len(listed)
    found, screened = 0, _rows(data / "names" / "yente" / "positives_un_treated.csv")
    people = Index([IndexedName(name, one.quality, one.subject) for one in _people(data) for name in (one.name,)])
    for row in screened:
        found += bool((hits := people.screen(row["full_name"])).matches or hits.near)
    print(
        f"screening against {len(listed):,} names: {rate:,.0f} names a second, {1000 / rate:.1f} ms each; nomenklatura "
        f"{theirs:.2f}, comparing with each ({rate / theirs:,.0f} times); {shown} of {len(queries)} strangers shown near"
    )
    print(
        f"yente's altered names of people on the UN list: {found / len(screened):.3f} of {len(screened)} find an entry"
    )
    return int(rate < TIMES * theirs)


def fitted_on(row: Row) -> bool:
    """Whether this case is in the half that the weights were fitted on: by a hash of its two names."""
    return hashlib.sha256(f"{row['name1']}|{row['name2']}".encode()).digest()[0] % 2 == 0


def recall_at(scores: Iterable[tuple[float, bool]], false_alarms: float) -> float:
    """The recall at the lowest cut-off at which no more than this share of the pairs that do not match are taken."""
    scores = list(scores)
    wrong = sorted((score for score, match in scores if not match), reverse=True)
    cut = wrong[int(len(wrong) * false_alarms)]
    right = [score for score, match in scores if match]
    return sum(score > cut for score in right) / len(right)


def _kind(row: Row) -> str:
    return "people" if row["schema"] == "Person" else "others"


def _timed(rows: list[Row], score: Callable[[Row, int], float]) -> tuple[list[float], float]:
    """The scores, and how many pairs a second on a second pass (both keep what they prepared of a name)."""
    scores = [score(row, at) for at, row in enumerate(rows)]
    started = time.perf_counter()
    for at, row in enumerate(rows):
        score(row, at)
    return scores, len(rows) / (time.perf_counter() - started)


def _peer_score(algorithm: Any, row: Row, at: int) -> float:
    from followthemoney.proxy import EntityProxy  # type: ignore[import-not-found]

    one, other = (  # ids of their own: the peer keeps what it prepared by id
        EntityProxy.from_dict({"id": f"{key}-{at}", "schema": row["schema"], "properties": {"name": [row[key]]}})
        for key in ("name1", "name2")
    )
    return float(algorithm.compare(one, other, algorithm.default_config()).score)


def _listed(folder: Path) -> Iterable[IndexedName]:
    """Every organisation's name on the UN and the US list."""
    number = 0
    for path, form in (
        (folder / "un" / "un_consolidated_2026-02-27.xml", "un_xml"),
        (folder / "ofac" / "2021-07", "ofac_csv"),
    ):
        for entry in formats.read_list(formats.open_list(path), form).organisations:
            number += 1
            yield from (IndexedName(name.name, name.quality, number) for name in entry.names)


def _people(data: Path) -> Iterable[IndexedName]:
    """The UN list's people, for the measure only: no reader keeps them."""
    from xml.etree import ElementTree

    from openiru.terms import AliasQuality

    root = ElementTree.parse(data / "designations" / "un" / "un_consolidated_2026-02-27.xml").getroot()
    for number, person in enumerate(root.iter("INDIVIDUAL")):
        parts = [
            (person.findtext(tag) or "").strip() for tag in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
        ]
        names = [
            " ".join(filter(None, parts)),
            *(one.findtext("ALIAS_NAME") or "" for one in person.iter("INDIVIDUAL_ALIAS")),
        ]
        yield from (IndexedName(name, AliasQuality.PRIMARY, number) for name in names if name.strip())


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    sys.exit(main())
