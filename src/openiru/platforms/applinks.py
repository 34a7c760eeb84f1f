"""Rewrites addresses that are not web addresses (app schemes, ids from exports) into the web address they stand for."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs

from openiru.platforms import idtime

_APP = re.compile(
    r"(?P<scheme>[a-z]+)://(?P<verb>[a-z_]+)/?(?P<tail>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?", re.IGNORECASE
)
_BOT_API = re.compile(r"-100([1-9][0-9]{5,15})")
_DESKTOP_EXPORT = re.compile(r"channel([1-9][0-9]{5,15})")


_AT_PROTOCOL = re.compile(
    r"at://(?P<actor>[A-Za-z0-9.:-]{4,300})(?:/(?P<collection>[A-Za-z0-9.-]+)(?:/(?P<record>[A-Za-z0-9._:~-]+))?)?/?"
)
_AT_RECORDS = {"app.bsky.feed.post": "post", "app.bsky.feed.generator": "feed", "app.bsky.graph.list": "lists"}
_FEDIVERSE = re.compile(r"(?:acct:|@)(?P<user>[A-Za-z0-9_][A-Za-z0-9_.-]{0,62})@(?P<host>[^\s@/:?#]+\.[^\s@/:?#]+)")


def _telegram_name(_: str, query: dict[str, str]) -> str:
    if query.get("phone"):
        return f"https://t.me/+{query['phone'].removeprefix('+')}"
    post = f"/{query['post']}" if query.get("post") else ""
    return f"https://t.me/{query['domain']}{post}" if query.get("domain") else ""


def _telegram_invite(_: str, query: dict[str, str]) -> str:
    return f"https://t.me/joinchat/{query['invite']}" if query.get("invite") else ""


def _telegram_private(_: str, query: dict[str, str]) -> str:
    return f"https://t.me/c/{query['channel']}/{query.get('post', '')}" if query.get("channel") else ""


def _facebook_profile(tail: str, _: dict[str, str]) -> str:
    return f"https://www.facebook.com/profile.php?id={tail}" if tail else ""


def _instagram_user(_: str, query: dict[str, str]) -> str:
    return f"https://www.instagram.com/{query['username']}/" if query.get("username") else ""


def _instagram_media(_: str, query: dict[str, str]) -> str:
    code = idtime.code_of_decimal(query.get("id", "").partition("_")[0])
    return f"https://www.instagram.com/p/{code}/" if code else ""


def _whatsapp_invite(_: str, query: dict[str, str]) -> str:
    return f"https://chat.whatsapp.com/{query['code']}" if query.get("code") else ""


def _x_post(_: str, query: dict[str, str]) -> str:
    return f"https://x.com/i/status/{query['id']}" if query.get("id") else ""


def _x_user(_: str, query: dict[str, str]) -> str:
    return f"https://x.com/{query['screen_name']}" if query.get("screen_name") else ""


def _whatsapp_number(_: str, query: dict[str, str]) -> str:
    return f"https://wa.me/{query['phone']}" if query.get("phone") else ""


def _snapchat_user(tail: str, _: dict[str, str]) -> str:
    return f"https://www.snapchat.com/add/{tail}" if tail else ""


_VERBS: dict[tuple[str, str], Callable[[str, dict[str, str]], str]] = {
    ("tg", "resolve"): _telegram_name,
    ("tg", "join"): _telegram_invite,
    ("tg", "privatepost"): _telegram_private,
    ("fb", "profile"): _facebook_profile,
    ("instagram", "user"): _instagram_user,
    ("instagram", "media"): _instagram_media,
    ("twitter", "user"): _x_user,
    ("twitter", "status"): _x_post,
    ("whatsapp", "send"): _whatsapp_number,
    ("whatsapp", "chat"): _whatsapp_invite,
    ("snapchat", "add"): _snapchat_user,
}


def rewritten(text: str) -> str:
    """The web address that an app link, a Telegram id (Bot API, Desktop export) or `@user@host` stands for, else the text."""
    number = _BOT_API.fullmatch(text) or _DESKTOP_EXPORT.fullmatch(text)
    if number:
        return f"https://t.me/c/{number[1]}"
    fediverse = _FEDIVERSE.fullmatch(text)
    if fediverse:
        return f"https://{fediverse['host']}/@{fediverse['user']}"
    record = _AT_PROTOCOL.fullmatch(text)
    if record:
        return _at_protocol(record)
    match = _APP.fullmatch(text)
    if match is None:
        return text
    read = _VERBS.get((match["scheme"].lower(), match["verb"].lower()))
    if read is None:
        return text
    query = {name: values[0] for name, values in parse_qs(match["query"] or "").items()}
    return read(match["tail"].strip("/"), query) or text


def _at_protocol(found: re.Match[str]) -> str:
    profile = f"https://bsky.app/profile/{found['actor']}"
    form = _AT_RECORDS.get(found["collection"] or "", "")
    return f"{profile}/{form}/{found['record']}" if form and found["record"] else profile
