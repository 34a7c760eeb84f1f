"""The media detector suggests with a reason that can be checked, holds back what a negative bank knows, and never stops at a bad row."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from openiru.detect import matches, tlsh
from openiru.detect.banks import Bank, Bearing, Entry, SignalKind, entry, quarantined
from openiru.detect.media import INPUT, Scanned, scan
from openiru.detect.pdq import hash_pixels
from openiru.detect.pictures import decode
from openiru.errors import Unreadable
from tests.detect.images import encoded, flipped, waves

FILE = encoded(waves(96, 96, 4))
HASH = hash_pixels(waves(96, 96, 4)).hash


def near(bits: int, hashed: bytes = HASH) -> bytes:
    return flipped(np.frombuffer(hashed, dtype=np.uint8), np.arange(bits)).tobytes()


def an_entry(**changes: Any) -> Entry:
    return Entry(**{"subject": "film-1", "kind": SignalKind.PDQ, "value": HASH, "quality": 100, **changes})


def rows(*given: dict[str, Any]) -> pa.Table:
    blank = {"hash": None, "quality": None, "image": None}
    return pa.Table.from_pylist([{"row": place, **blank, **one} for place, one in enumerate(given)], schema=INPUT)


def of(*entries: Entry, given: tuple[dict[str, Any], ...] = ({"kind": "pdq", "hash": HASH.hex()},)) -> Scanned:
    return scan(rows(*given), Bank.of(entries))


def test_a_match_says_where_what_and_why() -> None:
    found = of(an_entry(value=near(8))).matches
    assert found.schema == matches.SCHEMA
    (match,) = found.to_pylist()
    assert (match["row"], match["detector"], match["field"], match["subject"]) == (0, "media", "pdq", "film-1")
    assert (match["found"], match["known"], match["score"]) == (HASH.hex(), near(8).hex(), 0.75)
    assert (match["start"], match["end"]) == (-1, -1)
    assert "differ in 8 of 256 bits" in match["sentence"]


@pytest.mark.parametrize(("bits", "found"), [(0, 1), (31, 1), (32, 0)])
def test_it_matches_within_31_bits_and_not_beyond(bits: int, found: int) -> None:
    assert of(an_entry(value=near(bits))).matches.num_rows == found


@pytest.mark.parametrize("turn", ["rot90", "flipud"])
def test_a_turned_copy_is_found_and_the_turn_is_said(turn: str) -> None:
    turned = np.rot90(waves(96, 96, 4)) if turn == "rot90" else np.flipud(waves(96, 96, 4))
    (match,) = of(
        an_entry(), given=({"kind": "image", "image": encoded(np.ascontiguousarray(turned))},)
    ).matches.to_pylist()
    assert match["field"] == "pdq" and ("rotate" in match["sentence"] or "flip" in match["sentence"])


def test_an_equal_file_is_found_by_its_digests_even_if_it_is_no_image() -> None:
    data = b"a document"
    bank = (
        an_entry(kind=SignalKind.SHA256, value=hashlib.sha256(data).digest(), subject="text-1"),
        an_entry(kind=SignalKind.MD5, value=hashlib.md5(data).digest(), subject="text-2"),
    )
    scanned = of(*bank, given=({"kind": "image", "image": data},))
    assert {(one["field"], one["subject"]) for one in scanned.matches.to_pylist()} == {
        ("sha256", "text-1"),
        ("md5", "text-2"),
    }
    assert "can be forged" in scanned.matches.to_pylist()[1]["sentence"]
    assert scanned.unread == ((0, "not an image of a known format (BMP, GIF, JPEG, PNG, TIFF, WEBP)"),)


def test_a_negative_bank_suppresses_and_says_so() -> None:
    scanned = of(an_entry(value=near(4)), an_entry(subject="news-9", negative_bank=True))
    assert scanned.matches.num_rows == 0
    (held,) = scanned.suppressed
    assert (held.match.subject, held.by) == ("film-1", "news-9") and "news-9 in a negative bank" in held.sentence


def test_a_negative_entry_that_is_further_away_does_not_suppress() -> None:
    scanned = of(an_entry(value=near(2)), an_entry(subject="news-9", value=near(20), negative_bank=True))
    assert scanned.matches.num_rows == 1 and not scanned.suppressed


def test_a_negative_bank_of_digests_suppresses_what_pdq_would_suggest() -> None:
    news = an_entry(subject="news-9", kind=SignalKind.SHA256, value=hashlib.sha256(FILE).digest(), negative_bank=True)
    scanned = of(an_entry(), news, given=({"kind": "image", "image": FILE},))
    assert scanned.matches.num_rows == 0 and len(scanned.suppressed) == 1


@pytest.mark.parametrize(
    ("positive", "negative", "bearing"),
    [(1, 0, Bearing.SUGGESTS), (3, 1, Bearing.DISPUTED), (0, 0, Bearing.DISPUTED), (0, 1, Bearing.SUPPRESSES)],
)
def test_opinions_decide_what_an_entry_does(positive: int, negative: int, bearing: Bearing) -> None:
    assert an_entry(positive=positive, negative=negative).bearing is bearing


def test_a_disputed_entry_says_that_it_is() -> None:
    (match,) = of(an_entry(positive=2, negative=1)).matches.to_pylist()
    assert "Disputed: 2 for, 1 against" in match["sentence"]


@pytest.mark.parametrize(
    ("value", "quality", "word"),
    [(HASH, 49, "quality 49"), (bytes(32), None, "0 of 256 bits"), (b"\xff" * 32, 100, "256 of 256 bits")],
)
def test_a_hash_that_matches_everything_is_quarantined_with_a_word(
    value: bytes, quality: int | None, word: str
) -> None:
    flat = an_entry(value=value, quality=quality)
    assert flat.bearing is Bearing.QUARANTINED
    ((_, said),) = quarantined([flat, an_entry()])
    assert word in said
    assert of(flat, given=({"kind": "pdq", "hash": value.hex(), "quality": 100},)).matches.num_rows == 0


def test_a_flat_image_is_compared_by_its_bytes_only() -> None:
    flat = encoded(np.full((80, 80, 3), 9, dtype=np.uint8))
    same = an_entry(kind=SignalKind.SHA256, value=hashlib.sha256(flat).digest())
    scanned = of(same, an_entry(), given=({"kind": "image", "image": flat},))
    assert [one["field"] for one in scanned.matches.to_pylist()] == ["sha256"]
    assert scanned.unread == ((0, "not compared by PDQ: quality 0 of 100, too flat"),)


def test_bad_rows_are_named_and_the_others_go_on() -> None:
    given = (
        {"kind": "image", "image": b""},
        {"kind": "image", "image": None},
        {"kind": "pdq", "hash": "abc"},
        {"kind": "pdq", "hash": "ab"},
        {"kind": "pdq"},
        {"kind": "pdq", "hash": HASH.hex(), "quality": 3},
        {"kind": "smell", "hash": "ab"},
        {"kind": "pdq", "hash": HASH.hex()},
    )
    scanned = of(an_entry(), given=given)
    assert [place for place, _ in scanned.unread] == list(range(7)) and all(word for _, word in scanned.unread)
    assert [one["row"] for one in scanned.matches.to_pylist()] == [7]


@pytest.mark.parametrize("value", [HASH.hex()[:-2], HASH.hex() + "00", "", "zz" * 32])
def test_a_bank_with_a_hash_of_a_wrong_length_is_refused_by_name(value: str) -> None:
    with pytest.raises(Unreadable, match="entry 42") as failure:
        entry("entry 42", "pdq", value)
    assert failure.value.where == "entry 42"


def test_an_empty_bank_and_an_empty_batch_suggest_nothing() -> None:
    assert of().matches.num_rows == 0
    assert scan(rows(), Bank.of([an_entry()])).matches.schema == matches.SCHEMA


def test_a_moving_image_is_said_to_be_one() -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    frames = [Image.fromarray(waves(96, 96, seed)).convert("P") for seed in (4, 5)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    known = hash_pixels(decode(out.getvalue()).pixels).hash
    (match,) = of(an_entry(value=known), given=({"kind": "image", "image": out.getvalue()},)).matches.to_pylist()
    assert "first of 2 frames" in match["sentence"]


def test_a_document_that_was_changed_a_little_is_found_and_the_sentence_says_how_far() -> None:
    chance = random.Random(5)
    whole = b" ".join(bytes(chance.randrange(97, 123) for _ in range(6)) for _ in range(700))
    changed = whole[:2000] + b"another word" + whole[2012:]
    bank = Bank.of([entry("leaflet-1", "tlsh", str(tlsh.of_bytes(whole)))])
    given = (
        {"kind": "document", "image": changed},
        {"kind": "document", "image": whole[::-1]},
        {"kind": "tlsh", "hash": str(tlsh.of_bytes(whole))},
        {"kind": "document", "image": b"short"},
    )
    found = scan(rows(*given), bank)
    said = found.matches.to_pylist()
    assert [(one["row"], one["subject"]) for one in said] == [(0, "leaflet-1"), (2, "leaflet-1")]
    assert 0 < said[0]["score"] < said[1]["score"] == 1.0 and "apart by TLSH" in said[0]["sentence"]
    assert [row for row, _ in found.unread] == [3]


@pytest.mark.parametrize("value", ["T1", "T1" + "0" * 68, "T1" + "Z" * 70, "0" * 64])
def test_a_tlsh_of_the_wrong_length_is_refused(value: str) -> None:
    with pytest.raises(Unreadable):
        entry("leaflet-1", "tlsh", value)
