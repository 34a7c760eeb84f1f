"""What every way of sending gives back, and the one question that decides what happens next: may it be there already?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The other side took it; `said` are its words."""

    said: str


class NotSent(Exception):
    """It surely did not arrive. With `permanent`, trying again would not help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason[:300]
        self.permanent = permanent


class InDoubt(Exception):
    """Nobody knows whether it arrived: it is never sent again by a machine."""


@dataclass(frozen=True, slots=True)
class Wire:
    """Where mail leaves this installation; an exercise reaches loopback only."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""
    loopback_only: bool = False


@dataclass(frozen=True, slots=True)
class Transport:
    """One way to send. `automatic` False means: a person submits and pastes the ticket back."""

    name: str
    title: str
    automatic: bool
    send: Callable[[Wire, str, str, bytes], Accepted] | None
