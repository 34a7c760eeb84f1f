"""Bad JSON: a message that names the place, nothing lost, nothing half taken in, no memory filled."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from typing import Any

import pytest

from openiru.errors import Unreadable
from openiru.stages.intake.formats import READERS, documents
from openiru.stages.intake.formats.documents import Document
from tests.stages.intake.reading import JSON_READERS, bad, read

TELEGRAM = READERS["telegram"]


@pytest.mark.parametrize("name", JSON_READERS)
@pytest.mark.parametrize(
    "opening", ["[", '{"a":', '{"data":[', '{"type":"bundle","objects":[', '{"messages":[', '{"x":[']
)
def test_json_nested_a_hundred_thousand_deep_is_refused_or_costs_its_record(name: str, opening: str) -> None:
    with suppress(Unreadable):
        found = read(name, opening + "[" * 100_000)
        assert not found.rows and {one.reason for one in found.rejected} <= {"json_too_deep", "expected_object"}


def test_a_key_that_stands_twice_is_refused_wherever_it_stands() -> None:
    twice = '{"data": [{"id": "1", "author_id": "5", "author_id": "6"}]}'
    assert [(one.reason, one.value) for one in read("x-api", twice).rejected] == [("duplicate_key", "author_id")]
    with pytest.raises(Unreadable, match=r"line 2, column .*duplicate_key"):
        read("telegram", '{"type": "public_channel",\n "type": "public_channel", "messages": []}')


def test_an_id_that_is_a_float_is_refused_because_it_is_lost() -> None:
    parsed = read("x-api", '{"data": [{"id": "1", "author_id": 1.2345e18}]}')
    assert bad(parsed) == [(1, "id_lost", "author_id")]
    with pytest.raises(Unreadable, match="id_lost"):
        read("telegram", '{"type": "public_channel", "id": 1.5e9, "messages": []}')


def test_a_lone_surrogate_or_a_nul_in_a_text_costs_its_record() -> None:
    lines = [{"id": "1", "author_id": "5", "text": text} for text in ("a\ud800", "a\0", "good 😀")]
    parsed = read("x-api", "\n".join(map(json.dumps, lines)))
    assert bad(parsed) == [(1, "lone_surrogate", "text"), (2, "nul_byte", "text")]
    assert [row.text for row in parsed.rows] == ["good 😀"]


def test_an_object_where_an_array_was_expected_says_so() -> None:
    with pytest.raises(Unreadable, match="expected_array"):
        read("telegram", '{"type": "public_channel", "id": 5, "messages": {}}')
    with pytest.raises(Unreadable, match="expected_array"):
        read("stix", '{"type": "bundle", "objects": {"a": 1}}')
    assert [one.reason for one in read("tiktok-research", '{"data": {"videos": {"a": 1}}}').rejected] == [
        "expected_array"
    ]


def test_one_bad_line_of_many_costs_itself_and_names_its_column() -> None:
    good = '{"id": "1", "author_id": "5"}'
    parsed = read("x-api", f'{good}\n{{"id": oops}}\n{good}\n[1]\n')
    assert [row.line for row in parsed.rows] == [1, 3]
    assert bad(parsed) == [(2, "not_json", "line 2 column 8"), (4, "expected_object", "line 4")]


def test_a_document_that_is_cut_says_where() -> None:
    content = TELEGRAM.examples[0].content
    with pytest.raises(Unreadable, match=r"line \d+, column \d+: json_cut"):
        read("telegram", content[: len(content) - 20])


def test_not_a_number_is_no_number() -> None:
    with pytest.raises(Unreadable, match="line 1, column 7: not_json"):
        read("stix", '{"a": NaN, "type": "bundle", "objects": []}')


class _Drip(io.BytesIO):
    """Gives three bytes at a time, whatever is asked for."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(3 if size != 0 else 0)


@pytest.mark.parametrize("value", [12345678, "tru", "a\\xb", [1, {"a": [True, None, -1.5e3]}], "é😀" * 5, {}])
def test_a_document_is_read_the_same_in_any_pieces(value: Any) -> None:
    document = Document(_Drip(json.dumps(value).encode()))
    assert document.value() == value
    document.end()


@pytest.mark.parametrize(
    ("written", "meant"), [(rb"\x0b", "\x0b"), (rb"\\x0b", "\\x0b"), (rb"\\\x1f", "\\\x1f"), (rb"\n\x41", "\nA")]
)
def test_the_escapes_of_telegram_desktop_are_repaired_wherever_a_piece_ends(written: bytes, meant: str) -> None:
    for content in (io.BytesIO(b'"' + written + b'"'), _Drip(b'"' + written + b'"')):
        assert Document(content, repair=True).value() == meant


def test_a_record_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST_VALUE", 600_000)
    with pytest.raises(Unreadable, match="record_too_long"):
        read("telegram", '{"type": "public_channel", "id": 5, "messages": [{"text": "' + "a" * 5_000_000)
