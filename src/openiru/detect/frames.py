"""Run as a process of its own by `video`: hashes the frames of one file and prints a line of JSON for each."""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")

import cv2

from openiru.detect.pdq import hash_pixels
from openiru.detect.pictures import SIDE

LARGEST_SIDE = 8_000


def main(words: list[str]) -> int:
    """Path, seconds between frames, most frames; status 1 when nothing could be read."""
    path, every, most = words[0], float(words[1]), int(words[2])
    video = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
    rate = video.get(cv2.CAP_PROP_FPS)
    if not video.isOpened() or not 0 < rate < 1_000:
        return 1
    number = hashed = 0
    due = 0.0
    while hashed < most and video.grab():
        second = number / rate
        if second >= due:
            taken, frame = video.retrieve()
            if not taken or max(frame.shape[:2]) > LARGEST_SIDE:
                return 1
            _say(number, second, frame)
            hashed, due = hashed + 1, due + every
        number += 1
    return 0 if hashed else 1


def _say(number: int, second: float, frame: cv2.typing.MatLike) -> None:
    height, width = frame.shape[:2]
    scale = SIDE / max(height, width)
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        frame = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    found = hash_pixels(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB).astype("uint8"))
    sys.stdout.write(json.dumps([number, round(second, 3), found.hex, found.quality]) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
