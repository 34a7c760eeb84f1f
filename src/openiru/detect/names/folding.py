"""Folds a whole chunk of texts at once, a byte a letter, and remembers where each letter stood in the original."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiru.detect.names.letters import (
    APOSTROPHE,
    BREAK,
    DROPPED,
    EXPANDED,
    LATIN,
    SPACE,
    Alphabet,
    Codes,
    plain,
    points,
)

Places = NDArray[np.int64]
_S = LATIN + ord("s") - ord("a")
_YE = int(plain().table[ord("ی")])


@dataclass(frozen=True)
class Folded:
    """`codes` are the letters kept; `raw` has a code for each character. The `dropped` characters are sorted.

    `places` is there only where a character stood for several letters: then it says where each letter came from.
    """

    codes: Codes
    raw: Codes
    dropped: Places
    places: Places | None = None

    def place(self, at: Places) -> Places:
        """The characters that these letters came from."""
        if self.places is not None:
            return self.places[at]
        return _place(self.dropped, at)

    def end(self, at: Places) -> Places:
        """The characters after these letters, with the marks and joiners that belong to them."""
        return np.maximum(self.place(at) + 1, self.place(at + 1))


def fold(text: NDArray[np.uint32], alphabet: Alphabet) -> Folded:
    """Every letter as its code; marks, joiners and stretched letters left out; a run of gaps is one gap."""
    codes = raw = alphabet.table.take(text)
    special = np.flatnonzero(raw >= APOSTROPHE)
    dropped = special
    if len(special):
        kinds = raw[special]
        if (kinds == APOSTROPHE).any():
            codes = raw.copy()
            _judge_apostrophes(codes, special[kinds == APOSTROPHE])
            kinds = codes[special]
        if (kinds == EXPANDED).any():
            return _expanded(codes, raw, special[kinds == EXPANDED], text, alphabet)
        dropped = special[kinds == DROPPED]
        codes = np.delete(codes, dropped)
    again = np.flatnonzero(_again(codes)) + 1
    if len(again):
        codes = np.delete(codes, again)
        dropped = np.sort(np.concatenate((dropped, _place(dropped, again))))
    return Folded(codes, raw, dropped)


def fold_text(text: str, alphabet: Alphabet) -> bytes:
    """One short text, without gaps at its ends."""
    return fold(points(text + "\n"), alphabet).codes.tobytes().strip(bytes((BREAK, SPACE)))


def _place(dropped: Places, at: Places) -> Places:
    if not len(dropped):
        return at
    return at + np.searchsorted(dropped - np.arange(len(dropped)), at, side="right")


def _again(codes: Codes) -> NDArray[np.bool_]:
    """Which letters after the first only repeat: a gap, and a ye, which with hamza is written as two letters, one, or bare."""
    here, before = codes[1:], codes[:-1]
    repeats: NDArray[np.bool_] = ((here == SPACE) & (before <= SPACE)) | ((here == _YE) & (before == _YE))
    return repeats


def _judge_apostrophes(codes: Codes, at: Places) -> None:
    """An apostrophe inside a word is no letter (Jama'at); one before a last s ends the word (the Front's)."""
    after = np.concatenate((codes, np.zeros(2, np.uint8)))
    owner = (after[at + 1] == _S) & ((after[at + 2] <= SPACE) | (after[at + 2] == APOSTROPHE))
    before = np.where(at > 0, codes[at - 1], BREAK)
    outside = (before <= SPACE) | (after[at + 1] <= SPACE)
    codes[at] = np.where(owner | outside, BREAK, DROPPED)


def _expanded(codes: Codes, raw: Codes, at: Places, text: NDArray[np.uint32], alphabet: Alphabet) -> Folded:
    """The rare case: characters that stand for several letters, written out, with the place of every letter."""
    which = np.searchsorted(alphabet.longer, text[at])
    counts = np.ones(len(codes), np.int64)
    counts[at] = alphabet.lengths[which]
    places = np.repeat(np.arange(len(codes)), counts)
    firsts = np.cumsum(counts)[at] - counts[at]
    longer = codes[places]
    for first, one in zip(firsts.tolist(), which.tolist(), strict=True):
        length = int(alphabet.lengths[one])
        longer[first : first + length] = alphabet.letters[one, :length]
    kept = longer != DROPPED
    longer, places = longer[kept], places[kept]
    kept = np.concatenate(([True], ~_again(longer)))
    return Folded(longer[kept], raw, np.empty(0, np.int64), places[kept])
