"""Why a model says so: the words whose letters weighed most, where they stand, and a sentence that a person can check."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from openiru.detect.names.letters import SPACE
from openiru.detect.text.grams import parts
from openiru.detect.text.labels import LANES, SAYS, Label
from openiru.detect.text.model import Lane, Model
from openiru.detect.text.windows import Windows

MOST_FOR, MOST_AGAINST = 4, 2
LEAST_PART = 0.05
"""Nats under which a word's part is not worth showing."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text with its place and what it adds to the log-odds (nats); all words and the bias add up to the margin."""

    text: str
    start: int
    end: int
    part: float


def explain(model: Model, lane: Lane, windows: Windows, at: int, text: str) -> list[Word]:
    """The words of window `at`, each with its part; `text` is the row as it was given."""
    first, after = (int(one) for one in windows.bounds[at])
    found, count = parts(windows.folded.codes, (first, after), model.weights, LANES.index(lane.label))
    found *= lane.scale / math.sqrt(max(count, 1))
    gaps = np.flatnonzero(windows.folded.codes[first:after] <= SPACE)
    words = []
    for begin, end in zip([0, *(gaps + 1)], [*gaps, after - first], strict=True):
        if end > begin:
            start, stop = windows.characters(first + int(begin), first + int(end))
            words.append(Word(text[start:stop], start, stop, float(found[begin : end + 1].sum())))
    return words


def sentence(label: Label, score: float, cutoff: float, words: list[Word]) -> str:
    """What is said, how surely, from where on it is said at all, and which words made it so."""
    each = _once(words)
    most = sorted((one for one in each if one.part >= LEAST_PART), key=lambda one: -one.part)[:MOST_FOR]
    least = sorted((one for one in each if one.part <= -LEAST_PART), key=lambda one: one.part)[:MOST_AGAINST]
    said = f"Reads like {SAYS[label]} ({score:.2f}; said from {cutoff:.2f} on)."
    if most:
        said += f" Weighed most: {_listed(most)}."
    if least:
        said += f" Against it: {_listed(least)}."
    return said + " A model's guess from words, not from meaning: read the text."


def _once(words: list[Word]) -> list[Word]:
    """Each word once, where it stands first, with the parts of all its places."""
    found: dict[str, Word] = {}
    for one in words:
        key = one.text.casefold()
        found[key] = replace(found[key], part=found[key].part + one.part) if key in found else one
    return list(found.values())


def _listed(words: list[Word]) -> str:
    return ", ".join(f"“{one.text}” ({one.start}–{one.end}, {one.part:+.2f})" for one in words)
