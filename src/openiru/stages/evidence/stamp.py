"""Trusted time-stamps (RFC 3161): asks an authority to sign that a manifest existed, and checks such a reply offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from openiru.errors import Refused, Unavailable

SECONDS = 20.0
_SMALL = 64 * 1024


@dataclass(frozen=True, slots=True)
class Authority:
    """Where time-stamps come from, and the certificates that we trust for them (PEM, one or more)."""

    url: str
    roots: tuple[x509.Certificate, ...]
    loopback_only: bool = False


def authority(url: str, roots: Path, *, loopback_only: bool) -> Authority:
    """An authority from settings. Raises `Refused("loopback_only")` in an exercise that names one elsewhere."""
    if loopback_only and urlsplit(url).hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise Refused("loopback_only", address=url)
    return Authority(url, certificates(roots), loopback_only)


def certificates(place: Path) -> tuple[x509.Certificate, ...]:
    """The certificates in a PEM file; raises `Unavailable` if there are none."""
    try:
        return tuple(x509.load_pem_x509_certificates(place.read_bytes()))
    except (OSError, ValueError) as error:
        raise Unavailable("time-stamp authority", f"no certificates in {place.name}", permanent=True) from error


def ask(at: Authority, manifest: bytes) -> tuple[bytes, datetime]:
    """A reply over these bytes and the time it states; raises `Unavailable` for one that does not hold."""
    request = TimestampRequestBuilder().data(manifest).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        reply = httpx.post(
            at.url,
            content=request.as_bytes(),
            headers={"Content-Type": "application/timestamp-query"},
            timeout=SECONDS,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise Unavailable("time-stamp authority", type(error).__name__) from error
    if reply.status_code != 200 or len(reply.content) > _SMALL:
        raise Unavailable("time-stamp authority", f"HTTP {reply.status_code}")
    return reply.content, check(reply.content, manifest, at.roots, nonce=request.nonce)


def check(reply: bytes, manifest: bytes, roots: Sequence[x509.Certificate], *, nonce: int | None = None) -> datetime:
    """The time that a trusted authority states for these bytes; raises `Unavailable` when the reply does not hold."""
    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    if nonce is not None:
        builder = builder.nonce(nonce)
    try:
        read = decode_timestamp_response(reply)
        builder.build().verify_message(read, manifest)
    except (ValueError, VerificationError) as error:
        raise Unavailable("time-stamp authority", f"its reply does not hold: {error}"[:200]) from error
    return read.tst_info.gen_time
