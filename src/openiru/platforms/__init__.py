"""What we know of each platform, pure: the registry of platform files, and `recognise` for any address."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from openiru.errors import Unreadable
from openiru.platforms import (
    bluesky,
    discord,
    facebook,
    instagram,
    lookalikes,
    mastodon,
    snapchat,
    telegram,
    tiktok,
    web,
    whatsapp,
    x,
    youtube,
)
from openiru.platforms.addresses import a_label, locate, segments, split
from openiru.platforms.shapes import Address, Made, PlatformFile, Ref
from openiru.terms import Platform

PLATFORMS: Mapping[Platform, PlatformFile] = {
    Platform.FACEBOOK: facebook.PLATFORM,
    Platform.INSTAGRAM: instagram.PLATFORM,
    Platform.TIKTOK: tiktok.PLATFORM,
    Platform.X: x.PLATFORM,
    Platform.TELEGRAM: telegram.PLATFORM,
    Platform.WHATSAPP: whatsapp.PLATFORM,
    Platform.YOUTUBE: youtube.PLATFORM,
    Platform.BLUESKY: bluesky.PLATFORM,
    Platform.MASTODON: mastodon.PLATFORM,
    Platform.DISCORD: discord.PLATFORM,
    Platform.SNAPCHAT: snapchat.PLATFORM,
    Platform.WEB: web.PLATFORM,
}
"""Those without hosts of their own are asked in this order about a host that is nobody's: the most particular first."""

_OWNERS = {host: file for file in PLATFORMS.values() for host in file.hosts}
_ANYWHERE = tuple(file for file in PLATFORMS.values() if not file.hosts)


def recognise(url: str) -> Ref:
    """What an address names, on whichever platform it is.

    Raises Unreadable, and nothing else, with one of: empty, too_long, control_character, whitespace, bare_handle,
    scheme, userinfo, port, malformed, redirect_loop, lookalike_host,
    not_a_platform, phone_in_address, bad_phone.
    """
    host, path, query, warnings = split(url)
    owner, site, sub, more = _find(host)
    address = Address(site, sub, segments(path), path, query, warnings + more if more else warnings)
    ref = owner.read_address(address) if owner else _anywhere(address)
    if ref is None:
        raise Unreadable("not_a_platform", value=url)
    return ref


def _anywhere(address: Address) -> Ref | None:
    for file in _ANYWHERE:
        ref = file.read_address(address)
        if ref is not None:
            return ref
    return None


def made_at(key: str) -> Made | None:
    """When the platform made what this canonical key names, where its number says so; None elsewhere."""
    name, _, rest = key.partition(":")
    kind, _, rest = rest.partition(":")
    dating = PLATFORMS[Platform(name)].dating if name in PLATFORMS else None
    at = dating.read(kind, rest.partition(":")[2]) if dating else None
    return Made(at, dating.source, dating.caution) if dating and at else None


@lru_cache(maxsize=4096)
def _find(host: str) -> tuple[PlatformFile | None, str, str, tuple[str, ...]]:
    """Whose host it is and how it splits; for nobody's host its name in ASCII, and what to warn of."""
    found = locate(host, _OWNERS)
    if found:
        return _OWNERS[found[0]], *found, ()
    imitates = lookalikes.is_lookalike(host, _OWNERS)
    try:
        plain = a_label(host)
    except Unreadable as failure:
        # A host in letters that no domain may have, and that reads like a platform's, is a trap and no slip.
        raise Unreadable("lookalike_host" if imitates else failure.reason, value=host) from failure
    warnings = ("lookalike_host",) if imitates else ()
    return None, plain, "", (*warnings, "foreign_letters") if "xn--" in plain else warnings
