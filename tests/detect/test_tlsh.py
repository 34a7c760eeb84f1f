"""TLSH equals the reference's values, tells near-duplicates from others, and names what it cannot compare."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.detect import tlsh
from openiru.errors import Unreadable

PUBLISHED = [
    (50, "T1C59002586716515299907989170AC6745AE7552E012E261982043428E0966A3111002E"),
    (256, "T1A1D0EB83E922ECE5808482023E00C2E21881B08F422E130A095930A4D2530E2306002E"),
    (700, "T1920194A674B7D8C1C8288A03CF82C0E136E1B38F16A18386116D2EBAD488593A5CC46A"),
    (3300, "T1F6614C5234C79CA2AE30DEB0872DF0E230D2764D71789FDE489D4EF068824EA144469A"),
    (40000, "T11003F1E358B375E2D9982D746440A9FF34121ED1BDB1EF2C840D0BFE55A05B5A9032EA"),
]
"""Made with the reference implementation, version 4.7.2, of `a_stream("vector", size)`."""
TEXT = (
    "The library of the valley opens at nine. In spring every shelf was counted again, lamps were lit on the stairs, and "
    "two carpenters from Example Town mended the long table where children draw maps. Nobody knows who left the box of "
    "old letters at the door; the keeper reads one aloud each Friday, and people come from three villages to hear about "
    "harvests, floods, weddings and a bridge that was never built. The bus stops running after dark, so most of them "
    "walk home along the river with torches, singing, while the keeper locks up, winds the clock and feeds the cat."
)


def a_stream(seed: str, size: int) -> bytes:
    blocks = (hashlib.sha256(f"{seed}:{number}".encode()).digest() for number in range(size // 32 + 1))
    return b"".join(blocks)[:size]


@pytest.mark.parametrize(("size", "digest"), PUBLISHED)
def test_the_digest_equals_the_references(size: int, digest: str) -> None:
    assert str(tlsh.of_bytes(a_stream("vector", size))) == digest


def test_the_distance_equals_the_references() -> None:
    whole = a_stream("vector", 3300)
    changed = whole[:1600] + b"changed" + whole[1610:]
    one, near, far = (tlsh.of_bytes(data) for data in (whole, changed, a_stream("other", 3300)))
    assert (tlsh.distance(one, near), tlsh.distance(one, far), tlsh.distance(one, one)) == (11, 189, 0)


@given(st.binary(min_size=400, max_size=4000))
def test_a_digest_goes_round_and_a_distance_has_no_direction(data: bytes) -> None:
    try:
        one = tlsh.of_bytes(data)
    except Unreadable:
        return
    other = tlsh.read(PUBLISHED[2][1])
    assert str(tlsh.read(str(one))) == str(one)
    assert tlsh.distance(one, other) == tlsh.distance(other, one) >= 0 == tlsh.distance(one, tlsh.read(str(one)))


def test_a_text_is_the_same_in_other_capitals_and_spaces_and_near_with_another_word() -> None:
    one = tlsh.of_text(TEXT)
    assert str(tlsh.of_text(TEXT.upper().replace(" ", "\n  "))) == str(one)
    near, far = (tlsh.of_text(text) for text in (TEXT.replace("nine", "eight"), TEXT[::-1]))
    assert tlsh.distance(one, near) <= tlsh.NEAR < tlsh.distance(one, far)


@pytest.mark.parametrize("data", [b"", bytes(49), bytes(5000), b"ab" * 400])
def test_what_cannot_be_compared_is_named(data: bytes) -> None:
    with pytest.raises(Unreadable):
        tlsh.of_bytes(data)


@pytest.mark.parametrize("text", ["", "short", "\ud800" * 10])
def test_a_short_text_is_not_compared(text: str) -> None:
    with pytest.raises(Unreadable):
        tlsh.of_text(text)


@pytest.mark.parametrize("text", ["", "T1", "T1" + "G" * 70, "T1" + "0" * 69, "T2" + "0" * 70])
def test_what_is_no_digest_is_not_read(text: str) -> None:
    with pytest.raises(Unreadable):
        tlsh.read(text)
