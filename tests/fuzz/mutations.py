"""Makes broken files from whole ones: bytes, text and structure changed at random, the same for the same seed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from openiru.stages.intake.formats.xlsx_sheet import pack

TOKENS = (
    *(
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\r",
        b"\n",
        b'"',
        b"'",
        b",",
        b";",
        b"\t",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
    ),
    *(
        b"\\",
        b"\\x0b",
        b"\\ud800",
        b"\\u0000",
        b"null",
        b"true",
        b"NaN",
        b"1e999",
        b"1.2345e18",
        b"-5",
        b"9" * 5000,
        b"=1+1",
    ),
    *(
        b"<",
        b">",
        b"&",
        b"<!DOCTYPE a>",
        b"[" * 2000,
        b'{"a":' * 500,
        b"\xd8\x00",
        "لنک".encode(),
        b"sep=;\n",
        b"PK\x03\x04",
    ),
)
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**30, 1.5, 1e300, [], {}, [[]], {"a": 1}),
    *("", "words", "\ud800", "\0", "5", "1e9", "x" * 3000),
)


def bytes_of(content: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Change some bytes: flip, cut, repeat, put in a token, or a piece of another file."""
    for _ in range(random.choice((1, 1, 1, 2, 4, 8))):
        at, to = sorted((random.randrange(len(content) + 1), random.randrange(len(content) + 1)))
        kind = random.randrange(6)
        if kind == 0:
            content = content[:at] + bytes([random.randrange(256)]) + content[at + 1 :]
        elif kind == 1:
            content = content[:at] + content[min(to, at + random.randrange(1, 40)) :]
        elif kind == 2:
            content = content[:to] + content[at : min(to, at + 500)] + content[to:]
        elif kind == 3:
            content = content[:at] + random.choice(TOKENS) + content[at:]
        elif kind == 4:
            piece = random.choice(others)
            start = random.randrange(len(piece) + 1)
            content = content[:at] + piece[start : start + random.randrange(200)] + content[at:]
        else:
            content = content[: random.randrange(len(content) + 1)]
        content = content[:200_000]
    return content


def values_of(value: Any, random: Random) -> Any:
    """A JSON value with one place in it changed, taken out or moved."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(list(value))
        if random.random() < 0.15:
            return {other: kept for other, kept in value.items() if other != key}
        return {**value, key: values_of(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.9:
        place = random.randrange(len(value))
        return [*value[:place], values_of(value[place], random), *value[place + random.randrange(2) :]]
    return random.choice(VALUES)


def _json(content: bytes, random: Random) -> bytes:
    return json.dumps(values_of(json.loads(content.replace(rb"\x0b", b" ")), random)).encode()


def _json_lines(content: bytes, random: Random) -> bytes:
    lines = content.splitlines()
    place = random.randrange(len(lines))
    return b"\n".join([*lines[:place], _json(lines[place], random), *lines[place + 1 :]])


def _workbook(content: bytes, random: Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(list(members))
    members[name] = bytes_of(members[name], list(members.values()), random)
    return pack({name: text.decode("utf-8", "replace") for name, text in members.items()})


STRUCTURES: dict[str, Callable[[bytes, Random], bytes]] = {
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".xlsx": _workbook,
}


def mutant(name: str, content: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """One broken file: half of them broken in their structure, where the format has one, the others in their bytes."""
    change = STRUCTURES.get(name[name.rindex(".") :])
    if change and random.random() < 0.5:
        return change(content, random)
    return bytes_of(content, others, random)
