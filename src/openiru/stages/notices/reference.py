"""Our reference with a signature that only we can make: an answer that names it answers to a message of ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from django.conf import settings

_SIGNED = re.compile(r"\b(IRU-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})/([A-Z2-7]{16})\b")
MOST = 20
"""So many signed references are looked at in one message; one that names more is for a person."""


def signed(reference: str) -> str:
    """`IRU-XXXX-XXXX-XXXX/` and 80 bits of HMAC-SHA-256 in base32."""
    key = hashlib.sha256(b"openiru reference:" + settings.SEAL_KEY).digest()
    mark = hmac.new(key, reference.encode(), hashlib.sha256).digest()[:10]
    return f"{reference}/{base64.b32encode(mark).decode()}"


def line(reference: str) -> str:
    """The line that asks to be kept in an answer."""
    return f"Please keep this line in your answer: {signed(reference)}"


def found_in(text: str) -> frozenset[str]:
    """The references that stand in a text with a signature that holds."""
    named = {f"{one}/{mark}": one for one, mark in _SIGNED.findall(text)[:MOST]}
    return frozenset(one for whole, one in named.items() if hmac.compare_digest(whole, signed(one)))
