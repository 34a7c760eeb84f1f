"""What a plug-in for somebody else's text model is: whether an address is its, and how it is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from openiru.detect.text import Label, Provenance


@dataclass(frozen=True, slots=True)
class Given:
    """The settings: where the model is (`OPENIRU_TEXT_MODEL`), the key of a service, and how long it may take."""

    where: str
    key: str = ""
    seconds: float = 20.0


class Opened(Protocol):
    """A model that can be asked."""

    about: Provenance

    def scores(self, texts: Sequence[str]) -> Sequence[Mapping[Label, float]]:
        """The labels' probabilities of each text, in order. Raises Unavailable where it cannot answer."""
        ...


class Plugin(Protocol):
    """One file of this folder. `kind` is a word of TextModel.Kind."""

    kind: str
    examples: Mapping[str, bool]

    def is_mine(self, where: str) -> bool:
        """Whether this setting names a model of this kind."""
        ...

    def open(self, given: Given) -> Opened:
        """The model. Raises Unavailable (permanent) where it cannot be used, with the reason."""
        ...
