"""Measures name screening on the UN list's own pairs and a public set of labelled pairs: recall, precision, speed."""

from __future__ import annotations

import csv
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from benchmarks.beside_nomenklatura import beside
from openiru.stages.register import formats
from openiru.stages.register.screening import Index, IndexedName, Screening
from openiru.terms import AliasQuality

PEER_CUTOFF = 85.0


def main() -> int:
    """Print the tables; 1 where the peer is absent. Without the folder of real data nothing runs, and it says so."""
    data = Path(os.environ.get("OPENIRU_DATA", "data"))
    if not data.is_dir():
        print(f"skipped: no data at {data} (set OPENIRU_DATA)")
        return 0
    print("pairs of the UN list: is the entry found by its other name? (matches | matches or near)")
    for file, query, name in (
        ("derived_crossscript_pairs.csv", "original_script_name", "latin_name"),
        ("derived_latin_alias_pairs.csv", "alias", "name"),
    ):
        _pairs(data / "designations" / "un" / file, query, name)
    _across_scripts(data / "designations" / "un" / "derived_crossscript_pairs.csv")
    _labelled(data / "names" / "nomenklatura" / "cases.csv")
    path = data / "designations" / "un" / "un_consolidated_2026-02-27.xml"
    _list_against_itself(path)
    _strangers(path, data / "names" / "yente" / "negatives_global.csv")
    return beside(data)


def _across_scripts(path: Path) -> None:
    """The share of original-script names whose entry comes first, and of all found, by script; and what else is shown."""
    rows = _rows(path)
    for kind in ("entity", "individual"):
        chosen = [row for row in rows if row["kind"] == kind]
        named = sorted({(row["ref"], row["latin_name"]) for row in chosen})
        subjects = {ref: number for number, ref in enumerate(dict.fromkeys(ref for ref, _ in named))}
        index = Index([IndexedName(text, AliasQuality.PRIMARY, subjects[ref]) for ref, text in named])
        tallies: dict[str, Counter[str]] = {}
        for script, ref, text in sorted(
            {(row["orig_script"], row["ref"], row["original_script_name"]) for row in chosen}
        ):
            found = index.screen(text)
            shown = [hit.subject for hit in (*found.matches, *found.near)]
            tally = tallies.setdefault(script, Counter())
            tally["n"] += 1
            tally["first"] += shown[:1] == [subjects[ref]]
            tally["found"] += subjects[ref] in shown
            tally["shown"] += len(shown)
        for script, tally in tallies.items():
            share = {key: tally[key] / tally["n"] for key in ("first", "found", "shown")}
            print(
                f"  across scripts, {kind}, {script}: n={tally['n']} at rank 1 {share['first']:.3f}, "
                f"found {share['found']:.3f}, shown per query {share['shown']:.1f}"
            )


def _strangers(path: Path, names: Path) -> None:
    """Made-up people of the whole world against the list: whom it matches, whom it only shows."""
    listed = _names_of(path)
    index = Index(listed)
    tally: Counter[str] = Counter()
    queries = [row["full_name"] for row in _rows(names)]
    started = time.perf_counter()
    for query in queries:
        found = index.screen(query)
        tally["matched"] += bool(found.matches)
        tally["shown"] += bool(found.near)
    rate = len(queries) / (time.perf_counter() - started)
    print(
        f"strangers: n={len(queries)} matched {tally['matched']}, shown near {tally['shown']}; {rate:,.0f} names a second"
    )


def _pairs(path: Path, query: str, name: str) -> None:
    rows = _rows(path)
    subjects = {ref: number for number, ref in enumerate(dict.fromkeys(row["ref"] for row in rows))}
    named = {(subjects[row["ref"]], row[name]) for row in rows}
    index = Index([IndexedName(text, AliasQuality.PRIMARY, subject) for subject, text in sorted(named)])
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        tally = counts.setdefault(row["kind"], Counter())
        _tally(tally, index.screen(row[query]), subjects[row["ref"]])
    for kind, tally in counts.items():
        print(f"  {path.stem} {kind}: n={tally['n']} {_figures(tally)}")


def _tally(tally: Counter[str], found: Screening, subject: int) -> None:
    matched = {hit.subject for hit in found.matches}
    tally["n"] += 1
    tally["matched"] += subject in matched
    tally["found"] += subject in matched | {hit.subject for hit in found.near}
    tally["wrong"] += len(matched - {subject})
    tally["near"] += len(found.near)


def _figures(tally: Counter[str]) -> str:
    total = tally["n"] or 1
    return (
        f"recall {tally['matched'] / total:.3f} | {tally['found'] / total:.3f}, "
        f"wrong matches {tally['wrong']}, near per query {tally['near'] / total:.1f}"
    )


def _labelled(path: Path) -> None:
    rows = [row for row in _rows(path) if row["is_match"] in ("true", "false")]
    for schema in sorted({row["schema"] for row in rows}):
        chosen = [row for row in rows if row["schema"] == schema]
        for label, says in (("ours, match", _ours), ("ours, match or near", _ours_near), ("plain token sort", _peer)):
            print(f"  {path.stem} {schema} n={len(chosen)} {label}: {_precision(chosen, says)}")


def _precision(rows: Iterable[dict[str, str]], says: Callable[[str, str], bool]) -> str:
    tally = Counter((says(row["name1"], row["name2"]), row["is_match"] == "true") for row in rows)
    yes, right = tally[True, True] + tally[True, False], tally[True, True] + tally[False, True]
    return f"precision {tally[True, True] / (yes or 1):.3f}, recall {tally[True, True] / (right or 1):.3f}"


def _ours(one: str, other: str) -> bool:
    return bool(Index([IndexedName(other, AliasQuality.PRIMARY, 1)]).screen(one).matches)


def _ours_near(one: str, other: str) -> bool:
    found = Index([IndexedName(other, AliasQuality.PRIMARY, 1)]).screen(one)
    return bool(found.matches or found.near)


def _peer(one: str, other: str) -> bool:
    return fuzz.token_sort_ratio(one, other, processor=default_process) >= PEER_CUTOFF


def _list_against_itself(path: Path) -> None:
    """Every name of the list as a query: it must find its own entry, and how often it matches another."""
    names = _names_of(path)
    index = Index(names)
    started = time.perf_counter()
    tally: Counter[str] = Counter()
    for name in names:
        if name.quality is not AliasQuality.WEAK:
            _tally(tally, index.screen(name.name), name.subject)
    took = (time.perf_counter() - started) * 1000 / len(names)
    print(f"the list's own names: n={tally['n']} {_figures(tally)}; {took:.2f} ms a query over {len(names)} names")


def _names_of(path: Path) -> list[IndexedName]:
    parsed = formats.read_list(formats.open_list(path), "un_xml")
    return [
        IndexedName(name.name, name.quality, number)
        for number, entry in enumerate(parsed.organisations)
        for name in entry.names
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    sys.exit(main())
