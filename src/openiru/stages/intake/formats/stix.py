"""Reads STIX 2.1 bundles: accounts and addresses, when they were observed; what is revoked or may not be passed on is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats import fields
from openiru.stages.intake.formats.documents import Document
from openiru.stages.intake.formats.objects import Found, attempt, storable
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row
from openiru.stages.intake.formats.stix_context import Context, Said

_LOGINS = {
    "facebook": "https://www.facebook.com/{}",
    "twitter": "https://x.com/{}",
    "x": "https://x.com/{}",
    "instagram": "https://www.instagram.com/{}/",
    "tiktok": "https://www.tiktok.com/@{}",
    "telegram": "https://t.me/{}",
    "telegram-channel": "https://t.me/{}",
    "whatsapp-channel": "https://www.whatsapp.com/channel/{}",
    "youtube": "https://www.youtube.com/@{}",
}
"""The account types of STIX's open vocabulary and those our field uses → the address of a login."""
_IDS = {
    "facebook": "https://www.facebook.com/{}",
    "twitter": "https://x.com/i/user/{}",
    "x": "https://x.com/i/user/{}",
    "telegram": "https://t.me/c/{}",
    "telegram-channel": "https://t.me/c/{}",
}
_LOGIN = re.compile(r"@?([\w.+-]{1,100})")
_READ = frozenset({"user-account", "url", "identity"})
_ADDRESS = re.compile(r"https?://[^\s<>\"',;]+")


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Give each account and address of a bundle. A line is the object's place in it.

    Two passes over the file: markings and observations may stand behind what they speak of.
    """
    context = Context()
    for _, found in _objects(stream):
        if isinstance(found, dict):
            context.note(found)
    context.close()
    stream.seek(0)
    for place, found in _objects(stream):
        if not isinstance(found, dict):
            yield Rejected(place, type(found).__name__, "expected_object", f"objects.{place}")
        elif str(found.get("type")) in _READ:
            yield from _rows(place, found, context)


def _objects(stream: BinaryIO) -> Iterator[tuple[int, object]]:
    document = Document(stream)
    if not document.peek():
        raise Unreadable("empty_file")
    known = False
    for key in document.members():
        if key == "type":
            known = document.value() == "bundle"
            if not known:
                raise document.wrong("not_this_format", "type")
        elif key == "objects":
            for place in document.elements():
                yield place, document.value()
        else:
            document.skip()
    document.end()
    if not known:
        raise Unreadable("not_this_format", where="type")


def _rows(place: int, found: Found, context: Context) -> Iterator[Row | Rejected]:
    """Rows of one object, or the one word why it may not be used."""
    try:
        said = context.said(found)
    except Unreadable as error:
        yield Rejected(place, error.value, error.reason, error.where)
        return
    if said.refused:
        yield Rejected(
            place, str(found.get("id", "")), said.refused, "object_marking_refs" if said.level else "revoked"
        )
    elif found["type"] == "identity":
        yield from _identity(place, found, said)
    else:
        build = _account if found["type"] == "user-account" else _url
        yield attempt(lambda line, one: build(line, one, said), place, found)


def _account(line: int, found: Found, said: Said) -> Row:
    kind = fields.text(found, "account_type").lower()
    login, user_id = fields.text(found, "account_login"), fields.text(found, "user_id")
    if kind not in _LOGINS:
        raise Unreadable("account_type_not_read", where="account_type", value=kind)
    named = _LOGIN.fullmatch(login)
    number = user_id if user_id.isascii() and user_id.isdigit() else ""
    if named:
        url = _LOGINS[kind].format(named[1])
    elif number and kind in _IDS:
        url = _IDS[kind].format(number)
    else:
        raise Unreadable("missing", where="account_login", value=login or user_id)
    return Row(
        line,
        url,
        note=said.note,
        handle=named[1] if named else "",
        stable_id=number,
        name=fields.text(found, "display_name"),
        seen_at=said.seen_at,
    )


def _url(line: int, found: Found, said: Said) -> Row:
    return Row(line, fields.needed(found, "value"), note=said.note, seen_at=said.seen_at)


def _identity(line: int, found: Found, said: Said) -> Iterator[Row | Rejected]:
    """The addresses that an identity gives as its own; one without any (a unit, a sector) is no report and gives no row."""
    try:
        contact, name = fields.text(found, "contact_information"), fields.text(found, "name")
    except Unreadable as error:
        yield Rejected(line, error.value, error.reason, error.where)
        return
    for url in _ADDRESS.findall(contact):
        yield storable(Row(line, url, note=said.note, name=name, seen_at=said.seen_at))


def _sniff(head: bytes) -> bool:
    return bool(re.search(rb'"type"\s*:\s*"bundle"', head)) and b'"objects"' in head


EXAMPLE = Example(
    "bundle.json",
    b"""{"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000001", "objects": [
 {"type": "user-account", "spec_version": "2.1", "id": "user-account--00000000-0000-5000-8000-000000000002",
  "account_type": "telegram", "account_login": "example_one", "user_id": "1234567890", "display_name": "Example One"},
 {"type": "url", "spec_version": "2.1", "id": "url--00000000-0000-5000-8000-000000000003", "value": "https://x.com/example_two",
  "object_marking_refs": ["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]},
 {"type": "url", "spec_version": "2.1", "id": "url--00000000-0000-5000-8000-000000000004", "value": "https://x.com/example_three"},
 {"type": "observed-data", "spec_version": "2.1", "id": "observed-data--00000000-0000-4000-8000-000000000005",
  "first_observed": "2025-08-14T09:00:00Z", "last_observed": "2025-08-14T10:00:00.000Z", "number_observed": 1,
  "object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],
  "object_refs": ["user-account--00000000-0000-5000-8000-000000000002"]},
 {"type": "observed-data", "spec_version": "2.1", "id": "observed-data--00000000-0000-4000-8000-000000000006", "revoked": true,
  "object_refs": ["url--00000000-0000-5000-8000-000000000004"]}]}
""",
    (
        Row(
            1,
            "https://t.me/example_one",
            note="TLP:GREEN",
            handle="example_one",
            stable_id="1234567890",
            name="Example One",
            seen_at=datetime(2025, 8, 14, 10, tzinfo=UTC),
        ),
    ),
    (
        Rejected(2, "url--00000000-0000-5000-8000-000000000003", "marked_tlp_red", "object_marking_refs"),
        Rejected(3, "url--00000000-0000-5000-8000-000000000004", "revoked", "revoked"),
    ),
    form="OASIS STIX 2.1; TLP 2.0 extension of cti-stix-common-objects",
)
READER = Reader("stix", "STIX 2.1 bundle", (".json", ".stix"), read, _sniff, None, (EXAMPLE,))
