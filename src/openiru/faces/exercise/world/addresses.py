"""Invented addresses in the real forms of each platform: handles, numbers and codes that its own rules would allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from openiru.faces.exercise.world.phrases import HANDLE_WORDS, PLACES

_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_FICTION_NUMBERS = 100


@dataclass(frozen=True, slots=True)
class Address:
    """Where an invented account is: its address, what people call it, and its number where the platform has one."""

    url: str
    handle: str
    stable_id: str


def account_address(platform: str, kind: str, number: int, rng: Random) -> Address:
    """A new address; `number` is unique in the world, so no two are equal."""
    return _ACCOUNTS[platform](kind, number, rng)


def item_address(platform: str, account: Address, number: int, when: datetime, rng: Random) -> tuple[str, str]:
    """The address and the id of one item of an account; where ids tell the time, this one does."""
    return _ITEMS[platform](account, number, when, rng)


def _handle(number: int) -> str:
    place = PLACES[number % len(PLACES)].lower()
    return f"{place[:6]}{HANDLE_WORDS[(number // len(PLACES)) % len(HANDLE_WORDS)]}{number}"


def _facebook(_kind: str, number: int, rng: Random) -> Address:
    identity = f"1000{rng.randrange(10**9, 10**10)}{number % 10}"
    if number % 5 == 0:
        return Address(f"https://www.facebook.com/profile.php?id={identity}", "", identity)
    return Address(f"https://www.facebook.com/{_handle(number)}", _handle(number), identity)


def _facebook_item(account: Address, _number: int, _when: datetime, rng: Random) -> tuple[str, str]:
    post = str(rng.randrange(10**15, 10**16))
    if account.handle:
        return f"https://www.facebook.com/{account.handle}/posts/{post}", post
    return f"https://www.facebook.com/permalink.php?story_fbid={post}&id={account.stable_id}", post


def _instagram(_kind: str, number: int, rng: Random) -> Address:
    user = str(rng.randrange(10**10, 10**11))
    return Address(f"https://www.instagram.com/{_handle(number)}/", _handle(number), user)


def _instagram_item(_account: Address, _number: int, when: datetime, rng: Random) -> tuple[str, str]:
    media = ((int(when.timestamp() * 1000) - 1314220021721) << 23) + rng.randrange(2**23)
    code = ""
    while media:
        media, digit = divmod(media, 64)
        code = _BASE64[digit] + code
    return f"https://www.instagram.com/p/{code}/", code


def _tiktok(_kind: str, number: int, rng: Random) -> Address:
    user = (1_690_000_000 + rng.randrange(10**7)) << 32 | number
    return Address(f"https://www.tiktok.com/@{_handle(number)}", _handle(number), str(user))


def _tiktok_item(account: Address, _number: int, when: datetime, rng: Random) -> tuple[str, str]:
    video = str((int(when.timestamp()) - 5) << 32 | rng.randrange(2**32))
    return f"https://www.tiktok.com/@{account.handle}/video/{video}", video


def _x(_kind: str, number: int, rng: Random) -> Address:
    return Address(
        f"https://x.com/{_handle(number)}", _handle(number), str(_snowflake(1_700_000_000_000 + number, rng))
    )


def _x_item(account: Address, _number: int, when: datetime, rng: Random) -> tuple[str, str]:
    post = str(_snowflake(int(when.timestamp() * 1000), rng))
    return f"https://x.com/{account.handle}/status/{post}", post


def _snowflake(milliseconds: int, rng: Random) -> int:
    return ((milliseconds - 1288834974657) << 22) | rng.randrange(2**22)


def _telegram(_kind: str, number: int, rng: Random) -> Address:
    return Address(f"https://t.me/{_handle(number)}", _handle(number), str(rng.randrange(1_500_000_000, 2_400_000_000)))


def _telegram_item(account: Address, number: int, _when: datetime, _rng: Random) -> tuple[str, str]:
    return f"https://t.me/{account.handle}/{number}", str(number)


def _whatsapp(kind: str, number: int, rng: Random) -> Address:
    if kind == "phone":
        index = number % 10_000
        digits = f"120255501{index:02d}" if index < _FICTION_NUMBERS else f"999{index:08d}"
        return Address(f"https://wa.me/{digits}", "", "")
    if kind == "invite":
        code = "".join(rng.choices(_ALNUM, k=22))
        return Address(f"https://chat.whatsapp.com/{code}", code, "")
    code = "0029V" + "".join(rng.choices(_ALNUM, k=19))
    return Address(f"https://whatsapp.com/channel/{code}", code, code)


def _whatsapp_item(account: Address, number: int, _when: datetime, _rng: Random) -> tuple[str, str]:
    return f"https://whatsapp.com/channel/{account.handle}/{100 + number}", str(100 + number)


_ACCOUNTS: Mapping[str, Callable[[str, int, Random], Address]] = {
    "facebook": _facebook,
    "instagram": _instagram,
    "tiktok": _tiktok,
    "x": _x,
    "telegram": _telegram,
    "whatsapp": _whatsapp,
}
_ITEMS: Mapping[str, Callable[[Address, int, datetime, Random], tuple[str, str]]] = {
    "facebook": _facebook_item,
    "instagram": _instagram_item,
    "tiktok": _tiktok_item,
    "x": _x_item,
    "telegram": _telegram_item,
    "whatsapp": _whatsapp_item,
}
