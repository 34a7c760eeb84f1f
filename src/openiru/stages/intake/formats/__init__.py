"""The readers of incoming files; a new format is one file here and one line in this registry."""

from __future__ import annotations

from openiru.stages.intake.formats import csv_table, pasted
from openiru.stages.intake.formats.shapes import Reader

READERS: dict[str, Reader] = {reader.name: reader for reader in (csv_table.READER, pasted.READER)}


def for_name(name: str) -> Reader:
    """The reader for a file's name; a table is the default."""
    fitting = (reader for reader in READERS.values() if name.lower().endswith(reader.endings))
    return next(fitting, csv_table.READER)
