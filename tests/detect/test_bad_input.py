"""Bad input, sentence by sentence, through the whole scan of all detectors: nothing lost, nothing wrong, a clear word."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from openiru.detect import media
from openiru.detect.banks import Bank, entry, quarantined
from openiru.detect.hashes import Hashes
from openiru.detect.links import Kind, KnownLink, Links
from openiru.detect.names import Alias, Names
from openiru.detect.scan import Detector, batch_of, scan
from openiru.detect.text import Text, training
from tests.detect.texts import labelled

THREAT = "we will burn your house tonight, wait for us"
DIGEST = "sha256:" + "ab" * 32
WHOLE = f"The Kharu Brigade says {THREAT}: t.me/example_kharu"
FOUND = {"names", "links", "text"}


@pytest.fixture(scope="module")
def detectors() -> tuple[Detector, ...]:
    return (
        Names([Alias("org-1", "Kharu Brigade")]),
        Links([KnownLink("org-1", "https://t.me/example_kharu", Kind.CHANNEL)]),
        Hashes(Bank.of([entry("file-1", "sha256", "ab" * 32)])),
        Text(training.train(labelled()).model),
    )


def rows(detectors: tuple[Detector, ...], *given: dict[str, object]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scan(batch_of(given), detectors).matches.to_pylist()
    return found


def test_a_post_of_fifty_megabytes_is_read_to_its_end_by_every_detector(detectors: tuple[Detector, ...]) -> None:
    filler = "the school bus leaves at nine سوق صباح خبز " * 1_200_000
    assert len(filler.encode()) > 50_000_000
    found = rows(detectors, {"text": filler + THREAT + " " + WHOLE}, {"text": WHOLE})
    assert {one["detector"] for one in found if one["row"] == 1} >= FOUND - {"text"}
    last = [one for one in found if one["row"] == 0]
    assert {one["detector"] for one in last} >= FOUND
    assert all(one["end"] > len(filler) for one in last)


def test_lone_surrogates_move_no_place_and_stop_no_other_row(detectors: tuple[Detector, ...]) -> None:
    for one in rows(detectors, {"text": f"\udc00 {WHOLE} \ud83d"}, {"text": "\ud800"}):
        if one["detector"] != "text":
            assert f"\ufffd {WHOLE}"[one["start"] : one["end"]] == one["found"]
        assert one["row"] == 0


def test_hashes_that_cannot_be_read_stop_no_other(detectors: tuple[Detector, ...]) -> None:
    broken = ["sha256:abc", "pdq:" + "0" * 64, "md5:", "", ":", "blake:" + "a" * 64, "pdq:xyz"]
    found = rows(detectors, {"text": "", "hashes": [*broken, DIGEST]}, {"text": "", "hashes": None})
    assert [(one["row"], one["detector"], one["field"]) for one in found] == [(0, "media", "sha256")]


@pytest.mark.parametrize("data", [b"", b"\x00\x00\x00\x18ftypmp42", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40])
def test_a_file_of_no_bytes_or_a_video_is_named_and_the_rest_goes_on(data: bytes) -> None:
    given = [{"kind": "image", "image": data}, {"kind": "sha256", "hash": "ab" * 32}]
    batch = pa.Table.from_pylist([{"row": at, **one} for at, one in enumerate(given)], schema=media.INPUT)
    scanned = media.scan(batch, Bank.of([entry("file-1", "sha256", "ab" * 32)]))
    assert [one for one, _ in scanned.unread] == [0]
    assert all(why for _, why in scanned.unread)
    assert scanned.matches["row"].to_pylist() == [1]


def test_a_hash_that_would_match_everything_is_quarantined_with_its_reason() -> None:
    flat = entry("film-1", "pdq", "0" * 64)
    low = entry("film-2", "pdq", "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22", quality=3)
    assert [one.subject for one, why in quarantined([flat, low]) if why] == ["film-1", "film-2"]
    assert (
        scan(batch_of([{"text": "", "hashes": ["pdq:" + "0" * 64]}]), [Hashes(Bank.of([flat]))]).matches.num_rows == 0
    )


def test_a_batch_of_nothing_and_rows_of_nothing_suggest_nothing(detectors: tuple[Detector, ...]) -> None:
    assert rows(detectors) == []
    assert rows(detectors, {"text": None}, {"text": ""}, {"text": "\n\t \u200f"}) == []
