"""Two matchers of many patterns at once with the same answers: hyperscan, and where it is not there, Aho-Corasick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, MatchKind
from numpy.typing import NDArray

from openiru.errors import Unavailable

try:
    import hyperscan
except ImportError:
    # No wheel for this machine: the other engine does the same work at about half the speed.
    hyperscan = None  # type: ignore[assignment]

Hits = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Which patterns, and the place after the last byte of each; overlapping ones too, by place and then pattern."""

_NONE: Hits = (np.empty(0, np.int64), np.empty(0, np.int64))
_BLOCK = 1 << 28


class Engine(Protocol):
    """Patterns compiled once. Not for two threads at a time: each process has its own."""

    def find(self, text: bytes) -> Hits:
        """Every occurrence of every pattern."""
        ...


class Hyperscan:
    """Vectorscan, by the package hyperscan."""

    def __init__(self, patterns: Sequence[bytes]) -> None:
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[_escaped(pattern) for pattern in patterns],
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=0,
        )

    def find(self, text: bytes) -> Hits:
        """Every occurrence of every pattern."""
        found: list[int] = []
        extend = found.extend

        def note(pattern: int, _start: int, end: int, _flags: int, _context: object) -> None:
            extend((pattern, end))

        self._database.scan(text, match_event_handler=note)
        return _sorted(np.array(found, np.int64).reshape(-1, 2)) if found else _NONE


class AhoCorasick:
    """The Rust automaton, by the package ahocorasick-rs."""

    def __init__(self, patterns: Sequence[bytes]) -> None:
        self._automaton = BytesAhoCorasick(list(patterns), matchkind=MatchKind.Standard)

    def find(self, text: bytes) -> Hits:
        """Every occurrence of every pattern."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return _sorted(np.array(found, np.int64)[:, (0, 2)]) if found else _NONE


class Nothing:
    """No patterns, no hits."""

    def find(self, text: bytes) -> Hits:  # noqa: ARG002
        """Nothing."""
        return _NONE


ENGINES: dict[str, Callable[[Sequence[bytes]], Engine]] = {"hyperscan": Hyperscan, "ahocorasick": AhoCorasick}


def engine_of(patterns: Sequence[bytes], name: str = "") -> Engine:
    """The named engine, or the fastest that is there. Raises Unavailable for one that is not."""
    if not patterns:
        return Nothing()
    chosen = name or ("hyperscan" if hyperscan else "ahocorasick")
    if chosen not in ENGINES or (chosen == "hyperscan" and hyperscan is None):
        raise Unavailable(chosen, "engine_not_installed", permanent=True)
    return ENGINES[chosen](patterns)


def _escaped(pattern: bytes) -> bytes:
    return b"".join(b"\\x%02x" % code for code in pattern)


def _sorted(found: NDArray[np.int64]) -> Hits:
    order = np.lexsort((found[:, 0], found[:, 1]))
    return found[order, 0], found[order, 1]
