"""Reads what Bellingcat's auto-archiver wrote down: its CSV of Python literals, or the Google Sheet it fills, saved as CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats import cells, fields
from openiru.stages.intake.formats.headed import headed, headings_of
from openiru.stages.intake.formats.literals import literal
from openiru.stages.intake.formats.objects import Found, rows
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row

_OWN = ("metadata", "media")
_SHEET = ("link", "archive status")
_HEX = re.compile(r"(?:(sha-?256|sha3-?512|sha-?512|md5)\s*[:=]\s*)?([0-9a-f]{32,128})", re.I)
_LENGTHS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
MOST_MEDIA = 500


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Give each archived address with its hashes; where the archive and its WACZ lie stands in the note."""
    head = stream.read(64 * 1024)
    stream.seek(0)
    own = set(_OWN) <= {heading.lower() for heading in headings_of(head)}
    return rows(headed(stream, _OWN), _own_row) if own else rows(_lowered(stream), _sheet_row)


def _lowered(stream: BinaryIO) -> Iterator[tuple[int, Found] | Rejected]:
    """A sheet's headings are whatever its owner wrote, mostly in title case."""
    for found in headed(stream, ()):
        if isinstance(found, Rejected):
            yield found
        else:
            yield found[0], {heading.lower(): cell for heading, cell in found[1].items()}


def _own_row(line: int, found: Found) -> Row:
    metadata, media = _literal(found, "metadata"), _literal(found, "media")
    if not isinstance(metadata, dict) or not isinstance(media, list):
        raise Unreadable("not_a_literal", where="metadata" if not isinstance(metadata, dict) else "media")
    kept = [one for one in media if isinstance(one, dict)][:MOST_MEDIA]
    archived = [fields.text({"at": url}, "at") for one in kept for url in fields.many(one, "urls")]
    return Row(
        line,
        fields.needed(metadata, "url"),
        note=_note(fields.text(found, "status"), archived),
        name=fields.text(metadata, "title"),
        text=fields.text(metadata, "content"),
        seen_at=_moment(metadata, "_processed_at"),
        posted_at=_moment(metadata, "timestamp"),
        hashes=tuple(pair for one in kept for pair in _hashes_of(one)),
    )


def _sheet_row(line: int, found: Found) -> Row:
    places = [fields.text(found, heading) for heading in ("archive location", "wacz", "replaywebpage", "screenshot")]
    perceptual = re.findall(r"[0-9a-f]{64}", fields.text(found, "perceptual hashes"))
    return Row(
        line,
        fields.needed(found, "link"),
        note=_note(fields.text(found, "archive status"), places),
        name=fields.text(found, "upload title"),
        text=fields.text(found, "text content"),
        seen_at=_cell_moment(found, "archive date"),
        posted_at=_cell_moment(found, "upload timestamp"),
        hashes=(*_hashes(fields.text(found, "hash")), *(("pdq", one) for one in perceptual)),
    )


def _literal(found: Found, heading: str) -> object:
    try:
        return literal(fields.needed(found, heading))
    except Unreadable as error:
        raise Unreadable(error.reason, where=f"{heading} {error.where}".strip(), value=error.value) from error


def _hashes_of(media: Found) -> tuple[tuple[str, str], ...]:
    properties = fields.inside(media, "properties")
    pdq = properties.get("pdq_hash")
    known = _hashes(str(properties.get("hash") or ""))
    return (*known, ("pdq", pdq)) if isinstance(pdq, str) and re.fullmatch("[0-9a-f]{64}", pdq) else known


def _hashes(text: str) -> tuple[tuple[str, str], ...]:
    """`SHA-256:ab…` or a bare digest, whose length says which it is."""
    found = []
    for named, digest in _HEX.findall(text):
        algorithm = named.lower().replace("-", "").replace("sha3512", "sha3-512") or _LENGTHS.get(len(digest), "")
        if algorithm:
            found.append((algorithm, digest.lower()))
    return tuple(found)


def _note(status: str, places: list[str]) -> str:
    """Status and where the archived copies lie: what a colleague needs to fetch the WACZ."""
    kept = list(dict.fromkeys(place for place in places if place))
    return "\n".join([f"auto-archiver: {status}" if status else "auto-archiver", *kept])[:4000]


def _moment(metadata: Found, path: str) -> datetime | None:
    value = fields.at(metadata, path)
    return value if isinstance(value, datetime) else fields.moment(metadata, path)


def _cell_moment(found: Found, heading: str) -> datetime | None:
    try:
        return cells.moment(fields.text(found, heading))
    except Unreadable as error:
        raise Unreadable(error.reason, where=heading, value=error.value) from error


def _sniff(head: bytes) -> bool:
    headings = {heading.lower() for heading in headings_of(head)}
    return {*_OWN, "status"} <= headings or {*_SHEET, "archive location"} <= headings


EXAMPLE = Example(
    "archived.csv",
    b"status,metadata,media\n"
    b"\"success\",\"{'url': 'https://t.me/example_one/5', 'title': 'Example One', 'content': 'it\\'s \\u06a9', "
    b"'timestamp': datetime.datetime(2025, 8, 14, 10, 0, tzinfo=datetime.timezone.utc), "
    b"'_processed_at': datetime.datetime(2025, 8, 14, 11, 0)}\","
    b"\"[{'filename': 'a.jpg', 'urls': ['https://archive.example.org/a.wacz'], 'properties': {'hash': 'SHA-256:"
    + b"ab"
    * 32
    + b"'}}]\"\n"
    b'"success","__import__(\'os\').system(\'true\')","[]"\n',
    (
        Row(
            2,
            "https://t.me/example_one/5",
            note="auto-archiver: success\nhttps://archive.example.org/a.wacz",
            name="Example One",
            seen_at=datetime(2025, 8, 14, 11, tzinfo=UTC),
            text="it's ک",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
            hashes=(("sha256", "ab" * 32),),
        ),
    ),
    (Rejected(3, "__import__('os').system('true')", "not_a_literal", "metadata column 1"),),
    form="github.com/bellingcat/auto-archiver, its csv_db and Metadata",
)
SHEET = Example(
    "sheet.csv",
    b"Link,Archive Status,Archive Location,Archive Date,Upload Timestamp,Upload Title,Text Content,Hash,WACZ\n"
    b"https://t.me/example_one/5,success,https://archive.example.org/a.html,2025-08-14T11:00:00+00:00,2025-08-14T10:00:00+00:00,"
    b"Example One,words," + b"ab" * 32 + b",https://archive.example.org/a.wacz\n",
    (
        Row(
            2,
            "https://t.me/example_one/5",
            note="auto-archiver: success\nhttps://archive.example.org/a.html\nhttps://archive.example.org/a.wacz",
            name="Example One",
            seen_at=datetime(2025, 8, 14, 11, tzinfo=UTC),
            text="words",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
            hashes=(("sha256", "ab" * 32),),
        ),
    ),
    form="github.com/bellingcat/auto-archiver, its gsheet_feeder columns",
)
READER = Reader("auto-archiver", "Bellingcat auto-archiver (CSV)", (".csv",), read, _sniff, None, (EXAMPLE, SHEET))
