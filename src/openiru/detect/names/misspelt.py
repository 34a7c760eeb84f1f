"""The third pass: long names with one letter left out, put in, exchanged or swapped. One half of such a name still stands as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz.distance import OSA

from openiru.detect.names.aliases import Alias, Entry, Quality, ordinary_words, words_of
from openiru.detect.names.engines import engine_of
from openiru.detect.names.folding import Folded
from openiru.detect.names.letters import BREAK, LATIN, SPACE, ZERO

LEAST = 10
"""Letters that a name must have: one of fewer is a letter away from somebody else's."""
_EDGE = bytes((SPACE,))
_SOUND = frozenset({Quality.STRONG, Quality.PREVIOUS})
Pattern = tuple[bytes, tuple[Entry, ...]]
Span = tuple[int, int, Entry]
"""Where in the folded letters a misspelt name begins and ends, and what of."""


class Misspelt:
    """Looks for the halves of names, each at the edge of a word, and compares what stands around them with the whole name."""

    def __init__(self, patterns: Sequence[Pattern], engine: str) -> None:
        self._known = [(pattern, sound) for pattern, entries in patterns if (sound := _sound(pattern, entries))]
        halves: dict[bytes, list[tuple[int, bool]]] = {}
        for place, (pattern, _) in enumerate(self._known):
            middle = len(pattern) // 2
            halves.setdefault(_EDGE + pattern[:middle], []).append((place, True))
            # The letter between them is in neither, so that two letters that are swapped there break one half only.
            halves.setdefault(pattern[middle + 1 :] + _EDGE, []).append((place, False))
        self._engine = engine_of(list(halves), engine)
        self._counts = np.array([len(names) for names in halves.values()], np.int64)
        self._first = np.cumsum(self._counts) - self._counts
        flat = [one for names in halves.values() for one in names]
        self._places = np.array([place for place, _ in flat], np.int64)
        self._is_start = np.array([start for _, start in flat], np.bool_)
        self._lengths = np.array([len(pattern) for pattern, _ in self._known], np.int64)

    def find(self, folded: Folded) -> Iterator[Span]:
        """Every name that one change of a letter makes of words that stand there, and that are not the name itself."""
        text = _EDGE + np.maximum(folded.codes, SPACE).tobytes()
        seen: set[tuple[int, int, int]] = set()
        for start, end, place in self._near(text):
            if (start, end, place) in seen or not _is_misspelling(text[start:end], self._known[place][0]):
                continue
            seen.add((start, end, place))
            if BREAK not in folded.codes[start - 1 : end - 1]:
                for entry in self._known[place][1]:
                    yield start - 1, end - 1, entry

    def _near(self, text: bytes) -> Iterator[tuple[int, int, int]]:
        """Whole words beside half a name, as long as the name or a letter more or less; the others are dropped all at once."""
        which, ends = self._engine.find(text)
        if not len(which):
            return
        counts = self._counts[which]
        names = np.repeat(self._first[which] - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        places, is_start, ends = self._places[names], self._is_start[names], np.repeat(ends, counts)
        lengths = self._lengths[places]
        codes = np.frombuffer(text, np.uint8)
        for more in (0, -1, 1):
            start = np.where(is_start, ends - lengths // 2, ends - 1 - lengths - more)
            end = np.where(is_start, start + lengths + more, ends - 1)
            inside = np.flatnonzero((start >= 1) & (end < len(codes)))
            whole = inside[(codes[start[inside] - 1] == SPACE) & (codes[end[inside]] == SPACE)]
            yield from zip(start[whole].tolist(), end[whole].tolist(), places[whole].tolist(), strict=True)


def _sound(pattern: bytes, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The readings of a pattern that may be misspelt: long names that count alone, as a list writes them."""
    if sum(code >= ZERO for code in pattern) < LEAST or b"\x00" in pattern:
        return ()
    return tuple(
        one
        for one in entries
        if isinstance(one.source, Alias)
        and one.source.quality in _SOUND
        and not (one.ambiguous or one.joined or one.rare)
    )


def _is_misspelling(found: bytes, name: bytes) -> bool:
    """One change inside a word. An ending or a beginning more is grammar; another digit is another name; an ordinary word is itself."""
    if found.startswith(name) or found.endswith(name) or found.count(_EDGE) != name.count(_EDGE):
        return False
    if _digits(found) != _digits(name) or OSA.distance(found, name, score_cutoff=1) != 1:
        return False
    changed = [one for one, known in zip(words_of(found), words_of(name), strict=True) if one != known]
    return len(changed) == 1 and changed[0] not in ordinary_words()


def _digits(text: bytes) -> bytes:
    return bytes(code for code in text if ZERO <= code < LATIN)
