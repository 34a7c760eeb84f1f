"""Images hashed a second beside pdqhash (the reference in C++), on pixels and from the file; hashes compared on every reference image."""

from __future__ import annotations

import argparse
import importlib
import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from openiru.detect.pdq import distance, hash_pixels, hash_turned
from openiru.detect.pictures import decode

SIZES = {"512 × 512": (512, 512), "1080p": (1080, 1920)}
GOAL = 3.0
ROUNDS, EACH = 7, 6
SEED = 7


def image(rows: int, columns: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Waves of several lengths with noise: neither flat nor noise alone."""
    y, x = np.mgrid[0:rows, 0:columns]
    pixels = np.zeros((rows, columns, 3))
    for channel in range(3):
        for _ in range(6):
            across, down, phase = random.uniform(0, 14, 3)
            pixels[:, :, channel] += random.normal() * np.sin(x * across / columns + y * down / rows + phase)
    pixels += random.normal(size=pixels.shape) * 0.3
    scaled = (pixels - pixels.min()) / (pixels.max() - pixels.min()) * 255
    return np.asarray(scaled, dtype=np.uint8)


def jpeg(pixels: NDArray[np.uint8]) -> bytes:
    """The file."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=85)
    return out.getvalue()


def rate(run: Callable[[Any], object], given: Any) -> float:
    """Runs a second."""
    start = time.perf_counter()
    for _ in range(EACH):
        run(given)
    return EACH / (time.perf_counter() - start)


def compare(mine: Callable[[Any], object], theirs: Callable[[Any], object], given: Any) -> dict[str, float]:
    """Both in turn: medians, and the median, least and greatest ratio."""
    mine(given), theirs(given)
    pairs = [(rate(mine, given), rate(theirs, given)) for _ in range(ROUNDS)]
    ratios = [one / other for one, other in pairs]
    return {
        "ours": median(one for one, _ in pairs),
        "peer": median(other for _, other in pairs),
        "ratio": median(ratios),
        "least": min(ratios),
        "most": max(ratios),
    }


def reference(peer: Any, folder: Path) -> dict[str, int]:
    """On the pixels of every image in the data: how many there are, and how many of our hashes or qualities differ from the peer's."""
    images = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in (".jpg", ".jpeg", ".png")]
    found = {"images": len(images), "hashes_that_differ": 0, "qualities_that_differ": 0}
    for path in images:
        whole = np.asarray(Image.open(path).convert("RGB"))
        for pixels in (whole, decode(path.read_bytes()).pixels):
            bits, quality = peer.compute(pixels)
            hashed = hash_pixels(pixels)
            found["hashes_that_differ"] += distance(hashed.hash, np.packbits(bits).tobytes()) > 0
            found["qualities_that_differ"] += hashed.quality != quality
    return found


def main(argv: list[str] | None = None) -> int:
    """Print the figures; fails where the peer is absent, a hash differs, or the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    try:
        peer = importlib.import_module("pdqhash")
    except ImportError:
        print("FAILED: the peer pdqhash is absent; see requirements/bench.txt")
        return 1
    random, found = np.random.default_rng(SEED), {}
    for name, (rows, columns) in SIZES.items():
        pixels = image(rows, columns, random)
        file = jpeg(pixels)
        whole = lambda data: peer.compute(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))  # noqa: E731
        found[f"{name}, pixels"] = compare(hash_pixels, peer.compute, pixels)
        found[f"{name}, pixels, eight turns"] = compare(hash_turned, peer.compute_dihedral, pixels)
        found[f"{name}, JPEG file"] = compare(lambda data: hash_pixels(decode(data).pixels), whole, file)
    result: dict[str, Any] = {"rates": found, "load": os.getloadavg()[0]}
    result["reference"] = reference(peer, Path(os.environ["OPENIRU_DATA"]) / "media")
    met = all(one["ratio"] >= GOAL for name, one in found.items() if name.endswith("pixels"))
    result["met"] = met and not result["reference"]["hashes_that_differ"]
    print(json.dumps(result)) if options.json else show(result)
    return 0 if result["met"] else 1


def show(result: dict[str, Any]) -> None:
    """The figures, for reading."""
    print(
        f"images a second, one call an image; goal {GOAL:.0f} times on pixels; load of the machine {result['load']:.1f}"
    )
    for name, one in result["rates"].items():
        spread = f"[{one['least']:.1f} to {one['most']:.1f}]"
        print(f"  {name:<30} {one['ours']:>7,.0f}  pdqhash {one['peer']:>5,.0f}  ratio {one['ratio']:.1f} {spread}")
    about = result["reference"]
    print(f"  {about['images']} reference images, whole and at 512: {about['hashes_that_differ']} hashes and {about['qualities_that_differ']} qualities differ")  # fmt: skip  # noqa: E501
    print(
        "  (a JPEG file of ours is brought to 512 while it is decoded, as the published hashes were; the peer decodes it whole)"
    )


if __name__ == "__main__":
    sys.exit(main())
