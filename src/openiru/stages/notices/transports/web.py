"""How a way over HTTP is spoken: what is only asked may fail and be asked again; the one request that delivers may be a doubt."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from openiru.errors import Refused, Unavailable
from openiru.fetch import Fetcher, Heard, Lost
from openiru.stages.notices.transports.shapes import Accepted, InDoubt, NotSent, Outgoing, Sender, Wire

AGAIN = frozenset({408, 425, 429})
"""Statuses that say: not now, and nothing was taken."""


@dataclass(frozen=True, slots=True)
class Web:
    """Asks services from this installation; in an exercise on loopback only."""

    fetcher: Fetcher

    def look_up(self, url: str, *, headers: Mapping[str, str] | None = None, given: object = None) -> Any:
        """Ask something that delivers nothing, and return the JSON; whatever fails was surely not sent."""
        body = b"" if given is None else as_json(given)
        plain = {"Accept": "application/json", **({"Content-Type": "application/json"} if body else {})}
        try:
            heard = self.fetcher.ask("POST" if body else "GET", url, headers={**plain, **(headers or {})}, content=body)
        except (Lost, Unavailable) as error:
            raise NotSent(f"the service is not there: {error}", permanent=False) from error
        except Refused as error:
            raise NotSent(str(error), permanent=True) from error
        if heard.status != 200:
            raise NotSent(_said(heard), permanent=400 <= heard.status < 500 and heard.status not in AGAIN)
        return read_json(heard)

    def deliver(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Heard:
        """Make the one request that delivers. Raises `NotSent` for a plain no (4xx), `InDoubt` for all that may have arrived."""
        try:
            heard = self.fetcher.ask("POST", url, headers=headers, content=body)
        except Lost as error:
            raise InDoubt(f"the connection broke while the notice was on its way: {error}") from error
        except Unavailable as error:
            raise NotSent(f"the service is not there: {error}", permanent=False) from error
        except Refused as error:
            raise NotSent(str(error), permanent=True) from error
        if heard.status in AGAIN:
            raise NotSent(_said(heard), permanent=False)
        if 300 <= heard.status < 500:
            raise NotSent(_said(heard), permanent=True)
        if heard.status >= 500:
            raise InDoubt(f"the service failed after it had the notice: {_said(heard)}")
        return heard


def over_http(way: str, deliver: Callable[[Outgoing, Wire, Web], Accepted]) -> Callable[[Wire], Sender]:
    """A way whose messages each are one request."""

    @dataclass(frozen=True, slots=True)
    class OverHttp:
        wire: Wire
        web: Web

        def send(self, outgoing: Outgoing) -> Accepted:
            return deliver(outgoing, self.wire, self.web)

        def close(self) -> None:
            """Each request has a connection of its own."""

    def open_way(wire: Wire) -> Sender:
        return OverHttp(wire, Web(Fetcher(allow_loopback=wire.loopback_only)))

    open_way.__name__ = f"open_{way}"
    return open_way


def read_json(heard: Heard) -> Any:
    """The JSON object of an answer that took the notice or told something; anything else is an empty one."""
    try:
        found = json.loads(heard.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def number_in(heard: Heard, *names: str) -> str:
    """The service's own number for what it took, or an empty text: then nothing is proven."""
    found = read_json(heard)
    for name in names:
        value = found.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
            return str(value)[:80]
    return ""


def as_json(value: object) -> bytes:
    """JSON as it is signed and sent."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def cut(text: str, most: int) -> str:
    """A text of at most so many signs; what is cut says so."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _said(heard: Heard) -> str:
    """The status and the service's own code; its words are kept short and never shown as ours."""
    found = read_json(heard)
    words = found.get("error") or found.get("message") or found.get("code") or ""
    return f"{heard.status} {words if isinstance(words, str) else ''}".strip()[:300]
