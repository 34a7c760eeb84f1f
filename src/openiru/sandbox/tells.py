"""How a stand-in reviewer reads a text: its own table of signs, and the names on its own copy of the lists."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from openiru.sandbox.shapes import Organisation

_NOT_WORD = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Lower-case words with single spaces around each, so that a phrase is found whole and never inside a word."""
    return f" {_NOT_WORD.sub(' ', text.casefold()).strip()} "


@dataclass(frozen=True, slots=True)
class Tells:
    """Signs of a call, of praise, and of speech that is to be spared."""

    call: tuple[str, ...]
    praise: tuple[str, ...]
    spared: tuple[str, ...]

    def calls(self, text: str) -> bool:
        """Whether the text calls on somebody to join, give or fight."""
        return _any_in(self.call, text)

    def praises(self, text: str) -> bool:
        """Whether the text glorifies."""
        return _any_in(self.praise, text)

    def spares(self, text: str) -> bool:
        """Whether the text says of itself that it is news, satire, sport, rights work or condemnation."""
        return _any_in(self.spared, text)


def named(organisations: Iterable[Organisation], text: str) -> Organisation | None:
    """The first listed organisation whose name stands in the text."""
    return next((one for one in organisations if _any_in(one.names, text)), None)


def called(organisations: Iterable[Organisation], name: str) -> Organisation | None:
    """The listed organisation that has exactly this name."""
    wanted = plain(name)
    return next((one for one in organisations if wanted in {plain(each) for each in one.names}), None)


@cache
def own_table() -> Tells:
    """The table that ships with the sandbox."""
    raw = tomllib.loads((Path(__file__).parent / "tells.toml").read_text(encoding="utf-8"))
    return Tells(tuple(raw["call"]), tuple(raw["praise"]), tuple(raw["spared"]))


def _any_in(phrases: Iterable[str], text: str) -> bool:
    words = plain(text)
    return any(plain(phrase) in words for phrase in phrases)
