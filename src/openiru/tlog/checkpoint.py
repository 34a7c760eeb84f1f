"""Signed statements of a tree's size and root: C2SP tlog-checkpoint in a signed note, with witnesses' cosignatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from openiru.errors import Refused
from openiru.tlog import note
from openiru.tlog.merkle import HASH_BYTES
from openiru.tlog.note import Kind


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its origin, how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{note.encode(self.root)}\n"


def vkey(public: Ed25519PublicKey, name: str) -> str:
    """The key that verifies a log's checkpoints, in the form `name+id+base64` that people pin."""
    return str(note.Verifier(name, Kind.NOTE, public))


def witness_vkey(public: Ed25519PublicKey, name: str) -> str:
    """The key that verifies a witness's cosignatures."""
    return str(note.Verifier(name, Kind.COSIGNATURE, public))


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey, name: str) -> str:
    """Return the checkpoint as a signed note; `name` is the key's name and should be the log's origin."""
    body = checkpoint.body()
    _read(body)
    verifier = note.Verifier(name, Kind.NOTE, key.public_key())
    return f"{body}\n{note.signature_line(verifier, key.sign(body.encode()))}"


def open_signed(text: str, vkey: str) -> Checkpoint:
    """Return what the note says, after its signature was verified with this key.

    Raises Refused: `vkey_invalid`, `checkpoint_format`, or `checkpoint_signature` when this key did not sign it.
    """
    verifier = note.read_vkey(vkey, Kind.NOTE)
    parsed = note.parse(text)
    signatures = parsed.by(verifier)
    if not signatures:
        raise Refused("checkpoint_signature", why="not signed by this key")
    for signature in signatures:
        _check(verifier.public, signature, parsed.body.encode(), code="checkpoint_signature")
    return _read(parsed.body)


def cosign(text: str, key: Ed25519PrivateKey, name: str, *, at: datetime) -> str:
    """Add a witness's `cosignature/v1` to a signed checkpoint. It has checked signature and consistency before."""
    body = note.parse(text).body
    _read(body)
    seconds = int(at.timestamp())
    signature = key.sign(_cosigned(seconds, body))
    verifier = note.Verifier(name, Kind.COSIGNATURE, key.public_key())
    return text + note.signature_line(verifier, seconds.to_bytes(8, "big") + signature)


def verify_cosignature(text: str, vkey: str) -> datetime:
    """Return when this witness saw the checkpoint. Raises Refused `cosignature` when it did not sign it."""
    verifier = note.read_vkey(vkey, Kind.COSIGNATURE)
    parsed = note.parse(text)
    times = []
    for signature in parsed.by(verifier):
        if len(signature) != 72:
            raise Refused("cosignature", why="wrong length")
        seconds = int.from_bytes(signature[:8], "big")
        _check(verifier.public, signature[8:], _cosigned(seconds, parsed.body), code="cosignature")
        times.append(seconds)
    if not times:
        raise Refused("cosignature", why="not signed by this witness")
    try:
        return datetime.fromtimestamp(max(times), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Refused("cosignature", why="a time that is none") from error


def _cosigned(seconds: int, body: str) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{body}".encode()


def _check(public: Ed25519PublicKey, signature: bytes, message: bytes, *, code: str) -> None:
    try:
        public.verify(signature, message)
    except InvalidSignature as error:
        raise Refused(code, why="the signature does not verify") from error


def _read(body: str) -> Checkpoint:
    """Read the three lines; extension lines are allowed by the format and say nothing to us."""
    lines = body.split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise Refused("checkpoint_format", why="fewer than three lines, or an empty one")
    origin, size, root = lines[:3]
    if not (size.isascii() and size.isdigit()) or (size != "0" and size.startswith("0")) or len(size) > 19:
        raise Refused("checkpoint_format", why="the size is no plain number")
    decoded = note.decode(root)
    if decoded is None or len(decoded) != HASH_BYTES:
        raise Refused("checkpoint_format", why="the root is no hash")
    return Checkpoint(origin, int(size), decoded)
