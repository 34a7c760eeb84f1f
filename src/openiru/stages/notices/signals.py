"""The other values under which a bank may know a file that fell: its MD5, and the PDQ hash of a picture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from openiru.detect.pdq import hash_pixels
from openiru.detect.pictures import decode
from openiru.errors import Unreadable
from openiru.stages.evidence import store
from openiru.stages.matching.models import BankEntry


def of_files(files: Iterable[tuple[str, int, datetime]]) -> Iterator[tuple[str, int, datetime]]:
    """(value, agency, when it fell) of files (SHA-256, agency, when it fell), in hexadecimal digits, where they are still stored.

    Only files of agencies whose bank holds such values are read. Raises `Unavailable` where the store is down.
    """
    held = BankEntry.objects.filter(kind__in=["md5", "pdq"], bearing="suggests", ended_at=None)
    asking = set(held.values_list("agency_id", flat=True))
    for sha256, agency, at in files:
        if agency in asking and store.has(settings.EVIDENCE, sha256):
            yield from ((value, agency, at) for value in _values(sha256))


@lru_cache(maxsize=4096)
def _values(sha256: str) -> tuple[str, ...]:
    """What stands for these bytes besides their SHA-256; the digest says that they never change, so they are read once."""
    content = store.get(settings.EVIDENCE, sha256)
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    try:
        return md5, hash_pixels(decode(content).pixels).hash.hex()
    except Unreadable:
        return (md5,)
