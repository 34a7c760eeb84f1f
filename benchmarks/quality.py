"""How good detection is, and where it is bad: recall at a fixed false-alarm rate, calibration, false alarms on protected speech.

`python -m benchmarks.quality` (needs OPENIRU_DATA) trains the starting model on three quarters of the groups of the published
sets and measures on the rest, then without a source at all; XSTest and the hard negatives are never trained on.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa

from benchmarks.names_quality import listed_names
from openiru.detect.links import Kind, KnownLink, Links
from openiru.detect.names import Names
from openiru.detect.scan import Detector
from openiru.detect.text import Labelled, Text, sets, training
from openiru.detect.text.evaluating import BINS, Line, Share, calibration, probabilities

MOST = 4_000
"""Texts of one source that are trained or measured with, drawn once; the others are left out to save minutes."""
RESAMPLES = 500
SEED = 3
SUITES = {
    "HateCheck": "hatecheck_en/test_suite_cases.csv",
    "HateCheck Arabic": "hatecheck_multilingual/hatecheck_cases_final_arabic.csv",
}
COUNTER = ("counter_quote_nh", "counter_ref_nh")


def main(argv: list[str] | None = None) -> int:
    """Print the tables. Status 1 if a detector suggests more of the Declaration than one line in a hundred."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=MOST, help="texts of one source")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    given = os.environ.get("OPENIRU_DATA")
    if not given:
        print("quality: skipped, no data (set OPENIRU_DATA)")
        return 0
    found, worst = measure(Path(given), options.most)
    print(json.dumps(found) if options.json else words(found))
    return int(worst > 0.01)


def measure(data: Path, most: int) -> tuple[dict[str, list[list[object]]], float]:
    """Every table by its name, and the highest share of the Declaration of which anything is suggested."""
    given = drawn(sets.read(data / "text"), most)
    trained = training.train(given)
    study = trained.study
    detectors: dict[str, Detector] = {
        "text": Text(trained.model),
        "names": Names(listed_names(data / "designations")),
        "links": Links([KnownLink("org", "https://t.me/example_kharu", Kind.CHANNEL)]),
    }
    alarms = [
        [kind, name, *_share(share)]
        for kind, texts in protected(data / "text", study.test).items()
        for name, share in ((name, suggested(one, texts)) for name, one in detectors.items())
    ]
    said = probabilities(trained.model, [one.text for one in study.test])
    errors = [
        [str(lane.label), *_error(said[:, place], np.array([lane.label in one.labels for one in study.test]))]
        for place, lane in enumerate(trained.model.lanes)
    ]
    tables: dict[str, list[list[object]]] = {
        "texts": [["learnt from", len(study.learnt_from)], ["measured on", len(study.test)]],
        "found at 1 % false alarms, of groups never seen": [
            _line(one) for one in study.measured.lines if one.found.whole or one.alarms.part
        ],
        "calibration error, with a bootstrap's interval": errors,
        "harmless texts of which a ground is suggested": [
            [name, *_share(share)] for name, share in study.measured.alarms
        ],
        "a source that was not trained on at all": elsewhere(given),
        "false alarms on protected speech, by detector": alarms,
    }
    rights = [Share(int(str(row[5])), int(str(row[6]))).rate for row in alarms if str(row[0]).startswith("Declaration")]
    return tables, max(rights, default=0.0)


def drawn(labelled: Sequence[Labelled], most: int) -> list[Labelled]:
    """At most so many of each source, the same ones every time."""
    shuffled = sorted(labelled, key=lambda one: (one.source, one.text))
    Random(SEED).shuffle(shuffled)
    counts: dict[str, int] = {}
    kept = []
    for one in shuffled:
        counts[one.source] = counts.get(one.source, 0) + 1
        if counts[one.source] <= most:
            kept.append(one)
    return kept


def elsewhere(given: Sequence[Labelled]) -> list[list[object]]:
    """How a model does on a source of which it saw nothing: nearer to what a unit meets than any split of one set."""
    rows: list[list[object]] = []
    for source in ("hatecheck", "hatecheck-ar", "moderation"):
        rest = [one for one in given if one.source != source]
        held = [one for one in given if one.source == source]
        model = training.train(rest).model
        said = probabilities(model, [one.text for one in held])
        for place, lane in enumerate(model.lanes):
            truth = np.array([lane.label in one.labels for one in held])
            over = said[:, place] >= lane.cutoff
            if truth.any():
                found, alarms = (
                    Share(int((over & truth).sum()), int(truth.sum())),
                    Share(int((over & ~truth).sum()), int((~truth).sum())),
                )
                rows.append([f"{lane.label} in {source}", *_share(found), "false alarms", *_share(alarms)])
    return rows


def protected(folder: Path, test: Sequence[Labelled]) -> dict[str, list[str]]:
    """Speech that must not be referred, by kind; of what is trained on too, only groups that were not."""
    held = {one.text for one in test}
    found = {}
    for name, path in SUITES.items():
        rows = [row for row in _rows(folder / path) if row["test_case"] in held]
        for function in COUNTER:
            found[f"{name} {function}"] = [row["test_case"] for row in rows if row["functionality"] == function]
    safe = [row["prompt"] for row in _rows(folder / "xstest/xstest_prompts.csv") if row["label"] == "safe"]
    found["XSTest safe prompts"] = safe
    lines = (folder / "hard_negatives/hard_negatives.jsonl").read_text(encoding="utf-8").splitlines()
    found["hard negatives"] = [json.loads(line)["text"] for line in lines]
    for language in sorted({one.language for one in test if one.source == "udhr"}):
        found[f"Declaration {language}"] = [
            one.text for one in test if one.source == "udhr" and one.language == language
        ]
    found["everyday Roman Urdu"] = [one.text for one in test if one.source == "ruhsold"]
    return found


def suggested(detector: Detector, texts: Sequence[str]) -> Share:
    """Of how many texts this detector suggests anything that counts."""
    matches = detector.match(pa.table({"text": pa.array(texts, pa.string())})).matches
    return Share(len(set(matches["row"].to_pylist())), len(texts))


def words(found: dict[str, list[list[object]]]) -> str:
    """The tables for people."""
    return "\n\n".join(
        "\n".join([name, *("  ".join(_cell(one) for one in row) for row in rows)]) for name, rows in found.items()
    )


def _cell(value: object) -> str:
    return (
        f"{value:.3f}" if isinstance(value, float) else f"{value!s:<12}" if isinstance(value, str) else f"{value!s:>6}"
    )


def _share(share: Share) -> tuple[float, float, float, int, int]:
    low, high = share.interval
    return round(share.rate, 4), round(low, 4), round(high, 4), share.part, share.whole


def _line(line: Line) -> list[object]:
    return [str(line.label), line.of, *_share(line.found), "false alarms", *_share(line.alarms)]


def _error(said: np.ndarray, truth: np.ndarray) -> tuple[float, float, float, int]:
    draw = np.random.default_rng(SEED)
    resampled = []
    for _ in range(RESAMPLES):
        rows = draw.integers(0, len(said), len(said))
        resampled.append(calibration(said[rows], truth[rows])[0])
    low, high = np.quantile(resampled, [0.025, 0.975])
    return round(calibration(said, truth)[0], 4), round(float(low), 4), round(float(high), 4), BINS


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    sys.exit(main())
