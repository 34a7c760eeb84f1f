"""What the index costs at 1, 2, 5 and 10 million hashes: building, size, queries; as a table and as a drawing (SVG)."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

from openiru.detect.index.plan import RADIUS
from openiru.detect.index.segment import Probe, make, words_of

MILLIONS = (1, 2, 5, 10)
QUERIES, ROUNDS, SEED = 1000, 5, 7
ROOT = Path(__file__).resolve().parent.parent


def measure(count: int) -> dict[str, float]:
    """One size, uniform hashes, one thread, in memory, one query a call, the best of five rounds."""
    random = np.random.default_rng(SEED)
    rows = words_of(random.integers(0, 256, (count, 32), dtype=np.uint8))
    start = time.perf_counter()
    segment = make(np.arange(count), rows, np.zeros(0, dtype=np.int64))
    build = time.perf_counter() - start
    probe, queries = Probe(segment), words_of(random.integers(0, 256, (QUERIES, 32), dtype=np.uint8))
    probe.near(queries[0], RADIUS)
    rates = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for one in queries:
            probe.near(one, RADIUS)
        rates.append(QUERIES / (time.perf_counter() - start))
    return {
        "hashes": count,
        "build_seconds": build,
        "megabytes": segment.bytes_used / 1e6,
        "microseconds": 1e6 / max(rates),
    }


def drawing(results: list[dict[str, float]]) -> str:
    """Microseconds a query over millions of hashes; the dashed line is what cost in proportion to the hashes would be."""
    most = max(one["hashes"] for one in results)
    scale = max(one["microseconds"] for one in results) * 1.2
    points = [(60 + 520 * one["hashes"] / most, 260 - 220 * one["microseconds"] / scale) for one in results]
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    steep = 260 - 220 * min(1.0, results[0]["microseconds"] * most / results[0]["hashes"] / scale)
    end = 60 + 520 * min(1.0, scale / (results[0]["microseconds"] * most / results[0]["hashes"]))
    labels = "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4"/>'
        f'<text x="{x:.0f}" y="{y - 10:.0f}" text-anchor="middle">{one["microseconds"]:.0f} µs</text>'
        f'<text x="{x:.0f}" y="280" text-anchor="middle">{one["hashes"] / 1e6:.0f}</text>'
        for (x, y), one in zip(points, results, strict=True)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 310" font-family="sans-serif" font-size="12" role="img">'
        "<title>Microseconds a query by millions of hashes</title>"
        '<path d="M60 30V260H600" fill="none" stroke="#888"/>'
        f'<path d="M60 260L{end:.0f} {steep:.0f}" stroke="#888" stroke-dasharray="5 5"/>'
        f'<polyline points="{line}" fill="none" stroke="#06c" stroke-width="2"/><g fill="#06c">{labels}</g>'
        '<text x="330" y="302" text-anchor="middle">millions of hashes; dashed: in proportion to the hashes</text></svg>\n'
    )


def main(argv: list[str] | None = None) -> int:
    """Print the table; with --svg also write the drawing there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--svg", type=Path, help="for instance docs/pictures/hash-index.svg")
    options = parser.parse_args(argv)
    results = [measure(one * 1_000_000) for one in MILLIONS]
    if options.svg:
        options.svg.write_text(drawing(results), encoding="utf-8")
    if options.json:
        print(json.dumps(results))
        return 0
    print("millions   build s      MB   µs a query   queries a second")
    for one in results:
        sizes = f"{one['hashes'] / 1e6:>8.0f} {one['build_seconds']:>9.1f} {one['megabytes']:>7.0f}"
        print(f"{sizes} {one['microseconds']:>12.0f} {1e6 / one['microseconds']:>18,.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
