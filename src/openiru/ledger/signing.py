"""The key that signs the log: made on first use in the installation's folder, readable by its owner only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs checkpoints: the log's origin, which is also the key's name, and the private key."""

    origin: str
    key: Ed25519PrivateKey

    @property
    def name(self) -> str:
        """The key's name in signed notes."""
        return self.origin


def private_key(folder: Path, name: str) -> Ed25519PrivateKey:
    """Load the Ed25519 key `name` from the folder, or make it; the file is written whole and with mode 600."""
    path = folder / f"{name}.pem"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(".new")
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        fresh.touch(mode=0o600)
        fresh.write_bytes(pem)
        fresh.rename(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    return key
