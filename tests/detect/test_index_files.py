"""An index on disk: what was acknowledged is found, at once and after any death; readers and the writer never wait for each other."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from openiru.detect.index import files
from openiru.detect.index import manifest as manifests
from openiru.detect.index.reading import Near, Reader
from openiru.detect.index.writing import Writer, check
from openiru.errors import Unavailable, Unreadable
from tests.detect.images import flipped
from tests.house.tree import ROOT

Hashes = NDArray[np.uint8]


def hashes(count: int, seed: int = 1) -> Hashes:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


@pytest.fixture
def quick() -> Iterator[Path]:
    """A folder in memory where there is one: a death is the same there, and waiting for a disk thousands of times is not."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def folder(quick: Path) -> Path:
    return quick / "bank"


def everything(folder: Path, rows: Hashes) -> set[tuple[int, int]]:
    """(key, row) of all rows that a new reader finds at distance 0."""
    reader = Reader(folder)
    found = reader.near_many(rows, 0)
    reader.close()
    return set(zip(found.key.tolist(), found.query.tolist(), strict=True))


def test_what_was_added_is_found_by_the_next_refresh_in_less_than_a_second(folder: Path) -> None:
    writer, rows = Writer(folder), hashes(3)
    reader = Reader(folder)
    assert reader.near(rows[0].tobytes()) == []
    start = time.perf_counter()
    writer.add([7, 8, 9], rows)
    reader.refresh()
    assert reader.near(flipped(rows[1], np.arange(31)).tobytes()) == [Near(8, 31)]
    assert time.perf_counter() - start < 30, (
        "not a measure (benchmarks/hash_index.py is): only that nothing was rebuilt"
    )
    writer.close()
    reader.close()


def test_it_is_found_before_and_after_it_moves_into_a_segment(folder: Path) -> None:
    writer, rows = Writer(folder), hashes(500)
    writer.add(np.arange(400), rows[:400])
    before = everything(folder, rows)
    writer.compact()
    reader = Reader(folder)
    assert (len(reader.segments), reader.fresh.count, len(reader)) == (1, 0, 400)
    assert everything(folder, rows) == before == {(one, one) for one in range(400)}
    writer.add(np.arange(400, 500), rows[400:])
    reader.refresh()
    assert len(reader) == 500 and reader.near(rows[450].tobytes(), 0) == [Near(450, 0)]
    writer.close()


def test_a_dropped_key_is_gone_from_segments_and_from_what_is_fresh_and_may_come_back(folder: Path) -> None:
    writer, rows = Writer(folder), hashes(6)
    writer.build([1, 2, 3], rows[:3])
    writer.add([3, 4], rows[3:5])
    writer.drop([1, 3, 99])
    assert everything(folder, rows) == {(2, 1), (4, 4)}
    writer.add([3], rows[5:])
    assert everything(folder, rows) == {(2, 1), (4, 4), (3, 5)}
    writer.compact(whole=True)
    assert everything(folder, rows) == {(2, 1), (4, 4), (3, 5)}
    assert len(Reader(folder)) == 3
    writer.close()


def test_drops_hold_for_older_segments_that_are_not_merged(folder: Path) -> None:
    writer, rows = Writer(folder), hashes(1010)
    writer.build(np.arange(1000), rows[:1000])
    writer.drop([5])
    writer.add(np.arange(1000, 1010), rows[1000:])
    writer.compact()
    reader = Reader(folder)
    assert [len(one) for one in reader.segments] == [1000, 10]
    assert reader.near(rows[5].tobytes()) == [] and len(reader) == 1009
    writer.close()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 19)), min_size=1, max_size=6)),
        st.tuples(st.just("drop"), st.lists(st.integers(0, 12), min_size=1, max_size=4)),
        st.tuples(st.just("compact"), st.booleans()),
        st.tuples(st.just("reopen"), st.none()),
        st.tuples(
            st.just("build"), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 19)), min_size=1, max_size=6)
        ),
    ),
    max_size=12,
)
POOL = hashes(20, 5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_after_any_steps_it_holds_what_a_plain_list_would_hold(steps: list[tuple[str, object]], quick: Path) -> None:
    folder, plain = Path(tempfile.mkdtemp(dir=quick)), []
    writer, reader = Writer(folder), Reader(folder)
    for name, what in steps:
        if name in ("add", "build"):
            plain += what  # type: ignore[operator]
            getattr(writer, name)([key for key, _ in what], POOL[[row for _, row in what]])  # type: ignore[attr-defined]
        elif name == "drop":
            plain = [one for one in plain if one[0] not in what]  # type: ignore[operator]
            writer.drop(what)  # type: ignore[arg-type]
        elif name == "compact":
            writer.compact(whole=bool(what))
        else:
            writer.close()
            writer = Writer(folder)
        reader.refresh()
        found = reader.near_many(POOL, 0)
        assert sorted(zip(found.key.tolist(), found.query.tolist(), strict=True)) == sorted(plain)
    assert check(folder) >= 0
    writer.close()
    reader.close()


def test_only_one_writes(folder: Path) -> None:
    writer = Writer(folder)
    with pytest.raises(Unavailable, match="another process"):
        Writer(folder)
    writer.close()
    Writer(folder).close()


def test_readers_go_on_while_segments_are_merged_under_them(folder: Path) -> None:
    rows = hashes(4000)
    writer = Writer(folder)
    writer.build(np.arange(1000), rows[:1000])
    wrong: list[object] = []
    running = True

    def read() -> None:
        reader = Reader(folder)
        while running:
            reader.refresh()
            for row in range(0, 1000, 50):
                if reader.near(rows[row].tobytes(), 0) != [Near(row, 0)]:
                    wrong.append(row)
        reader.close()

    threads = [Thread(target=read) for _ in range(2)]
    for one in threads:
        one.start()
    for start in range(1000, 4000, 250):
        writer.add(np.arange(start, start + 250), rows[start : start + 250])
        compacting = Thread(target=writer.compact, kwargs={"whole": start % 500 == 0})
        compacting.start()
        writer.add([10_000 + start], rows[start : start + 1])
        compacting.join()
    running = False
    for one in threads:
        one.join()
    assert not wrong
    expected = {(one, one) for one in range(4000)} | {(10_000 + one, one) for one in range(1000, 4000, 250)}
    assert everything(folder, rows) == expected
    writer.close()


def test_a_frame_cut_short_was_never_there_and_the_next_writer_goes_on(folder: Path) -> None:
    writer, rows = Writer(folder), hashes(4)
    writer.add([1, 2], rows[:2])
    journal = folder / manifests.read(folder).journals[-1]
    whole = journal.read_bytes()
    writer.add([3], rows[2:3])
    writer.close()
    longer = journal.read_bytes()
    for cut in range(len(whole), len(longer)):
        journal.write_bytes(longer[:cut])
        assert everything(folder, rows) == {(1, 0), (2, 1)}
    writer = Writer(folder)
    writer.add([4], rows[3:])
    writer.close()
    assert everything(folder, rows) == {(1, 0), (2, 1), (4, 3)}


def test_damage_in_the_middle_of_the_journal_is_named_and_nothing_is_passed_over(folder: Path) -> None:
    writer, rows = Writer(folder), hashes(2)
    writer.add([1], rows[:1])
    writer.add([2], rows[1:])
    writer.close()
    journal = folder / manifests.read(folder).journals[-1]
    data = bytearray(journal.read_bytes())
    data[30] ^= 1
    journal.write_bytes(data)
    for opened in (Reader, Writer):
        with pytest.raises(Unreadable, match="damaged frame"):
            opened(folder)


@pytest.mark.parametrize("place", [3, 40, 4096, 5000, 100_000])
def test_a_changed_byte_in_a_segment_is_found(folder: Path, place: int) -> None:
    writer = Writer(folder)
    writer.build(np.arange(300), hashes(300))
    writer.close()
    assert check(folder) == 300
    path = folder / manifests.read(folder).segments[0]
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(Unreadable):
        check(folder)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"sha256": "0", "segments": []}'])
def test_a_broken_manifest_is_refused(folder: Path, text: str) -> None:
    Writer(folder).close()
    (folder / manifests.NAME).write_text(text)
    with pytest.raises(Unreadable, match="manifest"):
        Reader(folder)


def test_a_cut_segment_and_no_index_at_all_are_refused(folder: Path, tmp_path: Path) -> None:
    writer = Writer(folder)
    writer.build(np.arange(300), hashes(300))
    writer.close()
    path = folder / manifests.read(folder).segments[0]
    path.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(Unreadable, match="bytes where"):
        Reader(folder)
    with pytest.raises(Unreadable, match="no index"):
        Reader(tmp_path / "nowhere")


@pytest.mark.parametrize("shape", [(1, 31), (1, 33), (2, 32), (1, 0)])
def test_a_hash_of_another_length_is_refused(folder: Path, shape: tuple[int, int]) -> None:
    writer = Writer(folder)
    with pytest.raises(ValueError, match="32"):
        writer.add([1], np.zeros(shape, dtype=np.uint8))
    writer.close()
    with pytest.raises(ValueError, match="32"):
        Reader(folder).near(bytes(31))


def write_and_die(folder: Path, last: int, half: bool, say: int) -> None:
    """In a process of its own: do ORDER, and die at the `last` call that touches the disk (`half`: at the `last` write, in its middle)."""
    calls, write = 0, files.write

    def dying(real: Callable[..., None]) -> Callable[..., None]:
        def call(*args: Any) -> None:
            nonlocal calls
            calls += real is write or not half
            if calls == last and (real is write or not half):
                if half:
                    os.write(args[0], bytes(args[1])[: len(args[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            real(*args)

        return call

    for name in ("write", "sync", "replace", "remove"):
        setattr(files, name, dying(getattr(files, name)))
    writer = Writer(folder)
    for step in ORDER:
        name, *numbers = step.split()
        first, end = (int(one) for one in numbers or (0, 0))
        if name in ("add", "build"):
            getattr(writer, name)(range(first, end), ROWS[first:end])
        elif name == "drop":
            writer.drop([first, end])
        elif name in ("compact", "merge"):
            writer.compact(whole=name == "merge")
        os.write(say, f"{step}\n".encode())
    writer.close()


def in_a_child(folder: Path, last: int, half: bool) -> tuple[list[str], bool]:
    """What the child acknowledged, and whether it died."""
    hear, say = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write_and_die(folder, last, half, say)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(say)
    with os.fdopen(hear) as pipe:
        said = pipe.read().split("\n")[:-1]
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return said, status != 0


ORDER = ("open", "add 0 10", "build 10 40", "drop 3 15", "add 40 50", "compact", "add 50 60", "drop 45 46", "merge")
ROWS = np.random.default_rng(3).integers(0, 256, (60, 32), dtype=np.uint8)


def after(steps: int) -> set[tuple[int, int]]:
    """What the index holds after so many steps of ORDER."""
    held: set[int] = set()
    for step in ORDER[:steps]:
        name, *numbers = step.split()
        if name in ("add", "build"):
            held |= set(range(int(numbers[0]), int(numbers[1])))
        elif name == "drop":
            held -= {int(one) for one in numbers}
    return {(one, one) for one in held}


@pytest.mark.parametrize("half", [False, True])
def test_a_writer_killed_at_any_step_of_writing_leaves_nothing_lost_and_nothing_wrong(quick: Path, half: bool) -> None:
    """It dies by SIGKILL at its first, second, third … call that touches the disk."""
    for last in range(1, 500):
        folder = quick / str(last)
        folder.mkdir()
        said, died = in_a_child(folder, last, half)
        assert tuple(said) == ORDER[: len(said)]
        _holds(folder, len(said))
        shutil.rmtree(folder)
        if not died:
            break
    assert said[-1] == "merge" and last > (20 if half else 60)


def _holds(folder: Path, acknowledged: int) -> None:
    """All acknowledged steps and at most the one under way are there, for readers and for the next writer."""
    allowed = [after(acknowledged), after(acknowledged + 1)]
    if (folder / manifests.NAME).exists():
        assert everything(folder, ROWS) in allowed
    writer = Writer(folder)
    assert everything(folder, ROWS) in allowed
    writer.add([99], ROWS[:1])
    writer.compact(whole=True)
    writer.close()
    assert everything(folder, ROWS) - {(99, 0)} in allowed
    check(folder)
    assert sorted(one.suffix for one in folder.iterdir()) == [".journal", ".json", ".lock", ".segment"]


def test_a_reader_in_another_process_sees_what_is_added_and_may_be_killed(folder: Path) -> None:
    writer, rows = Writer(folder), hashes(2)
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom openiru.detect.index.reading import Reader\n"
        "reader = Reader(Path(sys.argv[1])); sought = bytes.fromhex(sys.argv[2])\nreader.near(sought)\nprint('ready', flush=True)\n"
        "while not reader.near(sought): reader.refresh()\nprint('found', flush=True)\ntime.sleep(60)\n"
    )
    call = (sys.executable, "-c", code, str(folder), rows[0].tobytes().hex())
    with subprocess.Popen(
        call, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        writer.add([1], rows[:1])
        assert child.stdout.readline() == "found\n"
        child.kill()
    writer.add([2], rows[1:])
    assert everything(folder, rows) == {(1, 0), (2, 1)}
    writer.close()
