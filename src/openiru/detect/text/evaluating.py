"""How good a text model is: recall and false alarms with intervals, per label, language and source; calibration error."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from openiru.detect.text.labels import GROUNDS, PROTECTED, Label, Labelled
from openiru.detect.text.model import Lane, Model
from openiru.detect.text.windows import windows

BINS = 10
"""Bins of probability in a reliability plot."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, with Wilson's 95 % interval (1927)."""

    part: int
    whole: int

    @property
    def rate(self) -> float:
        """The share; 0 of 0 is 0."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """From where to where it may be in truth."""
        if not self.whole:
            return 0.0, 1.0
        z = 1.96
        square = z * z / self.whole
        middle = (self.rate + square / 2) / (1 + square)
        half = z / (1 + square) * math.sqrt(self.rate * (1 - self.rate) / self.whole + square / (4 * self.whole))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts whose probability fell into one bin: how many, the mean of what was said, and how many were so."""

    texts: int
    said: float
    were: int


@dataclass(frozen=True, slots=True)
class Line:
    """A label on texts of one kind: how many that have it were found, and how many that have it not were said to."""

    label: Label
    of: str
    found: Share
    alarms: Share
    error: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Measured:
    """Per label over all texts and per language; and, over all grounds, what would be suggested of harmless texts by source."""

    lines: tuple[Line, ...]
    alarms: tuple[tuple[str, Share], ...]
    false_alarms: Share


def probabilities(model: Model, texts: Sequence[str]) -> Numbers:
    """The highest probability of each label over a text's windows, (texts, lanes); 0 for a text too short to weigh."""
    highest = np.zeros((len(texts), len(model.lanes)))
    for part in windows(pa.chunked_array([pa.array(texts, pa.string())])):
        np.maximum.at(highest, part.rows, model.probabilities(part))
    return highest


def suggested(lanes: Sequence[Lane], said: Numbers) -> NDArray[np.bool_]:
    """Which texts a ground is suggested of: over its cutoff, and no protected speech that is over its own is as likely."""
    over = said >= np.array([one.cutoff for one in lanes])
    likely = np.where(over, said, 0.0)
    ground = [place for place, one in enumerate(lanes) if one.label in GROUNDS]
    protected = [place for place, one in enumerate(lanes) if one.label in PROTECTED]
    found: NDArray[np.bool_] = likely[:, ground].max(axis=1, initial=0) > likely[:, protected].max(axis=1, initial=0)
    return found


def measured(lanes: Sequence[Lane], said: Numbers, test: Sequence[Labelled]) -> Measured:
    """Everything, from what was said of texts that the model never saw, (texts, lanes)."""
    counts = suggested(lanes, said)
    harmless = np.array([not one.labels & set(GROUNDS) for one in test], np.bool_)
    lines = []
    for place, lane in enumerate(lanes):
        truth = np.array([lane.label in one.labels for one in test], np.bool_)
        for name, rows in [("all", list(range(len(test)))), *_by(test, lambda one: one.language or "unknown")]:
            lines.append(_line(lane, name, said[rows, place], truth[rows]))
    alarms = [
        (name, Share(int(counts[rows][harmless[rows]].sum()), int(harmless[rows].sum())))
        for name, rows in _by(test, lambda one: one.source)
    ]
    return Measured(tuple(lines), tuple(alarms), Share(int((counts & harmless).sum()), int(harmless.sum())))


def calibration(said: Numbers, truth: NDArray[np.bool_]) -> tuple[float, tuple[Bin, ...]]:
    """The expected calibration error over BINS bins of equal width (Naeini et al. 2015), and the bins."""
    which = np.minimum((said * BINS).astype(int), BINS - 1)
    bins = []
    for one in range(BINS):
        here = which == one
        texts = int(here.sum())
        bins.append(Bin(texts, float(said[here].mean()) if texts else 0.0, int(truth[here].sum())))
    total = max(1, len(said))
    return sum(abs(one.said * one.texts - one.were) for one in bins) / total, tuple(bins)


def _line(lane: Lane, name: str, said: Numbers, truth: NDArray[np.bool_]) -> Line:
    over = said >= lane.cutoff
    error, bins = calibration(said, truth)
    found = Share(int((over & truth).sum()), int(truth.sum()))
    alarms = Share(int((over & ~truth).sum()), int((~truth).sum()))
    return Line(lane.label, name, found, alarms, error, bins)


def _by(test: Sequence[Labelled], key: Callable[[Labelled], str]) -> Iterable[tuple[str, list[int]]]:
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(test):
        rows[key(one)].append(at)
    return sorted(rows.items())
