"""Finds the addresses and wallets that a text holds, with their places, and says what each names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from openiru.detect.links.wallets import wallet_of
from openiru.errors import Unreadable
from openiru.platforms import recognise
from openiru.platforms.shapes import Ref

_MAYBE = r"://|[A-Za-z0-9-](?:\.|\[\.\])[A-Za-z0-9-]+/|0[xX][0-9a-fA-F]{40}|bc1|BC1|[13T][1-9A-HJ-NP-Za-km-z]{24}"
_FOUND = re.compile(
    r"""(?<![A-Za-z0-9@._-])(?:
        (?P<url>(?:(?:https?|hxxps?|tg)://[^\s<>"“”«»]{3,2000}
          | (?:[A-Za-z0-9-]{1,63}(?:\.|\[\.\])){1,8}[A-Za-z]{2,24}/[^\s<>"“”«»]{0,2000}))
      | (?P<wallet>0[xX][0-9a-fA-F]{40} | (?:bc1|BC1)[a-zA-Z0-9]{11,87} | [13T][1-9A-HJ-NP-Za-km-z]{24,34})(?![A-Za-z0-9])
    )""",
    re.VERBOSE,
)
_TAIL = re.compile(r"[.,;:!?'’»”)\]}*_~…،؛؟۔]+$")


@dataclass(frozen=True, slots=True)
class Place:
    """One address in a text, characters `start` to `end`; the keys of what it names, then of what that belongs to."""

    row: int
    start: int
    end: int
    address: str
    keys: tuple[str, ...]


def places_in(column: pa.ChunkedArray) -> Iterator[Place]:
    """Every address and wallet that can be read, by row and place. A text without a sign of one costs almost nothing."""
    maybe = pc.match_substring_regex(column, _MAYBE)
    rows = pc.indices_nonzero(pc.fill_null(maybe, False))
    for row, text in zip(rows.to_pylist(), column.take(rows).to_pylist(), strict=True):
        for match in _FOUND.finditer(text):
            address = _TAIL.sub("", match[0])
            keys = wallet_keys(address) if match["wallet"] else address_keys(address)
            if keys:
                yield Place(row, match.start(), match.start() + len(address), address, keys)


def wallet_keys(address: str) -> tuple[str, ...]:
    """`wallet:chain:address`, where the checksum is right."""
    wallet = wallet_of(address)
    return (f"wallet:{wallet}",) if wallet else ()


@lru_cache(maxsize=65_536)
def address_keys(address: str) -> tuple[str, ...]:
    """The key of what an address names, then of its account or site. None for what cannot be read, and for phone numbers."""
    try:
        ref: Ref | None = recognise(address)
    except Unreadable:
        return ()
    keys = []
    while ref is not None:
        if ref.phone is None:
            keys.append(ref.key)
        ref = ref.parent
    return tuple(keys)
