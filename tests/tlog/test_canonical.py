"""Canonical JSON: one value has one byte string, and what JSON cannot say is refused."""

from __future__ import annotations

import json
import math
import os
import struct
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.tlog.canonical import canonical_json

VECTORS = Path(os.environ.get("OPENIRU_DATA", "data")) / "protocols" / "jcs_rfc8785"
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


def read(text: bytes) -> object:
    """Read as ECMAScript does: there a whole number beyond 2^53 is a float."""
    return json.loads(text, parse_int=lambda digits: int(digits) if abs(int(digits)) <= 2**53 else float(digits))


@given(plain)
def test_what_is_written_reads_back_as_the_same_value(value: object) -> None:
    assert read(canonical_json(value)) == value


@given(plain)
def test_canonical_bytes_are_a_fixed_point(value: object) -> None:
    once = canonical_json(value)
    assert canonical_json(read(once)) == once


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 9)))
def test_the_order_in_which_keys_came_does_not_matter(value: dict[str, int]) -> None:
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        ("4340000000000001", "9007199254740994"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("41b3de4355555554", "333333333.33333325"),
        ("c043800000000000", "-39"),
        ("4021000000000000", "8.5"),
    ],
)
def test_floats_are_written_as_ecmascript_does(bits: str, expected: str) -> None:
    value = struct.unpack(">d", bytes.fromhex(bits))[0]
    assert canonical_json(value) == expected.encode()


def test_keys_are_ordered_by_utf16_code_units() -> None:
    smiley, dalet = "\U0001f602", "\ufb33"
    assert smiley > dalet
    assert canonical_json({dalet: 1, smiley: 2}) == f'{{"{smiley}":2,"{dalet}":1}}'.encode()


def test_tuples_are_lists_and_enum_words_are_text() -> None:
    class Word(StrEnum):
        ONE = "one"

    assert canonical_json((Word.ONE, True, None)) == b'["one",true,null]'


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, 2**53 + 1, -(2**53) - 1, "\ud800", {1: "a"}, {"\udfff": 1}, b"bytes", {1, 2}]
)
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the kind is the promise, the words are not
        canonical_json(value)


@pytest.mark.skipif(not VECTORS.is_dir(), reason=f"no RFC 8785 vectors at {VECTORS}: set OPENIRU_DATA")
def test_the_published_vectors_agree() -> None:
    for case in sorted((VECTORS / "input").glob("*.json")):
        assert canonical_json(json.loads(case.read_bytes())) == (VECTORS / "output" / case.name).read_bytes(), case.name
