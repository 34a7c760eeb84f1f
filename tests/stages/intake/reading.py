"""Reads bytes by a reader's name, and says what was refused where."""

from __future__ import annotations

import io

from openiru.stages.intake.formats import READERS, parse
from openiru.stages.intake.formats.shapes import Parsed

JSON_READERS = [name for name in READERS if ".json" in " ".join(READERS[name].endings)]


def read(name: str, content: bytes | str, mapping: dict[str, str] | None = None) -> Parsed:
    return parse(READERS[name], io.BytesIO(content.encode() if isinstance(content, str) else content), mapping)


def bad(parsed: Parsed) -> list[tuple[int, str, str]]:
    return [(one.line, one.reason, one.column) for one in parsed.rejected]
