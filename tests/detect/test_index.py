"""The index finds every hash within the radius, and no other: by construction, so it is held to brute force on all kinds of data."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from openiru.detect.index.plan import BITS, RADIUS, ball, plan_for
from openiru.detect.index.segment import Probe, make, words_of
from tests.detect.images import flipped

HAYSTACK = Path(os.environ.get("OPENIRU_DATA", "data")) / "media" / "pdq" / "reg-test-input" / "haystack.txt"
NEEDLES = HAYSTACK.with_name("needles.txt")
Hashes = NDArray[np.uint8]


def brute(rows: Hashes, query: Hashes, radius: int) -> list[tuple[int, int]]:
    apart = np.bitwise_count(rows ^ query).sum(axis=1, dtype=np.int64)
    return [(int(row), int(apart[row])) for row in np.flatnonzero(apart <= radius)]


def found(rows: Hashes, queries: Hashes, radius: int) -> list[list[tuple[int, int]]]:
    segment = make(np.arange(len(rows)), words_of(rows), np.zeros(0, dtype=np.int64))
    probe, words = Probe(segment), words_of(queries)
    single = [sorted((int(row), int(apart)) for row, apart in probe.near(one, radius)) for one in words]
    which, pairs = probe.near_many(words, radius)
    batch = [sorted((int(row), int(apart)) for row, apart in pairs[which == place]) for place in range(len(words))]
    assert single == batch
    return single


def neighbours(rows: Hashes, random: np.random.Generator, count: int) -> Hashes:
    """Hashes at distances 0 to 40 of rows chosen at random."""
    chosen = rows[random.integers(0, len(rows), count)]
    return np.array([flipped(one, random.choice(BITS, at % 41, replace=False)) for at, one in enumerate(chosen)])


def skewed(random: np.random.Generator, count: int) -> Hashes:
    """Hashes of which most bits follow five hidden ones, so that keys crowd in few buckets."""
    hidden = random.integers(0, 2, (count, 5))
    bits = hidden[:, random.integers(0, 5, BITS)] ^ (random.random((count, BITS)) < 0.05)
    return np.packbits(bits.astype(np.uint8), axis=1)


@pytest.mark.parametrize("radius", range(RADIUS + 1))
def test_at_every_radius_it_finds_what_brute_force_finds(radius: int) -> None:
    random = np.random.default_rng(radius)
    rows = random.integers(0, 256, (3000, 32), dtype=np.uint8)
    queries = neighbours(rows, random, 82)
    assert found(rows, queries, radius) == [brute(rows, one, radius) for one in queries]


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    count=st.integers(0, 400),
    radius=st.integers(0, RADIUS),
    few=st.integers(1, 8),
)
def test_it_finds_what_brute_force_finds_among_near_copies(seed: int, count: int, radius: int, few: int) -> None:
    random = np.random.default_rng(seed)
    seeds = random.integers(0, 256, (few, 32), dtype=np.uint8)
    rows = neighbours(seeds, random, count) if count else np.zeros((0, 32), dtype=np.uint8)
    queries = neighbours(seeds, random, 12)
    assert found(rows, queries, radius) == [brute(rows, one, radius) for one in queries]


@pytest.mark.parametrize("count", [100, 20_000, 150_000])
def test_it_finds_what_brute_force_finds_where_bits_hang_together(count: int) -> None:
    random = np.random.default_rng(count)
    rows = skewed(random, count)
    queries = np.concatenate([neighbours(rows, random, 60), skewed(random, 20)])
    expected = [brute(rows, one, RADIUS) for one in queries]
    assert max(map(len, expected)) > (count > 100) * 20
    assert found(rows, queries, RADIUS) == expected


def test_a_hash_that_stands_there_ten_thousand_times_is_found_as_often() -> None:
    rows = np.repeat(np.random.default_rng(1).integers(0, 256, (1, 32), dtype=np.uint8), 10_000, axis=0)
    assert found(rows, rows[:2], 0) == [[(row, 0) for row in range(10_000)]] * 2


@pytest.mark.skipif(not HAYSTACK.is_file(), reason=f"no published hashes at {HAYSTACK}: set OPENIRU_DATA")
@pytest.mark.parametrize("radius", [0, 5, 16, 24, 31])
def test_it_finds_what_brute_force_finds_among_hashes_of_real_images(radius: int) -> None:
    rows, queries = (
        np.array([list(bytes.fromhex(line)) for line in path.read_text().split()], dtype=np.uint8)
        for path in (HAYSTACK, NEEDLES)
    )
    queries = np.concatenate([queries, rows[::5]])
    assert found(rows, queries, radius) == [brute(rows, one, radius) for one in queries]


@given(count=st.integers(1, 50_000_000), radius=st.integers(0, RADIUS))
@settings(deadline=None)
def test_the_parts_cover_all_bits_and_the_units_cover_the_radius(count: int, radius: int) -> None:
    plan = plan_for(count)
    assert sum(plan.widths) == BITS
    assert sum(plan.units(radius)) == radius + 1


@given(width=st.integers(1, 12), units=st.integers(0, 4))
@settings(deadline=None)
def test_a_ball_holds_each_mask_with_fewer_ones_than_units(width: int, units: int) -> None:
    assert ball(width, units).tolist() == [mask for mask in range(1 << width) if mask.bit_count() < units]


def test_a_radius_beyond_its_reach_is_refused() -> None:
    segment = make(np.arange(1), np.zeros((1, 4), dtype=np.uint64), np.zeros(0, dtype=np.int64))
    with pytest.raises(ValueError, match="radius 32"):
        Probe(segment).near(np.zeros(4, dtype=np.uint64), 32)
