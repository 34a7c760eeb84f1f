"""The truth about published forms of platform addresses, made without our grammar, and what each reader makes of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from openiru.errors import Unreadable
from openiru.platforms import recognise

Reader = Callable[[str], tuple[str, str]]
"""Address → platform and what identifies the thing there; an empty platform: not read. Whatever it raises is a crash."""

_HOSTS = {
    "tiktok": ("tiktok.com", "tiktokv.com"),
    "x": ("twitter.com", "x.com", "twitter3e4tixl4xyajtrzo62zg5vztmjuricljdp2c5kshju4avyoid.onion", "t.co"),
    "facebook": (
        "facebook.com",
        "fb.com",
        "fb.watch",
        "facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion",
    ),
    "instagram": ("instagram.com",),
    "telegram": ("t.me", "telegram.me"),
    "youtube": ("youtube.com", "youtu.be", "youtube-nocookie.com"),
    "bluesky": ("bsky.app",),
    "snapchat": ("snapchat.com",),
}
_IDS = {
    "tiktok": r"/(?:video|photo)/([0-9]+)|/share/(?:video|live)/([0-9]+)|/t/([^/?]+)|/@([^/?]+)(?:/live)?/?$",
    "x": r"/(?:status(?:es)?|videos/tweet|videos|broadcasts|spaces|cards/tfw/v1)/([0-9A-Za-z]+)",
    "facebook": r"(?:posts|permalink|videos|reel|photos/[^/]+)/(?:[^/]+/)?([0-9]+|pfbid\w+)|story_fbid=([^&]+)|[?&]v=([0-9]+)",
    "instagram": r"/(?:p|tv|reel|reels)/([\w-]+)|/stories/([\w.]+)",
    "telegram": r"t\.me/(?:s/)?\w+/([0-9]+)",
    "youtube": r"(?:v=|youtu\.be/|/shorts/|/live/|/embed/|/v/)([\w-]{11})|/channel/(UC[\w-]{22})|/@([\w.-]+)|list=([\w-]+)",
    "bluesky": r"/post/(\w+)|/profile/([^/]+)/?$",
    "snapchat": r"/spotlight/([\w-]+)|/add/([\w.-]+)",
}
"""What the forms' own publisher takes out of each address, as a fact about the platform; where nothing matches, nothing
identifies the thing (a tag, a search, a library of advertisements)."""


@dataclass(frozen=True, slots=True)
class Form:
    """One published address: whose it is by its host (`web` for nobody's we read), and what identifies the thing."""

    url: str
    platform: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Score:
    """How often a reader was right, over the forms of the platforms that it reads at all."""

    forms: int
    platform: int
    identifiers: int
    identifier: int
    crashes: int


def read(path: Path) -> list[Form]:
    """Every address of the published set with its truth."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_form(row["url"]) for row in csv.DictReader(file)]


def _form(url: str) -> Form:
    host = urlsplit(url).hostname or ""
    wrapped = re.search(r"/plugins/\w+\.php\?href=([^&]+)", url)
    inner = unquote(wrapped[1]) if wrapped else url
    platform = next((name for name, own in _HOSTS.items() if any(f".{host}".endswith("." + one) for one in own)), "web")
    match = re.search(_IDS[platform], inner) if platform in _IDS else None
    return Form(url, platform, next((group for group in match.groups() if group), "") if match else "")


def score(reader: Reader, forms: Iterable[Form], covers: frozenset[str]) -> Score:
    """Count over the forms of the covered platforms."""
    asked = [form for form in forms if form.platform in covers]
    platform = identifier = crashes = 0
    for form in asked:
        try:
            found, named = reader(form.url)
        except Exception:
            crashes += 1
            continue
        platform += found == form.platform
        identifier += bool(form.identifier) and found == form.platform and form.identifier.lower() in named.lower()
    return Score(len(asked), platform, sum(bool(form.identifier) for form in asked), identifier, crashes)


def ours(url: str) -> tuple[str, str]:
    """This product."""
    try:
        ref = recognise(url)
    except Unreadable:
        return "", ""
    # A thing that its own number does not identify names its account.
    return str(ref.platform), ref.value


def peers() -> Mapping[str, tuple[Reader, frozenset[str]]]:
    """The peers with what they read. Raises ImportError that names the one that is absent."""
    return {
        "ural": (_ural(), frozenset({"facebook", "x", "instagram", "telegram", "youtube"})),
        "socials": (_socials(), frozenset({"facebook", "x", "instagram", "youtube"})),
    }


def _ural() -> Reader:
    from ural.facebook import parse_facebook_url  # type: ignore[import-not-found]
    from ural.instagram import parse_instagram_url  # type: ignore[import-not-found]
    from ural.telegram import parse_telegram_url  # type: ignore[import-not-found]
    from ural.twitter import parse_twitter_url  # type: ignore[import-not-found]
    from ural.youtube import parse_youtube_url  # type: ignore[import-not-found]

    parsers = {
        "facebook": parse_facebook_url,
        "x": parse_twitter_url,
        "instagram": parse_instagram_url,
        "telegram": parse_telegram_url,
        "youtube": parse_youtube_url,
    }

    def read_with_ural(url: str) -> tuple[str, str]:
        for name, parse in parsers.items():
            found = parse(url)
            if found is not None:
                return name, repr(found)
        return "", ""

    return read_with_ural


def _socials() -> Reader:
    import socials  # type: ignore[import-not-found]

    names = {"twitter": "x"}

    def read_with_socials(url: str) -> tuple[str, str]:
        for name, found in socials.extract([url]).get_matches_per_platform().items():
            if found:
                return names.get(name, name), str(found[0])
        return "", ""

    return read_with_socials
