"""The scan: the same over one batch and in a pool, in order, every row exactly once, whatever dies in the middle."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openiru.detect.columns import SET_ASIDE, Columns, Suggested
from openiru.detect.links import Kind, KnownLink, Links
from openiru.detect.matches import SCHEMA
from openiru.detect.names import Alias, Names
from openiru.detect.negatives import Negative, Negatives
from openiru.detect.pool import Pool, scan_into
from openiru.detect.scan import batch_of, scan
from openiru.errors import Refused, Unavailable, Unreadable

DETECTORS = (
    Names([Alias("front", "Kharu Brigade")]),
    Links([KnownLink("front", "https://t.me/example_kharu", Kind.CHANNEL)]),
)


class Fatal:
    """Kills its own process at a marked text, as often as a file says."""

    name, version = "fatal", "1"

    def __init__(self, lives: str) -> None:
        self.lives = lives

    def match(self, batch: pa.Table) -> Suggested:
        """Echoes every row once."""
        if "die" in batch["text"].to_pylist():
            left = int(Path(self.lives).read_text())
            if left:
                Path(self.lives).write_text(str(left - 1))
                os.kill(os.getpid(), signal.SIGKILL)
        columns = Columns(SCHEMA)
        for row in range(batch.num_rows):
            columns.add(row, "fatal", "text", "1", 0.0, "", "", "", -1, -1, "seen")
        return Suggested(columns.table(), SET_ASIDE.empty_table())


def batches(count: int, size: int = 50, text: str = "Kharu Brigade") -> list[pa.Table]:
    return [batch_of([{"text": text}] * size, first=number * size) for number in range(count)]


def rows(found: Any) -> list[int]:
    return [row for one in found for row in one.matches["row"].to_pylist()]


def test_every_detector_sees_the_batch_and_rows_are_those_of_the_whole() -> None:
    found = scan(batch_of([{"text": "nothing"}, {"text": "Kharu Brigade: t.me/example_kharu"}], first=70), DETECTORS)
    assert [(one["row"], one["detector"]) for one in found.matches.to_pylist()] == [(71, "names"), (71, "links")]
    assert found.matches.schema == SCHEMA and found.set_aside.schema == SET_ASIDE


@pytest.mark.parametrize(
    ("batch", "reason"),
    [
        ({"text": ["a"]}, "row: missing_column"),
        ({"row": [1]}, "text: missing_column"),
        ({"row": [1], "text": [5]}, "text: wrong_type"),
        ({"row": pa.array([None], pa.int64()), "text": ["a"]}, "row: null_row"),
    ],
)
def test_a_batch_that_is_none_is_refused_with_the_name_of_its_column(batch: Any, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        scan(pa.table(batch), DETECTORS)


def test_half_a_surrogate_pair_moves_no_place() -> None:
    [one] = scan(batch_of([{"text": "\ud83d\x00 Kharu Brigade \udc00"}]), DETECTORS).matches.to_pylist()
    assert (one["start"], one["end"]) == (3, 16)


def test_no_detectors_and_no_rows_find_nothing() -> None:
    assert scan(batch_of([]), DETECTORS).matches.num_rows == 0
    assert scan(batch_of([{"text": "Kharu Brigade"}]), ()).matches.num_rows == 0


def test_a_negative_sets_every_detectors_match_aside_with_its_reason() -> None:
    batch = batch_of([{"text": "Kharu Brigade: t.me/example_kharu"}])
    entries = (Negative("KHARU brigade", "a football club", subject="front"), Negative("t.me/example_kharu", "news"))
    found = scan(batch, DETECTORS, Negatives(entries))
    assert found.matches.num_rows == 0
    assert found.set_aside["suppressed_by"].to_pylist() == ["a football club", "news"]
    kept = scan(batch, DETECTORS, Negatives([Negative("Kharu Brigade", "x", subject="another")]))
    assert kept.matches.num_rows == 2


def test_a_pool_gives_what_one_process_gives_in_order() -> None:
    given = batches(7)
    with Pool(DETECTORS, processes=2) as pool:
        found = list(pool.scan(given))
    assert rows(found) == list(range(350))
    assert all(one.matches.equals(scan(batch, DETECTORS).matches) for one, batch in zip(found, given, strict=True))


def test_no_more_is_read_than_is_taken() -> None:
    read = 0

    def source() -> Any:
        nonlocal read
        for batch in batches(40, size=2):
            read += 1
            yield batch

    with Pool(DETECTORS, processes=2) as pool:
        results = pool.scan(source())
        next(results)
        next(results)
        assert read <= 6


def test_a_killed_worker_loses_no_row_and_doubles_none(tmp_path: Path) -> None:
    lives = tmp_path / "lives"
    lives.write_text("2")
    given = [*batches(3), batch_of([{"text": "die"}] * 50, first=150), *[batch_of([{"text": "x"}] * 50, first=200)]]
    with Pool((Fatal(str(lives)),), processes=2) as pool:
        assert rows(pool.scan(given)) == list(range(250))
    assert lives.read_text() == "0"


def test_a_batch_that_kills_every_worker_stops_the_scan_by_name(tmp_path: Path) -> None:
    lives = tmp_path / "lives"
    lives.write_text("9")
    with Pool((Fatal(str(lives)),), processes=1) as pool:
        results = pool.scan([*batches(1), batch_of([{"text": "die"}])])
        assert next(results).matches.num_rows == 50
        with pytest.raises(Unavailable, match="worker_lost at batch 1"):
            next(results)


def test_a_stopped_scan_goes_on_where_it_was_and_every_row_is_there_once(tmp_path: Path) -> None:
    given, told = batches(6), []

    def stopping(count: int) -> None:
        told.append(count)
        if len(told) == 3:
            raise KeyboardInterrupt

    with Pool(DETECTORS, processes=2) as pool, pytest.raises(KeyboardInterrupt):
        scan_into(tmp_path, given, pool, stopping)
    (tmp_path / "matches-00000005.partial").write_bytes(b"half a file")
    assert len(list(tmp_path.glob("*.parquet"))) == 3
    with Pool(DETECTORS, processes=2) as pool:
        assert scan_into(tmp_path, given, pool, told.append) == 300
    assert sum(told[3:]) == 300
    parts = [pq.read_table(path) for path in sorted(tmp_path.glob("*.parquet"))]
    assert pa.concat_tables(parts)["row"].to_pylist() == list(range(300))


def test_a_folder_of_other_detectors_or_other_batches_is_left_alone(tmp_path: Path) -> None:
    with Pool(DETECTORS, processes=1) as pool:
        scan_into(tmp_path, batches(1), pool)
        with pytest.raises(Refused, match="other_batches"):
            scan_into(tmp_path, batches(1, size=9), pool)
    with Pool(DETECTORS[:1], processes=1) as pool, pytest.raises(Refused, match="other_detectors"):
        scan_into(tmp_path, batches(1), pool)
