"""No bytes break a reader, and no text breaks `recognise`: FUZZ_CASES each, within FUZZ_SECONDS; the number that ran is printed."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openiru.errors import Unreadable
from openiru.platforms import PLATFORMS, recognise
from openiru.stages.intake.formats import READERS, choose
from openiru.stages.intake.formats.cells import MOST_FOLLOWERS
from openiru.stages.intake.formats.literals import literal
from openiru.stages.intake.formats.shapes import Reader, Rejected, Row
from tests.fuzz.mutations import TOKENS, mutant

CASES = int(os.environ.get("FUZZ_CASES", "150"))
SECONDS = float(os.environ.get("FUZZ_SECONDS", "120"))
SEED = int(os.environ.get("FUZZ_SEED", "7"))
EVERYTHING = [example.content for reader in READERS.values() for example in reader.examples]
many = settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), database=None)


class Budget:
    """Counts the cases of one property, and says when its time is up; cases after that do nothing and are not counted."""

    def __init__(self) -> None:
        self.ran, self._start = 0, 0.0

    def left(self) -> bool:
        """Whether this case may run."""
        self._start = self._start or time.monotonic()
        if time.monotonic() - self._start > SECONDS:
            return False
        self.ran += 1
        return True


BUDGETS = {name: Budget() for name in ("any bytes, every reader", "literals", "recognise")}


@pytest.fixture(scope="module", autouse=True)
def said() -> Iterator[None]:
    """Say at the end how many cases each property ran."""
    yield
    for name, budget in BUDGETS.items():
        print(f"\n{name}: {budget.ran} cases, seed {SEED}")


def read_all(reader: Reader, content: bytes) -> int:
    """Read a file to its end and hold what comes to what every caller relies on; how many records came."""
    found = 0
    try:
        for one in reader.read(io.BytesIO(content), None):
            (check_row if isinstance(one, Row) else check_rejected)(one)  # type: ignore[arg-type]
            found += 1
    except Unreadable as error:
        check_rejected(Rejected(1, error.value, error.reason, error.where))
    return found


def check_row(row: Row) -> None:
    whole = "\n".join(
        (row.url, *row.item_urls, *row.claimed_lists, row.note, row.handle, row.name, row.text, row.language)
    )
    assert "\0" not in whole and whole.encode() and row.url.strip()
    assert row.line > 0 and (row.followers is None or 0 <= row.followers <= MOST_FOLLOWERS)
    assert not row.stable_id or (row.stable_id.isascii() and row.stable_id.isdigit())
    assert all(at is None or at.tzinfo is not None for at in (row.seen_at, row.posted_at))
    assert all(name and int(digest, 16) >= 0 for name, digest in row.hashes)


def check_rejected(bad: Rejected) -> None:
    assert bad.reason and bad.line > 0 and len(bad.value) <= 300
    f"{bad.value}{bad.column}".encode()


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_no_broken_file_breaks_its_reader(reader: Reader) -> None:
    random, start, ran, records = Random(f"{SEED}{reader.name}"), time.monotonic(), 0, 0
    while ran < CASES and time.monotonic() - start < SECONDS:
        example = reader.examples[ran % len(reader.examples)]
        content = mutant(example.file, example.content, EVERYTHING, random)
        try:
            records += read_all(reader, content)
        except Exception:
            print(f"\nseed {SEED}, case {ran}: {content!r}")
            raise
        ran += 1
    print(f"\n{reader.name}: {ran} broken files, {records} records, {time.monotonic() - start:.1f} s")
    assert ran


@many
@given(st.binary(max_size=2_000) | st.lists(st.sampled_from(TOKENS), max_size=60).map(b"".join))
def test_no_bytes_break_any_reader_nor_the_choice_between_them(content: bytes) -> None:
    if not BUDGETS["any bytes, every reader"].left():
        return
    choose("file.bin", content)
    for reader in READERS.values():
        read_all(reader, content)


@many
@given(st.text(max_size=500))
def test_no_text_breaks_the_reader_of_literals(text: str) -> None:
    with suppress(Unreadable):
        _ = BUDGETS["literals"].left() and literal(text)


HOSTS = sorted(host for file in PLATFORMS.values() for host in file.hosts)
SIGNS = [
    "http://",
    "hxxps://",
    "tg://",
    "//",
    "/",
    "?",
    "#",
    "@",
    ":",
    "%",
    "%2F",
    "[.]",
    "..",
    "\u200b",
    "\u202e",
    "www.",
    "xn--",
    "?u=",
]
PARTS = st.sampled_from(SIGNS)
ADDRESSES = st.lists(PARTS | st.sampled_from(HOSTS) | st.text(max_size=12), max_size=12).map("".join)


@many
@given(ADDRESSES | st.text(max_size=300))
def test_recognise_gives_a_ref_or_unreadable_for_any_text_and_the_same_one_again(text: str) -> None:
    if not BUDGETS["recognise"].left():
        return
    try:
        ref = recognise(text)
    except Unreadable:
        return
    if ref.phone is None and ref.account is ref:
        assert recognise(ref.canonical_url).key == ref.key
