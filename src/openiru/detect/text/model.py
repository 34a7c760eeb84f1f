"""A text model: weights of grams, and for each label how a sum becomes a probability and from where on it is said."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiru.detect.text.grams import BITS, LANES, weigh
from openiru.detect.text.labels import LANES as LABELS
from openiru.detect.text.labels import Label
from openiru.detect.text.windows import Windows
from openiru.errors import Unreadable

FORMAT = "openiru text model 1"
SHAPE = (1 << BITS, LANES)
MOST_BYTES = 2 * SHAPE[0] * SHAPE[1]


@dataclass(frozen=True)
class Lane:
    """How a label is read from its sums: margin = sum × scale / √grams + bias; probability = 1 / (1 + exp(−margin)).

    The scale and bias hold the calibration (Platt 1999). It is said from the probability `cutoff` on.
    """

    label: Label
    scale: float
    bias: float
    cutoff: float
    texts: int


@dataclass(frozen=True)
class Model:
    """`weights` are SHAPE, whole numbers; `lanes` the labels that were learnt. Another label is never said: `silent`."""

    weights: NDArray[np.int16]
    lanes: tuple[Lane, ...]

    @property
    def silent(self) -> tuple[Label, ...]:
        """Labels of which it learnt too few texts to say anything."""
        learnt = {one.label for one in self.lanes}
        return tuple(label for label in LABELS if label not in learnt)

    @property
    def version(self) -> str:
        """A digest of everything that it says."""
        return hashlib.sha256(self._head() + self.weights.tobytes()).hexdigest()[:12]

    def probabilities(self, windows: Windows) -> NDArray[np.float64]:
        """Calibrated probability of each lane, (windows, lanes)."""
        sums, counts = weigh(windows.folded.codes, windows.bounds, self.weights)
        places = [LABELS.index(one.label) for one in self.lanes]
        scale, bias = (np.array([getattr(one, name) for one in self.lanes]) for name in ("scale", "bias"))
        margins = sums[:, places] * scale / np.sqrt(np.maximum(counts, 1))[:, None] + bias
        return probability(margins)

    def to_bytes(self) -> bytes:
        """The model as a file: a line that says what it is, its lanes, and the weights, compressed."""
        return self._head() + zlib.compress(self.weights.tobytes(), 6)

    def _head(self) -> bytes:
        lanes = [[str(one.label), one.scale, one.bias, one.cutoff, one.texts] for one in self.lanes]
        return json.dumps([FORMAT, BITS, lanes]).encode() + b"\n"


def of_bytes(data: bytes) -> Model:
    """A model from its file. Raises Unreadable for what is none, is of another make, or is cut off."""
    head, line, body = data.partition(b"\n")
    try:
        made, bits, lanes = json.loads(head)
        read = tuple(_lane(*lane) for lane in lanes)
        if made != FORMAT or bits != BITS or not line:
            raise Unreadable("no text model of this make", value=str(made)[:60])
        unpacking = zlib.decompressobj()
        unpacked = unpacking.decompress(body, MOST_BYTES + 1)
        if not unpacking.eof:
            raise Unreadable("no text model, or cut off")
        weights = np.frombuffer(unpacked, np.int16).reshape(SHAPE)
    except (ValueError, TypeError, zlib.error) as fault:
        raise Unreadable("no text model, or cut off") from fault
    return Model(weights, read)


def probability(margin: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(−margin)), without overflow."""
    found: NDArray[np.float64] = 0.5 * (1 + np.tanh(margin / 2))
    return found


def _lane(label: str, scale: float, bias: float, cutoff: float, texts: int) -> Lane:
    return Lane(Label(label), float(scale), float(bias), float(cutoff), int(texts))
