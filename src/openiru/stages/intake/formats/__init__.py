"""The readers of incoming files; a new format is one file here and one line in this registry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import IO, BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats import (
    auto_archiver,
    crowdtangle,
    csv_table,
    fourcat,
    meta_library,
    pasted,
    snscrape,
    stix,
    telegram_export,
    tiktok_research,
    x_api,
    xlsx_sheet,
    youtube_tools,
    zeeschuimer,
)
from openiru.stages.intake.formats.shapes import Parsed, Reader, Rejected, Row

HEAD = 64 * 1024
"""How much of a file's beginning `choose` is shown."""

_ALL = (
    csv_table.READER,
    pasted.READER,
    xlsx_sheet.READER,
    telegram_export.READER,
    stix.READER,
    snscrape.READER,
    zeeschuimer.READER,
    tiktok_research.READER,
    x_api.READER,
    fourcat.READER,
    crowdtangle.READER,
    meta_library.READER,
    auto_archiver.READER,
    youtube_tools.READER,
)
READERS: dict[str, Reader] = {reader.name: reader for reader in _ALL}


def choose(name: str, head: bytes) -> Reader:
    """The reader for a file: the first whose form the beginning shows, then by the name's ending; a table is the default."""
    fitting = [reader for reader in READERS.values() if name.lower().endswith(reader.endings)]
    shown = next((reader for reader in (*fitting, *READERS.values()) if reader.sniff(head)), None)
    return shown or next(iter(fitting), csv_table.READER)


def choose_for(name: str, stream: BinaryIO) -> Reader:
    """`choose`, from the beginning of a seekable stream, which is wound back."""
    head = stream.read(HEAD)
    stream.seek(0)
    return choose(name, head)


def in_file(error: Unreadable, name: str) -> Unreadable:
    """The same error with the name of the file before its place: readers know line and column, their callers the file."""
    return Unreadable(error.reason, where=f"{name}, {error.where}" if error.where else name, value=error.value)


def digest_of(stream: IO[bytes]) -> str:
    """SHA-256 of a seekable stream's bytes, hex; the stream is wound back."""
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(1024 * 1024):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def parse(reader: Reader, stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Parsed:
    """Read a small file whole: hash it and collect what it gives, in the order of its lines; raises `Unreadable`."""
    digest = hashlib.sha256()
    while chunk := stream.read(HEAD):
        digest.update(chunk)
    stream.seek(0)
    rows: list[Row] = []
    rejected: list[Rejected] = []
    for found in reader.read(stream, mapping):
        if isinstance(found, Row):
            rows.append(found)
        else:
            rejected.append(found)
    return Parsed(digest.hexdigest(), tuple(rows), tuple(sorted(rejected, key=lambda bad: bad.line)))
