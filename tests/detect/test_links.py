"""The detector of links: every form of an address is the same one, and a wallet counts only with its checksum right."""

from __future__ import annotations

import pickle
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.detect.links import SHARED, Kind, KnownLink, Links, shared_links
from openiru.detect.links.wallets import keccak256, wallet_of
from openiru.detect.matches import SCHEMA

BITCOIN = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
SEGWIT = "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"
TAPROOT = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
ETHEREUM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
TRON = "TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW"
KNOWN = (
    KnownLink("front", "https://t.me/example_kharu", Kind.REFERRED),
    KnownLink("front", "https://t.me/+AbCdEf_123", Kind.INVITE),
    KnownLink("front", ETHEREUM, Kind.WALLET),
    KnownLink("front", "https://mega.nz/file/example1", Kind.FILE),
)


def found(text: str, known: Any = KNOWN, field: str = "text") -> list[dict[str, Any]]:
    matches = Links(known).match(pa.table({field: [text]})).matches
    assert matches.schema == SCHEMA
    return matches.to_pylist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("see t.me/Example_Kharu.", "t.me/Example_Kharu"),
        ("دیکھیں https://telegram.me/example_kharu۔", "https://telegram.me/example_kharu"),
        ("(hxxps://t[.]me/s/example_kharu)", "hxxps://t[.]me/s/example_kharu"),
        ("join t.me/joinchat/AbCdEf_123!", "t.me/joinchat/AbCdEf_123"),
        (f"send to {ETHEREUM.lower()}", ETHEREUM.lower()),
        ("file: https://mega.nz/file/example1#key", "https://mega.nz/file/example1#key"),
    ],
)
def test_every_form_of_a_known_address_is_found_with_its_place(text: str, value: str) -> None:
    [one] = found(text)
    assert (one["found"], one["subject"], round(one["score"], 2)) == (value, "front", 0.95)
    assert text[one["start"] : one["end"]] == value


def test_a_post_of_a_referred_account_says_that_it_only_belongs_to_it() -> None:
    [one] = found("t.me/example_kharu/12", field="bio")
    assert (one["detector"], one["field"], round(one["score"], 2)) == ("links", "bio", 0.8)
    assert "belongs to a referred account" in one["sentence"]


@pytest.mark.parametrize(
    "text",
    [
        "t.me/example_kharu2",
        "mailto a@t.me/x",
        "example_kharu",
        "https://t.me@example.org/example_kharu",
        "https://",
        "a.b/c d",
    ],
)
def test_another_address_and_a_bare_name_are_none(text: str) -> None:
    assert found(text) == []


def test_phone_numbers_are_never_compared() -> None:
    known = [KnownLink("x", "https://wa.me/999123456789", Kind.CHANNEL)]
    assert [one.reason for one in Links(known).rejected] == ["not_an_address"]
    assert found("https://wa.me/999123456789", known) == []


@pytest.mark.parametrize(
    ("word", "chain"),
    [(BITCOIN, "bitcoin"), (SEGWIT, "bitcoin"), (TAPROOT, "bitcoin"), (ETHEREUM, "ethereum"), (TRON, "tron")],
)
def test_a_published_wallet_is_one_and_with_one_letter_changed_it_is_none(word: str, chain: str) -> None:
    assert wallet_of(word).startswith(chain + ":")
    for place in range(4, len(word)):
        other = "2" if word[place] != "2" else "3"
        assert wallet_of(word[:place] + other + word[place + 1 :]) == ""


def test_keccak_is_the_one_from_before_sha3() -> None:
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    abc = "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    assert (keccak256(b"").hex(), keccak256(b"abc").hex()) == (empty, abc)


def test_a_known_wallet_with_a_wrong_checksum_is_set_aside_by_name() -> None:
    links = Links([KnownLink("x", ETHEREUM[:-1] + "D", Kind.WALLET), *KNOWN])
    assert [one.reason for one in links.rejected] == ["bad_checksum"]
    assert pickle.loads(pickle.dumps(links)).version == links.version


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_it_and_places_are_those_of_the_text(before: str, after: str) -> None:
    text = f"{before} t.me/example_kharu {after}"
    matches = found(text)
    assert any(one["start"] == len(before) + 1 for one in matches)
    assert all(text[one["start"] : one["end"]] == one["found"] for one in matches)


def test_a_rare_link_of_two_accounts_is_seen_and_a_common_one_is_not() -> None:
    posts = [
        ("a", "https://example.org/rare"),
        ("b", "example.org/rare?utm_source=x and example.org/rare"),
        ("c", "example.org/own"),
    ]
    posts += [(f"u{number}", "https://example.net/news") for number in range(9)]
    accounts, texts = zip(*posts, strict=True)
    shared = shared_links(pa.table({"account": accounts, "text": texts}))
    assert shared.schema == SHARED
    assert [(one["account"], one["posts"], one["accounts"]) for one in shared.to_pylist()] == [("a", 1, 2), ("b", 1, 2)]


def test_a_corpus_without_links_shares_nothing() -> None:
    assert shared_links(pa.table({"account": ["a"], "text": ["nothing"]})).num_rows == 0
