"""Turns the rows of a file into parts: batches of named rows in the database's own copy form, with their digest. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from openiru.stages.intake.formats.shapes import Rejected, Row
from openiru.stages.intake.phones import masked
from openiru.stages.intake.rules import Named, name_row
from openiru.tlog import merkle

PART = 20_000
"""Rows of one part: one transaction and one ledger entry; what a kill can cost."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})
_QUOTES = str.maketrans({"\\": "\\\\", '"': '\\"'})
_NULL = "\\N"
_BREAKS = re.compile(r"[\n\r\0]").search


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a file, ready to be stored: `rows`, `posts` and `rejected` are in PostgreSQL's COPY text form.

    `records` rows were read after the first `start` of the file; `root` is the Merkle root over its named rows, `with_ids`
    whether one of them gives a handle together with the stable id it led to.
    """

    start: int
    records: int
    named: int
    refused: int
    rows: str
    posts: str
    rejected: str
    root: bytes
    with_ids: bool


@dataclass(slots=True)
class _Filling:
    rows: list[str] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    with_ids: bool = False


def parts(records: Iterable[Row | Rejected], *, key: bytes, start: int = 0, size: int = PART) -> Iterator[Part]:
    """Name the records of a file part by part, leaving out the first `start`; a file without records gives one empty part.

    Raises whatever the reader raises (`Unreadable`). Memory is that of one part.
    """
    filling, count = _Filling(), 0
    source = iter(records)
    for _ in zip(range(start), source, strict=False):
        pass
    for record in source:
        found = name_row(record, key=key) if isinstance(record, Row) else _hidden(record)
        if isinstance(found, Named):
            _add(filling, found)
        else:
            filling.rejected.append(_line(found.line, found.column, found.value, found.reason))
        count += 1
        if count == size:
            yield _part(filling, start, count)
            filling, start, count = _Filling(), start + count, 0
    if count or not start:
        yield _part(filling, start, count)


def leaf(line: int, key: str) -> bytes:
    """The leaf of one row in its part's Merkle tree: the canonical JSON of its line and its account's key (RFC 8785)."""
    return f'{{"key":{json.dumps(key, ensure_ascii=False)},"line":{line}}}'.encode()


def _hidden(record: Rejected) -> Rejected:
    return Rejected(record.line, masked(record.value)[:200], record.reason, record.column)


def _add(filling: _Filling, named: Named) -> None:
    row, ref = named.row, named.account
    hidden = bool(named.phone_hash)
    number = len(filling.rows)
    filling.with_ids = filling.with_ids or bool(named.handle_key)
    filling.rows.append(
        _line(
            number,
            row.line,
            named.key,
            named.handle_key,
            ref.platform,
            named.kind,
            "" if hidden else ref.canonical_url,
            "" if hidden else named.handle,
            named.stable_id,
            row.name[:300],
            named.phone_hash,
            None if named.phone_sealed is None else f"\\x{named.phone_sealed.hex()}",
            row.followers,
            _time(row.seen_at),
            named.key if hidden else row.url[:600],
            row.claimed_organisation,
            _array(row.claimed_lists),
            row.note,
            json.dumps(row.hashes) if row.hashes else "[]",
            _array([warning[:60] for warning in ref.warnings]),
        )
    )
    for ref in named.items:
        text = row.text if len(named.items) == 1 else ""
        filling.posts.append(
            _line(number, ref.key, ref.canonical_url, ref.kind[:20], _time(row.posted_at), row.language[:10], text)
        )
    filling.leaves.append(merkle.leaf_hash(leaf(row.line, named.key)))


def _part(filling: _Filling, start: int, count: int) -> Part:
    return Part(
        start,
        count,
        len(filling.rows),
        len(filling.rejected),
        "".join(filling.rows),
        "".join(filling.posts),
        "".join(filling.rejected),
        merkle.root(filling.leaves),
        filling.with_ids,
    )


def _line(*values: object) -> str:
    line = "\t".join([_NULL if value is None else str(value) for value in values])
    plain = line.isascii() and line.count("\t") == len(values) - 1 and line.count("\\") == values.count(None)
    if plain and not _BREAKS(line):
        return f"{line}\n"
    return "\t".join([_NULL if value is None else _escaped(str(value)) for value in values]) + "\n"


def _escaped(value: str) -> str:
    # Half a surrogate pair has no form in UTF-8: shown as a question mark, as everywhere else.
    return value.encode("utf-8", errors="replace").decode().translate(_ESCAPES)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _array(values: Collection[str]) -> str:
    if not values:
        return "{}"
    return "{" + ",".join([f'"{value.translate(_QUOTES)}"' for value in values]) + "}"
