"""How often the detector of names is right: disguises found, false alarms on rights texts, everyday speech and reporting."""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import pyarrow as pa

from benchmarks.posts import SEED, SENTENCES, aliases
from openiru.detect.columns import Suggested
from openiru.detect.names import Alias, Names, Quality
from openiru.detect.names.aliases import book_of
from openiru.detect.names.chunks import chunks
from openiru.detect.names.passes import Passes
from openiru.stages.register import formats
from openiru.terms import AliasQuality

PER_FORM = 500
FORMS: dict[str, Callable[[str], str]] = {
    "as written": lambda name: name,
    "other keyboard": lambda name: name.translate(str.maketrans("يكه", "یکہ")),
    "with marks": lambda name: name.replace("ا", "اَ").replace("a", "á"),
    "capitals": str.upper,
    "words joined": lambda name: name.replace(" ", ""),
    "words tied": lambda name: name.replace(" ", "_"),
    "letters spaced": lambda name: " ".join(name.replace(" ", "")),
    "letters dotted": lambda name: ".".join(name.replace(" ", "")),
    "digits": lambda name: name.translate(str.maketrans("aeio", "4310")),
    "look-alikes": lambda name: name.translate(str.maketrans("aeokc", "аеокс")),
    "a letter left out": lambda name: name[:2] + name[3:],
    "a letter doubled": lambda name: name[:3] + name[2:],
}
Figures = dict[str, tuple[int, int]]
"""What was counted: how many of how many."""


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not whole:
        return 0.0, 1.0
    z = 1.96
    share, square = part / whole, z * z / whole
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / whole + square / (4 * whole))
    return max(0.0, middle - half), min(1.0, middle + half)


def measure() -> tuple[Figures, bool]:
    """Everything that can be measured here, and whether something that must be 0 is not."""
    figures = _disguises()
    data = os.environ.get("OPENIRU_DATA")
    if not data:
        return figures, False
    listed = listed_names(Path(data) / "designations")
    names = Names(listed)
    figures |= {"listed names that cannot be looked for": (len(names.rejected), len(listed))}
    rights = _rights(names, Path(data) / "text" / "udhr")
    figures |= rights | _reporting(names, Path(data) / "text" / "hard_negatives" / "hard_negatives.jsonl")
    figures |= _everyday(names, listed, Path(data) / "text" / "roman_urdu_ruhsold" / "task_1_train.tsv")
    return figures, any(part for part, _ in rights.values())


def words(figures: Figures) -> str:
    """The table, each share with its interval."""
    lines = ["quality                                              share   95 % interval   count"]
    for name, (part, whole) in figures.items():
        low, high = wilson(part, whole)
        lines.append(f"{name:<51} {part / max(1, whole):>6.3f}   {low:.3f} to {high:.3f}  {part:>6,} of {whole:,}")
    if not os.environ.get("OPENIRU_DATA"):
        lines.append("rights texts, everyday speech, reporting: skipped, no data (set OPENIRU_DATA)")
    return "\n".join(lines)


def _disguises() -> Figures:
    """Invented strong names of eight letters and more, each in each form inside a sentence."""
    chosen = [one for one in aliases(5_000) if one.quality is Quality.STRONG and len(one.text) >= 8]
    names = Names(aliases(5_000))
    random = Random(SEED + 2)
    figures: Figures = {}
    for form, change in FORMS.items():
        wanted = [(one, change(one.text)) for one in random.sample(chosen, PER_FORM)]
        wanted = [(one, text) for one, text in wanted if form in {"as written"} or text != one.text]
        texts = [f"{random.choice(SENTENCES)} {text} {random.choice(SENTENCES)}" for _, text in wanted]
        subjects = _subjects(names.match(pa.table({"text": texts})))
        found = sum(one.subject in subjects.get(row, set()) for row, (one, _) in enumerate(wanted))
        figures[f"found: {form}"] = (found, len(wanted))
    return figures


def _subjects(suggested: Suggested) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for row, subject in zip(
        suggested.matches["row"].to_pylist(), suggested.matches["subject"].to_pylist(), strict=True
    ):
        found.setdefault(row, set()).add(subject)
    return found


def listed_names(folder: Path) -> list[Alias]:
    quality = {AliasQuality.WEAK: Quality.WEAK}
    found = []
    for path, kind in (("un/un_consolidated_2026-02-27.xml", "un_xml"), ("ofac/2021-07/sdn.csv", "ofac_csv")):
        for one in formats.read_list(formats.open_list(folder / path), kind).organisations:
            names = [
                (one.name, Quality.STRONG),
                *((alias.name, quality.get(alias.quality, Quality.STRONG)) for alias in one.names),
            ]
            found += [Alias(f"{kind}:{one.reference}", name, said) for name, said in names]
    return found


def _rights(names: Names, folder: Path) -> Figures:
    figures: Figures = {}
    for path in sorted(folder.glob("*.txt")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        figures[f"false alarms on the Declaration: {path.stem}"] = (_rows(names, lines), len(lines))
    return figures


def _reporting(names: Names, path: Path) -> Figures:
    texts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    naming = [one["text"] for one in texts if one["mentions"]]
    others = [one["text"] for one in texts if not one["mentions"]]
    return {
        "reporting that names a group: suggested, not more": (_rows(names, naming), len(naming)),
        "reporting that names none: suggested": (_rows(names, others), len(others)),
    }


def _everyday(names: Names, listed: Iterable[Alias], path: Path) -> Figures:
    with path.open(encoding="utf-8", newline="") as file:
        texts = [row[0] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    passes = Passes(book_of(listed, {}))
    column = pa.chunked_array([pa.array(texts)])
    rows = {hit.row for chunk in chunks(column) for hit in passes.find(chunk, "text") if hit.entry.ambiguous}
    return {
        "Roman Urdu posts: a short name without context": (len(rows), len(texts)),
        "Roman Urdu posts: suggested": (_rows(names, texts), len(texts)),
    }


def _rows(names: Names, texts: list[str]) -> int:
    return len(_subjects(names.match(pa.table({"text": texts}))))
