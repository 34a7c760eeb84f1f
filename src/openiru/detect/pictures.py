"""Turn the bytes of a stranger's image into pixels, within bounds: what is too large, broken or no image is refused with a word."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from openiru.errors import Unreadable

MOST_BYTES = 64 << 20
MOST_PIXELS = 64_000_000
"""An image of 8,000 × 8,000; decoded it takes 256 MB at most."""
SIDE = 512
"""Larger images are brought to this before they are hashed, as the published reference hashes were."""
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
"""What platforms serve. Every other decoder of Pillow stays shut to strangers' bytes."""
ORIENTATION = 0x0112
"""EXIF tag: how a viewer is told to turn the image."""


@dataclass(frozen=True)
class Picture:
    """Pixels of shape (rows, columns, 3), at most 512 a side, as stored (not turned as `orientation` says; 1 is upright)."""

    pixels: NDArray[np.uint8]
    format: str
    width: int
    height: int
    frames: int
    orientation: int

    @property
    def remark(self) -> str:
        """What a person should know who compares: empty for a plain image."""
        said = [f"first of {self.frames} frames"] if self.frames > 1 else []
        said += ["a viewer shows it turned (EXIF)"] if self.orientation != 1 else []
        return ", ".join(said)


def decode(data: bytes) -> Picture:
    """The picture in a file, the first frame if it moves. Raises Unreadable: empty, too large, no known format, broken."""
    if not data:
        raise Unreadable("an empty file")
    if len(data) > MOST_BYTES:
        raise Unreadable(f"a file of {len(data)} bytes; images up to {MOST_BYTES} are read")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _picture(image)
        except Unreadable:
            raise
        except Image.DecompressionBombError as fault:
            raise Unreadable(f"more pixels than the {MOST_PIXELS} that are read") from fault
        except UnidentifiedImageError as fault:
            raise Unreadable(f"not an image of a known format ({', '.join(FORMATS)})") from fault
        except Exception as fault:  # Pillow's decoders raise anything on bytes made to break them
            raise Unreadable("a broken image", value=f"{type(fault).__name__}: {fault}") from fault


def _picture(image: Image.Image) -> Picture:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Unreadable(f"{width} × {height} pixels; {MOST_PIXELS} are read")
    form, frames = image.format or "", int(getattr(image, "n_frames", 1))
    orientation = image.getexif().get(ORIENTATION, 1)
    if max(width, height) > SIDE:
        image.thumbnail((SIDE, SIDE))
    pixels = np.asarray(image.convert("RGB"))
    return Picture(pixels, form, width, height, frames, orientation if orientation in range(1, 9) else 1)
