"""What every way of sending is given and gives back, and the one question that decides what happens next: may it be there already?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Accepted:
    """The other side took it; `said` are its words. With its own number (`ticket`) it is proven that they have it."""

    said: str
    ticket: str = ""


class NotSent(Exception):
    """It surely did not arrive. With `permanent`, trying again would not help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason[:300]
        self.permanent = permanent


class InDoubt(Exception):
    """Nobody knows whether it arrived: it is never sent again by a machine."""


@dataclass(frozen=True, slots=True)
class Line:
    """What we need to speak to one outside service, this way: its base address, who we are there, and the secret."""

    way: str
    url: str
    user: str = ""
    secret: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wire:
    """Where things leave this installation; an exercise reaches loopback only. `lines` are the services we have a key for."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)
    loopback_only: bool = False
    sender: str = ""
    base_url: str = ""
    keys: Path = Path()
    lines: tuple[Line, ...] = ()
    now: datetime | None = None

    def moment(self, otherwise: datetime) -> datetime:
        """The time that signatures bear: the sending's own, since the other side compares it with its clock."""
        return self.now or otherwise

    def line(self, way: str) -> Line:
        """The service that we have a key for, this way; raises `NotSent` without one."""
        found = next((one for one in self.lines if one.way == way), None)
        if found is None:
            raise NotSent(f"no line is set up for {way} (OPENIRU_LINES)", permanent=True)
        return found


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message: what it is for, to whom, its bytes as a mail (where the way is mail), and the facts that it states.

    `key` stays the same for every try; whoever is asked twice with it must answer once.
    """

    purpose: str
    reference: str
    key: str
    address: str
    at: datetime
    facts: Mapping[str, Any]
    text: str
    mail: bytes = b""
    ticket: str = ""


class Sender(Protocol):
    """An open way: it may keep its connection between messages."""

    def send(self, outgoing: Outgoing) -> Accepted:
        """Hand one message over; raises `NotSent` or `InDoubt`."""

    def close(self) -> None:
        """Let go of the connection."""


@dataclass(frozen=True, slots=True)
class Transport:
    """One way to send. `automatic` False means: a person submits and pastes the ticket back.

    `purposes` are those that a machine can say this way; the others wait for a person. `platforms` are those it is made for,
    none: any. A way that `is_mail` is handed the whole mail, built once, in its `form` where it has one (`xarf`). `ask` says where
    the report with a ticket stands, in the service's words, where it publishes a way to ask; it raises `NotSent`.
    """

    name: str
    title: str
    automatic: bool
    open: Callable[[Wire], Sender] | None
    is_mail: bool = False
    form: str = ""
    purposes: frozenset[str] = frozenset({"notice", "reminder", "withdrawal"})
    platforms: frozenset[str] = frozenset()
    ask: Callable[[str, Wire], str] | None = None

    def does(self, purpose: str) -> bool:
        """Whether a machine can say this, this way."""
        return self.automatic and purpose in self.purposes
