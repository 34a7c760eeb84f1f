"""Who signed a message: the DKIM domains whose signature holds, asked before anything is stored (RFC 6376)."""

from __future__ import annotations

import re
from collections.abc import Callable

import dkim

_DOMAIN = re.compile(rb"(?:^|;)\s*d\s*=\s*([A-Za-z0-9.-]+)\s*(?:;|$)")
MOST = 3


def signed_by(raw: bytes, *, dns: Callable[..., bytes | None] | None = None) -> frozenset[str]:
    """Return the domains of the signatures that hold, lower case; at most three are tried. `dns` stands in for the network."""
    headers = [value for name, value in _headers(raw) if name.lower() == b"dkim-signature"]
    found = set()
    for place, value in enumerate(headers[:MOST]):
        domain = _DOMAIN.search(re.sub(rb"\s+", b" ", value))
        if domain and _holds(raw, place, dns):
            found.add(domain.group(1).decode("ascii").lower())
    return frozenset(found)


def _headers(raw: bytes) -> list[tuple[bytes, bytes]]:
    try:
        return list(dkim.rfc822_parse(raw)[0])
    except dkim.DKIMException:
        return []


def _holds(raw: bytes, place: int, dns: Callable[..., bytes | None] | None) -> bool:
    try:
        checker = dkim.DKIM(raw)
        return bool(checker.verify(place, dnsfunc=dns) if dns else checker.verify(place))
    except (dkim.DKIMException, OSError):
        return False
