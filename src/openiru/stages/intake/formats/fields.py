"""Takes typed values out of a JSON object by their path: text, ids, counts, moments; a wrong type says which path."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from math import isfinite

from openiru.errors import Unreadable
from openiru.stages.intake.formats import cells


def at(found: object, path: str) -> object:
    """What stands at a dotted path; None where any step is missing. A key that itself has dots is tried whole first."""
    if isinstance(found, dict) and (path in found or "." not in path):
        return found.get(path)
    for step in path.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found


def inside(found: object, path: str) -> Mapping[str, object]:
    """The object at a path, empty where there is none; raises Unreadable for anything else."""
    value = at(found, path)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable("expected_object", where=path, value=_shown(value))
    return value


def many(found: object, path: str) -> list[object]:
    """The array at a path, empty where there is none; raises Unreadable for anything else."""
    value = at(found, path)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable("expected_array", where=path, value=_shown(value))
    return value


def text(found: object, path: str) -> str:
    """The text at a path, empty where there is none; raises Unreadable `not_text` for anything else."""
    value = at(found, path)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable("not_text", where=path, value=_shown(value))
    return value.strip()


def needed(found: object, path: str) -> str:
    """The text at a path that a row cannot do without; raises Unreadable `missing`."""
    value = text(found, path)
    if not value:
        raise Unreadable("missing", where=path)
    return value


def stable_id(found: object, path: str) -> str:
    """The id at a path as digits; a text twin at `<path>.str` or `<path>_str` wins. Raises Unreadable for a float: it is lost."""
    value = next((twin for twin in (_twin(found, path), at(found, path)) if twin is not None), None)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Unreadable("id_lost" if isinstance(value, float) else "not_an_id", where=path, value=_shown(value))
    return _placed(cells.stable_id, str(value) if value else "", path)  # type: ignore[return-value]


def count(found: object, path: str) -> int | None:
    """The number of followers at a path; raises Unreadable for what is none."""
    value = at(found, path)
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Unreadable("followers_not_a_number", where=path, value=_shown(value))
    return _placed(cells.followers, str(value), path)  # type: ignore[return-value]


def moment(found: object, path: str) -> datetime | None:
    """The moment at a path: ISO 8601 or Unix seconds, as text or number; raises Unreadable `date_unclear`."""
    value = at(found, path)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unreadable("date_unclear", where=path, value=_shown(value))
    if isinstance(value, float):
        value = int(value) if isfinite(value) else str(value)
    return _placed(cells.moment, str(value), path)  # type: ignore[return-value]


def _twin(found: object, path: str) -> object:
    room, _, key = path.rpartition(".")
    holder = at(found, room) if room else found
    if not isinstance(holder, dict):
        return None
    return holder.get(f"{key}.str", holder.get(f"{key}_str"))


def _placed(read: object, value: str, path: str) -> object:
    try:
        return read(value)  # type: ignore[operator]
    except Unreadable as error:
        raise Unreadable(error.reason, where=path, value=error.value) from error


def _shown(value: object) -> str:
    try:
        return json.dumps(value, default=str)[:200]
    except (TypeError, ValueError, RecursionError):
        return type(value).__name__
