"""vPDQ: a video is found again after it was coded anew, cut and broken files are called by name, no frame is invented."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.detect import video
from openiru.detect.video import Frame
from openiru.errors import Unreadable

RATE = 8


def a_video(
    path: Path, *, seed: int = 1, seconds: int = 6, size: tuple[int, int] = (320, 240), codec: str = "MJPG"
) -> Path:
    """A few scenes of a second each, every one another picture."""
    chance = np.random.default_rng(seed)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), RATE, size)
    for _ in range(seconds):
        scene = cv2.resize(chance.integers(0, 255, (12, 16, 3), dtype=np.uint8), size, interpolation=cv2.INTER_CUBIC)
        for _ in range(RATE):
            writer.write(scene)
    writer.release()
    return path


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Frame, ...]:
    return video.hash_file(a_video(tmp_path_factory.mktemp("v") / "known.avi"))


def test_one_frame_a_second_is_hashed(known: tuple[Frame, ...]) -> None:
    assert [one.second for one in known] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert [one.number for one in known] == [RATE * second for second in range(6)]


def test_a_video_that_was_coded_anew_and_made_smaller_is_the_same(known: tuple[Frame, ...], tmp_path: Path) -> None:
    smaller = video.hash_file(a_video(tmp_path / "small.mp4", size=(200, 150), codec="mp4v"))
    assert video.compare(known, smaller).same


def test_another_video_is_another(known: tuple[Frame, ...], tmp_path: Path) -> None:
    other = video.hash_file(a_video(tmp_path / "other.avi", seed=2))
    assert video.compare(known, other) == video.Overlap(0.0, 0.0)


def test_a_scene_cut_out_is_wholly_in_the_longer_one_and_not_the_same(known: tuple[Frame, ...]) -> None:
    found = video.compare(known[:2], known)
    assert found.of_one == 100 and found.of_other == pytest.approx(33.3, abs=0.1) and not found.same


@pytest.mark.parametrize(
    "content", [b"", b"no video", b"RIFF" + bytes(500), b"\x00\x00\x00\x20ftypisom" + bytes(2_000)]
)
def test_what_is_no_video_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Unreadable):
        video.hash_file(path)


def test_a_file_cut_off_gives_what_could_be_read_or_a_word(tmp_path: Path, known: tuple[Frame, ...]) -> None:
    whole = a_video(tmp_path / "whole.avi").read_bytes()
    path = tmp_path / "cut.avi"
    path.write_bytes(whole[: len(whole) // 2])
    try:
        found = video.hash_file(path)
    except Unreadable:
        return
    assert {one.hash for one in found} <= {one.hash for one in known}


def test_a_flat_video_has_no_frame_to_compare(tmp_path: Path) -> None:
    path = tmp_path / "black.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), RATE, (64, 64))
    for _ in range(RATE * 2):
        writer.write(np.zeros((64, 64, 3), np.uint8))
    writer.release()
    flat = video.hash_file(path)
    assert video.compare(flat, flat) == video.Overlap(0.0, 0.0)


FRAMES = st.lists(
    st.builds(
        Frame,
        st.integers(0, 10**6),
        st.integers(0, 10**6).map(lambda milliseconds: milliseconds / 1000),
        st.binary(min_size=32, max_size=32),
        st.integers(0, 100),
    )
)


@given(FRAMES)
def test_frames_go_round_in_the_published_form(frames: list[Frame]) -> None:
    assert list(video.read(video.written(frames))) == frames


@pytest.mark.parametrize(
    "line", ["1,50,zz,0", "1,50", "x,50," + "0" * 64 + ",0", "1,101," + "0" * 64 + ",0", "1,50,00,0"]
)
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(Unreadable):
        video.read(line)
