"""Compares addresses the way a platform's own router would: host without its prefix, path without slash or tracking."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

_IDENTITY = frozenset({"id", "story_fbid", "fbid", "v"})
_PREFIXES = ("www.", "m.", "mobile.")
_ADDRESS = re.compile(r"https?://[^\s<>\"'|,;]+")


def same(url: str) -> str:
    """The form under which two addresses of one page are equal: `host/path?identity`."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    host = (parts.hostname or "").rstrip(".")
    for prefix in _PREFIXES:
        host = host.removeprefix(prefix)
    kept = sorted((name, value) for name, value in parse_qsl(parts.query) if name in _IDENTITY)
    path = parts.path.rstrip("/")
    return f"{host}{_one_form(path, dict(kept)) if kept else path}"


def _one_form(path: str, kept: Mapping[str, str]) -> str:
    """A post has two addresses where a site has kept its old form (reference/platforms.md, section 4): one is both."""
    if path == "/permalink.php" and {"id", "story_fbid"} <= kept.keys():
        return f"/{kept['id']}/posts/{kept['story_fbid']}"
    return f"{path}?{urlencode(kept)}"


def loose(url: str) -> str:
    """The same without case: for handles, which most platforms fold."""
    return same(url).casefold()


def addresses_in(text: str) -> tuple[str, ...]:
    """Every web address in a text, once each, in the order in which they stand."""
    found = (match.rstrip(".)]>") for match in _ADDRESS.findall(text))
    return tuple(dict.fromkeys(found))
