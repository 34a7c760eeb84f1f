"""What ties two accounts: a rare link or file that both post, a forward, an announcement. Following and membership never do."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Any

import pyarrow as pa

RAREST = 20
"""A value that more accounts of the corpus post says nothing of any two of them."""
COMMON = {"link": "the link", "media": "the same file"}
DIRECTED = {"forward": "forwards messages of", "announcement": "announces"}
KINDS = frozenset(COMMON) | frozenset(DIRECTED)
"""The only traces that are read (reference/platforms.md §15). There is none for whom somebody follows or which group they are in."""

TRACES = pa.schema(
    [
        pa.field("account", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False, metadata={"meaning": "link, media, forward or announcement"}),
        pa.field(
            "value", pa.string(), nullable=False, metadata={"meaning": "canonical key or SHA-256; an account's key"}
        ),
    ]
)
TIES = pa.schema(
    [
        pa.field("a", pa.string(), nullable=False),
        pa.field("b", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("value", pa.string(), nullable=False),
        pa.field("accounts", pa.int64(), nullable=False, metadata={"meaning": "accounts of the corpus that post it"}),
        pa.field("bits", pa.float64(), nullable=False, metadata={"meaning": "how surprising it is that two post it"}),
        pa.field("sentence", pa.string(), nullable=False),
    ]
)
_NONE: Mapping[tuple[str, str], int] = {}
_SURE = 3.0
"""A forward or an announcement counts as so many bits more than the rarest shared value: one of the two names the other."""


def ties(
    traces: pa.Table, *, corpus: int, named: Collection[str] = (), counts: Mapping[tuple[str, str], int] = _NONE
) -> pa.Table:
    """TIES rows, the most surprising first, from TRACES rows of a corpus of `corpus` accounts.

    A value that `n` accounts post ties each two of them by log2(1 + corpus/n) bits, if that is at most RAREST. `counts` says how
    many accounts of the corpus post a (kind, value) where `traces` are only a part of it; else they are counted in `traces`.
    `named` are accounts that others may forward or announce though they post nothing themselves. Raises ValueError for a kind of
    trace that ties nobody.
    """
    strange = set(traces.column("kind").to_pylist()) - KINDS
    if strange:
        raise ValueError(f"no tie: {', '.join(sorted(strange))}")
    rows = sorted(_ties(traces, max(corpus, 2), frozenset(named), counts), key=_order)
    return pa.Table.from_pylist(rows, schema=TIES)


def _order(row: dict[str, Any]) -> tuple[object, ...]:
    return -row["bits"], row["a"], row["b"], row["kind"], row["value"]


def _ties(
    traces: pa.Table, corpus: int, named: frozenset[str], counts: Mapping[tuple[str, str], int]
) -> Iterator[dict[str, Any]]:
    posted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for account, kind, value in zip(*(traces.column(name).to_pylist() for name in TRACES.names), strict=True):
        posted[kind, value].add(account)
    known = named.union(traces.column("account").to_pylist())
    for (kind, value), accounts in posted.items():
        if kind in DIRECTED:
            yield from _directed(kind, value, accounts & known - {value}, value in known, corpus)
        elif len(accounts) > 1 and (number := max(len(accounts), counts.get((kind, value), 0))) <= RAREST:
            yield from _shared(kind, value, accounts, number, corpus)


def _shared(kind: str, value: str, accounts: set[str], number: int, corpus: int) -> Iterator[dict[str, Any]]:
    bits = math.log2(1 + corpus / number)
    words = f"both post {COMMON[kind]} {value}, as {number} of {corpus:,} accounts do"
    for a, b in combinations(sorted(accounts), 2):
        yield {"a": a, "b": b, "kind": kind, "value": value, "accounts": number, "bits": bits, "sentence": words}


def _directed(kind: str, value: str, accounts: set[str], known: bool, corpus: int) -> Iterator[dict[str, Any]]:
    if not known:
        return
    for account in sorted(accounts):
        words = f"{account} {DIRECTED[kind]} {value}"
        bits = math.log2(corpus) + _SURE
        a, b = sorted((account, value))
        yield {"a": a, "b": b, "kind": kind, "value": value, "accounts": 2, "bits": bits, "sentence": words}
