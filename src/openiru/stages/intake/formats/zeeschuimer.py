"""Reads Zeeschuimer's NDJSON, alone or as 4CAT hands it on: what a browser was shown by TikTok, Instagram or X, object by object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats import fields
from openiru.stages.intake.formats.objects import Found, objects, rows
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row

_X_DATE = "%a %b %d %H:%M:%S %z %Y"
Seen = datetime | None


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Give each post, with the moment at which the browser saw it."""
    return rows(objects(stream), _row)


def _row(line: int, found: Found) -> Row:
    meta = fields.inside(found, "__import_meta") or found
    data = fields.inside(found, "data") or found
    platform = fields.text(meta, "source_platform") or fields.text(meta, "source_platform_url")
    build = next((build for host, build in _PLATFORMS.items() if host in platform), None)
    if build is None:
        raise Unreadable("platform_not_read", where="source_platform", value=platform)
    return build(line, data, fields.moment(meta, "timestamp_collected"))  # type: ignore[arg-type]


def _tiktok(line: int, data: Found, seen: Seen) -> Row:
    author = fields.at(data, "author")
    handle = author if isinstance(author, str) else fields.text(author, "uniqueId")
    if not handle:
        raise Unreadable("missing", where="author.uniqueId")
    account, number = f"https://www.tiktok.com/@{handle}", fields.stable_id(data, "id")
    user_id = fields.stable_id(author, "id") if isinstance(author, dict) else fields.stable_id(data, "authorId")
    return Row(
        line,
        account,
        fields.count(data, "authorStats.followerCount"),
        item_urls=(f"{account}/video/{number}",) if number else (),
        handle=handle,
        stable_id=user_id,
        name=fields.text(author, "nickname"),
        seen_at=seen,
        text=fields.text(data, "desc"),
        posted_at=fields.moment(data, "createTime"),
        language=fields.text(data, "textLanguage"),
    )


def _instagram(line: int, data: Found, seen: Seen) -> Row:
    holder = "user" if fields.at(data, "user") else "owner"
    handle, code = (
        fields.needed(data, f"{holder}.username"),
        fields.text(data, "code") or fields.text(data, "shortcode"),
    )
    user_id = fields.stable_id(data, f"{holder}.pk") or fields.stable_id(data, f"{holder}.id")
    return Row(
        line,
        f"https://www.instagram.com/{handle}/",
        fields.count(data, f"{holder}.follower_count"),
        item_urls=(f"https://www.instagram.com/p/{code}/",) if code else (),
        handle=handle,
        stable_id=user_id,
        name=fields.text(data, f"{holder}.full_name"),
        seen_at=seen,
        text=fields.text(data, "caption.text"),
        posted_at=fields.moment(data, "taken_at"),
    )


def _x(line: int, data: Found, seen: Seen) -> Row:
    user = fields.inside(data, "core.user_results.result")
    handle = fields.text(user, "core.screen_name") or fields.text(user, "legacy.screen_name")
    user_id, number = fields.stable_id(user, "rest_id"), fields.stable_id(data, "rest_id")
    if not handle and not user_id:
        raise Unreadable("missing", where="core.user_results.result.rest_id")
    return Row(
        line,
        f"https://x.com/{handle}" if handle else f"https://x.com/i/user/{user_id}",
        fields.count(user, "legacy.followers_count"),
        item_urls=(f"https://x.com/{handle or 'i/web'}/status/{number}",) if number else (),
        handle=handle,
        stable_id=user_id,
        name=fields.text(user, "core.name") or fields.text(user, "legacy.name"),
        seen_at=seen,
        text=fields.text(data, "legacy.full_text"),
        posted_at=_x_moment(data),
        language=fields.text(data, "legacy.lang"),
    )


def _x_moment(data: Found) -> datetime | None:
    written = fields.text(data, "legacy.created_at")
    try:
        return datetime.strptime(written, _X_DATE).astimezone(UTC) if written else None
    except (ValueError, OverflowError) as error:
        raise Unreadable("date_unclear", where="legacy.created_at", value=written) from error


_PLATFORMS: Mapping[str, Callable[[int, Found, Seen], Row]] = {
    "tiktok.com": _tiktok,
    "instagram.com": _instagram,
    "twitter.com": _x,
    "x.com": _x,
}


def _sniff(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and (
        b'"__import_meta"' in head or b'"timestamp_collected"' in head
    )


EXAMPLE = Example(
    "zeeschuimer.ndjson",
    b'{"nav_index": "1:0:0", "item_id": "7212345678901234567", "timestamp_collected": 1755165700000, "source_platform": "tiktok.com", '
    b'"source_platform_url": "https://www.tiktok.com/", "data": {"id": "7212345678901234567", "desc": "words", "createTime": 1755165600, '
    b'"author": {"id": "6612345678901234567", "uniqueId": "example.one", "nickname": "Example One"}, '
    b'"authorStats": {"followerCount": 12}, "textLanguage": "ur"}}\n'
    b'{"code": "CabcDEF123", "taken_at": 1755165600, "caption": {"text": "more"}, '
    b'"user": {"pk": "1111111111", "username": "example_two", "full_name": "Example Two"}, '
    b'"__import_meta": {"source_platform": "instagram.com", "timestamp_collected": 1755165700000}}\n'
    b'{"__typename": "Tweet", "rest_id": "1234567890123456789", "core": {"user_results": {"result": {"rest_id": "2222222222", '
    b'"core": {"screen_name": "example_three", "name": "Example Three"}, "legacy": {"followers_count": 3}}}}, '
    b'"legacy": {"full_text": "words", "created_at": "Thu Aug 14 10:00:00 +0000 2025", "lang": "en"}, '
    b'"__import_meta": {"source_platform": "twitter.com", "timestamp_collected": 1755165700000}}\n'
    b'{"data": {"id": "5"}, "source_platform": "douyin.com", "timestamp_collected": 1755165700000}\n',
    (
        Row(
            1,
            "https://www.tiktok.com/@example.one",
            12,
            item_urls=("https://www.tiktok.com/@example.one/video/7212345678901234567",),
            handle="example.one",
            stable_id="6612345678901234567",
            name="Example One",
            seen_at=datetime(2025, 8, 14, 10, 1, 40, tzinfo=UTC),
            text="words",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
            language="ur",
        ),
        Row(
            2,
            "https://www.instagram.com/example_two/",
            item_urls=("https://www.instagram.com/p/CabcDEF123/",),
            handle="example_two",
            stable_id="1111111111",
            name="Example Two",
            seen_at=datetime(2025, 8, 14, 10, 1, 40, tzinfo=UTC),
            text="more",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
        ),
        Row(
            3,
            "https://x.com/example_three",
            3,
            item_urls=("https://x.com/example_three/status/1234567890123456789",),
            handle="example_three",
            stable_id="2222222222",
            name="Example Three",
            seen_at=datetime(2025, 8, 14, 10, 1, 40, tzinfo=UTC),
            text="words",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
            language="en",
        ),
    ),
    (Rejected(4, "douyin.com", "platform_not_read", "source_platform"),),
    form="github.com/digitalmethodsinitiative/zeeschuimer; platform objects as 4CAT's map_item reads them",
)
READER = Reader("zeeschuimer", "Zeeschuimer and 4CAT (NDJSON)", (".ndjson",), read, _sniff, None, (EXAMPLE,))
