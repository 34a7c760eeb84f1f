"""Evidence's pure decisions: what a file is by its own bytes, what a record of collection lacks, how politely a host is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

LARGEST_UPLOAD = 50 * 1024 * 1024
TOLD = ("purpose", "found", "language", "seen", "risk")
"""What only a person can say: why it was collected, how it was found, its language, what is seen, who may be at risk."""
KNOWN = ("address", "at", "collector", "vantage", "software", "digest", "files")
"""What the system must know of each capture; the rest of the Berkeley Protocol's list lies in the files."""

_SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
)


def sniff(content: bytes) -> str:
    """The media type that the bytes themselves show; what a name or a sender says is not asked."""
    for place, sign, kind in _SIGNS:
        if content[place : place + len(sign)] == sign:
            return kind
    try:
        text = content[:65_536].decode("utf-8", errors="strict" if len(content) <= 65_536 else "ignore")
    except UnicodeDecodeError:
        return "application/octet-stream"
    if "\0" in text:
        return "application/octet-stream"
    return "text/html" if "<html" in text[:2_000].lower() or "<!doctype html" in text[:200].lower() else "text/plain"


def lacking(facts: Mapping[str, object], told: Mapping[str, object]) -> tuple[str, ...]:
    """Which fields of the record of collection are still empty; what a person must add comes last."""
    return tuple(name for name in KNOWN if not facts.get(name)) + tuple(name for name in TOLD if not told.get(name))


ASKS_TO_WAIT = frozenset({429, 503})
"""Answers by which a host asks to be left alone for a while (RFC 9110 §15.6.4, RFC 6585 §4)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one host may be asked: `per_minute` on average, `burst` at once."""

    per_minute: float
    burst: int = 1

    @property
    def every(self) -> timedelta:
        """Time between two requests that are evenly spread."""
        return timedelta(minutes=1 / self.per_minute)


def take_turn(due: datetime | None, now: datetime, pace: Pace) -> tuple[bool, datetime]:
    """Whether a host may be asked now, and its new due time (else the time from which it may be asked).

    The generic cell rate algorithm (ITU-T I.371): one time per host says all, also after a restart.
    """
    stands = max(due or now, now)
    earliest = stands - pace.every * (pace.burst - 1)
    return (True, stands + pace.every) if earliest <= now else (False, earliest)


def wait_asked(value: str, now: datetime, longest: timedelta = timedelta(days=1)) -> timedelta:
    """How long a `Retry-After` asks us to wait: seconds or an HTTP date (RFC 9110 §10.2.3); an hour if it is unreadable."""
    if value.strip().isdigit():
        return min(longest, timedelta(seconds=min(int(value), 10**7)))
    try:
        return max(timedelta(0), min(longest, parsedate_to_datetime(value) - now))
    except (TypeError, ValueError):
        return timedelta(hours=1)
