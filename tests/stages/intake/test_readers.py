"""The readers of incoming files: any encoding with a mark, any delimiter, bad lines listed, no line can fill the memory."""

from __future__ import annotations

import csv
import io
import tracemalloc
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.errors import Unreadable
from openiru.stages.intake.formats import READERS, choose, csv_table, parse, pasted
from openiru.stages.intake.formats.cells import followers
from openiru.stages.intake.formats.lines import LONGEST
from openiru.stages.intake.formats.shapes import Parsed, Reader, Rejected

TABLE = 'url,followers,note\nhttps://t.me/one,"1,200",hello\nhttps://t.me/two,,\n'


def read(content: bytes | str) -> Parsed:
    return parse(csv_table.READER, io.BytesIO(content.encode() if isinstance(content, str) else content))


def reasons(parsed: Parsed) -> list[tuple[int, str]]:
    return [(bad.line, bad.reason) for bad in parsed.rejected]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_same_table_in_any_encoding(encoding: str) -> None:
    parsed = read(TABLE.encode(encoding))
    assert [(row.url, row.followers, row.note) for row in parsed.rows] == [
        ("https://t.me/one", 1200, "hello"),
        ("https://t.me/two", None, ""),
    ]
    assert parsed.rejected == ()


@pytest.mark.parametrize("delimiter", ",;\t")
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_same_table_with_any_delimiter_and_line_end(delimiter: str, end: str) -> None:
    head = delimiter.join(("Account URL", "Subscribers", "Remarks"))
    parsed = read(end.join((head, delimiter.join(("https://t.me/one", "12", "سلام")), "")))
    (row,) = parsed.rows
    assert (row.line, row.url, row.followers, row.note) == (2, "https://t.me/one", 12, "سلام")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"   \nhttps://t.me/one\n"])
def test_an_empty_file_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable, match="empty_file"):
        read(content)


def test_a_file_without_a_column_of_addresses_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="no_url_column"):
        read("name,followers\nx,1\n")


def test_bytes_that_are_no_text_cost_their_line_and_say_where() -> None:
    parsed = read(b"url\nhttps://t.me/one\nhttps://t.me/\xff\nhttps://t.me/two\n")
    assert parsed.rejected == (Rejected(3, "https://t.me/?", "not_utf-8"),)
    assert [row.url for row in parsed.rows] == ["https://t.me/one", "https://t.me/two"]


def test_a_heading_that_is_no_text_makes_the_file_unreadable() -> None:
    with pytest.raises(Unreadable, match="line 1: not_utf-8"):
        read(b"url,\xff\nhttps://t.me/one,\n")


def test_bad_quotes_reject_one_line_and_the_others_go_on() -> None:
    parsed = read('url,note\nhttps://t.me/one,"a" b\nhttps://t.me/two,c\n')
    assert reasons(parsed) == [(2, "bad_quoting")]
    assert [row.url for row in parsed.rows] == ["https://t.me/two"]


def test_a_quote_that_never_ends_is_listed_and_nothing_is_silently_dropped() -> None:
    parsed = read('url,note\nhttps://t.me/one,"never ends\nhttps://t.me/two,c\n')
    assert parsed.rejected and parsed.rejected[0].reason in {"bad_quoting", "line_too_long"}


def test_a_quoted_cell_may_have_lines() -> None:
    parsed = read('url,note\nhttps://t.me/one,"first\nsecond"\n')
    (row,) = parsed.rows
    assert row.note == "first\nsecond"


def test_rows_without_an_address_or_with_odd_numbers_are_listed_with_their_line() -> None:
    parsed = read("url,followers\n,5\nhttps://t.me/one,many\n\nhttps://t.me/two,7\n")
    assert reasons(parsed) == [(2, "no_url"), (3, "followers_not_a_number")]
    assert parsed.count == 3


@pytest.mark.parametrize(
    ("text", "count"),
    [("", None), ("-", None), ("n/a", None), ("0", 0), ("12,300", 12300), ("1.2M", 1_200_000), ("3k", 3000), ("1 234", 1234),
     ("1.5K", 1500), ("12.300", 12300), ("1'000", 1000), ("1,23,456", 123456), ("1200.0", 1200), ("١٢٣", 123)],
)  # fmt: skip
def test_counts_as_people_write_them_and_unknown_is_not_zero(text: str, count: int | None) -> None:
    assert followers(text) == count


@pytest.mark.parametrize(
    "text", ["many", "-5", "1e9", "٣x", "1.2.3M", "k", "5 million", "12,5k", "−5", "12,3", "1.2345e18", "9" * 12]
)
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        followers(text)


def test_a_line_that_is_too_long_is_dropped_and_the_next_is_read() -> None:
    parsed = read("url\n" + "x" * (LONGEST + 1) + "\nhttps://t.me/one\n")
    assert reasons(parsed) == [(2, "line_too_long")]
    assert [row.url for row in parsed.rows] == ["https://t.me/one"] and parsed.rows[0].line == 3


class _Endless:
    """A stream of one line without an end, made while it is read."""

    def __init__(self, size: int) -> None:
        self.left, self.first = size, b"url\n"

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        if self.first:
            first, self.first = self.first, b""
            return first
        size = min(size if size >= 0 else self.left, self.left)
        self.left -= size
        return b"a" * size


def collected(reader: Reader, stream: BinaryIO) -> list[Rejected]:
    return [found for found in reader.read(stream, None) if isinstance(found, Rejected)]


@pytest.mark.parametrize("reader", ["csv", "paste"])
def test_two_hundred_megabytes_without_a_line_end_take_little_memory(reader: str) -> None:
    tracemalloc.start()
    try:
        parsed = collected(READERS[reader], cast(BinaryIO, _Endless(200_000_000)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16_000_000
    assert [bad.reason for bad in parsed][-1] == "line_too_long" and len(parsed) <= 2


def test_the_hash_is_of_the_bytes_as_they_came() -> None:
    assert read(TABLE).sha256 != read(TABLE.encode("utf-16")).sha256
    assert read(TABLE).sha256 == read(TABLE).sha256


def test_the_file_name_chooses_the_reader() -> None:
    assert [choose(name, b"").name for name in ("a.csv", "A.TSV", "b.txt", "c.bin")] == ["csv", "csv", "paste", "csv"]


def paste(text: str) -> Parsed:
    return parse(pasted.READER, io.BytesIO(text.encode()))


def test_addresses_are_found_in_loose_and_defanged_text() -> None:
    parsed = paste("see https://t.me/one, and (hxxps://x[.]com/two).\nnothing here\n\nwww.tiktok.com/@three؛")
    assert [row.url for row in parsed.rows] == ["https://t.me/one", "https://x.com/two", "www.tiktok.com/@three"]
    assert reasons(parsed) == [(2, "no_address")]


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).map(str.strip).filter(bool)


ADDRESS = CELL.filter(lambda text: not text.startswith(("=", "+", "-", "@")))
"""A cell that is not read as a formula."""


@given(st.lists(st.tuples(ADDRESS, CELL), max_size=8), st.sampled_from([",", ";", "\t"]))
def test_a_written_table_reads_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    table.writerows([("url", "note"), *rows])
    found = read(out.getvalue())
    assert [(row.url, row.note) for row in found.rows] == rows and not found.rejected


@given(st.binary(max_size=300))
def test_no_bytes_break_a_reader(content: bytes) -> None:
    for reader in READERS.values():
        try:
            parsed = parse(reader, io.BytesIO(content))
        except Unreadable:
            continue
        assert parsed.count == len(parsed.rows) + len(parsed.rejected)
