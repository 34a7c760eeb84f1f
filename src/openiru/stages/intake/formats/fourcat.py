"""Reads 4CAT's CSV: Telegram, X, TikTok, Instagram and any with an address; pseudonymised authors are refused, nobody can be named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats import fields
from openiru.stages.intake.formats.headed import headed, headings_of
from openiru.stages.intake.formats.objects import Found, rows
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row

NEEDED = ("id", "thread_id", "body")
_HIDDEN = re.compile(r"[0-9a-f]{32,128}|REDACTED|anonymi[sz]ed|pseudonymi[sz]ed", re.I)
"""4CAT puts a salted hash (or a word) in place of an author; no platform's handle is 32 hexadecimal digits."""


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Give each post; raises `Unreadable` `authors_pseudonymised` where the first author is hidden: then all are."""
    taken = 0
    for row in rows(headed(stream, NEEDED), _row):
        if isinstance(row, Rejected) and row.reason == "authors_pseudonymised" and not taken:
            raise Unreadable(row.reason, where=f"line {row.line}, {row.column}", value=row.value)
        taken += isinstance(row, Row)
        yield row


def _row(line: int, found: Found) -> Row:
    build = next((build for headings, build in _PLATFORMS if found.keys() & headings), _any)
    return build(line, found)


def _author(found: Found, heading: str = "author") -> str:
    author = fields.needed(found, heading).lstrip("@")
    if _HIDDEN.fullmatch(author):
        raise Unreadable("authors_pseudonymised", where=heading, value=author)
    return author


def _posted(found: Found) -> datetime | None:
    heading = "unix_timestamp" if "unix_timestamp" in found else "timestamp"
    return fields.moment(found, heading)


def _telegram(line: int, found: Found) -> Row:
    """The chat is what is reported, never the person who wrote in it."""
    chat = _author(found, "chat")
    account = f"https://t.me/c/{chat}" if chat.isdigit() else f"https://t.me/{chat}"
    number = fields.stable_id(found, "id")
    return Row(
        line,
        account,
        item_urls=(f"{account}/{number}",) if number else (),
        handle="" if chat.isdigit() else chat,
        stable_id=chat if chat.isdigit() else "",
        text=fields.text(found, "body"),
        posted_at=_posted(found),
    )


def _x(line: int, found: Found) -> Row:
    author, number = _author(found), fields.stable_id(found, "id")
    return Row(
        line,
        f"https://x.com/{author}",
        fields.count(found, "author_followers"),
        item_urls=(f"https://x.com/{author}/status/{number}",) if number else (),
        handle=author,
        stable_id=fields.stable_id(found, "author_id"),
        name=fields.text(found, "author_fullname"),
        text=fields.text(found, "body"),
        posted_at=_posted(found),
        language=fields.text(found, "language_guess"),
    )


def _tiktok(line: int, found: Found) -> Row:
    author, url = _author(found), fields.text(found, "tiktok_url")
    return Row(
        line,
        f"https://www.tiktok.com/@{author}",
        fields.count(found, "author_followers"),
        item_urls=(url,) if url else (),
        handle=author,
        name=fields.text(found, "author_full"),
        text=fields.text(found, "body"),
        posted_at=_posted(found),
    )


def _instagram(line: int, found: Found) -> Row:
    author, url = _author(found), fields.text(found, "url")
    return Row(
        line,
        f"https://www.instagram.com/{author}/",
        item_urls=(url,) if url else (),
        handle=author,
        stable_id=fields.stable_id(found, "author_id"),
        name=fields.text(found, "author_fullname"),
        text=fields.text(found, "body"),
        posted_at=_posted(found),
    )


def _any(line: int, found: Found) -> Row:
    url = fields.text(found, "url") or fields.text(found, "link") or fields.needed(found, "post_url")
    author = _author(found) if "author" in found else ""
    return Row(line, url, handle=author, text=fields.text(found, "body"), posted_at=_posted(found))


_PLATFORMS: tuple[tuple[frozenset[str], Callable[[int, Found], Row]], ...] = (
    (frozenset({"chat"}), _telegram),
    (frozenset({"tiktok_url", "author_full"}), _tiktok),
    (frozenset({"language_guess", "is_retweet", "retweeted_user", "is_quote_tweet"}), _x),
    (frozenset({"media_type", "coauthors", "usertags", "author_avatar_url"}), _instagram),
)
"""A heading that only one platform's file has → what its rows are."""


EXAMPLE = Example(
    "tweets.csv",
    b"id,thread_id,timestamp,unix_timestamp,link,subject,body,author,author_fullname,author_id,author_followers,language_guess,is_retweet\n"
    b"1234567890123456789,1234567890123456789,2025-08-14 10:00:00,1755165600,,,words,example_one,Example One,1111111111,12,ur,no\n"
    b"1.23457E+18,1,2025-08-14 10:00:00,1755165600,,,words,example_one,Example One,1111111111,12,ur,no\n",
    (
        Row(
            2,
            "https://x.com/example_one",
            12,
            item_urls=("https://x.com/example_one/status/1234567890123456789",),
            handle="example_one",
            stable_id="1111111111",
            name="Example One",
            text="words",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
            language="ur",
        ),
    ),
    (Rejected(3, "1.23457E+18", "id_lost", "id"),),
    form="github.com/digitalmethodsinitiative/4cat, map_item of each data source",
)
TELEGRAM = Example(
    "telegram.csv",
    b"id,thread_id,chat,author,author_username,body,views,timestamp,unix_timestamp\n"
    b"5,example_two,example_two,1234567890,example_two,words,7,2025-08-14 10:00:00,1755165600\n",
    (
        Row(
            2,
            "https://t.me/example_two",
            item_urls=("https://t.me/example_two/5",),
            handle="example_two",
            text="words",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
        ),
    ),
    form=EXAMPLE.form,
)
READER = Reader(
    "4cat",
    "4CAT (CSV)",
    (".csv",),
    read,
    lambda head: {*NEEDED, "author", "timestamp"} <= headings_of(head),
    None,
    (EXAMPLE, TELEGRAM),
)
