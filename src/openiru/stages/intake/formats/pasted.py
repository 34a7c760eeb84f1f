"""Reads pasted text: every web address in it is a row, whatever stands around it."""

from __future__ import annotations

import re
from typing import BinaryIO

from openiru.stages.intake.formats.lines import Lines
from openiru.stages.intake.formats.shapes import Parsed, Reader, Rejected, Row

_ADDRESS = re.compile(r"(?:https?://|tg://|www\.|hxxps?://)[^\s<>\"']+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>\"']+", re.I)
_DEFANGED = (("hxxp", "http"), ("[.]", "."), ("(.)", "."), ("[:]", ":"))


def read(stream: BinaryIO) -> Parsed:
    """Find addresses line by line; a line of text without one is listed, never silently dropped."""
    lines = Lines(stream)
    rows: list[Row] = []
    rejected: list[Rejected] = []
    for line in lines:
        text = line.strip()
        for old, new in _DEFANGED:
            text = text.replace(old, new)
        found = [address.rstrip(".,;:!?)]}’”؛،") for address in _ADDRESS.findall(text)]
        rows += [Row(lines.number, address) for address in found]
        if text and not found:
            rejected.append(Rejected(lines.number, text[:200], "no_address"))
    return Parsed(lines.sha256, tuple(rows), (*rejected, *lines.rejected))


READER = Reader("paste", (".txt",), read)
