"""Says why a host is none of ours: an ordinary other site, somebody's short link, or one made to look like ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from anyascii import anyascii

_DIGITS_AS_LETTERS = str.maketrans("013457", "oleast")
_SHORTENERS = frozenset({"bit.ly", "tinyurl.com", "goo.gl", "is.gd", "ow.ly", "cutt.ly", "rb.gy", "t.ly"})
_BRANDS = re.compile(r"facebook|instagram|tiktok|twitter|telegram|whatsapp")
_OWN_WITHOUT_ACCOUNTS = (
    "telegram.org",
    "telegra.ph",
    "fbcdn.net",
    "cdninstagram.com",
    "whatsapp.net",
    "tiktokcdn.com",
    "twimg.com",
)


def why_not(host: str, sites: Collection[str]) -> str:
    """The reason, a stable word: `lookalike_host`, `short_link_elsewhere` or `not_a_platform`."""
    if host in _SHORTENERS:
        return "short_link_elsewhere"
    if any(host == own or host.endswith("." + own) for own in _OWN_WITHOUT_ACCOUNTS):
        return "not_a_platform"
    return "lookalike_host" if _imitates(host, sites) else "not_a_platform"


def _imitates(host: str, sites: Collection[str]) -> bool:
    plain = _skeleton(host)
    if any(f".{site}." in f".{host}." or f".{site}." in f".{plain}." for site in sites):
        return True
    if not host.isascii() or "xn--" in host:
        return any(plain == site or plain.endswith("." + site) for site in sites) or bool(_BRANDS.search(plain))
    return bool(_BRANDS.search(plain.replace("-", ""))) or any(_one_glyph_more(plain, site) for site in sites)


def _one_glyph_more(host: str, site: str) -> bool:
    # evilt.me is one; netflix.com is not a bad x.com, for there our part is one letter before the most common ending.
    return site in {"t.me", "wa.me"} and host.endswith(site) and host.count(".") == 1


def _skeleton(host: str) -> str:
    labels = [_unicode_of(label) for label in host.split(".")]
    text = unicodedata.normalize("NFKC", ".".join(labels)).casefold()
    # Digits are read as letters only inside a label that has letters: an address made of numbers imitates nobody.
    return anyascii(text).lower().translate(_DIGITS_AS_LETTERS).replace("rn", "m").replace("vv", "w")


def _unicode_of(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError):
        return label
