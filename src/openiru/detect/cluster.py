"""The same scan on a dask.distributed cluster that is there: order kept, bounded, a lost worker's batches done again.

Needs the extra `openiru[cluster]`. The cluster sees texts in clear: it must be the unit's own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import pyarrow as pa
from distributed import Client, Future, KilledWorker, Worker, WorkerPlugin, get_worker

from openiru.detect.columns import Suggested
from openiru.detect.negatives import Negatives
from openiru.detect.scan import Detector, check, scan
from openiru.errors import Unavailable

_AHEAD = 2


class Detecting(WorkerPlugin):  # type: ignore[misc]
    """Brings the detectors to every worker, also to one that joins later or comes back; patterns are compiled once in each."""

    def __init__(self, detectors: Sequence[Detector], negatives: Negatives) -> None:
        self.detectors, self.negatives = tuple(detectors), negatives
        self.name = "openiru:" + ",".join(f"{one.name}={one.version}" for one in self.detectors)

    def setup(self, worker: Worker) -> None:
        """Nothing to do: that it arrived is enough."""


def scan_on(
    client: Client, batches: Iterable[pa.Table], detectors: Sequence[Detector], negatives: Negatives | None = None
) -> Iterator[Suggested]:
    """The suggestions of each batch, in order; two batches a thread of the cluster are read ahead.

    Raises Unreadable for a batch that is no INPUT, and Unavailable (scan: worker_lost) for one whose workers died as often
    as the cluster allows.
    """
    plugin = Detecting(detectors, negatives or Negatives())
    client.register_plugin(plugin)
    waiting: deque[Future] = deque()
    source = iter(batches)
    while True:
        threads = max(1, sum(client.nthreads().values()))
        for batch in islice(source, max(0, _AHEAD * threads - len(waiting))):
            check(batch)
            waiting.append(client.submit(_work, batch, plugin.name, pure=False))
        if not waiting:
            return
        yield _result(waiting.popleft())


def _result(future: Future) -> Suggested:
    try:
        found: Suggested = future.result()
    except KilledWorker as failure:
        raise Unavailable("scan", "worker_lost", permanent=True) from failure
    return found


def _work(batch: pa.Table, plugin: str) -> Suggested:
    ours = get_worker().plugins[plugin]
    return scan(batch, ours.detectors, ours.negatives)
