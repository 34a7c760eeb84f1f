"""The media detector: images and hashes against banks, by PDQ within a distance and by SHA-256 and MD5 where they are equal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from openiru.detect import matches, tlsh
from openiru.detect.banks import Bank, Bearing, Entry, SignalKind, entry
from openiru.detect.index.plan import RADIUS
from openiru.detect.matches import Match
from openiru.detect.pdq import BITS, GOOD_QUALITY, Hashed, Turn, hash_turned
from openiru.detect.pictures import Picture, decode
from openiru.errors import Unreadable

NAME, VERSION = "media", "1"
IMAGE, DOCUMENT = "image", "document"
INPUT = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field(
            "kind", pa.string(), nullable=False, metadata={"meaning": "image, document, pdq, tlsh, sha256 or md5"}
        ),
        pa.field("hash", pa.string(), metadata={"meaning": "hexadecimal digits, for all kinds but image and document"}),
        pa.field("quality", pa.int32(), metadata={"meaning": "of a PDQ hash, 0 to 100, where it is known"}),
        pa.field("image", pa.binary(), metadata={"meaning": "the bytes of the file, for the kinds image and document"}),
    ]
)
"""What a batch looks like."""


_WITHIN = {SignalKind.PDQ: RADIUS, SignalKind.TLSH: tlsh.NEAR}


@dataclass(frozen=True)
class Suppressed:
    """A match that was not suggested, because a negative bank knows the same value."""

    match: Match
    by: str
    sentence: str


@dataclass(frozen=True)
class Scanned:
    """What came of a batch: `matches` (matches.SCHEMA), what negative banks held back, and the rows (with the word) that could not
    be compared, or not by PDQ.
    """

    matches: pa.Table
    suppressed: tuple[Suppressed, ...]
    unread: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class _Signal:
    """One value of a row that is looked up."""

    row: int
    kind: SignalKind
    value: bytes
    turn: Turn = Turn.NONE
    remark: str = ""


def scan(batch: pa.Table, bank: Bank, *, radius: int = RADIUS) -> Scanned:
    """Compare a batch (INPUT) with a bank. A row that cannot be read never stops the others. Nothing here decides (law 5)."""
    signals: list[_Signal] = []
    unread: list[tuple[int, str]] = []
    for row in batch.to_pylist():
        signals += _digests(row)
        try:
            signals += _hashes(row)
        except Unreadable as failure:
            unread.append((int(row["row"]), failure.reason))
    kept: list[Match] = []
    suppressed: list[Suppressed] = []
    for found in _by_row(signals, bank, radius):
        new, held = _weigh(found, bank)
        kept += new
        suppressed += held
    return Scanned(matches.table(kept), tuple(suppressed), tuple(unread))


def _digests(row: dict[str, Any]) -> list[_Signal]:
    """SHA-256 and MD5 of a file, whether or not it is an image that can be read."""
    data = row["image"]
    if row["kind"] not in (IMAGE, DOCUMENT) or not data:
        return []
    values = {SignalKind.SHA256: hashlib.sha256(data), SignalKind.MD5: hashlib.md5(data, usedforsecurity=False)}
    return [_Signal(row["row"], kind, made.digest()) for kind, made in values.items()]


def _hashes(row: dict[str, Any]) -> list[_Signal]:
    """The eight hashes of an image, or the value that was given. Raises Unreadable, also for what is too flat to be compared."""
    if row["kind"] == IMAGE:
        picture = decode(row["image"] or b"")
        turned = hash_turned(picture.pixels)
        if turned[Turn.NONE].quality < GOOD_QUALITY:
            raise Unreadable(f"not compared by PDQ: quality {turned[Turn.NONE].quality} of 100, too flat")
        return list(_turns(row["row"], picture, turned))
    if row["kind"] == DOCUMENT:
        return [_Signal(row["row"], SignalKind.TLSH, bytes.fromhex(str(tlsh.of_bytes(row["image"] or b""))[2:]))]
    one = entry(f"row {row['row']}", row["kind"], row["hash"] or "", quality=row["quality"])
    if one.unsound:
        raise Unreadable(f"not compared by PDQ: {one.unsound}")
    return [_Signal(row["row"], one.kind, one.value)]


def _turns(place: int, picture: Picture, turned: dict[Turn, Hashed]) -> Iterator[_Signal]:
    for turn, hashed in turned.items():
        yield _Signal(place, SignalKind.PDQ, hashed.hash, turn, picture.remark)


@dataclass(frozen=True)
class _Hit:
    signal: _Signal
    key: int
    distance: int


def _by_row(signals: Sequence[_Signal], bank: Bank, radius: int) -> Iterable[list[_Hit]]:
    """What was found, row by row; of several turns that find the same entry, the nearest."""
    hits: dict[tuple[int, SignalKind, int], _Hit] = {}
    for hit in (*_equal(signals, bank), *_near(signals, bank, radius), *_nearly(signals, bank)):
        place = (hit.signal.row, hit.signal.kind, hit.key)
        if place not in hits or hit.distance < hits[place].distance:
            hits[place] = hit
    rows: dict[int, list[_Hit]] = {}
    for hit in hits.values():
        rows.setdefault(hit.signal.row, []).append(hit)
    return rows.values()


def _equal(signals: Sequence[_Signal], bank: Bank) -> Iterator[_Hit]:
    for one in signals:
        for key in bank.digests.get((one.kind, one.value), ()):
            yield _Hit(one, key, 0)


def _near(signals: Sequence[_Signal], bank: Bank, radius: int) -> Iterator[_Hit]:
    asked = [one for one in signals if one.kind is SignalKind.PDQ]
    if asked:
        rows = np.frombuffer(b"".join(one.value for one in asked), dtype=np.uint8).reshape(len(asked), -1)
        found = bank.index.near_many(rows, radius)
        for query, key, distance in zip(found.query.tolist(), found.key.tolist(), found.distance.tolist(), strict=True):
            yield _Hit(asked[query], key, distance)


def _nearly(signals: Sequence[_Signal], bank: Bank) -> Iterator[_Hit]:
    for one in signals:
        if one.kind is SignalKind.TLSH:
            for key, distance in bank.documents.near(tlsh.raw(one.value)):
                yield _Hit(one, key, distance)


def _weigh(hits: list[_Hit], bank: Bank) -> tuple[list[Match], list[Suppressed]]:
    """Suggest, unless an entry that suppresses is as near to the row as the one that suggests."""
    against = [hit for hit in hits if bank.entries[hit.key].bearing is Bearing.SUPPRESSES]
    kept, held = [], []
    for hit in hits:
        known = bank.entries[hit.key]
        if known.bearing not in (Bearing.SUGGESTS, Bearing.DISPUTED):
            continue
        match = _match(hit, known)
        nearer = [other for other in against if other.distance <= hit.distance]
        if nearer:
            by = bank.entries[nearer[0].key]
            held.append(Suppressed(match, by.subject, _against(nearer[0], hit, by)))
        else:
            kept.append(match)
    return kept, held


def _against(other: _Hit, hit: _Hit, by: Entry) -> str:
    return (
        f"Not suggested: {by.subject} in a negative bank is {other.distance} bits from it ({by.kind.value}), no further than "
        f"the entry that would be suggested ({hit.distance})."
    )


def _match(hit: _Hit, known: Entry) -> Match:
    one = hit.signal
    score = 1.0 - hit.distance / (_WITHIN.get(one.kind, 0) + 1)
    return Match(
        one.row,
        NAME,
        one.kind.value,
        VERSION,
        score,
        known.subject,
        one.value.hex(),
        known.value.hex(),
        _said(hit, known),
    )


def _said(hit: _Hit, known: Entry) -> str:
    """The reason in words, with everything that a person needs to check it."""
    one = hit.signal
    if one.kind is SignalKind.PDQ:
        turned = "" if one.turn is Turn.NONE else f", after {one.turn.value.replace('_', ' ')}"
        said = f"The PDQ hashes differ in {hit.distance} of {BITS} bits{turned}; up to {RADIUS} usually means the same picture."
    elif one.kind is SignalKind.TLSH:
        said = (
            f"The documents are {hit.distance} apart by TLSH; up to {tlsh.NEAR} usually means nearly the same document."
        )
    else:
        said = f"The files are the same, byte for byte ({one.kind.value.upper()})."
        said += " MD5 can be forged: compare the files." if one.kind is SignalKind.MD5 else ""
    said += f" Image: {one.remark}." if one.remark else ""
    if known.bearing is Bearing.DISPUTED:
        said += f" Disputed: {known.positive} for, {known.negative} against this entry."
    return said
