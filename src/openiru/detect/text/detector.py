"""The detector of texts: a model's suggestion for each ground, with the words that made it; speech that reads protected is set aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from openiru.detect.columns import SET_ASIDE, Columns, Suggested
from openiru.detect.matches import SCHEMA
from openiru.detect.text.explaining import explain, sentence
from openiru.detect.text.labels import GROUNDS, PROTECTED, SAYS
from openiru.detect.text.model import Model
from openiru.detect.text.windows import Windows, windows

NAME = "text"
LABEL = "label:"
"""Before the label in a match's subject: a text's label is no organisation."""
FIELDS = ("text", "bio")
"""The columns that are weighed. Names and handles are too short to say anything by their letters."""
_RULES = "1"


@dataclass(frozen=True, slots=True)
class _Best:
    """The window of a row that reads most like a label."""

    windows: Windows
    at: int
    score: float


class Text:
    """Weighs every text and suggests the grounds that are over their cutoff, each once a row, where it reads most like it.

    `score` is the calibrated probability. What reads as much like protected speech, over that label's own cutoff, is set aside.
    """

    name = NAME

    def __init__(self, model: Model) -> None:
        self.model = model
        self.version = f"{_RULES}+{model.version}"

    def match(self, batch: pa.Table) -> Suggested:
        """Matches in the columns text and bio, those of them that the batch has."""
        counted, aside = Columns(SCHEMA), Columns(SET_ASIDE)
        for field in FIELDS:
            if field in batch.column_names:
                column = batch.column(field)
                for values, why in self._found(column, field):
                    if why:
                        aside.add(*values, why)
                    else:
                        counted.add(*values)
        return Suggested(counted.table(), aside.table())

    def _found(self, column: pa.ChunkedArray, field: str) -> Iterator[tuple[tuple[object, ...], str]]:
        highest = np.zeros((len(column), len(self.model.lanes)))
        best: dict[tuple[int, int], _Best] = {}
        cutoffs = np.array([one.cutoff for one in self.model.lanes])
        for part in windows(column):
            scores = self.model.probabilities(part)
            np.maximum.at(highest, part.rows, scores)
            for at, lane in np.argwhere(scores >= cutoffs):
                key = (int(part.rows[at]), int(lane))
                if key not in best or scores[at, lane] > best[key].score:
                    best[key] = _Best(part, int(at), float(scores[at, lane]))
        for row, lane in sorted(best):
            if self.model.lanes[lane].label in GROUNDS:
                text = column[row].as_py()
                one = best[row, lane]
                yield self._values(row, lane, one, (field, text)), self._why(highest[row], one.score)

    def _why(self, scores: NDArray[np.float64], score: float) -> str:
        """The protected speech that a text reads like at least as much as like the ground; empty where it does not."""
        found = [
            (probability, lane.label)
            for probability, lane in zip(scores.tolist(), self.model.lanes, strict=True)
            if lane.label in PROTECTED and probability >= max(lane.cutoff, score)
        ]
        return "; ".join(f"reads like {SAYS[label]} ({likely:.2f})" for likely, label in sorted(found, reverse=True))

    def _values(self, row: int, lane: int, best: _Best, given: tuple[str, str]) -> tuple[object, ...]:
        field, text = given
        one = self.model.lanes[lane]
        first, after = (int(at) for at in best.windows.bounds[best.at])
        start, end = best.windows.characters(first, after)
        words = explain(self.model, one, best.windows, best.at, text)
        known = str(one.label)
        said = sentence(one.label, best.score, one.cutoff, words)
        return row, NAME, field, self.version, best.score, LABEL + known, text[start:end], known, start, end, said
