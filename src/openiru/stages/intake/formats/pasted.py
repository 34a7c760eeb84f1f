"""Reads pasted text: every web address in it is a row, whatever stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from openiru.stages.intake.formats.lines import Lines
from openiru.stages.intake.formats.shapes import Example, Reader, Rejected, Row

_ADDRESS = re.compile(r"(?:https?://|tg://|www\.|hxxps?://)[^\s<>\"']+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>\"']+", re.I)
_DEFANGED = (("hxxp", "http"), ("[.]", "."), ("(.)", "."), ("[:]", ":"))


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Find addresses line by line; a line of text without one is listed, never silently dropped."""
    lines = Lines(stream)
    for line in lines:
        if isinstance(line, Rejected):
            yield line
            continue
        text = line.strip()
        for old, new in _DEFANGED:
            text = text.replace(old, new)
        found = [address.rstrip(".,;:!?)]}’”؛،") for address in _ADDRESS.findall(text)]
        yield from (Row(lines.number, address) for address in found)
        if text and not found:
            yield Rejected(lines.number, text, "no_address")


EXAMPLE = Example(
    "letter.txt",
    b"Please look at hxxps://t[.]me/example_one, it is theirs.\nThank you.\n",
    (Row(1, "https://t.me/example_one"),),
    (Rejected(2, "Thank you.", "no_address"),),
    form="plain text, addresses defanged or not",
    tried=True,
)
READER = Reader("paste", "Loose text with addresses in it", (".txt",), read, lambda head: False, None, (EXAMPLE,))
