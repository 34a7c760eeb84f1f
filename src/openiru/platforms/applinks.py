"""Rewrites addresses that are not web addresses (app schemes, ids from exports) into the web address they stand for."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs

_APP = re.compile(
    r"(?P<scheme>[a-z]+)://(?P<verb>[a-z_]+)/?(?P<tail>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?", re.IGNORECASE
)
_BOT_API = re.compile(r"-100([1-9][0-9]{5,15})")
_DESKTOP_EXPORT = re.compile(r"channel([1-9][0-9]{5,15})")


def _telegram_name(_: str, query: dict[str, str]) -> str:
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


def _x_user(_: str, query: dict[str, str]) -> str:
    return f"https://x.com/{query['screen_name']}" if query.get("screen_name") else ""


def _whatsapp_number(_: str, query: dict[str, str]) -> str:
    return f"https://wa.me/{query['phone']}" if query.get("phone") else ""


_VERBS: dict[tuple[str, str], Callable[[str, dict[str, str]], str]] = {
    ("tg", "resolve"): _telegram_name,
    ("tg", "join"): _telegram_invite,
    ("tg", "privatepost"): _telegram_private,
    ("fb", "profile"): _facebook_profile,
    ("instagram", "user"): _instagram_user,
    ("twitter", "user"): _x_user,
    ("whatsapp", "send"): _whatsapp_number,
}


def rewritten(text: str) -> str:
    """The web address that an app link or a Telegram id (Bot API, Desktop export) stands for, else the text."""
    number = _BOT_API.fullmatch(text) or _DESKTOP_EXPORT.fullmatch(text)
    if number:
        return f"https://t.me/c/{number[1]}"
    match = _APP.fullmatch(text)
    if match is None:
        return text
    read = _VERBS.get((match["scheme"].lower(), match["verb"].lower()))
    if read is None:
        return text
    query = {name: values[0] for name, values in parse_qs(match["query"] or "").items()}
    return read(match["tail"].strip("/"), query) or text
