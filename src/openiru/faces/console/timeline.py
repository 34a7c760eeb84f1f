"""Draws an organisation's listings over time as bars, in numbers that the page's SVG takes as they are; mirrored for right to left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from openiru.stages.register.models import NameSpan
from openiru.stages.register.spans import Track

WIDTH, ROW, TOP = 1000, 34, 24
"""The picture's width, the height of one list, and of the years above; in the SVG's own units."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of time. `kind`: `said` by the list itself, `seen` on its versions; `words` for whoever cannot see it."""

    x: float
    y: float
    width: float
    kind: str
    words: str
    still: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One list: its title at a height, and its bars."""

    title: str
    y: float
    bars: tuple[Bar, ...]
    names: tuple[NameSpan, ...]
    reference: str

    @property
    def words(self) -> float:
        """The base line of its title."""
        return self.y + 12


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole picture; `start` is the side that reading begins on, `years` are where the years begin."""

    width: int
    height: float
    start: int
    years: tuple[tuple[float, int], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date
    mirrored: bool

    def at(self, day: date) -> float:
        """Where a day stands, from the reading side."""
        days = max(1, (self.last - self.first).days)
        place = round(WIDTH * (day - self.first).days / days, 1)
        return WIDTH - place if self.mirrored else place


def draw(tracks: Iterable[Track], *, today: date, mirrored: bool) -> Timeline:
    """Lay the tracks out, one row a list, from the first listing until today."""
    tracks = list(tracks)
    first = min((one.begins for one in tracks), default=today)
    scale = _Scale(date(first.year, 1, 1), max(today, date(first.year, 12, 31)), mirrored)
    step = max(1, (today.year - first.year) // 8 + 1)
    years = tuple((scale.at(date(year, 1, 1)), year) for year in range(first.year, today.year + 1, step))
    lines = tuple(_line(one, TOP + ROW * at, scale, today) for at, one in enumerate(tracks))
    return Timeline(WIDTH, TOP + ROW * len(tracks), WIDTH if mirrored else 0, years, lines)


def _line(track: Track, y: float, scale: _Scale, today: date) -> Line:
    listing = track.listing
    bars = []
    if listing.listed_on:
        bars.append(_bar(listing.listed_on, listing.ended_on, "said", y, (scale, today)))
    for one in track.stretches:
        bars.append(_bar(one.since, one.until, "seen", y, (scale, today)))
    return Line(listing.published_list.title, y, tuple(bars), track.names, listing.reference)


def _bar(since: date, until: date | None, kind: str, y: float, on: tuple[_Scale, date]) -> Bar:
    scale, today = on
    one, other = sorted((scale.at(since), scale.at(until or today)))
    offset = 16 if kind == "said" else 24
    return Bar(one, y + offset, max(3.0, other - one), kind, f"{since} – {until or '…'}", until is None)
