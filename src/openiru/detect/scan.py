"""One function over a batch, with every detector it is given; `detect.pool` runs the same one in several processes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from openiru.detect.columns import Suggested, together
from openiru.detect.negatives import Negatives
from openiru.errors import Unreadable

INPUT = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False, metadata={"meaning": "position in everything that is scanned"}),
        pa.field("text", pa.string(), metadata={"meaning": "running text of a post or message"}),
        pa.field("name", pa.string(), metadata={"meaning": "display name; optional"}),
        pa.field("handle", pa.string(), metadata={"meaning": "without its at sign; optional"}),
        pa.field("bio", pa.string(), metadata={"meaning": "what the account says of itself; optional"}),
        pa.field("hashes", pa.list_(pa.string()), metadata={"meaning": "kind:hex of attached media; optional"}),
    ]
)
"""The columns of a batch. `row` and `text` must be there; others than these are left alone."""

_NEEDED = ("row", "text")


class Detector(Protocol):
    """What finds something: pure, with a version that changes with its rules and its entries. It can be pickled."""

    name: str
    version: str

    def match(self, batch: pa.Table) -> Suggested:
        """Suggestions whose `row` is the position in this batch."""
        ...


def scan(batch: pa.Table, detectors: Sequence[Detector], negatives: Negatives | None = None) -> Suggested:
    """Every detector's suggestions for a batch of INPUT, by detector; `row` is the batch's own column `row`.

    Raises Unreadable for a batch that is no INPUT: missing_column, wrong_type or null_row, with the column's name.
    """
    check(batch)
    found = together([detector.match(batch) for detector in detectors])
    found = (negatives or Negatives()).apply(found)
    return Suggested(_renumbered(found.matches, batch), _renumbered(found.set_aside, batch))


def check(batch: pa.Table) -> None:
    """Whether a batch is of INPUT; raises Unreadable where it is not."""
    for field in INPUT:
        if field.name not in batch.column_names:
            if field.name in _NEEDED:
                raise Unreadable("missing_column", where=field.name)
        elif not _fits(batch.schema.field(field.name).type, field.type):
            raise Unreadable("wrong_type", where=field.name, value=str(batch.schema.field(field.name).type))
    if batch["row"].null_count:
        raise Unreadable("null_row", where="row")


def batch_of(rows: Iterable[Mapping[str, object]], first: int = 0) -> pa.Table:
    """A batch from plain values, numbered from `first`. Half a surrogate pair becomes U+FFFD: no place moves."""
    given = list(rows)
    names = [field.name for field in INPUT if field.name == "text" or any(field.name in one for one in given)]
    columns: dict[str, pa.Array] = {"row": pa.array(range(first, first + len(given)), pa.int64())}
    for name in names:
        if name != "row":
            columns[name] = pa.array([_sound(one.get(name)) for one in given], INPUT.field(name).type)
    return pa.table(columns)


def _sound(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def _fits(given: pa.DataType, wanted: pa.DataType) -> bool:
    strings = pa.types.is_string(wanted) and pa.types.is_large_string(given)
    return bool(given.equals(wanted) or strings or pa.types.is_null(given))


def _renumbered(table: pa.Table, batch: pa.Table) -> pa.Table:
    rows = batch["row"].combine_chunks().take(table["row"].combine_chunks())
    return table.set_column(0, table.schema.field("row"), rows)
