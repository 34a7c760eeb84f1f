"""The scan on a cluster of two workers on this machine: one is killed in the middle, and every row is there exactly once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from distributed import Client, LocalCluster

from openiru.detect.cluster import scan_on
from openiru.detect.names import Alias, Names
from openiru.detect.scan import batch_of

NAMES = Names([Alias("front", "Kharu Brigade")])


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    address = {"host": "127.0.0.1", "dashboard_address": None, "worker_dashboard_address": None}
    with LocalCluster(n_workers=2, threads_per_worker=1, silence_logs=50, **address) as cluster, Client(cluster) as one:
        yield one


def test_a_worker_killed_in_the_middle_costs_no_row_and_doubles_none(client: Client) -> None:
    given = (batch_of([{"text": "Kharu Brigade"}] * 200, first=number * 200) for number in range(30))
    rows, killed = [], 0
    for number, found in enumerate(scan_on(client, given, (NAMES,))):
        rows += found.matches["row"].to_pylist()
        if number == 9:
            killed = next(iter(client.run(os.getpid).values()))
            os.kill(killed, signal.SIGKILL)
    assert killed and rows == list(range(6_000))
    client.wait_for_workers(2, timeout=60)
    assert killed not in client.run(os.getpid).values()
