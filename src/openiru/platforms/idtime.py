"""When an id was made: the arithmetic of numbers that carry their time (reference §1), shared by the platforms that use it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(2100, 1, 1, tzinfo=UTC)
_TID = "234567abcdefghijklmnopqrstuvwxyz"
_BASE64_URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def shifted(text: str, *, bits: int, epoch_ms: int = 0, unit_ms: int = 1, first: datetime) -> datetime | None:
    """The time in the upper bits of a decimal id: `(id >> bits) * unit + epoch`. None before `first` or for no number."""
    if not (text.isascii() and text.isdigit()) or len(text) > 20:
        return None
    return _within(timedelta(milliseconds=(int(text) >> bits) * unit_ms + epoch_ms), first)


def of_tid(text: str, *, first: datetime) -> datetime | None:
    """The time of an AT Protocol TID: 13 signs of a sortable base 32, microseconds above ten bits of clock id."""
    if len(text) != len("3kh5rarr3gn2n") or any(sign not in _TID for sign in text):
        return None
    number = 0
    for sign in text:
        number = number * 32 + _TID.index(sign)
    return _within(timedelta(microseconds=number >> 10), first)


def decimal_of_code(code: str) -> str:
    """The number that a short code in base64url letters stands for (Instagram: reference §5); empty for no code."""
    if not code or any(sign not in _BASE64_URL for sign in code):
        return ""
    number = 0
    for sign in code:
        number = number * 64 + _BASE64_URL.index(sign)
    return str(number)


def code_of_decimal(text: str) -> str:
    """The short code of a number, the way back of `decimal_of_code`; empty for no positive number."""
    if not (text.isascii() and text.isdigit()) or len(text) > 25:
        return ""
    number, code = int(text), ""
    while number:
        number, place = divmod(number, 64)
        code = _BASE64_URL[place] + code
    return code


def _within(since: timedelta, first: datetime) -> datetime | None:
    if since >= _LAST - _EPOCH:
        return None
    at = _EPOCH + since
    return at if at >= first else None
