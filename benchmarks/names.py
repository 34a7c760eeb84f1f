"""Posts a second through the detector of names, beside the bare matcher in the same process, each pass reported apart."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable

import hyperscan
import pyarrow as pa

from benchmarks import names_quality
from benchmarks.posts import aliases, posts
from openiru.detect.names import Alias, Names
from openiru.detect.names.detector import Options

POSTS = 50_000
PATTERNS = 5_000
BATCH = 10_000
GOAL_FIRST, GOAL_BOTH = 150_000, 60_000
TURNS = 5


def bare(names: list[Alias]) -> Callable[[list[str]], int]:
    """The matcher alone on the names as they are: no variants, no word boundaries, a call for each post."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    patterns = [name.text.encode() for name in names]
    database.compile(expressions=patterns, ids=list(range(len(patterns))), elements=len(patterns), flags=0)
    found = [0]

    def note(_pattern: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        found[0] += 1

    def run(texts: list[str]) -> int:
        found[0] = 0
        for text in texts:
            database.scan(text.encode(), match_event_handler=note)
        return found[0]

    return run


def ours(detector: Names) -> Callable[[list[pa.Table]], int]:
    """The whole detector: Arrow in, Arrow out, with sentences."""

    def run(batches: list[pa.Table]) -> int:
        return sum(detector.match(batch).matches.num_rows for batch in batches)

    return run


def rate(run: Callable[[list[object]], int], work: list[object], count: int) -> tuple[float, int]:
    """Posts in a second of one core's own time, and what was found."""
    start = time.process_time()
    found = run(work)
    return count / (time.process_time() - start), found


def measure(count: int, patterns: int) -> dict[str, object]:
    """All runs in turn, five times: medians, so that a busy machine slows each alike."""
    names = aliases(patterns)
    texts = posts(count, names)
    batches = [pa.table({"text": texts[at : at + BATCH]}) for at in range(0, count, BATCH)]
    start = time.process_time()
    every = Names(names)
    built = time.process_time() - start
    runs: dict[str, tuple[Callable[..., int], list[object]]] = {
        "bare": (bare(names), list(texts)),
        "first": (ours(Names(names, options=Options(second=False, third=False))), list(batches)),
        "both": (ours(Names(names, options=Options(third=False))), list(batches)),
        "all": (ours(every), list(batches)),
        "fall_back": (ours(Names(names, options=Options(engine="ahocorasick"))), list(batches)),
    }
    rates: dict[str, list[float]] = {name: [] for name in runs}
    found: dict[str, int] = {}
    for _ in range(TURNS):
        for name, (run, work) in runs.items():
            speed, found[name] = rate(run, work, count)
            rates[name].append(speed)
    middle = {name: statistics.median(speeds) for name, speeds in rates.items()}
    apart = 1 / max(1e-12, 1 / middle["both"] - 1 / middle["first"])
    third = 1 / max(1e-12, 1 / middle["all"] - 1 / middle["both"])
    return {
        "posts": count,
        "patterns": patterns,
        "characters": round(sum(map(len, texts)) / count),
        "build_seconds": round(built, 2),
        **{f"{name}_per_second": round(speed) for name, speed in middle.items()},
        "second_pass_alone_per_second": round(apart),
        "third_pass_alone_per_second": round(third),
        **{f"{name}_found": number for name, number in found.items()},
        "ratio_first": round(middle["first"] / middle["bare"], 2),
        "ratio_both": round(middle["both"] / middle["bare"], 2),
        "ratio_all": round(middle["all"] / middle["bare"], 2),
        "met": middle["first"] >= GOAL_FIRST and middle["all"] >= GOAL_BOTH and found["all"] == found["fall_back"],
    }


def main(argv: list[str] | None = None) -> int:
    """Print rates and, with real data, quality; fails under the goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--patterns", type=int, default=PATTERNS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    found = measure(options.posts, options.patterns)
    quality, wrong = names_quality.measure()
    if options.json:
        print(json.dumps({**found, "quality": quality}, ensure_ascii=False))
    else:
        for name, value in found.items():
            print(f"{name:<30} {value:>12,}" if isinstance(value, int | float) else f"{name:<30} {value:>12}")
        print(f"goals: first pass {GOAL_FIRST:,}, all three {GOAL_BOTH:,} posts a second on one core\n")
        print(names_quality.words(quality))
    return 1 if wrong or not found["met"] else 0


if __name__ == "__main__":
    sys.exit(main())
