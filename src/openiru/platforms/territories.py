"""Names and two-letter codes of territories (ISO 3166-1, from the public-domain list of the time-zone database)."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources

_CODE = re.compile(r"\b(?:in|for|of|territory:?)\s+\(?([A-Z]{2})\)?\b|\(([A-Z]{2})\)")


def code_in(text: str) -> str:
    """The territory that a sentence speaks of (`in PK`, `(PK)`, `in Pakistan`), else an empty text."""
    names = _codes_by_name()
    for match in _CODE.finditer(text):
        code = match[1] or match[2]
        if code in names.values():
            return code
    found = _names_pattern().search(text)
    return names[found[1]] if found else ""


def code_of(name: str) -> str:
    """The code of a name; what is no name we know is given back as it is."""
    return _codes_by_name().get(name.strip(), name.strip())


@cache
def _codes_by_name() -> dict[str, str]:
    text = resources.files("openiru.platforms").joinpath("data/territories.json").read_text(encoding="utf-8")
    return {name: code for code, name in json.loads(text).items()}


@cache
def _names_pattern() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(_codes_by_name(), key=len, reverse=True))
    return re.compile(rf"\bin (?:the )?({names})\b")
