"""Reads Meta Content Library's CSV. Its `id` is its own, no platform knows it: an account is named by address or user name only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats import fields
from openiru.stages.intake.formats.headed import headed, headings_of
from openiru.stages.intake.formats.objects import Found, rows
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row

NEEDED = ("id", "creation_time")
_URLS = ("url", "post_url", "permalink_url", "permalink")
_OWNERS = ("post_owner", "surface", "owner")


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Give each post that a public address or a user name names; `no_public_address` for the others."""
    return rows(headed(stream, NEEDED), _row)


def _row(line: int, found: Found) -> Row:
    owner = next((owner for owner in _OWNERS if f"{owner}.username" in found or f"{owner}.name" in found), "post_owner")
    handle, name = fields.text(found, f"{owner}.username"), fields.text(found, f"{owner}.name")
    url = next((url for heading in _URLS if (url := fields.text(found, heading))), "")
    account = _account(found, owner, handle, url)
    if not account and not url:
        raise Unreadable("no_public_address", where=f"{owner}.username", value=name)
    return Row(
        line,
        account or url,
        fields.count(found, f"{owner}.followers_count"),
        item_urls=(url,) if account and url else (),
        handle=handle,
        name=name,
        text=fields.text(found, "text"),
        posted_at=fields.moment(found, "creation_time"),
        language=fields.text(found, "lang"),
    )


def _account(found: Found, owner: str, handle: str, url: str) -> str:
    """The owner's address; which of the two platforms it is, the post's address or the owner's type says."""
    kind = f"{fields.text(found, f'{owner}.type')} {fields.text(found, 'surface.type')} {url}".lower()
    if not handle:
        return ""
    if "instagram" in kind or kind.startswith("ig_"):
        return f"https://www.instagram.com/{handle}/"
    return (
        f"https://www.facebook.com/{handle}" if "facebook" in kind or kind.split(" ")[0] in {"page", "profile"} else ""
    )


EXAMPLE = Example(
    "posts.csv",
    b"id,url,text,creation_time,lang,post_owner.type,post_owner.id,post_owner.name,post_owner.username,statistics.views\n"
    b"555,https://www.facebook.com/example.page/posts/1234567890,words,2025-08-14 10:00:00+00:00,ur,PAGE,777,Example Page,example.page,9\n"
    b"556,,words,2025-08-14 10:00:00+00:00,ur,PAGE,777,Example Page,,9\n",
    (
        Row(
            2,
            "https://www.facebook.com/example.page",
            item_urls=("https://www.facebook.com/example.page/posts/1234567890",),
            handle="example.page",
            name="Example Page",
            text="words",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
            language="ur",
        ),
    ),
    (Rejected(3, "Example Page", "no_public_address", "post_owner.username"),),
    form="developers.facebook.com, Content Library data dictionary; the CSV's exact columns are from memory",
)
READER = Reader(
    "meta-content-library",
    "Meta Content Library (CSV)",
    (".csv",),
    read,
    lambda head: set(NEEDED) <= headings_of(head) and any(one.startswith("post_owner.") for one in headings_of(head)),
    None,
    (EXAMPLE,),
)
