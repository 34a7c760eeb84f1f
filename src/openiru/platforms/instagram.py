"""Instagram: accounts by name, media by their short code; one company and one ladder with Facebook."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

from openiru.platforms import completeness, idtime, letter, meta_channels, presence, replies
from openiru.platforms.addresses import other, recogniser, shortlink
from openiru.platforms.orders import Addressee
from openiru.platforms.shapes import Address, Check, Dating, ItemCheck, KeyType, PlatformFile, Ref, Target
from openiru.terms import Leg, Platform

_MIRROR = "ddinstagram.com"
HOSTS = ("instagram.com", "instagr.am", _MIRROR)
_PREFIXES = frozenset({"", "www", "m"})
_NAME = re.compile(r"(?!.*\.\.)(?!\.)[a-z0-9_.]{1,30}(?<!\.)")
_CODE = re.compile(r"[A-Za-z0-9_-]{5,64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,24}")
_MEDIA = {"p": "p", "tv": "tv", "reel": "reel", "reels": "reel"}
_PRIVATE_CODE = 28
"""A longer code is of a private post: the real one with 28 signs after it (reference §1, yt-dlp)."""

_RESERVED_WORDS = (
    "accounts ads direct directory emails explore push reels session settings stories web your_activity p "
    "tv reel share s api about legal channel _u _n developer graphql oauth privacy terms topics challenge"
)
_RESERVED = frozenset(_RESERVED_WORDS.split())
_TABS = frozenset(["tagged", "reels", "channel", "followers", "following", "saved", "guides", "feed", "live"])
_EPOCH_MS = 1_314_220_021_721
_NUMBERED_BY_TIME = datetime(2011, 8, 26, tzinfo=UTC)
_INSTAGRAM = Platform.INSTAGRAM


def read_address(address: Address) -> Ref:
    """What a split address names. The same media has many prefixes, so its key is its code alone."""
    if address.site == _MIRROR:
        address = Address(
            address.site, address.sub, address.segments, address.path, address.query, (*address.warnings, "mirror")
        )
    if not address.segments or address.sub not in _PREFIXES:
        return other(_INSTAGRAM, address)
    return _read(address.segments, address) or other(_INSTAGRAM, address)


def _read(steps: tuple[str, ...], address: Address) -> Ref | None:
    first, rest = steps[0].lower(), steps[1:]
    if first in _MEDIA and rest and rest[0] != "audio":
        return _media(first, rest[0], None, address)
    if first not in _RESERVED:
        return _under_account(_user(first.removeprefix("@"), address), rest, address)
    return _special(first, rest, address) if rest else None


def _special(first: str, rest: tuple[str, ...], address: Address) -> Ref | None:
    match first:
        case "_u":
            return _user(rest[0].lower(), address)
        case "stories":
            return _story(rest, address)
        case "s":
            return _encoded_highlight(rest[0], address)
        case "share":
            return _share(rest, address)
        case "channel" if _CODE.fullmatch(rest[0]):
            url = f"https://www.instagram.com/channel/{rest[0]}/"
            return Ref(_INSTAGRAM, Target.ACCOUNT, "channel", KeyType.HANDLE, rest[0], url, warnings=address.warnings)
    return None


def _under_account(user: Ref | None, rest: tuple[str, ...], address: Address) -> Ref | None:
    if user is None or not rest or (rest[0].lower() in _TABS and len(rest) == 1):
        return user
    if rest[0].lower() in _MEDIA and len(rest) > 1:
        return _media(rest[0].lower(), rest[1], user, address)
    return None


def _user(name: str, address: Address) -> Ref | None:
    if name in _RESERVED or not _NAME.fullmatch(name):
        return None
    url = f"https://www.instagram.com/{name}/"
    return Ref(_INSTAGRAM, Target.ACCOUNT, "user", KeyType.HANDLE, name, url, warnings=address.warnings)


def _media(form: str, code: str, owner: Ref | None, address: Address) -> Ref | None:
    if not _CODE.fullmatch(code):
        return None
    warnings = (*address.warnings, "handle_not_checked") if owner else address.warnings
    if len(code) > _PRIVATE_CODE:
        warnings = (*warnings, "private_media")
    before = f"{owner.value}/" if owner else ""
    url = f"https://www.instagram.com/{before}{_MEDIA[form]}/{code}/"
    return Ref(_INSTAGRAM, Target.ITEM, "media", KeyType.ID, code, url, owner, warnings=warnings)


def _story(rest: tuple[str, ...], address: Address) -> Ref | None:
    if rest[0] == "highlights":
        return _highlight(rest[1], address) if len(rest) > 1 else None
    user = _user(rest[0].lower(), address)
    if user is None or len(rest) == 1:
        return user
    if not _NUMBER.fullmatch(rest[1]):
        return None
    url = f"https://www.instagram.com/stories/{user.value}/{rest[1]}/"
    return Ref(_INSTAGRAM, Target.ITEM, "story", KeyType.ID, rest[1], url, user, warnings=address.warnings)


def _highlight(number: str, address: Address) -> Ref | None:
    if not _NUMBER.fullmatch(number):
        return None
    url = f"https://www.instagram.com/stories/highlights/{number}/"
    return Ref(_INSTAGRAM, Target.ITEM, "highlight", KeyType.ID, number, url, warnings=address.warnings)


def _encoded_highlight(text: str, address: Address) -> Ref | None:
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except ValueError:
        return None
    return _highlight(plain.removeprefix("highlight:"), address)


def _share(rest: tuple[str, ...], address: Address) -> Ref | None:
    token = "/".join(rest[:2] if rest[0] in {"p", "reel"} else rest[:1])
    if not _CODE.fullmatch(token.rpartition("/")[2]):
        return None
    return shortlink(_INSTAGRAM, token, f"https://www.instagram.com/share/{token}", address.warnings)


def made_at(kind: str, value: str) -> datetime | None:
    """The time in the number of a media (its code stands for it) or a story; highlights are numbered otherwise."""
    if kind not in {"media", "story"}:
        return None
    code = value[:-_PRIVATE_CODE] if len(value) > _PRIVATE_CODE else value
    number = value if kind == "story" else idtime.decimal_of_code(code)
    return idtime.shifted(number, bits=23, epoch_ms=_EPOCH_MS, first=_NUMBERED_BY_TIME)


recognise = recogniser(HOSTS, read_address)

SIGNALS = presence.load("instagram", HOSTS)
_POSTS = presence.load("instagram_posts", HOSTS)

_FIELDS: tuple[letter.FormField, ...] = (
    ("Username or profile URL", lambda facts: facts.account_url),
    ("Numeric ID", lambda facts: facts.account_stable_id),
)

PLATFORM = PlatformFile(
    platform=_INSTAGRAM,
    title="Instagram",
    hosts=HOSTS,
    recognise=recognise,
    gaps=completeness.judge(routes=meta_channels.ROUTES),
    compose=letter.composer(
        "Instagram",
        {
            Leg.PLATFORM_POLICY: letter.Form(
                _FIELDS + meta_channels.RULE_FIELDS + meta_channels.ITEM_FIELDS, meta_channels.STEPS
            ),
            Leg.LOCAL_LAW: letter.Form(
                _FIELDS + meta_channels.LAW_FIELDS + meta_channels.ITEM_FIELDS, meta_channels.STEPS
            ),
        },
    ),
    read_reply=replies.reader(meta_channels.WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    addressee=Addressee("Meta Platforms Ireland Limited", establishment="IE", source="from memory"),
    routes=meta_channels.ROUTES,
    facts=meta_channels.FACTS,
    posts=ItemCheck(
        Check(_POSTS.version, "https://graph.facebook.com/instagram_oembed?url={url}", True, _POSTS.expires),
        presence.reader(_POSTS, recognise),
    ),
    check=Check(
        SIGNALS.version,
        "https://www.instagram.com/{handle}/",
        False,
        SIGNALS.expires,
        manual_only=True,
        why_manual="Profiles are behind a login wall; the address that answers is not documented (reference §12).",
    ),
    examples={
        "https://instagram.com/Example.User": "instagram:user:h:example.user",
        "https://instagram.com/example/reel/CAbCdEfGhIj/?igsh=1": "instagram:media:id:CAbCdEfGhIj",
        "https://www.instagram.com/p/CAbCdEfGhIj/": "instagram:media:id:CAbCdEfGhIj",
        "https://www.instagram.com/stories/example/3500000000000000001/": "instagram:story:id:3500000000000000001",
        "https://www.instagram.com/share/BACxxxxQYV": "instagram:shortlink:h:BACxxxxQYV",
        "https://www.instagram.com/s/aGlnaGxpZ2h0OjEyMzQ1?story_media_id=1": "instagram:highlight:id:12345",
        "https://www.instagram.com/explore/tags/example": "instagram:other:none:www.instagram.com/explore/tags/example",
    },
    read_address=read_address,
    handle_url="https://www.instagram.com/{handle}/",
    dating=Dating(
        made_at,
        "§1 [V]: the number without its 23 lowest bits, in milliseconds since 2011; 0.4 to 88 s off",
        "it is the start of the upload, which may be long before the post was shown",
    ),
)
