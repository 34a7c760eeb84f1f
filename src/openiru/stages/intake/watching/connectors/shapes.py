"""The types that every connector speaks: whom it may be asked about, the next address, and what an answer holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from openiru.errors import Unreadable
from openiru.platforms.shapes import Response

State = Mapping[str, str]
"""Where a connector goes on: small, plain, its own; an empty one means that nothing was asked yet."""


class Kind(StrEnum):
    """A named account, or a search term. There is no third: nobody's followers, no contacts, no messages."""

    ACCOUNT = "account"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Answer:
    """The public posts on one page, oldest first, by their addresses and nothing else; and how to go on."""

    posts: tuple[str, ...]
    state: State
    more: bool = False


@dataclass(frozen=True, slots=True)
class Connector:
    """One open network. `read_subject` gives a subject its one form, or raises Unreadable for what names no such thing.

    `address(kind, subject, state)` is the next page to ask for; `read` takes it apart, and raises Unreadable for an answer in
    no known form. `says` is what it asks and what was published about that; `needs_terms`: the network's terms forbid or limit
    it, so a permit must say why it is lawful all the same.
    """

    name: str
    title: str
    says: str
    kinds: frozenset[Kind]
    read_subject: Callable[[Kind, str], str]
    address: Callable[[Kind, str, State], str]
    read: Callable[[Kind, str, State, Response], Answer]
    needs_terms: bool = False


def refused(response: Response) -> Unreadable:
    """What an answer that is none is called: by its status, so that a person sees what the host said."""
    return Unreadable(f"http_{response.status}", value=response.url[:200])


def unexpected(response: Response) -> Unreadable:
    """An answer in no form we know: the network changed its ways, or something else answered."""
    return Unreadable("unexpected_answer", value=response.url[:200])
