"""The grammar of YouTube's addresses (reference §8): channels by id, handle or legacy name, and their videos and posts."""

from __future__ import annotations

import re
from unicodedata import normalize
from urllib.parse import quote

from openiru.platforms.addresses import other, parameters
from openiru.platforms.shapes import Address, KeyType, Ref, Target
from openiru.terms import Platform

HOSTS = ("youtube.com", "youtu.be", "youtube-nocookie.com", "youtubekids.com")
_PREFIXES = frozenset({"", "www", "m", "music", "gaming"})
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
_VIDEO = re.compile(r"([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])")
_PLAYLIST = re.compile(r"[A-Za-z0-9_-]{2,64}")
_POST = re.compile(r"Ug[A-Za-z0-9_-]{10,60}")
_HANDLE = re.compile(r"[\w.·-]{3,30}")
_NAME = re.compile(r"[\w.·-]{1,100}")
_VIDEO_STEPS = frozenset({"shorts", "live", "embed", "v", "e", "vi", "watch"})
_UPLOADS = "UU"
_RESERVED_WORDS = (
    "about account account_advanced ads attribution_link browse c channel channels clip comment consent creators "
    "dashboard embed e explore feed feeds gaming hashtag howyoutubeworks html5 iframe_api intl kids l live logout "
    "movies music my_videos new oembed opensearch oops playlist playlists post premium premiere redirect reporthistory "
    "results s shorts signin source static subscription_center subscription_manager t testtube trends trending tv "
    "upload user v vi view_play_list watch watch_videos yt ytscframe youtubei"
)
_RESERVED = frozenset(_RESERVED_WORDS.split())
_YOUTUBE = Platform.YOUTUBE


def read_address(address: Address) -> Ref:
    """What a split address names."""
    steps = address.segments
    if address.sub not in _PREFIXES or not steps:
        return other(_YOUTUBE, address)
    if address.site == "youtu.be":
        return _video(steps[0], address) or other(_YOUTUBE, address)
    return _read(steps, address) or other(_YOUTUBE, address)


def _read(steps: tuple[str, ...], address: Address) -> Ref | None:
    first = steps[0]
    if first[0] == "@":
        return _with_post(_handle(first[1:], address), steps[1:], address)
    lower = first.lower()
    if lower in _VIDEO_STEPS:
        return _watched(lower, steps[1:], address)
    if lower in _RESERVED:
        return _special(lower, steps[1:], address)
    return _legacy("name", first, first, address)


def _special(first: str, rest: tuple[str, ...], address: Address) -> Ref | None:
    if first == "playlist":
        return _playlist(parameters(address.query).get("list", ""), address)
    if not rest:
        return None
    match first:
        case "channel" if _CHANNEL.fullmatch(rest[0]):
            return _with_post(_channel(rest[0], address), rest[1:], address)
        case "c" | "user":
            return _legacy({"c": "custom"}.get(first, first), rest[0], f"{first}/{rest[0]}", address)
        case "post" if _POST.fullmatch(rest[0]):
            return _post(rest[0], None, address)
        case "clip" if _PLAYLIST.fullmatch(rest[0]):
            url = f"https://www.youtube.com/clip/{rest[0]}"
            return Ref(_YOUTUBE, Target.ITEM, "clip", KeyType.ID, rest[0], url, warnings=address.warnings)
    return None


def _watched(first: str, rest: tuple[str, ...], address: Address) -> Ref | None:
    query = parameters(address.query)
    if rest and rest[0] == "videoseries":
        return _playlist(query.get("list", ""), address)
    if rest and rest[0] == "live_stream":
        channel = query.get("channel", "")
        return _channel(channel, address) if _CHANNEL.fullmatch(channel) else None
    if rest:
        return _video(rest[0], address)
    return _video(query.get("v", ""), address) if first == "watch" else None


def _channel(number: str, address: Address) -> Ref:
    url = f"https://www.youtube.com/channel/{number}"
    return Ref(_YOUTUBE, Target.ACCOUNT, "channel", KeyType.ID, number, url, warnings=address.warnings)


def _handle(text: str, address: Address) -> Ref | None:
    """A handle may be in any script and is the same in any case; a name in another form is another kind."""
    name = _folded(text)
    if not _HANDLE.fullmatch(name):
        return None
    url = f"https://www.youtube.com/@{quote(name)}"
    return Ref(_YOUTUBE, Target.ACCOUNT, "channel", KeyType.HANDLE, name, url, warnings=address.warnings)


def _legacy(kind: str, text: str, path: str, address: Address) -> Ref | None:
    """`/c/x`, `/user/x`, `/x` and `/@x` may be four channels: which one only the platform knows."""
    name = _folded(text)
    if not _NAME.fullmatch(name):
        return None
    url = f"https://www.youtube.com/{quote(path[: len(path) - len(text)] + name)}"
    warnings = (*address.warnings, "legacy_name")
    return Ref(_YOUTUBE, Target.ACCOUNT, kind, KeyType.HANDLE, name, url, warnings=warnings)


def _folded(text: str) -> str:
    return normalize("NFC", normalize("NFC", text).lower())


def _video(text: str, address: Address) -> Ref | None:
    match = _VIDEO.match(text)
    if match is None:
        return None
    url = f"https://www.youtube.com/watch?v={match[1]}"
    return Ref(_YOUTUBE, Target.ITEM, "video", KeyType.ID, match[1], url, warnings=address.warnings)


def _playlist(number: str, address: Address) -> Ref | None:
    """`UU…` is the uploads of the channel `UC…`."""
    if not _PLAYLIST.fullmatch(number):
        return None
    owner = "UC" + number.removeprefix(_UPLOADS)
    parent = _channel(owner, address) if number.startswith(_UPLOADS) and _CHANNEL.fullmatch(owner) else None
    url = f"https://www.youtube.com/playlist?list={number}"
    return Ref(_YOUTUBE, Target.ITEM, "playlist", KeyType.ID, number, url, parent, warnings=address.warnings)


def _with_post(channel: Ref | None, rest: tuple[str, ...], address: Address) -> Ref | None:
    """The channel, whichever of its tabs is shown, or the post of its community tab that `lb` names."""
    post = parameters(address.query).get("lb", "")
    if channel and rest[:1] == ("community",) and _POST.fullmatch(post):
        return _post(post, channel, address)
    return channel


def _post(number: str, channel: Ref | None, address: Address) -> Ref:
    url = f"https://www.youtube.com/post/{number}"
    return Ref(_YOUTUBE, Target.ITEM, "post", KeyType.ID, number, url, channel, warnings=address.warnings)
