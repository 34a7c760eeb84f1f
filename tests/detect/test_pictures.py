"""Images come from strangers: bombs, broken and moving ones are refused or named, and nothing else is ever raised."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from openiru.detect import pictures
from openiru.detect.pictures import decode
from openiru.errors import Unreadable
from tests.detect.images import encoded, waves


def bomb(width: int, height: int) -> bytes:
    """A PNG of some hundred bytes that says it has so many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_it_reads_what_platforms_serve(form: str) -> None:
    picture = decode(encoded(waves(90, 120), form))
    assert (picture.format, picture.width, picture.height, picture.frames) == (form, 120, 90, 1)
    assert picture.pixels.shape == (90, 120, 3) and picture.pixels.dtype == np.uint8
    assert picture.remark == ""


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_every_kind_of_pixel_becomes_red_green_and_blue(mode: str) -> None:
    out = io.BytesIO()
    Image.fromarray(waves(60, 60)).convert(mode if mode != "I;16" else "I").convert(mode).save(out, "TIFF")
    assert decode(out.getvalue()).pixels.shape == (60, 60, 3)


def test_a_large_image_is_brought_to_512() -> None:
    picture = decode(encoded(waves(700, 1400), "JPEG"))
    assert picture.pixels.shape == (256, 512, 3) and (picture.width, picture.height) == (1400, 700)


@pytest.mark.parametrize("size", [(9_000, 9_000), (60_000, 60_000), (2_000_000_000, 2_000_000_000)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(Unreadable, match=r"pixels|broken"):
        decode(bomb(*size))


def test_a_moving_image_is_named_as_such_and_gives_its_first_frame() -> None:
    frames = [Image.fromarray(waves(64, 64, seed)) for seed in (1, 2, 3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    picture = decode(out.getvalue())
    assert picture.frames == 3 and picture.remark == "first of 3 frames"
    assert np.array_equal(picture.pixels, decode(encoded(waves(64, 64, 1), "GIF")).pixels)


def test_a_turn_in_the_exif_is_said_and_not_done() -> None:
    exif = Image.Exif()
    exif[pictures.ORIENTATION] = 6
    picture = decode(encoded(waves(60, 80), "JPEG", exif=exif))
    assert picture.orientation == 6 and "EXIF" in picture.remark and picture.pixels.shape == (60, 80, 3)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"hello", "known format"),
        (b"%PDF-1.7\n" + bytes(100), "known format"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "known format"),
        (encoded(waves(90, 120))[:-400], "broken"),
        (encoded(waves(90, 120), "JPEG")[:300], "broken"),
        (bomb(300, 300), "broken"),
    ],
)
def test_what_is_no_whole_image_is_refused_with_a_word(data: bytes, word: str) -> None:
    with pytest.raises(Unreadable, match=word):
        decode(data)


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 1000)
    with pytest.raises(Unreadable, match="1001 bytes"):
        decode(bytes(1001))


SEEDS = [encoded(waves(40, 50), form) for form in ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_broken_bytes_raise_nothing_but_unreadable(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Unreadable):
        decode(bytes(whole[: data.draw(st.integers(1, len(whole)))]))
