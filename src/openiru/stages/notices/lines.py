"""The services that we have a key for: one file of settings that only its owner may read, secrets from it or from the environment."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from openiru.errors import Unavailable
from openiru.stages.notices.transports.shapes import Line

_OWN = frozenset({"way", "url", "user", "secret"})


def read(path: str, environ: Mapping[str, str] | None = None) -> tuple[Line, ...]:
    """Read the file that `OPENIRU_LINES` names; raises `Unavailable` for one that others may read or that is not of its form."""
    if not path:
        return ()
    where = Path(path)
    try:
        if where.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Unavailable("lines", f"{where.name} may be read by others: chmod 600", permanent=True)
        given = tomllib.loads(where.read_text(encoding="utf-8")).get("line", [])
    except OSError as error:
        raise Unavailable("lines", f"{where.name}: {type(error).__name__}", permanent=True) from error
    except tomllib.TOMLDecodeError as error:
        raise Unavailable("lines", f"{where.name} is not TOML: {error}", permanent=True) from error
    return tuple(_line(one, os.environ if environ is None else environ) for one in given)


def _line(given: Mapping[str, object], environ: Mapping[str, str]) -> Line:
    words = {name: str(value) for name, value in given.items()}
    secret = words.get("secret", "")
    if secret.startswith("env:"):
        secret = environ.get(secret.removeprefix("env:"), "")
    options = {name: value for name, value in words.items() if name not in _OWN}
    return Line(words.get("way", ""), words.get("url", "").rstrip("/"), words.get("user", ""), secret, options)
