"""The detector of texts with a model from elsewhere: a callable that says how likely each label is, and nothing of why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from openiru.detect.columns import SET_ASIDE, Columns, Suggested
from openiru.detect.matches import SCHEMA
from openiru.detect.text.detector import LABEL, NAME
from openiru.detect.text.labels import GROUNDS, PROTECTED, SAYS, Label
from openiru.detect.text.windows import LEAST_LETTERS

LONGEST = 4_000
"""Characters of a text that such a model is given: its beginning. The sentence says so where there was more."""
Scores = Callable[[Sequence[str]], Sequence[Mapping[Label, float]]]
"""Texts in, for each the probability of labels, 0 to 1, in order. Raises Unavailable where it cannot answer."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Whose model it is, as it is shown with every match: its name, its version or digest, and where it runs."""

    name: str
    version: str
    runs: str


class Outside:
    """Suggests like `Text`, but with somebody else's scores: they are not calibrated here, and no words are shown."""

    name = NAME

    def __init__(self, scores: Scores, about: Provenance, cutoffs: Mapping[Label, float]) -> None:
        self._scores, self._about, self._cutoffs = scores, about, dict(cutoffs)
        self.version = f"{about.name}@{about.version}"[-60:]

    def match(self, batch: pa.Table) -> Suggested:
        """Matches in the column text. Raises what the model raises: half an answer is none."""
        counted, aside = Columns(SCHEMA), Columns(SET_ASIDE)
        texts = [(row, text) for row, text in enumerate(batch.column("text").to_pylist()) if _is_text(text)]
        answers = self._scores([text[:LONGEST] for _, text in texts]) if texts else []
        for (row, text), said in zip(texts, answers, strict=True):
            for label in GROUNDS:
                if self._is_said(label, said):
                    why = self._why(said, said[label])
                    values = self._values(row, text, label, said[label])
                    (aside.add(*values, why) if why else counted.add(*values))
        return Suggested(counted.table(), aside.table())

    def _is_said(self, label: Label, said: Mapping[Label, float]) -> bool:
        return label in self._cutoffs and said.get(label, 0.0) >= self._cutoffs[label]

    def _why(self, said: Mapping[Label, float], score: float) -> str:
        found = [label for label in PROTECTED if self._is_said(label, said) and said[label] >= score]
        return "; ".join(f"reads like {SAYS[label]} ({said[label]:.2f})" for label in found)

    def _values(self, row: int, text: str, label: Label, score: float) -> tuple[object, ...]:
        about = self._about
        passage = text[:LONGEST]
        more = f" It was given the first {LONGEST:,} characters." if len(text) > LONGEST else ""
        said = (
            f"{about.name} ({about.version}, {about.runs}) says: {SAYS[label]} ({score:.2f}; said from "
            f"{self._cutoffs[label]:.2f} on). It does not say which words.{more} A model's guess: read the text."
        )
        return row, NAME, "text", self.version, score, f"{LABEL}{label}", passage, str(label), 0, len(passage), said


def _is_text(text: object) -> bool:
    return isinstance(text, str) and len(text.strip()) >= LEAST_LETTERS
