"""Reads the published sets that a starting model is trained from, each with its licence and how its labels become ours. Holds no text."""

from __future__ import annotations

import csv
import gzip
import html
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from openiru.detect.text.labels import Label, Labelled

HATECHECK = {
    "threat_dir_h": Label.THREATENS,
    "threat_norm_h": Label.INCITES,
    "counter_quote_nh": Label.COUNTER_SPEECH,
    "counter_ref_nh": Label.COUNTER_SPEECH,
}
"""Functions of HateCheck that are labels of ours. The others are hateful or harmless, and none of the five grounds."""
DAVIDSON_HATE, RUHSOLD_RELIGIOUS = "0", "2"
"""Classes that may hold calls to violence which nobody labelled as such: left out, not learnt as harmless."""


@dataclass(frozen=True, slots=True)
class PublishedSet:
    """A set: where its files lie under the folder given, its licence, what it is, and how it is read."""

    folder: str
    licence: str
    says: str
    read: Callable[[Path], Iterator[Labelled]]


def _davidson(folder: Path) -> Iterator[Labelled]:
    with (folder / "labeled_data.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["class"] != DAVIDSON_HATE:
                yield _none(html.unescape(row["tweet"]), "davidson", "en")


def _ruhsold(folder: Path) -> Iterator[Labelled]:
    for name in ("task_2_train.tsv", "task_2_validation.tsv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if len(row) == 2 and row[1] != RUHSOLD_RELIGIOUS:
                    yield _none(row[0], "ruhsold", "ur-Latn")


def _hatecheck(folder: Path) -> Iterator[Labelled]:
    yield from _functions(folder / "test_suite_cases.csv", "hatecheck", "en")


def _hatecheck_arabic(folder: Path) -> Iterator[Labelled]:
    yield from _functions(folder / "hatecheck_cases_final_arabic.csv", "hatecheck-ar", "ar")


def _functions(path: Path, source: str, language: str) -> Iterator[Labelled]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            label = HATECHECK.get(row["functionality"], Label.NONE)
            family = f"{source}:{row['ref_templ_id'] or row['templ_id']}"
            yield Labelled(row["test_case"], frozenset({label}), family, source, language)


def _moderation(folder: Path) -> Iterator[Labelled]:
    with gzip.open(folder / "samples-1680.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row.get("S") or row.get("S3") or "V" not in row or "H2" not in row:
                continue
            said = {Label.INCITES} if row["V"] else set()
            said |= {Label.THREATENS} if row["H2"] else set()
            text = row["prompt"]
            yield Labelled(text, frozenset(said or {Label.NONE}), _itself(text), "moderation", "en")


def _declaration(folder: Path) -> Iterator[Labelled]:
    for path in sorted(folder.glob("*.txt")):
        language = path.stem.partition("_")[0]
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for number, line in enumerate(lines):
            yield Labelled(line, frozenset({Label.RELIGIOUS_OR_RIGHTS}), f"udhr:{number // 10}", "udhr", language)


def _none(text: str, source: str, language: str) -> Labelled:
    return Labelled(text, frozenset({Label.NONE}), _itself(text), source, language)


def _itself(text: str) -> str:
    return " ".join(text.casefold().split())


SETS = {
    "davidson": PublishedSet("davidson_en", "MIT", "English posts, offensive and harmless: none", _davidson),
    "ruhsold": PublishedSet("roman_urdu_ruhsold", "MIT", "Roman Urdu posts, abusive and harmless: none", _ruhsold),
    "hatecheck": PublishedSet("hatecheck_en", "CC-BY-4.0", "threats, calls to violence, counter-speech", _hatecheck),
    "hatecheck-ar": PublishedSet(
        "hatecheck_multilingual", "CC-BY-4.0", "the same functions in Arabic", _hatecheck_arabic
    ),
    "moderation": PublishedSet("openai_moderation_eval", "MIT", "violence, hate with threats; English", _moderation),
    "udhr": PublishedSet(
        "udhr", "public domain; edition MIT", "the Universal Declaration in 14 languages", _declaration
    ),
}
"""What a starting model is trained from. What is only measured with (XSTest, hard negatives) is not here."""


def read(folder: Path) -> list[Labelled]:
    """Every labelled text of the sets that lie under this folder, each text once; what two sets label differently is left out."""
    found: dict[str, Labelled] = {}
    apart: set[str] = set()
    for one in SETS.values():
        if (folder / one.folder).is_dir():
            for labelled in one.read(folder / one.folder):
                key = _itself(labelled.text)
                if found.setdefault(key, labelled).labels != labelled.labels:
                    apart.add(key)
    return [labelled for key, labelled in found.items() if key not in apart]
