"""Downloads a published list: only if it changed, bounded in size and time, picked up where it broke off, TLS checked."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import httpx

from openiru.errors import Refused, Unavailable
from openiru.stages.register.formats.files import LARGEST

ATTEMPTS = 4
REDIRECTS = 5
AGENT = "OpenIRU register (published lists)"
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Marks:
    """What a server said of a file, to ask next time whether it changed: its ETag and its day of change."""

    etag: str = ""
    last_modified: str = ""

    def as_headers(self) -> dict[str, str]:
        """The headers of a conditional request."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}

    @property
    def proof(self) -> str:
        """What proves that the rest of a file belongs to its beginning; a weak ETag does not (RFC 9110, 13.1.5)."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer. `content` None: the file did not change since the marks were given."""

    content: Path | None
    marks: Marks


class _BrokeOff(Exception):
    """The connection ended before the file did; carries what the server had said of it."""

    def __init__(self, marks: Marks) -> None:
        super().__init__()
        self.marks = marks


@dataclass(frozen=True, slots=True)
class Downloader:
    """Fetches into files. With `loopback` (an exercise, or tests) only from this machine, else only from public addresses.

    `seconds` is for one silence of the server, `longest` for one file in all, however slowly it drips.
    """

    loopback: bool = False
    largest: int = LARGEST
    seconds: float = 30.0
    longest: float = 900.0

    def get(self, address: str, into: Path, marks: Marks = Marks()) -> Fetched:
        """Fetch one file; Refused for a forbidden address or size, Unavailable for a network or server that failed."""
        deadline, came = time.monotonic() + self.longest, Marks()
        into.unlink(missing_ok=True)
        with httpx.Client(verify=_trust(), timeout=self.seconds, follow_redirects=False, trust_env=False) as client:
            for _ in range(ATTEMPTS):
                try:
                    return self._attempt(_Asked(client, address, into, marks, came, deadline))
                except _BrokeOff as broke:
                    came = broke.marks
        raise Unavailable(_host(address), f"broke off {ATTEMPTS} times")

    def _attempt(self, asked: _Asked) -> Fetched:
        address = asked.address
        try:
            for _ in range(REDIRECTS + 1):
                self.guard(address)
                with asked.client.stream("GET", address, headers=asked.headers()) as reply:
                    if not reply.has_redirect_location:
                        return self._take(reply, asked)
                    address = _onward(address, reply)
        except httpx.HTTPError as error:
            raise Unavailable(_host(address), type(error).__name__) from error
        raise Unavailable(_host(asked.address), f"more than {REDIRECTS} redirects")

    def _take(self, reply: httpx.Response, asked: _Asked) -> Fetched:
        host = _host(asked.address)
        if reply.status_code == httpx.codes.NOT_MODIFIED and not asked.size:
            return Fetched(None, asked.marks)
        if reply.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            raise Unavailable(host, f"HTTP {reply.status_code}", permanent=reply.status_code in (404, 410))
        if reply.headers.get("content-encoding", "identity") != "identity":
            raise Unavailable(host, "sent packed, though asked not to")
        came = Marks(reply.headers.get("etag", "")[:300], reply.headers.get("last-modified", "")[:60])
        start = _start(reply, asked.size, host)
        self._bound(start + int(reply.headers.get("content-length", "0")), asked.address)
        try:
            self._write(reply, asked, start)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.ReadTimeout) as error:
            raise _BrokeOff(came) from error
        return Fetched(asked.into, came)

    def _write(self, reply: httpx.Response, asked: _Asked, start: int) -> None:
        with asked.into.open("ab" if start else "wb") as file:
            for chunk in reply.iter_raw():
                file.write(chunk)
                self._bound(file.tell(), asked.address)
                if time.monotonic() > asked.deadline:
                    raise Unavailable(_host(asked.address), "too slow")

    def _bound(self, size: int, address: str) -> None:
        if size > self.largest:
            raise Refused("too_big", address=address[:200], limit=self.largest)

    def guard(self, address: str) -> None:
        """Refuse what may not be asked: in an exercise all but this machine, else all that is not public and encrypted."""
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL as error:
            raise Refused("address_forbidden", address=address[:200]) from error
        found = _addresses(url)
        if self.loopback:
            if url.scheme not in ("http", "https") or not all(one.is_loopback for one in found):
                raise Refused("loopback_only", address=address[:200])
        elif url.scheme != "https" or not all(_is_public(one) for one in found):
            raise Refused("address_forbidden", address=address[:200])


@dataclass(frozen=True, slots=True)
class _Asked:
    """One attempt at one file: `marks` of the version we have, `came` of the one of which a part came already."""

    client: httpx.Client
    address: str
    into: Path
    marks: Marks
    came: Marks
    deadline: float

    @property
    def size(self) -> int:
        """How many bytes came before, as far as the server can prove that the rest belongs to them."""
        return self.into.stat().st_size if self.came.proof and self.into.exists() else 0

    def headers(self) -> dict[str, str]:
        """The headers of this attempt: go on where it broke off, or ask whether it changed."""
        plain = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
        if self.size:
            return plain | {"Range": f"bytes={self.size}-", "If-Range": self.came.proof}
        return plain | self.marks.as_headers()


def _start(reply: httpx.Response, size: int, host: str) -> int:
    """Where the bytes of this answer belong: 0 for a whole file, also if we asked for the rest of one."""
    if reply.status_code == httpx.codes.OK:
        return 0
    match = _RANGE.fullmatch(reply.headers.get("content-range", ""))
    if not size or match is None or int(match[1]) != size:
        raise Unavailable(host, "sent another part than was asked")
    return size


def _onward(address: str, reply: httpx.Response) -> str:
    try:
        onward = httpx.URL(address).join(reply.headers.get("location", ""))
    except httpx.InvalidURL as error:
        raise Refused("address_forbidden", address=address[:200]) from error
    if address.startswith("https:") and onward.scheme != "https":
        raise Refused("address_forbidden", address=str(onward)[:200], why="leads out of encryption")
    return str(onward)


def _addresses(url: httpx.URL) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(url.host, url.port or 443, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise Unavailable(url.host, "name not found") from error
    return [ipaddress.ip_address(str(where[4][0]).partition("%")[0]) for where in found]


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    wrapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (wrapped or address).is_global and not address.is_multicast


def _host(address: str) -> str:
    try:
        return httpx.URL(address).host
    except httpx.InvalidURL:
        return address[:60]


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The certificates we trust, read once."""
    return ssl.create_default_context()
