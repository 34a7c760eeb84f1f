"""The grammar of Facebook's addresses (reference §4): who and what an address of this platform names."""

from __future__ import annotations

import re

from openiru.platforms.addresses import leading_number, other, parameters, shortlink
from openiru.platforms.shapes import Address, KeyType, Ref, Target
from openiru.terms import Platform

_ONION = "facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion"
HOSTS = ("facebook.com", "fb.com", "fb.watch", "fb.me", "m.me", _ONION)
_PREFIX = re.compile(r"|www|m|mbasic|web|touch|free|business|[a-z]{2}-[a-z]{2}")
_NAME = re.compile(r"[a-z0-9.]{4,50}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{3,60}")
_NUMBER = re.compile(r"[1-9][0-9]{0,24}")
_PFBID = re.compile(r"pfbid[A-Za-z0-9]{3,120}")
_TRAILING = re.compile(r"[^/]*-([1-9][0-9]{5,24})")
_RESERVED_WORDS = (
    "ads about bookmarks business careers checkpoint developers dialog docs events flx friends gaming "
    "group groups hashtag help home home.php index.php l.php legal live login login.php marketplace media "
    "messages messenger notes notifications pages people permalink.php photo photo.php photos plugins "
    "policies policy posts privacy profile.php public recover reel reels records search settings share "
    "sharer sharer.php stories story.php terms video video.php videos watch pg p"
)
_RESERVED = frozenset(_RESERVED_WORDS.split())
_TABS_WORDS = (
    "about photos videos posts friends followers following reels reels_tab community events map mentions "
    "reviews live videos_tab directory_intro sports music shop likes"
)
_TABS = frozenset(_TABS_WORDS.split())
_NO_NAME = (".com", ".net")
_FACEBOOK = Platform.FACEBOOK


def read_address(address: Address) -> Ref:
    """What a split address names."""
    steps = address.segments
    if not _PREFIX.fullmatch(address.sub) or not steps:
        return other(_FACEBOOK, address)
    if address.site in {"fb.watch", "fb.me"}:
        return _short_host(steps[0], address)
    return _read(steps, address) or other(_FACEBOOK, address)


def _short_host(token: str, address: Address) -> Ref:
    if not _TOKEN.fullmatch(token):
        return other(_FACEBOOK, address)
    name = address.site.removeprefix("fb.")
    return shortlink(_FACEBOOK, f"{name}/{token}", f"https://{address.site}/{token}", address.warnings)


def _read(steps: tuple[str, ...], address: Address) -> Ref | None:
    first = steps[0].lower()
    by_path = _BY_FIRST_STEP.get(first)
    if by_path:
        return by_path(steps[1:], address)
    if first in _RESERVED:
        return None
    owner = _account(steps[0], address)
    if owner is None or len(steps) == 1:
        return owner
    return _of_owner(owner, steps[1:], address)


def _account(name: str, address: Address) -> Ref | None:
    """A number stays one; `Name-<number>` is an old page; else a vanity name, folded."""
    if _NUMBER.fullmatch(name):
        return _profile(KeyType.ID, name, name, address)
    lower = name.lower()
    if _NAME.fullmatch(lower) and lower.strip(".") == lower and lower not in _RESERVED and not lower.endswith(_NO_NAME):
        folded = lower.replace(".", "")
        return _profile(KeyType.HANDLE, folded, lower, address) if len(folded) >= 4 and not folded.isdigit() else None
    trailing = _TRAILING.fullmatch(name)
    return _profile(KeyType.ID, trailing[1], trailing[1], address) if trailing else None


def _profile(keytype: KeyType, value: str, shown: str, address: Address) -> Ref:
    url = f"https://www.facebook.com/{shown}"
    if keytype is KeyType.ID:
        url = f"https://www.facebook.com/profile.php?id={value}"
    return Ref(_FACEBOOK, Target.ACCOUNT, "profile", keytype, value, url, warnings=address.warnings)


def _of_owner(owner: Ref, rest: tuple[str, ...], address: Address) -> Ref | None:
    if rest[0] == "posts" and len(rest) > 1:
        return _post(owner, rest[-1], address)
    if rest[0] in {"videos", "reel"} and len(rest) > 1:
        return _media("video", rest[-1], owner, address)
    if rest[0] == "photos" and len(rest) > 1:
        return _media("photo", rest[-1], owner, address)
    return owner if rest[0] in _TABS else None


def _post(owner: Ref, post: str, address: Address) -> Ref | None:
    shown = _shown(owner)
    if _PFBID.fullmatch(post):
        keytype = KeyType.PFBID
    elif _NUMBER.fullmatch(post):
        keytype = KeyType.ID
    else:
        return None
    url = f"https://www.facebook.com/{shown}/posts/{post}"
    value = f"{owner.value}/{post}"
    return Ref(_FACEBOOK, Target.ITEM, "post", keytype, value, url, owner, warnings=address.warnings)


def _shown(owner: Ref) -> str:
    if owner.kind == "group":
        return f"groups/{owner.canonical_url.rsplit('/', 1)[1]}"
    return owner.value if owner.keytype is KeyType.ID else owner.canonical_url.rsplit("/", 1)[1]


def _media(kind: str, number: str, owner: Ref | None, address: Address) -> Ref | None:
    value = leading_number(number)
    if not value:
        return None
    url = {
        "video": f"https://www.facebook.com/watch/?v={value}",
        "photo": f"https://www.facebook.com/photo/?fbid={value}",
    }[kind]
    if owner:
        url = f"https://www.facebook.com/{_shown(owner)}/{kind}s/{value}"
    return Ref(_FACEBOOK, Target.ITEM, kind, KeyType.ID, value, url, owner, warnings=address.warnings)


def _by_id(_: tuple[str, ...], address: Address) -> Ref | None:
    value = leading_number(parameters(address.query).get("id", ""))
    return _profile(KeyType.ID, value, value, address) if value else None


def _last_number(rest: tuple[str, ...], address: Address) -> Ref | None:
    for step in reversed(rest):
        found = _NUMBER.fullmatch(step) or _TRAILING.fullmatch(step)
        if found:
            value = found[found.lastindex or 0]
            return _profile(KeyType.ID, value, value, address)
    return None


def _page(rest: tuple[str, ...], address: Address) -> Ref | None:
    return _account(rest[0], address) if rest else None


def _group(rest: tuple[str, ...], address: Address) -> Ref | None:
    if not rest:
        return None
    lower = rest[0].lower()
    number = _NUMBER.fullmatch(lower)
    if not number and not (_NAME.fullmatch(lower) and lower.strip(".")):
        return None
    keytype, value = (KeyType.ID, lower) if number else (KeyType.HANDLE, lower.replace(".", ""))
    url = f"https://www.facebook.com/groups/{lower}"
    group = Ref(_FACEBOOK, Target.ACCOUNT, "group", keytype, value, url, warnings=address.warnings)
    if len(rest) > 2 and rest[1] in {"posts", "permalink"}:
        return _post(group, rest[-1], address)
    return group


def _permalink(_: tuple[str, ...], address: Address) -> Ref | None:
    query = parameters(address.query)
    owner = leading_number(query.get("id", ""))
    post = query.get("story_fbid", "")
    return _post(_profile(KeyType.ID, owner, owner, address), post, address) if owner else None


def _photo(_: tuple[str, ...], address: Address) -> Ref | None:
    return _media("photo", parameters(address.query).get("fbid", ""), None, address)


def _video(_: tuple[str, ...], address: Address) -> Ref | None:
    return _media("video", parameters(address.query).get("v", ""), None, address)


def _reel(rest: tuple[str, ...], address: Address) -> Ref | None:
    return _media("video", rest[0], None, address) if rest else None


def _event(rest: tuple[str, ...], address: Address) -> Ref | None:
    if not rest or not _NUMBER.fullmatch(rest[-1]):
        return None
    url = f"https://www.facebook.com/events/{rest[-1]}"
    return Ref(_FACEBOOK, Target.ITEM, "event", KeyType.ID, rest[-1], url, warnings=address.warnings)


def _story(rest: tuple[str, ...], address: Address) -> Ref | None:
    if len(rest) < 2 or not _NUMBER.fullmatch(rest[0]) or not re.fullmatch(r"[A-Za-z0-9_=-]+", rest[1]):
        return None
    owner, value = _profile(KeyType.ID, rest[0], rest[0], address), f"{rest[0]}/{rest[1]}"
    url = f"https://www.facebook.com/stories/{value}"
    return Ref(_FACEBOOK, Target.ITEM, "story", KeyType.HANDLE, value, url, owner, warnings=address.warnings)


def _album(rest: tuple[str, ...], address: Address) -> Ref | None:
    match = re.match(r"(?:a\.)?([1-9][0-9]{0,24})", parameters(address.query).get("set", ""))
    if rest[:1] != ("set",) or match is None:
        return None
    url = f"https://www.facebook.com/media/set/?set=a.{match[1]}"
    return Ref(_FACEBOOK, Target.ITEM, "album", KeyType.ID, match[1], url, warnings=address.warnings)


def _share(rest: tuple[str, ...], address: Address) -> Ref | None:
    token = "/".join(rest[:2] if rest[:1] and rest[0] in {"p", "r", "v", "g"} else rest[:1])
    if not token or not _TOKEN.fullmatch(token.rpartition("/")[2]):
        return None
    return shortlink(_FACEBOOK, token, f"https://www.facebook.com/share/{token}/", address.warnings)


_BY_FIRST_STEP = {
    "profile.php": _by_id,
    "people": _last_number,
    "pages": _last_number,
    "p": _last_number,
    "pg": _page,
    "groups": _group,
    "permalink.php": _permalink,
    "story.php": _permalink,
    "photo.php": _photo,
    "photo": _photo,
    "watch": _video,
    "video.php": _video,
    "reel": _reel,
    "events": _event,
    "stories": _story,
    "media": _album,
    "share": _share,
}
