"""The two passes over a chunk: names as written in any keyboard, then names in disguise in the few texts that may hold one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from openiru.detect.names.aliases import Book, Entry, is_arabic
from openiru.detect.names.chunks import Chunk, Places
from openiru.detect.names.disguise import Shape, how_disguised, suspects
from openiru.detect.names.engines import Engine, engine_of
from openiru.detect.names.folding import Folded, fold, fold_text
from openiru.detect.names.hits import Hit, How
from openiru.detect.names.letters import APOSTROPHE, ARABIC, DROPPED, LATIN, SPACE, ZERO, Codes, alike, plain, spelt
from openiru.detect.names.misspelt import Misspelt

_PARTICLES = ("و", "ف", "ب", "ل", "ک", "ال", "وال", "فال", "بال", "کال", "ول", "وب", "لل", "ولل")
_PARTICLES_FROM = 5
_INSIDE_HANDLES_FROM = 10
_EDGE = bytes((SPACE,))
Bools = NDArray[np.bool_]
Pattern = tuple[bytes, tuple[Entry, ...]]
Found = tuple[int, int, Entry, How]
"""Where in the chunk a hit begins and ends, what of, and in which form."""


class Passes:
    """The compiled patterns; the same object serves all batches of a process."""

    def __init__(self, book: Book, engine: str = "") -> None:
        self._plain: list[Pattern] = [(pattern, tuple(entries)) for pattern, entries in book.plain.items()]
        self._alike: list[Pattern] = [(pattern, tuple(entries)) for pattern, entries in book.alike.items()]
        self._lengths = _lengths(self._plain)
        self._squeezed = _lengths(self._alike)
        self._joins = np.array([_joins(pattern) for pattern, _ in self._plain], np.bool_)
        self._gaps = np.array([SPACE in pattern for pattern, _ in self._plain], np.bool_)
        self._name = engine
        self._bounded = engine_of([self._edged(place) for place in range(len(self._plain))], engine)
        self._anywhere: Engine | None = None
        self._misspelt = Misspelt(self._plain, engine)
        self._second = engine_of([pattern for pattern, _ in self._alike], engine)
        self._shapes: dict[str, Shape] = {}
        self._particles = frozenset(fold_text(one, plain()) for one in _PARTICLES)

    def find(self, chunk: Chunk, field: str, *, second: bool = True, third: bool = True) -> list[Hit]:
        """All hits of a chunk, not yet judged."""
        folded = fold(chunk.points, plain())
        found = [*self._running(folded, in_handles=field == "handle")]
        if second and self._alike:
            found += self._disguised(chunk, folded.raw)
        if third:
            for first, after, entry in self._misspelt.find(folded):
                spans = folded.place(np.array([first])), folded.end(np.array([after - 1]))
                found.append((int(spans[0][0]), int(spans[1][0]), entry, How.MISSPELT))
        return _hits(chunk, field, folded.raw, found) if found else []

    def _edged(self, place: int) -> bytes:
        """A pattern with the gap after it, and before it, unless particles may be written there: what the engine looks for."""
        pattern = self._plain[place][0].replace(b"\x00", _EDGE)
        return pattern + _EDGE if self._joins[place] else _EDGE + pattern + _EDGE

    def _running(self, folded: Folded, *, in_handles: bool) -> Iterator[Found]:
        text = _EDGE + np.maximum(folded.codes, SPACE).tobytes()
        which, ends = self._loose().find(text) if in_handles else self._bounded.find(text)
        if not len(which):
            return
        ends = ends - 1 if in_handles else ends - 2
        starts = ends - self._lengths[which]
        sure = self._whole_words(folded.codes, which, starts, in_handles)
        which, starts, ends = which[sure], starts[sure], ends[sure]
        unbroken = np.ones(len(which), np.bool_)
        for at in np.flatnonzero(self._gaps[which]).tolist():
            unbroken[at] = _unbroken(folded.codes[starts[at] : ends[at]], self._plain[which[at]][0])
        which, starts, ends = which[unbroken], starts[unbroken], ends[unbroken]
        spans = zip(which.tolist(), folded.place(starts).tolist(), folded.end(ends - 1).tolist(), strict=True)
        for pattern, start, end in spans:
            for entry in self._plain[pattern][1]:
                yield start, end, entry, How.JOINED if entry.joined else How.WRITTEN

    def _whole_words(self, codes: Codes, which: Places, starts: Places, in_handles: bool) -> Bools:
        """Which hits are words of their own, or have an Arabic particle written to their beginning."""
        before, after = codes[starts - 1], codes[starts + self._lengths[which]]
        left, right = before <= SPACE, after <= SPACE
        if in_handles:
            left |= (before < LATIN) & (codes[starts] >= LATIN)
            right |= (after < LATIN) & (codes[starts + self._lengths[which] - 1] >= LATIN)
            inside = self._lengths[which] >= _INSIDE_HANDLES_FROM
            left, right = left | inside, right | inside
        for at in np.flatnonzero(right & ~left & self._joins[which] & (before >= ARABIC)).tolist():
            left[at] = self._is_particle(codes, int(starts[at]))
        whole: Bools = left & right
        return whole

    def _is_particle(self, codes: Codes, start: int) -> bool:
        head = codes[max(0, start - 5) : start].tobytes().replace(b"\x00", _EDGE)
        return head.rpartition(_EDGE)[2] in self._particles

    def _loose(self) -> Engine:
        if self._anywhere is None:
            self._anywhere = engine_of([pattern.replace(b"\x00", _EDGE) for pattern, _ in self._plain], self._name)
        return self._anywhere

    def _disguised(self, chunk: Chunk, raw: Codes) -> Iterator[Found]:
        chosen = suspects(chunk, raw)
        if not len(chosen):
            return
        squeezed = fold(chunk.points[chosen], alike())
        which, ends = self._second.find(squeezed.codes.tobytes())
        starts = ends - self._squeezed[which]
        first = chosen[squeezed.place(starts)]
        last = chosen[squeezed.place(ends - 1)]
        whole = _is_outside(raw[first - 1]) & _is_outside(raw[last + 1]) & (chunk.which(first) == chunk.which(last))
        for at in np.flatnonzero(whole).tolist():
            places = chosen[squeezed.place(np.arange(starts[at], ends[at]))]
            for entry in self._alike[int(which[at])][1]:
                how = how_disguised(chunk.points, raw, places, self._shape(entry))
                if how:
                    yield int(first[at]), _with_marks(raw, int(last[at]) + 1), entry, how

    def _shape(self, entry: Entry) -> Shape:
        text = entry.source.text
        if text not in self._shapes:
            self._shapes[text] = Shape.of(text)
        return self._shapes[text]


def _hits(chunk: Chunk, field: str, raw: Codes, found: Sequence[Found]) -> list[Hit]:
    firsts = np.array([start for start, _, _, _ in found], np.int64)
    pieces = chunk.which(firsts).tolist()
    words = (_word_numbers(raw, firsts) + chunk.before).tolist()
    hits = []
    for (start, end, entry, how), piece, word in zip(found, pieces, words, strict=True):
        value = chunk.text[start:end]
        if entry.rare and how in {How.WRITTEN, How.JOINED} and spelt(value) != spelt(entry.source.text):
            continue
        begin = start - int(chunk.starts[piece]) + chunk.before
        hits.append(Hit(int(chunk.rows[piece]), field, begin, begin + end - start, word, entry, how, value))
    return hits


def _unbroken(found: Codes, pattern: bytes) -> bool:
    """No phrase ends between two words of the name; where the name itself has a sign, any gap will do."""
    text = found.tobytes()
    return b"\x00" not in text or all(
        known != SPACE or code == SPACE for known, code in zip(pattern, text, strict=True)
    )


def _word_numbers(raw: Codes, places: Places) -> Places:
    inside = raw > SPACE
    begins = np.flatnonzero(inside[1:] & ~inside[:-1]) + 1
    return np.searchsorted(begins, places, side="right")


def _with_marks(raw: Codes, end: int) -> int:
    while raw[end] == DROPPED:
        end += 1
    return end


def _is_outside(codes: Codes) -> Bools:
    return (codes <= SPACE) | (codes >= APOSTROPHE)


def _joins(pattern: bytes) -> bool:
    return is_arabic(pattern) and sum(code >= ZERO for code in pattern) >= _PARTICLES_FROM


def _lengths(patterns: Sequence[Pattern]) -> Places:
    return np.array([len(pattern) for pattern, _ in patterns], np.int64)
