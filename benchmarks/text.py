"""Posts a second that the text model weighs on one core, beside scikit-learn's hashing of the same runs of letters and a linear model.

`python -m benchmarks.text --posts 20000`: posts of about 230 characters in six languages. Ours folds letters, weighs nine labels
and calibrates; the peer lower-cases, hashes and weighs nine labels. The floor is folding alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa
from sklearn.feature_extraction.text import HashingVectorizer

from benchmarks.posts import aliases, posts
from benchmarks.scan import model
from openiru.detect.text.evaluating import probabilities
from openiru.detect.text.grams import BITS, LONGEST, SHORTEST
from openiru.detect.text.labels import LANES
from openiru.detect.text.windows import windows

TURNS = 3
GOAL = 10.0
"""Times the peer."""


def main(argv: list[str] | None = None) -> int:
    """Print the rates; fails under the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    found = measure(options.posts)
    print(json.dumps(found) if options.json else "\n".join(f"{name:<28} {value:>12,}" for name, value in found.items()))
    return int(float(found["times_the_peer"]) < GOAL)


def measure(count: int) -> dict[str, float]:
    """In turn, three times, by the core's own time, so that a busy machine slows each alike; medians."""
    texts, ours = posts(count, aliases(1_000)), model(1_000)
    column = pa.chunked_array([pa.array(texts)])
    hashing = HashingVectorizer(
        analyzer="char", ngram_range=(SHORTEST, LONGEST), n_features=1 << BITS, alternate_sign=False
    )
    weights = np.random.default_rng(1).normal(size=(1 << BITS, len(LANES))).astype(np.float32)
    few = texts[: max(500, count // 10)]
    work: dict[str, tuple[int, Callable[[], object]]] = {
        "folding": (count, lambda: sum(len(part.bounds) for part in windows(column))),
        "ours": (count, lambda: probabilities(ours, texts)),
        "peer": (len(few), lambda: hashing.transform(few) @ weights),
    }
    rates: dict[str, list[float]] = {name: [] for name in work}
    probabilities(ours, texts[:100])
    for _ in range(TURNS):
        for name, (rows, do) in work.items():
            start = time.process_time()
            do()
            rates[name].append(rows / (time.process_time() - start))
    middle = {name: statistics.median(speeds) for name, speeds in rates.items()}
    single = time.process_time()
    for text in texts[:500]:
        probabilities(ours, [text])
    return {
        "posts": count,
        "ours_per_second": round(middle["ours"]),
        "scikit_learn_per_second": round(middle["peer"]),
        "times_the_peer": round(middle["ours"] / middle["peer"], 1),
        "folding_alone_per_second": round(middle["folding"]),
        "one_post_a_call_per_second": round(500 / (time.process_time() - single)),
    }


if __name__ == "__main__":
    sys.exit(main())
