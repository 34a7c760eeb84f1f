"""A match is what a detector suggests: where, how strongly, which two values it compared, and a sentence that a person can check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import pyarrow as pa

NOWHERE = -1
"""`start` and `end` where the detector compared no text."""

SCHEMA = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False, metadata={"meaning": "position in the batch that was scanned"}),
        pa.field("detector", pa.string(), nullable=False),
        pa.field(
            "field",
            pa.string(),
            nullable=False,
            metadata={"meaning": "the column that `found` stands in, or the kind of hash"},
        ),
        pa.field("version", pa.string(), nullable=False),
        pa.field(
            "score", pa.float32(), nullable=False, metadata={"meaning": "0 to 1, comparable within one detector only"}
        ),
        pa.field(
            "subject", pa.string(), nullable=False, metadata={"meaning": "id of the bank's entry, opaque to detectors"}
        ),
        pa.field("found", pa.string(), nullable=False, metadata={"meaning": "the value in the row"}),
        pa.field("known", pa.string(), nullable=False, metadata={"meaning": "the value in the bank"}),
        pa.field(
            "start",
            pa.int32(),
            nullable=False,
            metadata={"meaning": "first character of `found` in the row's text, or -1"},
        ),
        pa.field("end", pa.int32(), nullable=False, metadata={"meaning": "character after `found`, or -1"}),
        pa.field("sentence", pa.string(), nullable=False, metadata={"meaning": "the reason, which a person can check"}),
    ]
)
"""The columns of every detector's matches. None of them decides: a match is a suggestion, and no score leads to a notice."""


@dataclass(frozen=True)
class Match:
    """One row of SCHEMA."""

    row: int
    detector: str
    field: str
    version: str
    score: float
    subject: str
    found: str
    known: str
    sentence: str
    start: int = NOWHERE
    end: int = NOWHERE


def table(matches: Iterable[Match]) -> pa.Table:
    """The matches of a batch as an Arrow table of SCHEMA, in the order given."""
    return pa.Table.from_pylist([asdict(one) for one in matches], schema=SCHEMA)
