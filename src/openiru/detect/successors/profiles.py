"""What is compared of an account: only what its holder shows to everybody, never a face, a religion, an origin or a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """One account, by an opaque `subject`. Empty where nothing is known; times are aware.

    `links` are canonical keys of addresses it posted or shows, without its own; `announces` and `forwards` are subjects or
    keys of accounts; `files` are SHA-256 digests of what it posted; `avatar` is a PDQ hash (32 bytes).
    `acted_at`: when the platform acted on it, if it did. Followers, contacts, faces, religion, origin and place are not here:
    they are never a signal (docs/detection.md).
    """

    subject: str
    platform: str = ""
    handle: str = ""
    name: str = ""
    bio: str = ""
    stable_id: str = ""
    key: str = ""
    first_seen: datetime | None = None
    acted_at: datetime | None = None
    links: frozenset[str] = frozenset()
    announces: frozenset[str] = frozenset()
    forwards: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    avatar: bytes = b""
