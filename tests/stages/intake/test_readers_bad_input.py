"""Bad input: a message that names the place, nothing lost, nothing half taken in, no memory filled."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from openiru.errors import Unreadable
from openiru.stages.intake.formats import READERS, choose, parse, workbook
from openiru.stages.intake.formats.literals import literal
from openiru.stages.intake.formats.shapes import DEFAULTS, FIELDS, Parsed, Rejected, Row, row_of
from openiru.stages.intake.formats.xlsx_sheet import MEMBERS, pack
from tests.stages.intake.reading import JSON_READERS, bad, read

CSV, XLSX = READERS["csv"], READERS["xlsx"]
TABLES = ["csv", "4cat", "crowdtangle", "meta-content-library", "auto-archiver", "youtube-data-tools"]


def sheet(rows: str, **members: str) -> bytes:
    own = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    return pack({**MEMBERS, "xl/worksheets/sheet1.xml": own, **members})


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = f'<row r="1">{cell("A1", "url")}{cell("B1", "followers")}{cell("C1", "account id")}</row>'


# --- text and encodings


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-8"])
def test_an_urdu_table_is_read_in_any_encoding_with_and_without_its_mark(encoding: str) -> None:
    parsed = read("csv", "لنک,تنظیم\nhttps://t.me/one,مثال\n".encode(encoding))
    assert [(row.url, row.claimed_organisation) for row in parsed.rows] == [("https://t.me/one", "مثال")]


def test_utf_32_is_refused_by_name() -> None:
    with pytest.raises(Unreadable, match="unknown_encoding"):
        read("csv", "url\nhttps://t.me/one\n".encode("utf-32"))


def test_a_nul_byte_costs_its_line_and_is_named() -> None:
    assert bad(read("csv", b"url,note\nhttps://t.me/one,a\0b\nhttps://t.me/two,\n")) == [(2, "nul_byte", "")]


def test_lines_that_end_in_cr_alone_are_lines() -> None:
    parsed = read("csv", b"url,followers\rhttps://t.me/one,5\rhttps://t.me/two,x\r")
    assert [row.line for row in parsed.rows] == [2] and bad(parsed) == [(3, "followers_not_a_number", "followers")]


def test_utf_16_cut_inside_a_character_names_its_line() -> None:
    content = "url\nhttps://t.me/one\nhttps://t.me/two".encode("utf-16")[:-1]
    parsed = read("csv", content)
    assert [row.url for row in parsed.rows] == ["https://t.me/one"] and bad(parsed) == [(3, "not_utf-16-le", "")]


def test_a_row_of_a_million_columns_costs_itself() -> None:
    parsed = read("csv", "url\nhttps://t.me/one" + ",x" * 1_000_000 + "\nhttps://t.me/two\n")
    assert bad(parsed) == [(2, "line_too_long", "")] and [row.line for row in parsed.rows] == [3]


def test_a_heading_of_many_columns_is_refused() -> None:
    with pytest.raises(Unreadable, match="line 1: too_many_columns"):
        read("csv", "url" + ",x" * 20_000 + "\n")


@pytest.mark.parametrize("name", [*TABLES, "paste", *JSON_READERS, "zeeschuimer"])
def test_fifty_megabytes_on_one_line_take_little_memory(name: str) -> None:
    start = b'{"type": "bundle", "data": [' if name in JSON_READERS else b"url,note\n"
    content = io.BytesIO(start + b"a" * 50_000_000)
    tracemalloc.start()
    try:
        parse(READERS[name], content)
    except Unreadable as error:
        refused: Unreadable | None = error
    else:
        refused = None
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < (40_000_000 if name in JSON_READERS else 20_000_000)
    assert refused is None or refused.reason in {"missing_column", "not_json", "not_this_format", "empty_file"}


# --- tables


def test_a_quote_that_never_closes_costs_one_line_and_the_others_are_read() -> None:
    lines = [f"https://t.me/name{number},x" for number in range(5_000)]
    parsed = read("csv", 'url,note\nhttps://t.me/one,"never\n' + "\n".join(lines) + "\n")
    assert bad(parsed) == [(2, "bad_quoting", "")] and len(parsed.rows) == 5_000
    assert parsed.rows[0].line == 3


def test_a_refused_line_inside_a_quoted_cell_is_named_too() -> None:
    parsed = read("csv", b'url,note\nhttps://t.me/one,"a\n\xff\nb"\nhttps://t.me/two,c\n')
    assert {(2, "bad_quoting", ""), (3, "not_utf-8", "")} <= set(bad(parsed))
    assert parsed.rows[-1].url == "https://t.me/two"


def test_more_cells_than_headings_are_no_row() -> None:
    assert bad(read("csv", "url,note\nhttps://t.me/one,first,second\n")) == [(2, "more_cells_than_headings", "")]


def test_a_last_line_that_was_cut_is_no_row() -> None:
    parsed = read("csv", "url,followers\nhttps://t.me/one,5\nhttps://t.me/tw")
    assert len(parsed.rows) == 1 and bad(parsed) == [(3, "line_cut", "")]


@pytest.mark.parametrize("count", ["-5", "−5", "12,5k", "1e5", "=1+1"])
def test_a_count_that_is_none_names_line_and_column(count: str) -> None:
    reason = "formula_cell" if count.startswith("=") else "followers_not_a_number"
    assert bad(read("csv", f'url;Subscribers\nhttps://t.me/one;"{count}"\n')) == [(2, reason, "Subscribers")]


@pytest.mark.parametrize("written", ["1.2345e18", "1.2345E+18", "1,2345E+18", "1.23"])
def test_an_id_that_a_spreadsheet_rounded_is_refused_because_it_is_lost(written: str) -> None:
    assert bad(read("csv", f'url;account id\nhttps://t.me/one;"{written}"\n')) == [(2, "id_lost", "account id")]


@pytest.mark.parametrize(
    "formula", ["=1+1", '=HYPERLINK("https://t.me/one")', "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3"]
)
def test_a_formula_in_the_place_of_an_address_is_named(formula: str) -> None:
    quoted = formula.replace('"', '""')
    assert bad(read("csv", f'url,note\n"{quoted}",x\n')) == [(2, "formula_cell", "url")]


def test_a_title_above_the_heading_is_named_and_the_table_is_read() -> None:
    parsed = read("csv", "List of accounts,\nLink of account,Followers\nhttps://t.me/one,5\n")
    assert bad(parsed) == [(1, "before_heading", "")] and [row.followers for row in parsed.rows] == [5]


def test_a_table_without_a_heading_is_read_by_what_stands_in_it() -> None:
    parsed = read("csv", "1,https://t.me/one\n2,https://t.me/two\n")
    assert [(row.line, row.url) for row in parsed.rows] == [(1, "https://t.me/one"), (2, "https://t.me/two")]


@pytest.mark.parametrize(
    ("heading", "guessed"),
    [
        ("رابط الحساب,عدد المتابعين,ملاحظات", {"url": "رابط الحساب", "followers": "عدد المتابعين", "note": "ملاحظات"}),
        ("اکاؤنٹ کا لنک,فالوورز,کیفیت", {"url": "اکاؤنٹ کا لنک", "followers": "فالوورز", "note": "کیفیت"}),
        ("S.No,Name of Account,x", {"url": "x", "name": "Name of Account"}),
        ("Account,Remarks,Weblink", {"url": "Weblink", "note": "Remarks"}),
    ],
)
def test_columns_are_guessed_by_heading_and_by_what_stands_below(heading: str, guessed: dict[str, str]) -> None:
    place = list(heading.split(",")).index(guessed["url"])
    cells = ["7", "8", "9"]
    cells[place] = "https://t.me/one"
    assert CSV.columns is not None
    found = CSV.columns(io.BytesIO(f"{heading}\n{','.join(cells)}\n".encode()))
    assert dict(found.guessed) == guessed and found.sample == (tuple(cells),)


def test_a_confirmed_mapping_wins_over_the_guess_and_an_unknown_heading_is_refused() -> None:
    content = "url,other\nhttps://t.me/one,https://t.me/two\n"
    assert [row.url for row in read("csv", content, {"url": "other"}).rows] == ["https://t.me/two"]
    with pytest.raises(Unreadable, match="no_such_column"):
        read("csv", content, {"url": "elsewhere"})


def test_a_row_made_the_fast_way_is_the_same_row() -> None:
    values = [5, "https://t.me/one", *DEFAULTS[2:]]
    assert row_of(values) == Row(5, "https://t.me/one") and type(row_of(values)) is Row
    assert hash(row_of(values)) == hash(Row(5, "https://t.me/one")) and FIELDS[0] == "line"
    with pytest.raises(AttributeError):
        row_of(values).url = "x"  # type: ignore[misc]


# --- sheets


def test_a_bomb_is_refused_before_it_expands() -> None:
    bomb = sheet("<row/>" * 4_000_000)
    tracemalloc.start()
    with pytest.raises(Unreadable, match="zip_bomb") as refused:
        read("xlsx", bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "sheet1.xml" in refused.value.where and peak < 8_000_000


def test_a_member_that_lies_about_its_size_is_never_read_past_what_it_says() -> None:
    content = bytearray(sheet(HEAD + "<row/>" * 3_000_000))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    for place in range(len(content) - 4):
        if content[place : place + 4] == size.to_bytes(4, "little"):
            content[place : place + 4] = (500).to_bytes(4, "little")
    with pytest.raises(Unreadable, match=r"not_xlsx|broken_xml"):
        read("xlsx", bytes(content))


def test_a_document_type_in_a_sheet_is_refused() -> None:
    evil = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'
    with pytest.raises(Unreadable, match="document_type"):
        read("xlsx", pack({**MEMBERS, "xl/worksheets/sheet1.xml": evil}))


def test_a_sheet_names_row_and_column_of_what_it_refuses() -> None:
    rows = (
        f'{HEAD}<row r="2">{cell("A2", "https://t.me/one")}<c r="B2"><v>-5</v></c></row>'
        f'<row r="3">{cell("A3", "https://t.me/two")}<c r="C3"><v>1.2345E+18</v></c></row>'
        f'<row r="4"><c r="A4" t="str"><f>A1</f><v>https://t.me/three</v></c></row>'
        f'<row r="5">{cell("A5", "https://t.me/four")}<c r="B5" t="s"><v>999</v></c></row>'
        f'<row r="6">{cell("A6", "https://t.me/five")}<c r="B6"><v>7</v></c></row>'
    )
    parsed = read("xlsx", sheet(rows))
    assert bad(parsed) == [
        (2, "followers_not_a_number", "followers"),
        (3, "id_lost", "account id"),
        (4, "formula_cell", "url"),
        (5, "broken_cell", ""),
    ]
    assert [(row.line, row.followers) for row in parsed.rows] == [(6, 7)]


def test_an_old_or_locked_workbook_and_what_is_no_workbook_are_refused_by_name() -> None:
    with pytest.raises(Unreadable, match="old_excel"):
        read("xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(Unreadable, match="not_xlsx"):
        read("xlsx", b"PK\x03\x04 and nothing more")
    with pytest.raises(Unreadable, match=r"xl/workbook\.xml: not_xlsx"):
        read("xlsx", pack({"word/document.xml": "<x/>"}))


def test_every_other_sheet_is_named() -> None:
    book = MEMBERS["xl/workbook.xml"].replace("</sheets>", '<sheet name="More" sheetId="2" r:id="rId1"/></sheets>')
    assert (1, "other_sheet", "") in bad(read("xlsx", pack({**MEMBERS, "xl/workbook.xml": book})))


def test_a_workbook_cut_anywhere_is_refused_or_read_whole() -> None:
    content = XLSX.examples[0].content
    for end in range(0, len(content), 97):
        with pytest.raises(Unreadable):
            read("xlsx", content[:end])


# --- what must never leave a reader


def test_private_chats_contacts_and_sessions_never_leave_the_reader() -> None:
    post = {"id": 1, "type": "message", "text": "SECRET", "from": "SECRET", "from_id": "user5"}
    kinds = (
        "personal_chat",
        "bot_chat",
        "private_group",
        "private_supergroup",
        "private_channel",
        "saved_messages",
        "odd",
    )
    chats: list[dict[str, Any]] = [{"name": "SECRET", "type": kind, "id": 5, "messages": [post]} for kind in kinds]
    chats.append({"messages": [post], "type": "public_channel", "id": 6, "name": "type too late"})
    chats.append({"name": "Public", "type": "public_supergroup", "id": 7, "messages": [{**post, "text": "shown"}]})
    own = {
        room: {"list": [{"first_name": "SECRET", "last_ip": "SECRET"}]}
        for room in ("contacts", "frequent_contacts", "sessions")
    }
    content = json.dumps({"personal_information": {"first_name": "SECRET"}, **own, "chats": {"list": chats}})
    parsed = read("telegram", content)
    assert "SECRET" not in repr(parsed)
    assert [row.text for row in parsed.rows] == ["", "shown"]
    assert [one.reason for one in parsed.rejected].count("private_chat") == 7


@pytest.mark.parametrize("hidden", ["0f" * 24, "REDACTED"])
def test_pseudonymised_authors_are_refused_with_a_clear_word(hidden: str) -> None:
    content = READERS["4cat"].examples[0].content
    with pytest.raises(Unreadable, match="line 2, author: authors_pseudonymised"):
        read("4cat", content.replace(b"example_one", hidden.encode()))


def test_what_is_revoked_or_may_not_be_passed_on_is_said() -> None:
    def bundle(**changes: Any) -> Parsed:
        account = {"type": "url", "id": "url--1", "value": "https://x.com/example_one", **changes}
        return read("stix", json.dumps({"type": "bundle", "objects": [account]}))

    def marking(name: str) -> str:
        return f"marking-definition--{name}"

    strict, amber = marking("939a9414-2ddd-4d32-a0cd-375ea402b003"), marking("55d920b0-5e8b-4f79-9ee9-91f868d9b421")
    red = marking("5e57c739-391a-4eb3-b6be-7d15ca92d5ed")
    assert [one.reason for one in bundle(revoked=True).rejected] == ["revoked"]
    assert [one.reason for one in bundle(object_marking_refs=[strict]).rejected] == ["marked_tlp_amber_strict"]
    assert [one.reason for one in bundle(object_marking_refs=[marking("0")]).rejected] == ["marking_unknown"]
    part = [{"marking_ref": red, "selectors": ["value"]}]
    assert [one.reason for one in bundle(granular_markings=part).rejected] == ["marked_tlp_red"]
    assert [row.note for row in bundle(object_marking_refs=[amber]).rows] == ["TLP:AMBER"]


@pytest.mark.parametrize(
    "evil",
    [
        *(
            "__import__('os').system('true')",
            "open('/etc/passwd').read()",
            "[" * 100_000,
            "{'a': " * 30,
            "1+1",
            "lambda: 0",
            "",
        ),
        *("{'a': 1, 'a': 2}", "'" + "a" * 70_000 + "'", "datetime.datetime(2025, 13, 1)", "'a' 'b'", "{[]: 1}"),
    ],
)
def test_a_literal_is_read_and_never_run(evil: str) -> None:
    with pytest.raises(Unreadable):
        literal(evil)


def test_a_literal_says_what_python_said() -> None:
    value = {"a": [1, -2.5, None, True], "it's": 'quo"te\n', "deep": [[], {}, ["é\x00\u06a9😀"]]}
    assert literal(repr(value)) == value
    at = datetime(2025, 8, 14, 15, 0, 0, 5, timezone(timedelta(hours=5, seconds=1)))
    assert literal(repr({"at": [at, at.replace(tzinfo=UTC)]})) == {"at": [at, at.replace(tzinfo=UTC)]}
    behind = at.replace(tzinfo=timezone(timedelta(hours=-5)))
    assert literal(repr(behind)) == behind


def test_a_file_of_another_format_is_not_taken_for_one() -> None:
    assert choose("a.json", b"{}").name == "telegram" and choose("a.dat", b"url\n").name == "csv"
    assert Rejected(1, "", "") and workbook.MOST_RATIO < 1_000


def test_what_the_fuzzer_found_stays_found() -> None:
    dated = "{'url': 'https://t.me/one', 'content': datetime.datetime(2025, 8, 14)}"
    assert bad(read("auto-archiver", f'status,metadata,media\nok,"{dated}",[]\n')) == [(2, "not_text", "content")]
    endless = '{"username": "example", "create_time": 1e99999, "video_description": ""}'
    assert bad(read("tiktok-research", endless)) == [(1, "date_unclear", "create_time")]
    assert bad(read("csv", b"\x00u\x00r\x00l\x00\n\xd8")) == [(2, "not_utf-16-be", "")]


def test_two_columns_of_one_name_are_refused_or_told_apart() -> None:
    content = "id,thread_id,body,author,author,timestamp\n1,1,words,a,b,2025-08-14\n"
    with pytest.raises(Unreadable, match="repeated_column"):
        read("4cat", content)
    assert CSV.columns is not None
    assert CSV.columns(io.BytesIO(b"url,note,note\nhttps://t.me/one,a,b\n")).headings == ("url", "note", "note (2)")
