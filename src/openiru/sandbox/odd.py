"""Labelled pages: every state a platform can show, and every signal that misleads (reference/platforms.md §12), each with what is true."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OddPage:
    """One page at an address of its own. `truth` is the account's real state, which a visitor cannot always know.

    `shows` is the state that the page does show to an honest reader; empty where no reader can tell.
    """

    address: str
    says: str
    truth: str
    shows: str
    status: int
    type: str
    body: str
    location: str
    vantage: str
    retry_after: str


@cache
def odd_pages() -> tuple[OddPage, ...]:
    """All labelled pages."""
    raw = tomllib.loads((Path(__file__).parent / "odd.toml").read_text(encoding="utf-8"))
    return tuple(
        OddPage(
            address=one["address"],
            says=one["says"],
            truth=one["truth"],
            shows=one.get("shows", ""),
            status=one.get("status", 200),
            type=one.get("type", "text/html; charset=utf-8"),
            body=one.get("body", ""),
            location=one.get("location", ""),
            vantage=one.get("vantage", "outside"),
            retry_after=one.get("retry_after", ""),
        )
        for one in raw["page"]
    )


@cache
def _by_address() -> dict[tuple[str, str], OddPage]:
    return {(one.address, one.vantage): one for one in odd_pages()}


def odd_page(address: str, vantage: str) -> OddPage | None:
    """The labelled page at an address, as seen from a vantage; None for every other address."""
    return _by_address().get((address, vantage))
