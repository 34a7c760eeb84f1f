"""Reads pasted text: every web address in it is a row, whatever stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from openiru.stages.intake.formats.lines import Lines
from openiru.stages.intake.formats.shapes import Reader, Rejected, Row

_ADDRESS = re.compile(r"(?:https?://|tg://|www\.|hxxps?://)[^\s<>\"']+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>\"']+", re.I)
_DEFANGED = (("hxxp", "http"), ("[.]", "."), ("(.)", "."), ("[:]", ":"))


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:  # noqa: ARG001
    """Find addresses line by line; a line of text without one is listed, never silently dropped."""
    lines = Lines(stream)
    for line in lines:
        text = line.strip()
        for old, new in _DEFANGED:
            text = text.replace(old, new)
        found = [address.rstrip(".,;:!?)]}’”؛،") for address in _ADDRESS.findall(text)]
        yield from (Row(lines.number, address) for address in found)
        if text and not found:
            yield Rejected(lines.number, text[:200], "no_address")
    yield from lines.rejected


READER = Reader("paste", "Loose text with addresses in it", (".txt",), read, lambda head: False)
