"""Keeps sealed objects in an S3-compatible store: four requests, signed as AWS documents it (Signature Version 4)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import httpx

from openiru.errors import Unavailable

SECONDS = 60.0
_SERVICE = "s3"


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket by its address (`https://host/bucket`); objects are read and written whole. Errors are `Unavailable`."""

    address: str
    key: str
    secret: str = field(repr=False)
    region: str = "us-east-1"
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: TID251  the store compares it with the wall clock

    def has(self, name: str) -> bool:
        """Whether an object of this name is there."""
        return self._ask("HEAD", name, {200, 404}).status_code == 200

    def put(self, name: str, sealed: bytes) -> None:
        """Write an object; the store answers when it has it."""
        self._ask("PUT", name, {200}, sealed)

    def take(self, name: str) -> bytes | None:
        """Read an object; None if it is not there."""
        reply = self._ask("GET", name, {200, 404})
        return reply.content if reply.status_code == 200 else None

    def drop(self, name: str) -> None:
        """Delete an object; gone already is fine."""
        self._ask("DELETE", name, {200, 204, 404})

    def _ask(self, method: str, name: str, fine: set[int], content: bytes = b"") -> httpx.Response:
        url = f"{self.address.rstrip('/')}/evidence/{quote(name)}"
        headers = signed(method, url, content, self)
        try:
            reply = httpx.request(
                method, url, content=content or None, headers=headers, timeout=SECONDS, trust_env=False
            )
        except httpx.HTTPError as error:
            raise Unavailable("evidence store", type(error).__name__) from error
        if reply.status_code not in fine:
            raise Unavailable("evidence store", f"HTTP {reply.status_code} to {method}")
        return reply


def signed(method: str, url: str, content: bytes, bucket: Bucket, more: dict[str, str] | None = None) -> dict[str, str]:
    """The headers that sign a request. Source: AWS, "Authenticating Requests: Using the Authorization Header (SigV4)"."""
    parts, now = urlsplit(url), bucket.clock()
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    body = hashlib.sha256(content).hexdigest()
    headers = {"host": parts.netloc, "x-amz-content-sha256": body, "x-amz-date": stamp, **(more or {})}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    asked = "\n".join((method, parts.path or "/", parts.query, lines, names, body))
    scope = f"{day}/{bucket.region}/{_SERVICE}/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(asked.encode()).hexdigest()))
    key = f"AWS4{bucket.secret}".encode()
    for part in (day, bucket.region, _SERVICE, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    credential = f"AWS4-HMAC-SHA256 Credential={bucket.key}/{scope}"
    return {**headers, "authorization": f"{credential}, SignedHeaders={names}, Signature={signature}"}
