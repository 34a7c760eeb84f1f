"""Which texts may hold a name in disguise, and whether what was found in one is the name or an accident of letters."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from openiru.detect.names.aliases import words_of
from openiru.detect.names.chunks import Chunk, Places
from openiru.detect.names.folding import fold_text
from openiru.detect.names.hits import How
from openiru.detect.names.letters import APOSTROPHE, BREAK, LATIN, SPACE, ZERO, Codes, disguises, plain

_WIDEST_STEP = 6
"""Characters from one letter of a spelt-out name to the next; a ye that is not counted twice may stand between."""

_NATIVE_SWAP_FROM = 8
_NEWLINE = 10
_NO_SIGNS_FROM = 0x3000


@dataclass(frozen=True)
class Shape:
    """The letters of an alias and after which of them its words end."""

    letters: bytes
    ends: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Shape:
        """From the alias as the list has it."""
        words = [word for word in words_of(fold_text(text, plain())) if word]
        ends, length = {0}, 0
        for word in words:
            length += len(word)
            ends.add(length)
        return cls(b"".join(words), frozenset(ends))


def suspects(chunk: Chunk, raw: Codes) -> Places:
    """The characters of all texts with a look-alike in a word, three letters standing alone in turn, or words tied by signs."""
    letter = (raw >= ZERO) & (raw < APOSTROPHE)
    real = letter & (raw >= LATIN)
    beside = _before(real) & _after(real)
    odd = disguises().take(chunk.points)
    # Signs are read as letters between letters only; a framed letter or a mathematical one is nothing else.
    odd &= np.where(letter, _before(real) | _after(real), beside | (chunk.points >= _NO_SIGNS_FROM))
    odd |= beside & (raw == BREAK) & (chunk.points != _NEWLINE)
    places = np.flatnonzero(odd)
    alone = np.flatnonzero(real & ~_before(raw > SPACE) & ~_after(raw > SPACE))
    in_turn = (alone[2:] - alone[:-2]) <= 2 * _WIDEST_STEP
    places = np.concatenate((places, alone[:-2][in_turn])) if in_turn.any() else places
    if not len(places):
        return places
    chosen = np.zeros(len(chunk.starts), np.bool_)
    chosen[chunk.which(places)] = True
    lengths = np.diff(chunk.starts, append=len(raw))
    return np.flatnonzero(np.repeat(chosen, lengths))


def how_disguised(points: NDArray[np.uint32], raw: Codes, places: Places, shape: Shape) -> How | None:
    """In which disguise the letters at these places are the alias; None where they only happen to give its letters.

    Each run of letters must be one letter, or whole words of the alias: `b.l.a` is BLA and `b la` is not.
    """
    gaps = np.diff(places)
    if len(places) != len(shape.letters) or gaps.max(initial=1) > _WIDEST_STEP:
        return None
    cuts = [0, *(_cuts(raw, places)), len(places)]
    runs = list(pairwise(cuts))
    if not all(end - start == 1 or {start, end} <= shape.ends for start, end in runs):
        return None
    found = raw[places]
    known = np.frombuffer(shape.letters, np.uint8)
    strange = found != known
    if strange.any():
        return How.DISGUISED if _is_mask(points[places], found, known) else None
    if len(runs) == 1:
        return How.JOINED
    return How.SPELT_OUT if any(end - start == 1 for start, end in runs) else How.JOINED


def _cuts(raw: Codes, places: Places) -> list[int]:
    return [
        at
        for at in range(1, len(places))
        if places[at] - places[at - 1] > 1 and (raw[places[at - 1] + 1 : places[at]] <= SPACE).any()
    ]


def _is_mask(points: NDArray[np.uint32], found: Codes, known: Codes) -> bool:
    """Whether letters were exchanged for signs, digits or strangers: one Latin letter for another only in long names."""
    strange = found != known
    latin = (found >= LATIN) & (found < LATIN + 26)
    native = strange & latin & (points < 128)
    if native.any() and len(known) < _NATIVE_SWAP_FROM:
        return False
    # A number is read as a word only where letters carry it.
    return bool((found >= LATIN).sum() * 2 >= len(known)) or bool((points >= 128).sum() * 2 >= len(known))


def _before(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.concatenate(([False], flags[:-1]))


def _after(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.concatenate((flags[1:], [False]))
