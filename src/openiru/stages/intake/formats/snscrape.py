"""Reads snscrape's JSONL: posts and accounts of Telegram, X, Instagram and Facebook, each line saying its `_type`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats import fields
from openiru.stages.intake.formats.objects import Found, objects, rows
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row

_TELEGRAM = re.compile(r"https?://t\.me/(?:s/)?([A-Za-z0-9_]+)(?:/\d+)?/?")


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Give each post or account; ids take their text twin (`id.str`) where the file has one."""
    return rows(objects(stream), _row)


def _row(line: int, found: Found) -> Row:
    kind = fields.needed(found, "_type").removeprefix("snscrape.modules.")
    build = _TYPES.get(kind)
    if build is None:
        raise Unreadable("type_not_read", where="_type", value=kind)
    return build(line, found)


def _telegram_post(line: int, found: Found) -> Row:
    url = fields.needed(found, "url")
    named = _TELEGRAM.fullmatch(url)
    if not named:
        raise Unreadable("malformed", where="url", value=url)
    return Row(
        line,
        f"https://t.me/{named[1]}",
        item_urls=(url,),
        handle=named[1],
        text=fields.text(found, "content"),
        posted_at=fields.moment(found, "date"),
    )


def _telegram_channel(line: int, found: Found) -> Row:
    handle = fields.needed(found, "username")
    return Row(
        line,
        f"https://t.me/{handle}",
        fields.count(found, "members"),
        handle=handle,
        name=fields.text(found, "title"),
        text=fields.text(found, "description"),
    )


def _tweet(line: int, found: Found) -> Row:
    user = fields.inside(found, "user")
    account = _x_user(line, user) if user else None
    if account is None:
        raise Unreadable("missing", where="user")
    number = fields.stable_id(found, "id")
    url = f"https://x.com/{account.handle or 'i/web'}/status/{number}" if number else fields.text(found, "url")
    return Row(
        line,
        account.url,
        account.followers,
        item_urls=(url,) if url else (),
        handle=account.handle,
        stable_id=account.stable_id,
        name=account.name,
        text=fields.text(found, "rawContent") or fields.text(found, "content"),
        posted_at=fields.moment(found, "date"),
        language=fields.text(found, "lang"),
    )


def _x_user(line: int, found: Mapping[str, object]) -> Row:
    handle, user_id = fields.text(found, "username"), fields.stable_id(found, "id")
    if not handle and not user_id:
        raise Unreadable("missing", where="user.username")
    return Row(
        line,
        f"https://x.com/{handle}" if handle else f"https://x.com/i/user/{user_id}",
        fields.count(found, "followersCount"),
        handle=handle,
        stable_id=user_id,
        name=fields.text(found, "displayname"),
    )


def _instagram_post(line: int, found: Found) -> Row:
    handle, url = fields.text(found, "username"), fields.needed(found, "url")
    return Row(
        line,
        f"https://www.instagram.com/{handle}/" if handle else url,
        item_urls=(url,) if handle else (),
        handle=handle,
        text=fields.text(found, "content"),
        posted_at=fields.moment(found, "date"),
    )


def _facebook_post(line: int, found: Found) -> Row:
    return Row(
        line,
        fields.text(found, "cleanUrl") or fields.needed(found, "dirtyUrl"),
        text=fields.text(found, "content"),
        posted_at=fields.moment(found, "date"),
    )


_TYPES: Mapping[str, Callable[[int, Found], Row]] = {
    "telegram.TelegramPost": _telegram_post,
    "telegram.Channel": _telegram_channel,
    "twitter.Tweet": _tweet,
    "twitter.User": _x_user,
    "instagram.InstagramPost": _instagram_post,
    "facebook.FacebookPost": _facebook_post,
}


EXAMPLE = Example(
    "tweets.jsonl",
    b'{"_type": "snscrape.modules.twitter.Tweet", "url": "https://twitter.com/example_one/status/1234567890123456789", '
    b'"date": "2023-01-02T03:04:05+00:00", "rawContent": "words", "id": 1.2345678901234568e18, "id.str": "1234567890123456789", '
    b'"user": {"_type": "snscrape.modules.twitter.User", "username": "example_one", "id": 1111111111, "id.str": "1111111111", '
    b'"displayname": "Example One", "followersCount": 12}, "lang": "ps", "_snscrape": "0.7.0"}\n'
    b'{"_type": "snscrape.modules.telegram.TelegramPost", "url": "https://t.me/s/example_two/5", '
    b'"date": "2023-01-02T03:04:05+00:00", "content": "more", "outlinks": []}\n'
    b'{"_type": "snscrape.modules.reddit.Submission", "url": "https://example.org/"}\n',
    (
        Row(
            1,
            "https://x.com/example_one",
            12,
            item_urls=("https://x.com/example_one/status/1234567890123456789",),
            handle="example_one",
            stable_id="1111111111",
            name="Example One",
            text="words",
            posted_at=datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC),
            language="ps",
        ),
        Row(
            2,
            "https://t.me/example_two",
            item_urls=("https://t.me/s/example_two/5",),
            handle="example_two",
            text="more",
            posted_at=datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC),
        ),
    ),
    (Rejected(3, "reddit.Submission", "type_not_read", "_type"),),
    form="github.com/JustAnotherArchivist/snscrape, its dataclasses and --jsonl-for-buggy-int-parser",
)
READER = Reader(
    "snscrape", "snscrape (JSONL)", (".jsonl",), read, lambda head: b'"snscrape.modules.' in head, None, (EXAMPLE,)
)
