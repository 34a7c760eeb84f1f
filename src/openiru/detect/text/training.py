"""Trains a text model from labelled texts: linear, one label at a time, calibrated on texts that each fit had not seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from openiru.detect.text.cards import Study
from openiru.detect.text.evaluating import measured, probabilities
from openiru.detect.text.grams import collect
from openiru.detect.text.labels import GROUNDS, LANES, Label, Labelled
from openiru.detect.text.model import SHAPE, Lane, Model, probability
from openiru.detect.text.windows import windows
from openiru.errors import Refused

LEAST_TEXTS = 50
"""A label with fewer texts is not learnt: the model is silent on it, and its card says so."""
TEST_IN = 4
"""One group in so many is never learnt from, only measured on."""
FOLDS = 4
HOW = (
    "A linear model of runs of three to five folded letters, words and pairs of words, one label at a time, calibrated "
    "(Platt) on texts that each fit had not seen."
)
STRENGTH = 10.0
_BOUND = 32_000
Places = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Trained:
    """A model, and what its papers tell of: it was measured on texts that it never saw."""

    model: Model
    study: Study


@dataclass(frozen=True)
class _Matrix:
    """Windows of texts as rows: grams, the text each belongs to, and its group as a number."""

    grams: csr_matrix
    texts: Places
    groups: Places

    def lane(self, labelled: Sequence[Labelled], label: Label) -> NDArray[np.bool_]:
        return np.array([label in labelled[at].labels for at in self.texts], np.bool_)


def train(labelled: Sequence[Labelled], *, false_alarms: float = 0.01) -> Trained:
    """A model from these texts. Each label's cutoff lets this share of other texts pass, on texts held out of its fit.

    Raises Refused (model_too_few) where no ground has LEAST_TEXTS texts, or nothing stands against it.
    """
    test, kept = split(labelled)
    lanes = [label for label in LANES if sum(label in one.labels for one in kept) >= LEAST_TEXTS]
    if not set(lanes) & set(GROUNDS) or sum(not one.labels & set(GROUNDS) for one in kept) < LEAST_TEXTS:
        raise Refused("model_too_few", least=LEAST_TEXTS)
    matrix = _matrix(kept)
    weights = np.zeros(SHAPE, np.int16)
    made = []
    for label in lanes:
        weights[:, LANES.index(label)], lane = _lane(matrix, kept, label, false_alarms)
        made.append(lane)
    model = Model(weights, tuple(made))
    said = probabilities(model, [one.text for one in test])
    study = Study(model.version, HOW, model.lanes, tuple(kept), tuple(test), measured(model.lanes, said, test))
    return Trained(model, study)


def split(labelled: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """Texts to measure on and texts to learn from; a group is on one side whole, the same one in every training."""
    test = [_is_test(one.group) for one in labelled]
    return (
        [one for one, held in zip(labelled, test, strict=True) if held],
        [one for one, held in zip(labelled, test, strict=True) if not held],
    )


def _is_test(group: str) -> bool:
    return hashlib.sha256(group.encode("utf-8", "replace")).digest()[0] % TEST_IN == 0


def _matrix(labelled: Sequence[Labelled]) -> _Matrix:
    column = pa.chunked_array([pa.array([one.text for one in labelled], pa.string())])
    ids, counts, texts = [], [], []
    for part in windows(column):
        found, bounds = collect(part.folded.codes, part.bounds)
        ids.append(found)
        counts.append(np.diff(bounds))
        texts.append(part.rows)
    lengths = np.concatenate(counts)
    bounds = np.concatenate(([0], np.cumsum(lengths)))
    values = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths)
    table = csr_matrix((values, np.concatenate(ids).astype(np.int32), bounds), shape=(len(lengths), SHAPE[0]))
    table.sum_duplicates()
    rows = np.concatenate(texts)
    numbers = {group: number for number, group in enumerate(sorted({one.group for one in labelled}))}
    return _Matrix(table, rows, np.array([numbers[labelled[at].group] for at in rows]))


def _lane(
    matrix: _Matrix, labelled: Sequence[Labelled], label: Label, false_alarms: float
) -> tuple[NDArray[np.int16], Lane]:
    truth = matrix.lane(labelled, label)
    margins = np.zeros(len(truth))
    for seen, held in GroupKFold(FOLDS).split(margins, truth, matrix.groups):
        margins[held] = _fit(matrix.grams[seen], truth[seen]).decision_function(matrix.grams[held])
    fitted = _fit(matrix.grams, truth)
    slope, offset = _platt(margins, truth)
    whole = np.asarray(fitted.coef_[0])
    unit = max(float(np.abs(whole).max()) / _BOUND, 1e-12)
    scores = probability(margins * slope + offset)
    lane = Lane(
        label,
        scale=unit * slope,
        bias=float(fitted.intercept_[0]) * slope + offset,
        cutoff=_cutoff(scores, truth, matrix.texts, false_alarms),
        texts=sum(label in one.labels for one in labelled),
    )
    return np.round(whole / unit).astype(np.int16), lane


def _fit(grams: csr_matrix, truth: NDArray[np.bool_]) -> LogisticRegression:
    return LogisticRegression(solver="liblinear", C=STRENGTH, random_state=0).fit(grams, truth)


def _platt(margins: Numbers, truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset that make margins of unseen texts into probabilities."""
    fitted = LogisticRegression(C=1e6).fit(margins[:, None], truth)
    return max(float(fitted.coef_[0, 0]), 1e-3), float(fitted.intercept_[0])


def _cutoff(scores: Numbers, truth: NDArray[np.bool_], texts: Places, false_alarms: float) -> float:
    """Above which probability at most this share of the other texts comes; a text counts by its highest window."""
    highest = np.full(int(texts.max()) + 1, -1.0)
    np.maximum.at(highest, texts, scores)
    has = np.zeros(len(highest), np.bool_)
    has[texts[truth]] = True
    return cutoff(highest[(highest >= 0) & ~has], false_alarms)


def cutoff(others: Numbers, false_alarms: float) -> float:
    """From which probability on at most this share of texts that have not the label lie, however many lie at one value."""
    return float(np.nextafter(np.quantile(others, 1 - false_alarms, method="higher"), np.inf))
