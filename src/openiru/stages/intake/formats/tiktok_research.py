"""Reads answers of the TikTok Research API: videos with a user name only, for there is no user id in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats import fields
from openiru.stages.intake.formats.objects import Found, attempt, objects
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Give each video of each page, or of a bare list of videos. A line is the video's number in the file."""
    number = 0
    for found in objects(stream):
        if isinstance(found, Rejected):
            number += 1
            yield Rejected(number, found.value, found.reason, f"line {found.line} {found.column}".strip())
            continue
        for row in _page(found[1], number):
            number = row.line
            yield row


def _page(page: Found, before: int) -> Iterator[Row | Rejected]:
    try:
        videos = fields.many(page, "data.videos") if "data" in page else [page]
        code, message = fields.text(page, "error.code"), fields.text(page, "error.message")
    except Unreadable as error:
        yield Rejected(before + 1, error.value, error.reason, error.where)
        return
    for place, video in enumerate(videos, before + 1):
        if isinstance(video, dict):
            yield attempt(_row, place, video)
        else:
            yield Rejected(place, type(video).__name__, "expected_object", "data.videos")
    if code not in {"", "ok"}:
        yield Rejected(before + len(videos) + 1, f"{code}: {message}"[:200], "said_by_the_platform", "error")


def _row(line: int, video: Found) -> Row:
    handle = fields.needed(video, "username")
    number = fields.stable_id(video, "id")
    spoken = fields.text(video, "voice_to_text")
    account = f"https://www.tiktok.com/@{handle}"
    return Row(
        line,
        account,
        item_urls=(f"{account}/video/{number}",) if number else (),
        handle=handle,
        text=fields.text(video, "video_description"),
        posted_at=fields.moment(video, "create_time"),
        note=f"said in the video: {spoken}" if spoken else "",
    )


EXAMPLE = Example(
    "videos.json",
    b'{"data": {"videos": [{"id": 7212345678901234567, "video_description": "words", "create_time": 1755165600, "region_code": "PK", '
    b'"username": "example.one", "view_count": 5, "voice_to_text": "spoken"}, {"id": 7212345678901234568, "create_time": 1755165600}], '
    b'"cursor": 100, "has_more": false, "search_id": "7"}, "error": {"code": "ok", "message": "", "log_id": "1"}}\n',
    (
        Row(
            1,
            "https://www.tiktok.com/@example.one",
            item_urls=("https://www.tiktok.com/@example.one/video/7212345678901234567",),
            note="said in the video: spoken",
            handle="example.one",
            text="words",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
        ),
    ),
    (Rejected(2, "", "missing", "username"),),
    form="developers.tiktok.com, Research API: query videos",
)
READER = Reader(
    "tiktok-research",
    "TikTok Research API (JSON)",
    (".json", ".jsonl"),
    read,
    lambda head: (
        (b'"video_description"' in head and b'"username"' in head) or (b'"videos"' in head and b'"search_id"' in head)
    ),
    None,
    (EXAMPLE,),
)
