"""One byte string for one value: JSON in the canonical form of RFC 8785, so that all hash a record alike."""

from __future__ import annotations

import json
import math
from decimal import Decimal

LARGEST = 2**53
"""Integers beyond this are not exact in every reader of JSON (RFC 8785, section 3.2.2.3)."""


def canonical_json(value: object) -> bytes:
    """Return the canonical bytes of a value made of dict, list, tuple, str, int, float, bool and None.

    Raises ValueError for what JSON cannot say: NaN, infinities, integers beyond 2^53, lone surrogates, other keys.
    """
    return _text(value).encode("utf-8")


def _text(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(str(value), ensure_ascii=False)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, list | tuple):
        return "[" + ",".join(_text(item) for item in value) + "]"
    if isinstance(value, dict):
        return _object(value)
    raise ValueError(f"{type(value).__name__} has no form in JSON")


def _object(value: dict[object, object]) -> str:
    keys = []
    for key in value:
        if not isinstance(key, str):
            raise ValueError(f"a key must be text, not {type(key).__name__}")
        keys.append(key)
    # RFC 8785 orders by UTF-16 code units, which is not the order of code points above U+FFFF.
    keys.sort(key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(f"{_text(key)}:{_text(value[key])}" for key in keys) + "}"


def _number(value: float) -> str:
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError("an integer beyond 2^53 is not exact in JSON")
        return str(int(value))
    if not math.isfinite(value):
        raise ValueError("NaN and infinities have no form in JSON")
    if value == 0:
        return "0"
    return ("-" if value < 0 else "") + _shortest(repr(abs(value)))


def _shortest(shown: str) -> str:
    """Lay Python's shortest digits out as ECMAScript's Number::toString does (ECMA-262, section 6.1.6.1.20)."""
    _, raw, exponent = Decimal(shown).as_tuple()
    digits = "".join(map(str, raw))
    point = len(digits) + int(exponent)
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    mantissa = digits if count == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{point - 1:+d}"
