"""Reads CrowdTangle's CSV of Facebook pages and groups and of Instagram accounts; the service closed in 2024, its files are still used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats import cells, fields
from openiru.stages.intake.formats.headed import headed, headings_of
from openiru.stages.intake.formats.objects import Found, rows
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row

NEEDED = ("Post Created", "URL")
_ZONES = {"UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_ZONES |= {"CET": 1, "CEST": 2, "BST": 1, "PKT": 5}
"""Hours from UTC. Letters that stand for several zones (IST) are not here: then the moment stays in the note, as written."""


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Give each post with its page, group or account."""
    return rows(headed(stream, NEEDED), _row)


def _row(line: int, found: Found) -> Row:
    is_instagram = "Account" in found
    user_id = fields.stable_id(found, "Facebook Id")
    handle = fields.text(found, "User Name")
    account = _instagram(handle) if is_instagram else _facebook(found, handle, user_id)
    posted, note = _posted(found)
    url = fields.text(found, "URL")
    return Row(
        line,
        account or url,
        fields.count(found, "Followers at Posting"),
        item_urls=(url,) if url and account else (),
        handle=handle,
        stable_id=user_id,
        name=fields.text(found, "Account") or fields.text(found, "Page Name") or fields.text(found, "Group Name"),
        text=fields.text(found, "Description" if is_instagram else "Message"),
        posted_at=posted,
        note=note,
    )


def _instagram(handle: str) -> str:
    if not handle:
        raise Unreadable("missing", where="User Name")
    return f"https://www.instagram.com/{handle}/"


def _facebook(found: Found, handle: str, user_id: str) -> str:
    if "Group Name" in found and user_id:
        return f"https://www.facebook.com/groups/{user_id}"
    if not handle and not user_id:
        raise Unreadable("missing", where="Facebook Id")
    return f"https://www.facebook.com/{user_id or handle}"


def _posted(found: Found) -> tuple[datetime | None, str]:
    """The moment from `2021-03-01 10:00:00 EST`, and what could not be placed, as written."""
    written = fields.text(found, "Post Created")
    moment, _, zone = written.rpartition(" ")
    if zone in _ZONES:
        try:
            at = cells.moment(moment)
        except Unreadable as error:
            raise Unreadable(error.reason, where="Post Created", value=written) from error
        return (at - timedelta(hours=_ZONES[zone]) if at else None), ""
    return None, f"posted {written}" if written else ""


EXAMPLE = Example(
    "facebook.csv",
    b"Page Name,User Name,Facebook Id,Page Category,Likes at Posting,Followers at Posting,Post Created,Type,URL,Message,Link\n"
    b"Example Page,example.page,100064512345678,MEDIA,10,12,2021-03-01 10:00:00 EST,Photo,"
    b"https://www.facebook.com/100064512345678/posts/1234567890,words,\n"
    b"Example Page,example.page,1.00064512345678E+14,MEDIA,10,12,2021-03-01 10:00:00 EST,Photo,"
    b"https://www.facebook.com/100064512345678/posts/1234567890,words,\n",
    (
        Row(
            2,
            "https://www.facebook.com/100064512345678",
            12,
            item_urls=("https://www.facebook.com/100064512345678/posts/1234567890",),
            handle="example.page",
            stable_id="100064512345678",
            name="Example Page",
            text="words",
            posted_at=datetime(2021, 3, 1, 15, tzinfo=UTC),
        ),
    ),
    (Rejected(3, "1.00064512345678E+14", "id_lost", "Facebook Id"),),
    form="CrowdTangle's columns as 4CAT's import_formats.py lists them",
)
INSTAGRAM = Example(
    "instagram.csv",
    b"Account,User Name,Followers at Posting,Post Created,Type,Likes,Comments,Views,URL,Link,Photo,Title,Description\n"
    b"Example One,example_one,12,2021-03-01 10:00:00 IST,Photo,1,2,,https://www.instagram.com/p/CabcDEF123/,,,,words\n",
    (
        Row(
            2,
            "https://www.instagram.com/example_one/",
            12,
            item_urls=("https://www.instagram.com/p/CabcDEF123/",),
            note="posted 2021-03-01 10:00:00 IST",
            handle="example_one",
            name="Example One",
            text="words",
        ),
    ),
    form=EXAMPLE.form,
)
READER = Reader(
    "crowdtangle",
    "CrowdTangle (CSV)",
    (".csv",),
    read,
    lambda head: {*NEEDED, "Followers at Posting"} <= headings_of(head),
    None,
    (EXAMPLE, INSTAGRAM),
)
