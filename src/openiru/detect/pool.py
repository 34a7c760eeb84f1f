"""The scan in a pool of processes on one machine: order kept, no more in flight than needed, a killed worker's batch done again."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from openiru.detect.columns import SET_ASIDE, Suggested
from openiru.detect.negatives import Negatives
from openiru.detect.scan import Detector, check, scan
from openiru.errors import Refused, Unavailable

ATTEMPTS = 3
"""How often a batch may lose its worker before the scan stops and names it."""

_AHEAD = 2
_DETECTORS: tuple[Detector, ...] = ()
_NEGATIVES = Negatives()
Progress = Callable[[int], None]


@dataclass
class _Waiting:
    """A batch on its way."""

    number: int
    batch: pa.Table
    future: Future[Suggested]
    lost: int = 0


@dataclass
class Pool:
    """Processes with the same detectors; patterns are compiled once in each. `processes` defaults to the machine's cores."""

    detectors: Sequence[Detector]
    negatives: Negatives = field(default_factory=Negatives)
    processes: int = 0

    def __post_init__(self) -> None:
        self.processes = self.processes or os.cpu_count() or 1
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def scan(self, batches: Iterable[pa.Table]) -> Iterator[Suggested]:
        """The suggestions of each batch, in order, as fast as they are taken: two batches a process are read ahead.

        Raises Unreadable for a batch that is no INPUT, and Unavailable (scan: worker_lost) for one that lost its worker
        three times; what came before it was given out.
        """
        waiting: deque[_Waiting] = deque()
        source = enumerate(batches)
        while True:
            while len(waiting) < _AHEAD * self.processes:
                number, batch = next(source, (0, None))
                if batch is None:
                    break
                check(batch)
                waiting.append(_Waiting(number, batch, self._submit(batch)))
            if not waiting:
                return
            yield self._result(waiting)

    def _result(self, waiting: deque[_Waiting]) -> Suggested:
        while True:
            try:
                found = waiting[0].future.result()
            except BrokenProcessPool:
                self._again(waiting)
                continue
            waiting.popleft()
            return found

    def _again(self, waiting: deque[_Waiting]) -> None:
        """A worker died and took the pool with it: what was finished stays, the rest is done again in a new one."""
        self._close()
        for one in waiting:
            if not one.future.done() or isinstance(one.future.exception(), BrokenProcessPool):
                one.lost += 1
                if one.lost >= ATTEMPTS:
                    raise Unavailable("scan", f"worker_lost at batch {one.number}", permanent=True)
                one.future = self._submit(one.batch)

    def _submit(self, batch: pa.Table) -> Future[Suggested]:
        if self._executor is None:
            spawn = multiprocessing.get_context("spawn")
            made_of = (tuple(self.detectors), self.negatives)
            self._executor = ProcessPoolExecutor(self.processes, spawn, _begin, made_of)
        try:
            return self._executor.submit(_work, batch)
        except BrokenProcessPool:
            broken: Future[Suggested] = Future()
            broken.set_exception(BrokenProcessPool("worker died before this batch was given out"))
            return broken

    def _close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


def scan_into(folder: Path, batches: Iterable[pa.Table], pool: Pool, progress: Progress | None = None) -> int:
    """Scan into `folder`, one Parquet file a batch, and give back how many rows were scanned; what is there is not done again.

    A file has both kinds of suggestions: `suppressed_by` is null where the match counts. It appears whole or not at all, so
    that after any stop the same call goes on, and every row is there exactly once. `progress` is told of rows as they finish.
    Raises Refused (other_detectors, other_batches) where the folder holds the work of other detectors or of other batches.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = json.dumps([[one.name, one.version] for one in pool.detectors])
    todo: deque[tuple[Path, dict[str, str]]] = deque()
    rows = 0

    def missing() -> Iterator[pa.Table]:
        nonlocal rows
        for number, batch in enumerate(batches):
            check(batch)
            path, about = folder / f"matches-{number:08}.parquet", _about(batch, mark)
            if _is_done(path, about):
                rows += batch.num_rows
                if progress:
                    progress(batch.num_rows)
            else:
                todo.append((path, about))
                yield batch

    for found in pool.scan(missing()):
        path, about = todo.popleft()
        _write(path, found, about)
        rows += int(about["rows"])
        if progress:
            progress(int(about["rows"]))
    return rows


def _about(batch: pa.Table, mark: str) -> dict[str, str]:
    first = str(batch["row"][0].as_py()) if batch.num_rows else ""
    return {"detectors": mark, "rows": str(batch.num_rows), "first_row": first}


def _is_done(path: Path, about: dict[str, str]) -> bool:
    if not path.exists():
        return False
    kept = {key.decode(): value.decode() for key, value in (pq.read_schema(path).metadata or {}).items()}
    if kept.get("detectors") != about["detectors"]:
        raise Refused("other_detectors", path=path.name)
    if any(kept.get(key) != value for key, value in about.items()):
        raise Refused("other_batches", path=path.name)
    return True


def _write(path: Path, found: Suggested, about: dict[str, str]) -> None:
    schema = pa.schema([*list(SET_ASIDE)[:-1], pa.field("suppressed_by", pa.string())])
    nothing = pa.nulls(found.matches.num_rows, pa.string())
    counted = found.matches.append_column(schema.field("suppressed_by"), nothing)
    table = pa.concat_tables([counted.cast(schema), found.set_aside.cast(schema)]).replace_schema_metadata(about)
    partial = path.with_suffix(".partial")
    pq.write_table(table, partial)
    partial.replace(path)


def _begin(detectors: tuple[Detector, ...], negatives: Negatives) -> None:
    global _DETECTORS, _NEGATIVES
    _DETECTORS, _NEGATIVES = detectors, negatives


def _work(batch: pa.Table) -> Suggested:
    return scan(batch, _DETECTORS, _NEGATIVES)
