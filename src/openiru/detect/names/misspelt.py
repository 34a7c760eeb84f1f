"""The third pass: long names with one letter left out, put in, exchanged or swapped. One half of such a name still stands as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from openiru.detect.names.aliases import Alias, Entry, Quality, ordinary_words, words_of
from openiru.detect.names.engines import engine_of
from openiru.detect.names.folding import Folded
from openiru.detect.names.letters import BREAK, LATIN, SPACE, ZERO, Codes

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
        self._halves = list(halves.values())
        self._engine = engine_of(list(halves), engine)

    def find(self, folded: Folded) -> Iterator[Span]:
        """Every name that one change of a letter makes of words that stand there, and that are not the name itself."""
        text = _EDGE + np.maximum(folded.codes, SPACE).tobytes()
        which, ends = self._engine.find(text)
        seen: set[tuple[int, int, int]] = set()
        for half, end in zip(which.tolist(), ends.tolist(), strict=True):
            for place, is_first in self._halves[half]:
                pattern = self._known[place][0]
                at = end - len(pattern) // 2 if is_first else end - 1
                span = _span(text, pattern, at, is_first=is_first)
                if span and (*span, place) not in seen and BREAK not in _between(folded.codes, span):
                    seen.add((*span, place))
                    for entry in self._known[place][1]:
                        yield span[0] - 1, span[1] - 1, entry


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


def _span(text: bytes, pattern: bytes, at: int, *, is_first: bool) -> tuple[int, int] | None:
    """The whole words beside a half that are the name but for one change, if they are."""
    for more in (0, -1, 1):
        start, end = (at, at + len(pattern) + more) if is_first else (at - len(pattern) - more, at)
        if start < 1 or end >= len(text) or text[start - 1] != SPACE or text[end] != SPACE:
            continue
        if _is_misspelling(text[start:end], pattern):
            return start, end
    return None


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


def _between(codes: Codes, span: tuple[int, int]) -> NDArray[np.uint8]:
    return codes[span[0] - 1 : span[1] - 1]
