"""What we know of each platform, pure: the registry of platform files, and `recognise` for any address."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from openiru.errors import Unreadable
from openiru.platforms import facebook, instagram, lookalikes, telegram, tiktok, whatsapp, x
from openiru.platforms.addresses import locate, segments, split
from openiru.platforms.shapes import Address, PlatformFile, Ref
from openiru.terms import Platform

PLATFORMS: Mapping[Platform, PlatformFile] = {
    Platform.FACEBOOK: facebook.PLATFORM,
    Platform.INSTAGRAM: instagram.PLATFORM,
    Platform.TIKTOK: tiktok.PLATFORM,
    Platform.X: x.PLATFORM,
    Platform.TELEGRAM: telegram.PLATFORM,
    Platform.WHATSAPP: whatsapp.PLATFORM,
}

_OWNERS = {host: file for file in PLATFORMS.values() for host in file.hosts}


def recognise(url: str) -> Ref:
    """What an address names, on whichever platform it is.

    Raises Unreadable, and nothing else, with one of: empty, too_long, control_character, whitespace, bare_handle,
    scheme, userinfo, port, malformed, redirect_loop, lookalike_host, short_link_elsewhere, not_a_platform, bad_phone.
    """
    host, path, query, warnings = split(url)
    found = _find(host)
    if found is None:
        raise Unreadable(lookalikes.why_not(host, _OWNERS), value=url)
    file, site, sub = found
    return file.read_address(Address(site, sub, segments(path), path, query, warnings))


@lru_cache(maxsize=4096)
def _find(host: str) -> tuple[PlatformFile, str, str] | None:
    found = locate(host, _OWNERS)
    return (_OWNERS[found[0]], *found) if found else None
