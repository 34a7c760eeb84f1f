"""Collects matches by column, for detectors that find many, and keeps apart those that a protected entry set aside."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from openiru.detect.matches import SCHEMA

SET_ASIDE = SCHEMA.append(pa.field("suppressed_by", pa.string(), nullable=False))
"""A match that does not count, with the protected entry that says why; it is kept to be counted and looked at."""


@dataclass(frozen=True)
class Suggested:
    """What detectors found in a batch: `matches` of SCHEMA, and `set_aside` of SET_ASIDE. Neither decides."""

    matches: pa.Table
    set_aside: pa.Table


@dataclass
class Columns:
    """A table in the making; `add` takes the values of one row in the order of its schema."""

    schema: pa.Schema
    rows: list[tuple[object, ...]] = field(default_factory=list)

    def add(self, *values: object) -> None:
        """One more row."""
        self.rows.append(values)

    def table(self) -> pa.Table:
        """All rows, in the order in which they came."""
        columns = zip(*self.rows, strict=True) if self.rows else [()] * len(self.schema)
        arrays = [pa.array(column, one.type) for column, one in zip(columns, self.schema, strict=True)]
        return pa.Table.from_arrays(arrays, schema=self.schema)


def together(parts: list[Suggested]) -> Suggested:
    """Several detectors' or batches' suggestions as one, in the order given."""
    if not parts:
        return Suggested(SCHEMA.empty_table(), SET_ASIDE.empty_table())
    matches = pa.concat_tables([part.matches for part in parts])
    return Suggested(matches, pa.concat_tables([part.set_aside for part in parts]))
