"""How results and refusals are printed: one fact a line for people, or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from openiru.errors import Unavailable
from openiru.faces.cli.shapes import Result
from openiru.faces.words import text_of


def show(result: Result, *, as_json: bool) -> int:
    """Print a result; returns the exit status: 1 when the answer itself is no."""
    print(json.dumps(result, default=plain, ensure_ascii=False, indent=1) if as_json else as_text(result))
    return 0 if result.get("ok", True) else 1


def fail(error: Exception, *, as_json: bool) -> int:
    """Print why not; returns 1 for a rule's no and unreadable input, 3 for a service that is down."""
    text = text_of(error)
    code = getattr(error, "code", type(error).__name__.lower())
    if as_json:
        facts = getattr(error, "facts", {})
        print(
            json.dumps({"ok": False, "error": code, "text": text, **({"facts": facts} if facts else {})}, default=plain)
        )
    else:
        print(f"openiru: {text}", file=sys.stderr)
    return 3 if isinstance(error, Unavailable) else 1


def plain(value: object) -> object:
    """What JSON does not know, in its usual form."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Path):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    return str(value)


def as_text(result: object, depth: int = 0) -> str:
    """The result for people: one fact a line, lists indented."""
    pad = "  " * depth
    if isinstance(result, Mapping):
        return "\n".join(_line(str(key), value, depth) for key, value in result.items())
    if isinstance(result, list | tuple):
        return "\n".join(f"{pad}- {as_text(one, depth + 1).lstrip()}" for one in result) or f"{pad}(none)"
    return f"{pad}{plain(result) if not isinstance(result, str | int | float | bool | None) else result}"


def _line(key: str, value: object, depth: int) -> str:
    pad = "  " * depth
    if isinstance(value, Mapping | list | tuple) and value:
        return f"{pad}{key}:\n{as_text(value, depth + 1)}"
    shown = "–" if value is None or value == [] or value == {} else as_text(value).strip()
    return f"{pad}{key}: {shown}"
