"""Fetches public pages and asks services: bounded in size, time and redirects, never into a private network."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from openiru.errors import Refused, Unavailable
from openiru.platforms.shapes import Response

LARGEST = 20 * 1024 * 1024
SECONDS = 20.0
LONGEST = 60.0
"""Seconds that one page may take in all, however slowly it drips."""
REDIRECTS = 5
LARGEST_ANSWER = 1024 * 1024
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
AGENT = "Mozilla/5.0 (compatible; OpenIRU evidence)"
ASKING = "OpenIRU"


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its answer, as they went over the wire; the body is decoded, so without its encodings."""

    url: str
    status: int
    reason: str
    asked: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched page: what presence reads, the exact bytes that evidence keeps, and every hop that led to it."""

    response: Response
    content: bytes
    reason: str
    http: str
    chain: tuple[str, ...]
    hops: tuple[Hop, ...] = ()


class Lost(Exception):
    """The line broke after the request had gone out: nobody knows whether it arrived."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a service answered to a request of ours; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Looks at the web from one vantage. With a `sandbox` (an exercise) every address is asked from the stand-ins instead.

    `per_minute`: how often one host may be asked for a page.
    """

    vantage: str = "outside"
    sandbox: str = ""
    allow_loopback: bool = False
    chromium: str = ""
    per_minute: float = 20.0

    def __post_init__(self) -> None:
        if self.sandbox and not _is_loopback(urlsplit(self.sandbox).hostname or ""):
            raise Refused("loopback_only", address=self.sandbox)

    def where(self, url: str) -> str:
        """The address that is really asked for `url`."""
        if not self.sandbox:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.sandbox.rstrip('/')}/{parts.netloc}{parts.path or '/'}{query}"

    def get(self, url: str, *, accept: str = "*/*") -> Page:
        """Fetch a page; raises `Refused` for a forbidden address and `Unavailable` for a network that failed."""
        hops, current = [], url
        for _ in range(REDIRECTS + 1):
            reply, content = self._ask(current, accept)
            hops.append(_hop(current, reply, content))
            onward = reply.headers.get("location")
            if not (reply.is_redirect and onward):
                break
            current = self._unmap(_onward(current, onward))
        else:
            raise Unavailable(urlsplit(url).netloc, f"more than {REDIRECTS} redirects")
        return Page(
            Response(url, current, reply.status_code, dict(reply.headers), _text(content, reply), self.vantage),
            content,
            reply.reason_phrase,
            reply.http_version,
            tuple(hop.url for hop in hops),
            tuple(hops),
        )

    def ask(self, method: str, url: str, *, headers: Mapping[str, str], content: bytes = b"") -> Heard:
        """Ask a service, once, following no redirect. Raises `Refused` for a forbidden address, `Unavailable` if the request

        surely did not go out, and `Lost` if it may have.
        """
        target, service = self.where(url), urlsplit(url).netloc
        address = self.guard(target)
        found, began = bytearray(), time.monotonic()
        try:
            with httpx.Client(verify=_trust(), timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
                asked = _to(target, address, {"User-Agent": ASKING, **headers})
                reply = client.send(client.build_request(method, content=content, **asked), stream=True)
                for chunk in reply.iter_bytes():
                    found += chunk
                    if len(found) > LARGEST_ANSWER or time.monotonic() - began > LONGEST:
                        raise Lost(f"{service}: the answer does not end")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise Unavailable(service, type(error).__name__) from error
        except httpx.HTTPError as error:
            raise Lost(f"{service}: {type(error).__name__}") from error
        return Heard(reply.status_code, {name.lower(): value for name, value in reply.headers.items()}, bytes(found))

    def _ask(self, url: str, accept: str) -> tuple[httpx.Response, bytes]:
        target = self.where(url)
        address = self.guard(target)
        content, began = bytearray(), time.monotonic()
        try:
            with httpx.Client(verify=_trust(), timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
                asked = _to(target, address, self._looking(accept))
                reply = client.send(client.build_request("GET", **asked), stream=True)
                for chunk in reply.iter_bytes():
                    content += chunk
                    if len(content) > LARGEST:
                        raise Refused("too_big", limit=LARGEST)
                    if time.monotonic() - began > LONGEST:
                        raise Unavailable(urlsplit(url).netloc, "too slow")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(urlsplit(url).netloc, type(error).__name__) from error
        return reply, bytes(content)

    def _looking(self, accept: str) -> dict[str, str]:
        """The headers of one who looks at a page."""
        seen_from = {"X-Sandbox-Vantage": self.vantage} if self.sandbox else {}
        return {"User-Agent": AGENT, "Accept-Language": "en", "Accept": accept, **seen_from}

    def _unmap(self, url: str) -> str:
        """Turn a stand-in's address back into the real one, for redirects."""
        if self.sandbox and url.startswith(self.sandbox):
            return "https:/" + url.removeprefix(self.sandbox.rstrip("/"))
        return url

    def guard(self, url: str) -> str:
        """Refuse what is not public http(s): our own machine, private networks, metadata services.

        Returns the address that was judged and is to be asked; nothing for loopback where that is allowed.
        """
        parts, port = _split(url)
        if self.sandbox or self.allow_loopback:
            if not _is_loopback(str(parts.hostname)):
                raise Refused("loopback_only", address=url[:200])
            return ""
        try:
            found = socket.getaddrinfo(parts.hostname, port, proto=socket.IPPROTO_TCP)
        except (OSError, UnicodeError) as error:
            raise Unavailable(str(parts.hostname), "name not found") from error
        if not found or not all(_is_public(str(where[4][0])) for where in found):
            raise Refused("address_forbidden", address=url[:200])
        return str(found[0][4][0])


def _to(target: str, address: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """A request to the very address that was judged: a name that now points elsewhere changes nothing."""
    named = httpx.URL(target)
    if not address:
        return {"url": named, "headers": dict(headers)}
    pinned = named.copy_with(host=address)
    host = {"Host": named.netloc.decode("ascii")}
    return {"url": pinned, "headers": {**headers, **host}, "extensions": {"sni_hostname": named.host}}


def _hop(url: str, reply: httpx.Response, content: bytes) -> Hop:
    asked = tuple(reply.request.headers.multi_items())
    return Hop(url, reply.status_code, reply.reason_phrase, asked, tuple(reply.headers.multi_items()), content)


def _onward(current: str, location: str) -> str:
    try:
        return urljoin(current, location)
    except ValueError as error:
        raise Refused("address_forbidden", address=location[:200]) from error


def _split(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Refused("address_forbidden", address=url[:200]) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused("address_forbidden", address=url[:200])
    return parts, port


def _is_public(address: str) -> bool:
    """Global and unicast; an IPv4 address wrapped in IPv6 (mapped, 6to4, Teredo, NAT64) is judged by what it wraps."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        wrapped = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            wrapped = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if wrapped is not None:
            return wrapped.is_global and not wrapped.is_multicast
    return found.is_global and not found.is_multicast


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The certificates we trust, read once: reading them takes longer than fetching a page."""
    return ssl.create_default_context()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _text(content: bytes, reply: httpx.Response) -> str:
    try:
        return content.decode(reply.charset_encoding or "utf-8", errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")
