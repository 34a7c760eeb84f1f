"""Banks of signals: what was said of each entry decides whether it suggests, suggests with a warning, or suppresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from openiru.detect import tlsh
from openiru.detect.index.segment import Probe, make, words_of
from openiru.detect.pdq import BITS, GOOD_QUALITY, HASH_BYTES
from openiru.detect.tlsh import Shelf
from openiru.errors import Unreadable


class SignalKind(StrEnum):
    """What is compared. PDQ and TLSH within a distance, the digests only when they are equal."""

    PDQ = "pdq"
    TLSH = "tlsh"
    SHA256 = "sha256"
    MD5 = "md5"


LENGTHS = {SignalKind.PDQ: HASH_BYTES, SignalKind.TLSH: 35, SignalKind.SHA256: 32, SignalKind.MD5: 16}
"""Bytes of a value of each kind."""
_EQUAL = (SignalKind.SHA256, SignalKind.MD5)
LEAST_ONES, MOST_ONES = BITS * 3 // 8, BITS * 5 // 8
"""A PDQ hash has about as many ones as noughts, because its bits stand above or below the median. Flat images have not."""


class Bearing(StrEnum):
    """What an entry does in detection."""

    SUGGESTS = "suggests"
    DISPUTED = "disputed"
    SUPPRESSES = "suppresses"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Entry:
    """One signal of a bank. `positive` and `negative`: how many reviewers or units said that it belongs, or does not.

    An entry of a negative bank (`negative_bank`: protected speech, news, what was matched by mistake) suppresses, whatever was said.
    """

    subject: str
    kind: SignalKind
    value: bytes
    quality: int | None = None
    positive: int = 1
    negative: int = 0
    negative_bank: bool = False

    @property
    def unsound(self) -> str:
        """Why this signal matches what it should not, in words; empty when it is sound."""
        if self.kind is not SignalKind.PDQ:
            return ""
        if self.quality is not None and self.quality < GOOD_QUALITY:
            return f"quality {self.quality} of 100, under {GOOD_QUALITY}: an image so flat is near to unrelated ones"
        ones = int.from_bytes(self.value).bit_count()
        if not LEAST_ONES <= ones <= MOST_ONES:
            return f"{ones} of {BITS} bits are set: a flat image, near to unrelated ones"
        return ""

    @property
    def bearing(self) -> Bearing:
        """What this entry does. Without a positive opinion it suggests nothing; with both it is disputed and says so."""
        if self.unsound:
            return Bearing.QUARANTINED
        if self.negative_bank or (self.negative and not self.positive):
            return Bearing.SUPPRESSES
        return Bearing.DISPUTED if self.negative or not self.positive else Bearing.SUGGESTS


def entry(subject: str, kind: str, value: str, *, quality: int | None = None, negative_bank: bool = False) -> Entry:
    """An entry from what an exchange or a file says.

    Raises Unreadable, naming the entry: unknown kind, no hexadecimal digits, wrong length, quality out of range.
    """
    try:
        known = SignalKind(kind)
    except ValueError as fault:
        raise Unreadable(f"signals of this kind are not compared: {kind}", where=subject, value=value) from fault
    try:
        raw = bytes.fromhex(value.strip().removeprefix("T1") if known is SignalKind.TLSH else value)
    except ValueError as fault:
        raise Unreadable("not hexadecimal digits", where=subject, value=value) from fault
    if len(raw) != LENGTHS[known]:
        raise Unreadable(
            f"{known.value} has {2 * LENGTHS[known]} hexadecimal digits, not {len(value.strip())}",
            where=subject,
            value=value,
        )
    if quality is not None and not 0 <= quality <= 100:
        raise Unreadable(f"quality {quality} is not between 0 and 100", where=subject, value=value)
    return Entry(subject, known, raw, quality, negative_bank=negative_bank)


def quarantined(entries: Iterable[Entry]) -> list[tuple[Entry, str]]:
    """The entries that must not be compared, each with the reason for the person who keeps the bank."""
    return [(one, one.unsound) for one in entries if one.unsound]


class Pairs(Protocol):
    """What an index answers to a batch: `query`, `key` and `distance`, arrays of one length (index/reading.py: Found)."""

    @property
    def query(self) -> NDArray[np.int64]:
        """Position in the batch."""

    @property
    def key(self) -> NDArray[np.int64]:
        """Key of the entry."""

    @property
    def distance(self) -> NDArray[np.int64]:
        """Bits apart."""


class Index(Protocol):
    """An index of PDQ hashes whose keys are positions in the bank's entries: index/reading.py's Reader, or `Memory`."""

    def near_many(self, hashes: NDArray[np.uint8], radius: int) -> Pairs:
        """Every entry within the radius of each of (n, 32) hashes."""


@dataclass(frozen=True)
class _Found:
    query: NDArray[np.int64]
    key: NDArray[np.int64]
    distance: NDArray[np.int64]


class Memory:
    """The index of a small bank, in memory."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        keys = [place for place, one in enumerate(entries) if one.kind is SignalKind.PDQ]
        rows = np.array([list(entries[place].value) for place in keys], dtype=np.uint8).reshape(-1, BITS // 8)
        none = np.zeros(0, dtype=np.int64)
        self._keys = np.array(keys, dtype=np.int64)
        self._probe = Probe(make(np.arange(len(keys)), words_of(rows), none))

    def near_many(self, hashes: NDArray[np.uint8], radius: int) -> Pairs:
        """Every entry within the radius of each of (n, 32) hashes."""
        query, found = self._probe.near_many(words_of(hashes), radius)
        return _Found(query, self._keys[found[:, 0]], found[:, 1].astype(np.int64))


@dataclass(frozen=True)
class Bank:
    """Entries, and how their PDQ hashes are found. Keys of `index` are positions in `entries`."""

    entries: Sequence[Entry]
    index: Index
    digests: dict[tuple[SignalKind, bytes], tuple[int, ...]]
    documents: Shelf

    @classmethod
    def of(cls, entries: Sequence[Entry], index: Index | None = None) -> Bank:
        """A bank of these entries; without an index, one in memory."""
        digests: dict[tuple[SignalKind, bytes], tuple[int, ...]] = {}
        for place, one in enumerate(entries):
            if one.kind in _EQUAL:
                digests[one.kind, one.value] = (*digests.get((one.kind, one.value), ()), place)
        papers = {place: tlsh.raw(one.value) for place, one in enumerate(entries) if one.kind is SignalKind.TLSH}
        return cls(entries, index or Memory(entries), digests, Shelf(papers))
