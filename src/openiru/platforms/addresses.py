"""Splits an address as a person pasted it: cleans it, refuses tricks, unwraps redirectors, and matches its host."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from urllib.parse import quote, unquote, unquote_plus

import idna

from openiru.errors import Unreadable
from openiru.platforms import applinks, lookalikes
from openiru.platforms.shapes import Address, KeyType, Ref, Target
from openiru.terms import Platform

LONGEST = 2000
Parts = tuple[str, str, str, tuple[str, ...]]
"""Host (lower case), path, query and warnings."""

_PLAIN = re.compile(
    r"""(?:https?://)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?P<path>/[!"$->@-\[\]-~]*)?(?:\?(?P<query>[!"$-\[\]-~]*))?(?:\#[!-\[\]-~]*)?""",
    re.IGNORECASE | re.ASCII | re.VERBOSE,
)
_WRAPPED = re.compile(r"^[\s<>\"'\u200b-\u200f\ufeff]+|[\s<>\"'\u200b-\u200f\ufeff]+$")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_DEFANGED = re.compile(r"\[\.\]|\(\.\)|\[dot\]|\(dot\)", re.IGNORECASE)
_ARCHIVE = re.compile(r"/(?:web/)?\d{4,14}[a-z_]*/(?P<inner>(?:https?:/).+)", re.IGNORECASE | re.ASCII)
_FACEBOOK_WRAPS = (("/flx/warn", "u"), ("/plugins/", "href"))
_YOUTUBE_WRAPS = (("/redirect", "q"), ("/attribution_link", "u"))
_REDIRECTORS: dict[str, tuple[tuple[str, str], ...]] = {
    "l.facebook.com": (("/l.php", "u"),),
    "lm.facebook.com": (("/l.php", "u"),),
    "facebook.com": _FACEBOOK_WRAPS,
    "www.facebook.com": _FACEBOOK_WRAPS,
    "m.facebook.com": _FACEBOOK_WRAPS,
    "l.instagram.com": (("", "u"),),
    "google.com": (("/url", "q"),),
    "www.google.com": (("/url", "q"),),
    "youtube.com": _YOUTUBE_WRAPS,
    "www.youtube.com": _YOUTUBE_WRAPS,
    "m.youtube.com": _YOUTUBE_WRAPS,
    "consent.youtube.com": (("", "continue"),),
}
"""Host → (path, parameter that holds the real address) of each wrapping: reference §1, step 5."""

_ARCHIVES = frozenset({"web.archive.org", "archive.ph", "archive.is", "archive.today"})
_DEEPEST = 3
_LONGEST_HOST = 253
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def split(url: str) -> Parts:
    """The parts of an http(s) address after cleaning and unwrapping.

    Raises Unreadable: empty, too_long, control_character, whitespace, bare_handle, scheme, userinfo, port, malformed,
    redirect_loop.
    """
    host, path, query, warnings = _split_once(url)
    if host not in _REDIRECTORS and host not in _ARCHIVES:
        return host, path, query, warnings
    for _ in range(_DEEPEST):
        inner, why = _inside(host, path, query)
        if not inner:
            return host, path, query, warnings
        host, path, query, more = _split_once(inner)
        warnings = (*warnings, why, *more)
    raise Unreadable("redirect_loop", value=url)


def recogniser(hosts: tuple[str, ...], read: Callable[[Address], Ref | None]) -> Callable[[str], Ref]:
    """`recognise` of one platform, from its hosts and its reader of split addresses; no hosts: it lives on any."""

    def recognise(url: str) -> Ref:
        """What the address names. Raises Unreadable with a stable reason."""
        host, path, query, warnings = split(url)
        found = locate(host, hosts) if hosts else (a_label(host), "")
        if found is None:
            raise Unreadable(lookalikes.why_not(host, hosts), value=url)
        ref = read(Address(*found, segments(path), path, query, warnings))
        if ref is None:
            raise Unreadable("not_a_platform", value=url)
        return ref

    return recognise


def locate(host: str, sites: Collection[str]) -> tuple[str, str] | None:
    """The site that the host is or ends in after a dot, and what stands before it."""
    if host in sites:
        return host, ""
    before, dot, rest = host.partition(".")
    sub = before
    while dot:
        if rest in sites:
            return rest, sub
        before, dot, rest = rest.partition(".")
        sub = f"{sub}.{before}"
    return None


def a_label(host: str) -> str:
    """The host as the name system knows it (IDNA 2008, ASCII). Raises Unreadable for a host that cannot exist."""
    try:
        plain = host if host.isascii() else idna.encode(host).decode("ascii")
    except UnicodeError as failure:
        raise Unreadable("malformed", value=host) from failure
    if len(plain) > _LONGEST_HOST or not _HOST.fullmatch(plain):
        raise Unreadable("malformed", value=host)
    return plain


def segments(path: str) -> tuple[str, ...]:
    """The non-empty steps of a path, percent-decoded once. Raises Unreadable for control characters in disguise."""
    if "%" not in path:
        return tuple([step for step in path.split("/") if step])
    steps = tuple([unquote(step) for step in path.split("/") if step])
    if not all(step.isprintable() for step in steps):
        raise Unreadable("control_character", value=path)
    return steps


def parameters(query: str) -> dict[str, str]:
    """The query as a table, names as written; of a repeated name the first counts."""
    found: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name and name not in found:
            found[name] = unquote_plus(value)
    return found


def other(platform: Platform, address: Address, kind: str = "other") -> Ref:
    """A page of the platform that is neither account nor item; its address is kept as written, without its query."""
    host = f"{address.sub}.{address.site}" if address.sub else address.site
    steps = "/".join(step for step in address.path.split("/") if step)
    where = f"{host}/{quote(steps, safe='/%:@!$&()*+,;=~-._')}"
    if len(where) > LONGEST - len("https://"):
        where = host
    return Ref(platform, Target.OTHER, kind, KeyType.NONE, where, f"https://{where}", warnings=address.warnings)


def shortlink(platform: Platform, token: str, canonical: str, warnings: tuple[str, ...]) -> Ref:
    """A short link: what it names is only known after somebody followed it. Its token keeps its case."""
    return Ref(
        platform,
        Target.SHORTLINK,
        "shortlink",
        KeyType.HANDLE,
        token,
        canonical,
        warnings=(*warnings, "needs_resolution"),
    )


def leading_number(text: str) -> str:
    """The digits a text starts with, without leading zeros: crawlers append paths to ids (reference §4)."""
    match = re.match(r"[0-9]{1,25}", text)
    return match[0].lstrip("0") if match else ""


def _split_once(url: str) -> Parts:
    if len(url) > LONGEST:
        raise Unreadable("too_long", value=url)
    match = _PLAIN.fullmatch(url)
    if match is None:
        return _split_with_care(url)
    host, path, query = match.groups()
    return host.lower(), path or "", query or "", ()


def _split_with_care(url: str) -> Parts:
    text, warnings = _cleaned(url)
    text, _ = _cleaned(applinks.rewritten(text))
    if text[0] == "@" and "/" not in text:
        # A name alone is on every platform: which one is meant is for a person to say.
        raise Unreadable("bare_handle", value=url)
    scheme = _SCHEME.match(text)
    if scheme and "://" in text:
        if scheme[1].lower() not in {"http", "https", "hxxp", "hxxps"}:
            raise Unreadable("scheme", value=url)
        text = text.split("://", 1)[1]
    elif scheme and "." not in scheme[1]:
        raise Unreadable("scheme", value=url)
    authority, path, query = _cut(text)
    host, more = _host(authority, url)
    return host, path, query, warnings + more


def _cleaned(url: str) -> tuple[str, tuple[str, ...]]:
    visible = _INVISIBLE.sub("", url)
    text = _WRAPPED.sub("", visible)
    if not text:
        raise Unreadable("empty", value=url)
    if " " in text:
        raise Unreadable("whitespace", value=url)
    if not text.isprintable():
        raise Unreadable("control_character", value=url)
    # A browser reads a backslash as a slash and a library does not: the two would see different hosts.
    if "\\" in text:
        raise Unreadable("malformed", value=url)
    return text, ("invisible_characters",) if visible != url else ()


def _cut(text: str) -> tuple[str, str, str]:
    rest = text.partition("#")[0]
    rest, _, query = rest.partition("?")
    authority, slash, path = rest.partition("/")
    return authority, slash + path, query


def _host(authority: str, url: str) -> tuple[str, tuple[str, ...]]:
    if "@" in authority:
        raise Unreadable("userinfo", value=url)
    plain = _DEFANGED.sub(".", authority)
    host, colon, port = plain.lower().partition(":")
    if colon and port not in {"", "80", "443"}:
        raise Unreadable("port", value=url)
    host = host.removesuffix(".")
    if "." not in host or ".." in host or host.startswith("."):
        raise Unreadable("malformed", value=url)
    return host, ("defanged",) if plain != authority else ()


def _inside(host: str, path: str, query: str) -> tuple[str, str]:
    if host in _ARCHIVES:
        match = _ARCHIVE.fullmatch(path)
        return (_archived(match["inner"], query), "archive") if match else ("", "")
    for start, name in _REDIRECTORS.get(host, ()):
        if path.rstrip("/").startswith(start):
            inner = parameters(query).get(name, "")
            # A wrapping of its own site gives the path alone.
            return (f"https://{host}{inner}" if inner.startswith("/") else inner), "redirector"
    return "", ""


def _archived(inner: str, query: str) -> str:
    # Archives and proxies fold the two slashes after the scheme into one.
    address = re.sub(r"^(https?):/+", r"\1://", inner, flags=re.IGNORECASE)
    return f"{address}?{query}" if query else address
