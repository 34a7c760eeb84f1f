"""Reads the values of cells as people and tools write them: counts, ids, moments; what cannot be read says why."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from openiru.errors import Unreadable
from openiru.stages.intake.formats.shapes import shown

MOST_FOLLOWERS = 10**11
"""More than there are people: a slip, or somebody's joke."""
LONGEST_ID = 25
_UNKNOWN = {"", "-", "–", "—", "n/a", "unknown", "none", "null"}
_GROUPED = re.compile(r"\d+|\d{1,3}(?:([,.\s'’٬])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}|\d+\.0")
"""12300 · 12,300 · 12.300 · 1,23,456 (as India and Pakistan group) · 12300.0 (as spreadsheets save whole numbers)."""
_SCALED = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s?([kmKM])")
_SCALE = {"k": 1_000, "m": 1_000_000}
_FLOAT = re.compile(r"[+-]?\d*[.,]?\d+[eE][+-]?\d+|\d+[.,]\d+")
_EARLIEST, _LATEST = 631_152_000, 7_258_118_400
"""1990 and 2200: outside them a number is no moment of a post."""


def followers(text: str) -> int | None:
    """Read a count as people write it (`12,300`, `1,23,456`, `1.2M`); raises `Unreadable`.

    Empty and a dash are unknown, not zero. `12,5k` is refused: it may be 12.5 or 125 thousand.
    """
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 12:
        return int(text)
    if text.lower() in _UNKNOWN:
        return None
    if scaled := _SCALED.fullmatch(text):
        count = round(float(scaled[1]) * _SCALE[scaled[2].lower()])
    elif len(text) < 30 and _GROUPED.fullmatch(text):
        count = int(re.sub(r"\D", "", text.removesuffix(".0")))
    else:
        raise Unreadable("followers_not_a_number", value=shown(text))
    if count > MOST_FOLLOWERS:
        raise Unreadable("followers_not_a_number", value=shown(text))
    return count


def stable_id(text: str) -> str:
    """An account's id, digits as text; raises Unreadable `id_lost` for `1.2345e18`: a spreadsheet rounded it away."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID:
        return text
    if text.lower() in _UNKNOWN:
        return ""
    raise Unreadable("id_lost" if _FLOAT.fullmatch(text) else "not_an_id", value=shown(text))


def moment(text: str) -> datetime | None:
    """A moment in ISO 8601 or Unix seconds (or milliseconds), in UTC where no zone stands; raises Unreadable.

    `05/06/2024` is refused: nobody can know which is the month.
    """
    text = text.strip()
    if text.lower() in _UNKNOWN:
        return None
    if text.isascii() and text.isdigit() and len(text) in {9, 10, 13}:
        return from_unix(int(text) / (1000 if len(text) == 13 else 1))
    try:
        found = datetime.fromisoformat(text.removesuffix(" UTC"))
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable("date_unclear", value=shown(text)) from error
    if not _EARLIEST <= (found - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() <= _LATEST:
        raise Unreadable("date_unclear", value=shown(text))
    return found


def from_unix(seconds: float) -> datetime:
    """A moment from seconds since 1970 (UTC); raises Unreadable outside 1990 to 2200."""
    if not _EARLIEST <= seconds <= _LATEST:
        raise Unreadable("date_unclear", value=str(seconds))
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
