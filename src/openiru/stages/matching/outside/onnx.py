"""A text model in an ONNX file on this machine: texts as strings in, a probability for each of its labels out. Extra `onnx`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from openiru.detect.text import Label, Provenance
from openiru.errors import Unavailable
from openiru.stages.matching.outside.shapes import Given, Opened

kind = "onnx"
LABELS = "openiru.labels"
"""The entry of the file's metadata that names its outputs: a JSON list of labels of ours, in order."""
AT_ONCE = 256
examples = {"/var/lib/openiru/model.onnx": True, "https://model.example.org/v1#small": False}


def is_mine(where: str) -> bool:
    """A path that ends in .onnx."""
    return where.endswith(".onnx") and "://" not in where


def open(given: Given) -> Opened:
    """Load the file. Raises Unavailable for a missing file, a missing extra, a file that is no such model."""
    try:
        import onnxruntime
    except ImportError as fault:
        raise Unavailable("text_model", "install openiru[onnx]", permanent=True) from fault
    try:
        data = Path(given.where).read_bytes()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        labels = tuple(Label(one) for one in json.loads(session.get_modelmeta().custom_metadata_map[LABELS]))
    except OSError as fault:
        raise Unavailable("text_model", f"{given.where} cannot be read", permanent=True) from fault
    except Exception as fault:
        raise Unavailable(
            "text_model", f"{given.where}: {type(fault).__name__}: {fault}"[:200], permanent=True
        ) from fault
    about = Provenance(Path(given.where).name, hashlib.sha256(data).hexdigest()[:12], "on this machine")
    return File(session, labels, about)


class File:
    """An open file."""

    def __init__(self, session: Any, labels: Sequence[Label], about: Provenance) -> None:
        self._session, self._labels, self.about = session, tuple(labels), about
        self._input = session.get_inputs()[0]
        self._output = _probabilities(session.get_outputs(), len(self._labels))

    def scores(self, texts: Sequence[str]) -> list[Mapping[Label, float]]:
        """The labels' probabilities of each text. Raises Unavailable where the file gives other than these."""
        found: list[Mapping[Label, float]] = []
        for first in range(0, len(texts), AT_ONCE):
            found += self._some(texts[first : first + AT_ONCE])
        return found

    def _some(self, texts: Sequence[str]) -> list[Mapping[Label, float]]:
        given = np.array(texts, dtype=object)
        shaped = given[:, None] if len(self._input.shape) == 2 else given
        (answer,) = self._session.run([self._output], {self._input.name: shaped})
        rows = np.asarray(answer, dtype=np.float64)
        if rows.shape != (len(texts), len(self._labels)) or not ((rows >= 0) & (rows <= 1)).all():
            raise Unavailable("text_model", "the file gives no probability for each of its labels", permanent=True)
        return [dict(zip(self._labels, row.tolist(), strict=True)) for row in rows]


def _probabilities(outputs: Sequence[Any], labels: int) -> str:
    """The name of the output with a number for each label."""
    for one in outputs:
        if "float" in one.type and len(one.shape) == 2 and one.shape[1] in (labels, None):
            return str(one.name)
    raise Unavailable("text_model", "the file has no output of probabilities", permanent=True)
