"""The detector of hashes: the column `hashes` of a batch against a bank, in the form of every other detector."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pyarrow as pa

from openiru.detect import media
from openiru.detect.banks import Bank, SignalKind
from openiru.detect.columns import SET_ASIDE, Columns, Suggested
from openiru.detect.matches import NOWHERE, SCHEMA, Match

_KINDS = frozenset(SignalKind)


class Hashes:
    """Compares hashes that came with a report (`kind:hex`). One that cannot be read is left out and stops no other."""

    name = media.NAME

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        said = repr([(one.subject, one.kind, one.value, one.bearing) for one in bank.entries])
        self.version = f"{media.VERSION}+{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (tuple(self._bank.entries),)

    def match(self, batch: pa.Table) -> Suggested:
        """Matches in the column hashes, if the batch has it."""
        rows = list(_rows(batch)) if "hashes" in batch.column_names and self._bank.entries else []
        if not rows:
            return Suggested(SCHEMA.empty_table(), SET_ASIDE.empty_table())
        found = media.scan(pa.Table.from_pylist(rows, schema=media.INPUT), self._bank)
        aside = Columns(SET_ASIDE)
        for one in found.suppressed:
            aside.add(*_values(one.match), one.sentence)
        return Suggested(found.matches, aside.table())


def _again(entries: tuple[object, ...]) -> Hashes:
    return Hashes(Bank.of(entries))  # type: ignore[arg-type]  # what pickle was given above


def _rows(batch: pa.Table) -> Iterator[dict[str, object]]:
    for row, given in enumerate(batch.column("hashes").to_pylist()):
        for one in given or ():
            kind, _, value = one.partition(":")
            if kind in _KINDS:
                yield {"row": row, "kind": kind, "hash": value, "quality": None, "image": None}


def _values(one: Match) -> tuple[object, ...]:
    return (
        one.row, one.detector, one.field, one.version, one.score, one.subject, one.found, one.known, NOWHERE, NOWHERE, one.sentence,
    )  # fmt: skip
