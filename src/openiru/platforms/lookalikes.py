"""Says why a host is none of ours: an ordinary other site, somebody's short link, or one made to look like ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from anyascii import anyascii

_SHORTEST = ("t.me", "wa.me")
_DIGITS_AS_LETTERS = str.maketrans("013457", "oleast")
_SHORTENERS_WORDS = (
    "bit.ly tinyurl.com goo.gl is.gd ow.ly cutt.ly rb.gy t.ly buff.ly v.gd tiny.cc shorturl.at rebrand.ly bitly.com "
    "lnkd.in s.id shrtco.de clck.ru soo.gd adf.ly dlvr.it trib.al ift.tt rotf.lol bl.ink short.io qr.ae"
)
_SHORTENERS = frozenset(_SHORTENERS_WORDS.split())
_BRANDS = re.compile(r"facebook|instagram|tiktok|twitter|telegram|whatsapp|youtube|bluesky|snapchat|discord")
_OWN_WORDS = (
    "telegram.org fbcdn.net facebook.net cdninstagram.com whatsapp.net tiktokcdn.com twimg.com ytimg.com "
    "googlevideo.com discordapp.net discordstatus.com discord.media snap.com sc-cdn.net atproto.com bsky.network"
)
_ALIKE_BY_CHANCE = frozenset({"telegra.ph"})
_OWN_WITHOUT_ACCOUNTS = frozenset(_OWN_WORDS.split())


def is_shortener(host: str) -> bool:
    """Whether the host makes short links for anybody's addresses."""
    return host in _SHORTENERS


def is_own_without_accounts(host: str) -> bool:
    """Whether the host is a platform's own and holds nobody's account: files, help, the company itself."""
    return any(host == own or host.endswith("." + own) for own in _OWN_WITHOUT_ACCOUNTS)


def is_lookalike(host: str, sites: Collection[str]) -> bool:
    """Whether a host that is none of `sites` is made to look like one of them. Sites of the same companies are not."""
    return not (is_own_without_accounts(host) or host in _ALIKE_BY_CHANCE) and _imitates(host, sites)


def why_not(host: str, sites: Collection[str]) -> str:
    """Why one platform does not read it, a stable word: `lookalike_host`, `short_link_elsewhere` or `not_a_platform`."""
    if is_shortener(host):
        return "short_link_elsewhere"
    return "lookalike_host" if is_lookalike(host, sites) else "not_a_platform"


def _imitates(host: str, sites: Collection[str]) -> bool:
    plain = _skeleton(host)
    within = _within(tuple(sites))
    if within.search(host) or within.search(plain):
        return True
    if not host.isascii() or "xn--" in host:
        return any(plain == site or plain.endswith("." + site) for site in sites) or bool(_BRANDS.search(plain))
    return bool(_BRANDS.search(plain.replace("-", ""))) or any(
        _one_glyph_more(plain, site) for site in _SHORTEST if site in sites
    )


@lru_cache(maxsize=32)
def _within(sites: tuple[str, ...]) -> re.Pattern[str]:
    """Whole labels of one of the sites somewhere in a host."""
    return re.compile(rf"(?:^|\.)(?:{'|'.join(map(re.escape, sites))})(?:\.|$)")


def _one_glyph_more(host: str, site: str) -> bool:
    # evilt.me is one; netflix.com is not a bad x.com, for there our part is one letter before the most common ending.
    return host.endswith(site) and host.count(".") == 1


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
