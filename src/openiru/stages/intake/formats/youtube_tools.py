"""Reads YouTube Data Tools' video lists: each video with its channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from openiru.stages.intake.formats import fields
from openiru.stages.intake.formats.headed import headed, headings_of
from openiru.stages.intake.formats.objects import Found, rows
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row

NEEDED = ("channelId", "videoId")


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Give each video; the channel's id stands in its address, it is no number."""
    return rows(headed(stream, NEEDED), _row)


def _row(line: int, found: Found) -> Row:
    channel, video = fields.needed(found, "channelId"), fields.text(found, "videoId")
    title, description = fields.text(found, "videoTitle"), fields.text(found, "videoDescription")
    return Row(
        line,
        f"https://www.youtube.com/channel/{channel}",
        item_urls=(f"https://www.youtube.com/watch?v={video}",) if video else (),
        name=fields.text(found, "channelTitle"),
        text=f"{title}\n{description}".strip(),
        posted_at=fields.moment(found, "publishedAt"),
        language=fields.text(found, "defaultAudioLanguage"),
    )


EXAMPLE = Example(
    "videolist.csv",
    b"position,channelId,channelTitle,videoId,publishedAt,videoTitle,videoDescription\n"
    b"1,UCabcdefghijklmnopqrstuv,Example One,abcdefghijk,2025-08-14T10:00:00Z,A title,words\n"
    b"2,,Example One,abcdefghijk,2025-08-14T10:00:00Z,A title,words\n",
    (
        Row(
            2,
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv",
            item_urls=("https://www.youtube.com/watch?v=abcdefghijk",),
            name="Example One",
            text="A title\nwords",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
        ),
    ),
    (Rejected(3, "", "missing", "channelId"),),
    form="YouTube Data Tools' columns as 4CAT's import_formats.py lists them",
)
READER = Reader(
    "youtube-data-tools",
    "YouTube Data Tools (CSV)",
    (".csv", ".tab"),
    read,
    lambda head: {*NEEDED, "channelTitle"} <= headings_of(head),
    None,
    (EXAMPLE,),
)
