"""Hosts that carry many holders' pages: there a page is known by its own address, and the host as a whole by nothing."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

_HOSTS = frozenset(
    line.strip()
    for line in resources.files("openiru.platforms").joinpath("data/shared_hosts.txt").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
)


@lru_cache(maxsize=4096)
def is_shared(host: str) -> bool:
    """Whether the host, or a domain that it stands under, is one where many unrelated people publish."""
    while host not in _HOSTS:
        _, dot, host = host.partition(".")
        if not dot:
            return False
    return True
