"""Reads answers of the X API v2: pages as documents or one to a line, posts joined with their authors; twarc2's flat posts too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats import fields
from openiru.stages.intake.formats.objects import Found, attempt, objects
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row

_SHOWN = re.compile(rb'"(?:edit_history_tweet_ids|public_metrics|includes|author_id)"\s*:')


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Give each post with its author, or each user of a page of users. A line is the post's number in the file."""
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
    """All of one page; a post alone is a page of its own. Errors the API itself reports are named, not lost."""
    try:
        data = page.get("data", page)
        posts = data if isinstance(data, list) else [data]
        users = _users(page)
        errors = fields.many(page, "errors")
    except Unreadable as error:
        yield Rejected(before + 1, error.value, error.reason, error.where)
        return
    if "data" not in page and not ({"author_id", "author", "username"} & page.keys()):
        posts = []
        if not errors and not fields.at(page, "meta"):
            yield Rejected(before + 1, ",".join(page)[:200], "missing", "data")
            return
    for place, post in enumerate(posts, 1):
        yield _one(before + place, post, users)
    for place, said in enumerate(errors, before + len(posts) + 1):
        shown = str(fields.at(said, "detail") or fields.at(said, "title") or "")
        yield Rejected(place, shown, "said_by_the_platform", "errors")


def _users(page: Found) -> dict[str, Found]:
    """The page's users by id; a page without `includes` joins nothing."""
    listed = [user for user in fields.many(page, "includes.users") if isinstance(user, dict)]
    return {fields.stable_id(user, "id"): user for user in listed}


def _one(line: int, post: object, users: Mapping[str, Found]) -> Row | Rejected:
    if not isinstance(post, dict):
        return Rejected(line, type(post).__name__, "expected_object", "data")
    return attempt(lambda number, found: _row(number, found, users), line, post)


def _row(line: int, post: Found, users: Mapping[str, Found]) -> Row:
    if "username" in post and "author_id" not in post:
        return Row(line, **_account(post, fields.stable_id(post, "id")))  # type: ignore[arg-type]
    author_id = fields.stable_id(post, "author_id")
    author = fields.inside(post, "author") or users.get(author_id, {})
    author_id = author_id or fields.stable_id(author, "id")
    if not author_id:
        raise Unreadable("missing", where="author_id")
    number = fields.stable_id(post, "id")
    holder = fields.text(author, "username") or "i/web"
    return Row(
        line,
        item_urls=(f"https://x.com/{holder}/status/{number}",) if number else (),
        text=fields.text(post, "note_tweet.text") or fields.text(post, "text"),
        posted_at=fields.moment(post, "created_at"),
        language=fields.text(post, "lang"),
        note=_withheld(post),
        **_account(author, author_id),  # type: ignore[arg-type]
    )


def _account(user: Found, user_id: str) -> dict[str, object]:
    handle = fields.text(user, "username")
    if not handle and not user_id:
        raise Unreadable("missing", where="id")
    return {
        "url": f"https://x.com/{handle}" if handle else f"https://x.com/i/user/{user_id}",
        "handle": handle,
        "stable_id": user_id,
        "name": fields.text(user, "name"),
        "followers": fields.count(user, "public_metrics.followers_count"),
    }


def _withheld(post: Found) -> str:
    countries = fields.many(post, "withheld.country_codes")
    return f"withheld in {', '.join(map(str, countries))}" if countries else ""


def _sniff(head: bytes) -> bool:
    opening = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    return (
        opening in (b"{", b"[") and b'"_type"' not in head and bool(_SHOWN.search(head)) and b'"thread_id"' not in head
    )


EXAMPLE = Example(
    "page.json",
    b"""{"data": [{"id": "1234567890123456789", "author_id": "1111111111", "text": "words", "lang": "ur",
 "created_at": "2025-08-14T10:00:00.000Z", "edit_history_tweet_ids": ["1234567890123456789"], "withheld": {"country_codes": ["ZZ"]}},
 {"id": 1.2345678901234568e18, "author_id": "1111111111", "text": "more"}],
 "includes": {"users": [{"id": "1111111111", "username": "example_one", "name": "Example One", "public_metrics": {"followers_count": 12}}]},
 "errors": [{"title": "Not Found Error", "detail": "Could not find tweet with ids: [1].", "resource_id": "1"}],
 "meta": {"result_count": 2}}
""",
    (
        Row(
            1,
            "https://x.com/example_one",
            12,
            item_urls=("https://x.com/example_one/status/1234567890123456789",),
            note="withheld in ZZ",
            handle="example_one",
            stable_id="1111111111",
            name="Example One",
            text="words",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
            language="ur",
        ),
    ),
    (
        Rejected(2, "1.2345678901234568e+18", "id_lost", "id"),
        Rejected(3, "Could not find tweet with ids: [1].", "said_by_the_platform", "errors"),
    ),
    form="docs.x.com, X API v2 data dictionary; twarc2's flattened lines",
)
READER = Reader("x-api", "X API v2 (JSON, JSONL, twarc2)", (".json", ".jsonl"), read, _sniff, None, (EXAMPLE,))
