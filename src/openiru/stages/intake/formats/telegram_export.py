"""Reads Telegram Desktop's `result.json`: posts of public channels and groups; private data never leave here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats import fields
from openiru.stages.intake.formats.documents import Document
from openiru.stages.intake.formats.objects import Found, attempt, storable
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row

PUBLIC = frozenset({"public_channel", "public_supergroup"})
_SHOWN = re.compile(
    rb'"type"\s*:\s*"(?:(?:private|public)_(?:channel|group|supergroup)|(?:personal|bot)_chat|saved_messages)"'
)
_ADDRESS = "https://t.me/c/{id}"
"""An export names a chat by its id only, never by its user name; this form names it by the id."""


@dataclass(slots=True)
class _Chat:
    """What a chat says of itself before its messages come."""

    path: str
    kind: str = ""
    id: str = ""
    name: str = ""
    posts: int = 0


class _Export:
    """One export: counts its records, and gives what may be given."""

    def __init__(self, stream: BinaryIO) -> None:
        self._document = Document(stream, repair=True)
        self._record = 0

    def read(self) -> Iterator[Row | Rejected]:
        """All rows; raises Unreadable for what is no export."""
        document, known = self._document, False
        if not document.peek():
            raise Unreadable("empty_file")
        alone = _Chat("")
        for key in document.members():
            if key in {"chats", "left_chats"}:
                known = True
                yield from self._chats(key)
            elif key in {"name", "type", "id", "messages"}:
                known = known or key == "messages"
                yield from self._member(alone, key)
            else:
                document.skip()
        document.end()
        if not known:
            raise Unreadable("not_this_format", where="messages, chats")
        if alone.kind in PUBLIC:
            yield from self._closing(alone)

    def _chats(self, room: str) -> Iterator[Row | Rejected]:
        for key in self._document.members():
            if key != "list":
                self._document.skip()
                continue
            for place in self._document.elements():
                chat = _Chat(f"{room}.list.{place}.")
                for member in self._document.members():
                    yield from self._member(chat, member)
                yield from self._closing(chat)

    def _member(self, chat: _Chat, key: str) -> Iterator[Row | Rejected]:
        if key == "messages":
            yield from self._messages(chat)
        elif key in {"name", "type", "id"}:
            _tell(chat, key, self._document.value())
        else:
            self._document.skip()

    def _messages(self, chat: _Chat) -> Iterator[Row | Rejected]:
        if chat.kind not in PUBLIC or not chat.id:
            self._record += 1
            self._document.skip()
            yield self._not_taken(chat)
            return
        for place in self._document.elements():
            self._record += 1
            found = self._document.value()
            if not isinstance(found, dict):
                yield Rejected(self._record, type(found).__name__, "expected_object", f"{chat.path}messages.{place}")
            elif found.get("type", "message") == "message":
                chat.posts += 1
                yield self._post(chat, found, f"{chat.path}messages.{place}")

    def _not_taken(self, chat: _Chat) -> Rejected:
        """Why a chat stays out; of a private one not even the name is said."""
        if chat.kind and chat.kind not in PUBLIC:
            return Rejected(self._record, chat.kind, "private_chat", f"{chat.path}type")
        missing = "type" if not chat.kind else "id"
        return Rejected(self._record, "", "missing", f"{chat.path}{missing}")

    def _post(self, chat: _Chat, found: Found, path: str) -> Row | Rejected:
        row = attempt(lambda line, post: _row(line, post, chat), self._record, found)
        if isinstance(row, Rejected):
            return Rejected(row.line, row.value, row.reason, f"{path}.{row.column}")
        return row

    def _closing(self, chat: _Chat) -> Iterator[Row | Rejected]:
        """A public chat without a post is still reported, by itself."""
        if chat.kind in PUBLIC and chat.id and not chat.posts:
            self._record += 1
            yield storable(Row(self._record, _ADDRESS.format(id=chat.id), stable_id=chat.id, name=chat.name))


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Give each post of each public chat; `private_chat` for every other chat. A record's line is its number in the file."""
    return _Export(stream).read()


def _tell(chat: _Chat, key: str, value: object) -> None:
    if key == "id":
        chat.id = fields.stable_id({"id": value}, "id")
    elif key == "type":
        chat.kind = value if isinstance(value, str) else ""
    else:
        chat.name = value.strip() if isinstance(value, str) else ""


def _row(line: int, found: Found, chat: _Chat) -> Row:
    account = _ADDRESS.format(id=chat.id)
    number = fields.stable_id(found, "id")
    posted = fields.moment(found, "date_unixtime")
    local = fields.text(found, "date")
    return Row(
        line,
        account,
        item_urls=(f"{account}/{number}",) if number else (),
        stable_id=chat.id,
        name=chat.name,
        text=_text(found.get("text")),
        posted_at=posted,
        note=f"date in the exporter's local time: {local}" if local and posted is None else "",
    )


def _text(value: object) -> str:
    """A message's text: a string, or an array of strings and of objects with a text."""
    if value is None or isinstance(value, str):
        return value or ""
    if not isinstance(value, list):
        raise Unreadable("not_text", where="text", value=type(value).__name__)
    return "".join(part if isinstance(part, str) else fields.text(part, "text") for part in value)


def _sniff(head: bytes) -> bool:
    own = b'"personal_information"' in head or b'"left_chats"' in head
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and (own or bool(_SHOWN.search(head)))


EXAMPLE = Example(
    "result.json",
    rb"""{
 "about": "Here is the data you requested.",
 "personal_information": {"user_id": 7, "first_name": "Nobody", "phone_number": "+000"},
 "contacts": {"about": "", "list": [{"first_name": "Nobody", "phone_number": "+000"}]},
 "chats": {
  "about": "This page lists all chats from this export.",
  "list": [
   {"name": "Nobody", "type": "personal_chat", "id": 8, "messages": [{"id": 1, "type": "message", "text": "private"}]},
   {
    "name": "Example Channel",
    "type": "public_channel",
    "id": 1234567890,
    "messages": [
     {"id": 1, "type": "service", "date": "2025-08-14T10:00:00", "actor": "Example Channel", "action": "create_channel"},
     {"id": 2, "type": "message", "date": "2025-08-14T15:00:00", "date_unixtime": "1755165600", "from": "Example Channel",
      "from_id": "channel1234567890", "text": ["see\x0b ", {"type": "link", "text": "https://t.me/example_two"}]}
    ]
   }
  ]
 }
}
""",
    (
        Row(
            3,
            "https://t.me/c/1234567890",
            item_urls=("https://t.me/c/1234567890/2",),
            stable_id="1234567890",
            name="Example Channel",
            text="see\x0b https://t.me/example_two",
            posted_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
        ),
    ),
    (Rejected(1, "personal_chat", "private_chat", "chats.list.1.type"),),
    form="core.telegram.org/import-export; Telegram Desktop, export_output_json.cpp",
)
READER = Reader("telegram", "Telegram Desktop export (result.json)", (".json",), read, _sniff, None, (EXAMPLE,))
