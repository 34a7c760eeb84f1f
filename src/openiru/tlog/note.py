"""Signed notes (C2SP signed-note): a text, and under it one line for each key that signed it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from openiru.errors import Refused

MOST_SIGNATURES = 64
"""Witnesses may be many, but a note with thousands of lines is an attack on whoever reads it."""

_PRIME = 2**255 - 19
_EIGHTH = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_LOW_ORDER = frozenset({0, 1, _PRIME - 1, _PRIME, _PRIME + 1, _EIGHTH, _PRIME - _EIGHTH})
"""The y coordinates of keys under which one signature fits any text; OpenSSL takes them (C2SP's CCTV vectors)."""

_NAME = re.compile(r"[^\s+]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")


class Kind(IntEnum):
    """The kinds of signature that we make and read."""

    NOTE = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class Verifier:
    """Whom to believe: a name, a kind of signature and a public key. `str()` gives the vkey."""

    name: str
    kind: Kind
    public: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, kind, public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + self._material()).digest()[:4]

    def _material(self) -> bytes:
        return bytes([self.kind]) + self.public.public_bytes_raw()

    def __str__(self) -> str:
        if not _NAME.fullmatch(self.name):
            raise Refused("vkey_invalid", why="a key's name has no space and no plus")
        return f"{self.name}+{self.key_id.hex()}+{encode(self._material())}"


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart: the text that is signed, and for each line the name, the key's id and the signature."""

    body: str
    lines: tuple[tuple[str, bytes, bytes], ...]

    def by(self, verifier: Verifier) -> list[bytes]:
        """The signatures that claim to be of this key; those of others are ignored, as the format says."""
        return [
            signature for name, key_id, signature in self.lines if (name, key_id) == (verifier.name, verifier.key_id)
        ]


def encode(value: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(value).decode("ascii")


def decode(text: str) -> bytes | None:
    """Read standard base64, None if it is none. Spare bits must be zero, or one changed bit could go unseen."""
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return value if encode(value) == text else None


def read_vkey(text: str, kind: Kind) -> Verifier:
    """Read a verifier key of the wanted kind; raises Refused `vkey_invalid`."""
    match = _VKEY.fullmatch(text)
    material = decode(match[3]) if match else None
    if match is None or material is None or len(material) != 33 or material[0] != kind:
        raise Refused("vkey_invalid", why="not a key of this kind in the form name+id+base64")
    if int.from_bytes(material[1:], "little") % 2**255 in _LOW_ORDER:
        raise Refused("vkey_invalid", why="a key under which one signature fits any text")
    try:
        verifier = Verifier(match[1], kind, Ed25519PublicKey.from_public_bytes(material[1:]))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused("vkey_invalid", why="not an Ed25519 key") from error
    if verifier.key_id.hex() != match[2]:
        raise Refused("vkey_invalid", why="the id does not belong to the key")
    return verifier


def signature_line(verifier: Verifier, signature: bytes) -> str:
    """One line of a note: who signed, and the signature after the key's id."""
    if not _NAME.fullmatch(verifier.name):
        raise Refused("vkey_invalid", why="a key's name has no space and no plus")
    return f"— {verifier.name} {encode(verifier.key_id + signature)}\n"


def parse(text: str) -> Note:
    """Take a note apart; raises Refused `checkpoint_format` for what is no signed note."""
    body, blank, block = text.rpartition("\n\n")
    if not blank or not block.endswith("\n") or _CONTROL.search(text):
        raise Refused("checkpoint_format", why="not a signed note")
    rows = block[:-1].split("\n")
    if len(rows) > MOST_SIGNATURES:
        raise Refused("checkpoint_format", why="too many signatures")
    return Note(body + "\n", tuple(_signature(row) for row in rows))


def _signature(row: str) -> tuple[str, bytes, bytes]:
    match = _LINE.fullmatch(row)
    value = decode(match[2]) if match else None
    if match is None or value is None or len(value) < 5:
        raise Refused("checkpoint_format", why="a signature line that is none")
    return match[1], value[:4], value[4:]
