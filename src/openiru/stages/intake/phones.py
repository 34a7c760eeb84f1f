"""A phone number is personal data: found again by a keyed hash, kept only encrypted, opened only to compose a notice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from cryptography.fernet import Fernet

_MENTIONS = re.compile(r"(?i)wa\.me|whatsapp|tel:|sms:|phone|number|call|\+\s*\d")
_NUMBER = re.compile(r"\d(?:[\s().+-]{0,3}\d){6,}")


def phone_hash(number: str, key: bytes) -> str:
    """Keyed SHA-256 of the digits, hex: equal numbers meet, and nobody without the key can try them all."""
    return hmac.new(key, b"phone:" + number.encode(), hashlib.sha256).hexdigest()


def seal(number: str, key: bytes) -> bytes:
    """Encrypt a number (Fernet: AES-128-CBC with HMAC-SHA-256) under a key derived for this purpose only."""
    return _box(key).encrypt(number.encode())


def unseal(sealed: bytes, key: bytes) -> str:
    """Decrypt a number."""
    return _box(key).decrypt(sealed).decode()


def masked(text: str) -> str:
    """A text that may hold a phone number, with all but the last digits of it hidden; other texts as they are."""
    if not _MENTIONS.search(text):
        return text
    return _NUMBER.sub(lambda found: "•" * (len(found.group()) - 3) + found.group()[-3:], text)


def _box(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"openiru phone seal:" + key).digest()))
