"""Every list format: its examples read, what is broken is refused whole, and of individuals only the number is kept."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.errors import Unreadable
from openiru.stages.register import formats
from openiru.stages.register.formats import FORMATS
from openiru.stages.register.formats.catalogue import CATALOGUE
from openiru.stages.register.formats.files import digest, whole
from openiru.stages.register.formats.shapes import Files, ListFormat, ParsedList
from openiru.stages.register.formats.text import iso_date, script_of
from openiru.stages.register.formats.un_xml import split
from openiru.terms import AliasQuality
from tests.stages.register.mutations import mutants

REAL = Path(os.environ.get("OPENIRU_DATA", "data")) / "designations"
every_format = pytest.mark.parametrize("format_", FORMATS.values(), ids=FORMATS)
every_xml = pytest.mark.parametrize("format_", [one for one in FORMATS.values() if one.roots], ids=lambda one: one.name)


COUNTS_PEOPLE = FORMATS.keys() - {"uk_proscribed", "manual"}
"""The formats of lists that hold individuals too."""


def has_rows(format_: ListFormat) -> bool:
    """Whether the format is made of lines, so that a cut between two of them leaves a whole file behind."""
    return bool(format_.files) or format_.name in {"uk_csv", "ftm"}


def the_file(format_: ListFormat) -> tuple[str, bytes]:
    name = format_.files[0] if format_.files else next(iter(format_.examples[0]))
    return name, whole(format_.examples[0][name])


def read_with(format_: ListFormat, content: bytes) -> ParsedList:
    name, _ = the_file(format_)
    return formats.read_list({**format_.examples[0], name: content}, format_.name)


@every_format
def test_a_format_reads_its_own_examples(format_: ListFormat) -> None:
    assert format_.examples
    for example in format_.examples:
        read = formats.read_list(example, format_.name)
        assert read.entries == len(read.organisations) + read.individuals_count + read.others_count
        assert read.individuals_count == (format_.name in COUNTS_PEOPLE)
        (group,) = read.organisations
        assert group.name == "VALLEY DAWN FRONT"
        assert {name.quality for name in group.names} >= {AliasQuality.PRIMARY, AliasQuality.STRONG, AliasQuality.WEAK}
        assert formats.guess(example) is format_


@every_format
def test_nothing_of_an_individual_is_kept(format_: ListFormat) -> None:
    read = formats.read_list(format_.examples[0], format_.name)
    assert "EXAMPLE, Person" not in repr(read)
    assert not [number for number in ("XXi.001", "7002", "EXA0002", "EU.2.1", "exa-2") if number in repr(read)]


@every_format
def test_an_empty_file_is_refused(format_: ListFormat) -> None:
    name, _ = the_file(format_)
    for content in (b"", b" \r\n", b"\xef\xbb\xbf"):
        with pytest.raises(Unreadable):
            read_with(format_, content)
        if not format_.files:
            with pytest.raises(Unreadable):
                formats.guess({name: content})


@every_format
def test_a_file_on_disk_reads_as_one_in_memory(
    format_: ListFormat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openiru.stages.register.formats.files.HELD", 0)
    for name, content in format_.examples[0].items():
        (tmp_path / name).write_bytes(whole(content))
    files = formats.open_list(tmp_path / the_file(format_)[0])
    assert all(isinstance(content, Path) for content in files.values())
    assert formats.guess(files) is format_
    assert digest(files) == digest(format_.examples[0])
    assert formats.read_list(files, format_.name) == formats.read_list(format_.examples[0], format_.name)


@every_format
def test_a_field_that_is_missing_is_said_or_has_a_default_that_is_written_down(format_: ListFormat) -> None:
    whole_list = formats.read_list(format_.examples[0], format_.name)
    silent = set()
    for field, files in mutants(format_):
        try:
            read = formats.read_list(files, format_.name)
        except Unreadable:
            continue
        if read.warnings == whole_list.warnings:
            silent.add(field)
    assert silent == set(format_.defaults)


@every_format
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_file_that_was_cut_off_is_refused_or_has_whole_rows_only(format_: ListFormat, data: st.DataObject) -> None:
    _, whole = the_file(format_)
    content = whole[: data.draw(st.integers(0, len(whole.rstrip(b"\x1a\r\n")) - 1))]
    if has_rows(format_) and content.endswith(b"\n"):
        return  # cut between two rows: only the size beside the one in force can tell
    with pytest.raises(Unreadable):
        read_with(format_, content)


@every_format
@given(content=st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_no_bytes_make_a_reader_fail_in_another_way(format_: ListFormat, content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_with(format_, content)


@every_xml
def test_a_document_type_is_refused_before_anything_is_expanded(format_: ListFormat) -> None:
    _, content = the_file(format_)
    body = content.decode().partition("?>")[2]
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(Unreadable, match="document type"):
            read_with(format_, ('<?xml version="1.0"?>' + bomb + body).encode(encoding))


@every_xml
def test_another_root_element_is_refused(format_: ListFormat) -> None:
    with pytest.raises(Unreadable, match="root element"):
        read_with(format_, b"<html><body/></html>")
    with pytest.raises(Unreadable, match="root element"):
        formats.guess({"list.xml": b"<html><body/></html>"})


@every_xml
def test_an_xml_list_in_utf16_reads_the_same(format_: ListFormat) -> None:
    _, content = the_file(format_)
    text = content.decode().partition("?>")[2]
    other = read_with(format_, ('<?xml version="1.0" encoding="utf-16"?>' + text).encode("utf-16"))
    assert other == read_with(format_, content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_list_reads_the_same_in_every_encoding(encoding: str) -> None:
    format_ = FORMATS["ofac_csv"]
    other = {name: whole(content).decode().encode(encoding) for name, content in format_.examples[0].items()}
    assert formats.read_list(other, "ofac_csv") == formats.read_list(format_.examples[0], "ofac_csv")


def test_a_csv_cell_without_end_is_refused() -> None:
    with pytest.raises(Unreadable):
        read_with(FORMATS["ofac_csv"], b'7001,"' + b"x" * 300_000)


def test_the_pair_needs_both_files(tmp_path: Path) -> None:
    example = FORMATS["ofac_csv"].examples[0]
    (tmp_path / "sdn.csv").write_bytes(whole(example["sdn.csv"]))
    with pytest.raises(Unreadable, match=r"alt\.csv"):
        formats.open_list(tmp_path / "sdn.csv")
    (tmp_path / "alt.csv").write_bytes(whole(example["alt.csv"]))
    for path in (tmp_path, tmp_path / "sdn.csv", tmp_path / "alt.csv"):
        assert formats.open_list(path) == example
        assert formats.guess(path).name == "ofac_csv"


def test_the_case_of_file_names_does_not_matter(tmp_path: Path) -> None:
    example = FORMATS["ofac_csv"].examples[0]
    shouted = {name.upper(): whole(content) for name, content in example.items()}
    for name, content in shouted.items():
        (tmp_path / name).write_bytes(content)
    assert formats.open_list(tmp_path / "SDN.CSV") == example
    assert formats.guess(shouted).name == "ofac_csv"
    assert formats.read_list(shouted, "ofac_csv") == formats.read_list(example, "ofac_csv")
    assert digest(shouted) == digest(example)


def test_a_path_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        formats.open_list(tmp_path / "nothing.xml")
    with pytest.raises(Unreadable):
        formats.open_list(tmp_path)


def test_aliases_whose_entry_is_missing_are_a_warning() -> None:
    files = {name: whole(content) for name, content in FORMATS["ofac_csv"].examples[0].items()}
    files["alt.csv"] += b'\r\n9999,1,"aka","SOMEBODY ELSE",-0- \r\n'
    files["alt.csv"] = files["alt.csv"].replace(b"\x1a", b"")
    (warning,) = formats.read_list(files, "ofac_csv").warnings
    assert "1 entries" in warning


def un_list(entity: str) -> Files:
    head = '<CONSOLIDATED_LIST dateGenerated="2026-01-15T00:00:00Z"><ENTITIES>'
    return {"un.xml": f"{head}{entity}</ENTITIES></CONSOLIDATED_LIST>".encode()}


def an_entity(**changes: str) -> str:
    fields = {"FIRST_NAME": "RIVER LIGHT BAND", "REFERENCE_NUMBER": "XXe.009", "LISTED_ON": "2015-03-27"} | changes
    return "<ENTITY>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in fields.items()) + "</ENTITY>"


def test_an_entry_that_stands_twice_keeps_all_its_names() -> None:
    read = formats.read_list(un_list(an_entity() + an_entity(FIRST_NAME="RIVER LIGHT UNION")), "un_xml")
    (group,) = read.organisations
    assert [name.name for name in group.names] == ["RIVER LIGHT BAND", "RIVER LIGHT UNION"]
    assert "twice" in read.warnings[0]


@pytest.mark.parametrize("missing", ["FIRST_NAME", "REFERENCE_NUMBER"])
def test_an_entry_without_name_or_reference_makes_the_list_unreadable(missing: str) -> None:
    with pytest.raises(Unreadable, match="without"):
        formats.read_list(un_list(an_entity(**{missing: ""})), "un_xml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015-03-27", date(2015, 3, 27)),
        ("2015-03-27-04:00", date(2015, 3, 27)),
        ("2015", None),
        ("2015-03", None),
        ("2015-13-40", None),
        ("", None),
        ("27 March 2015", None),
    ],
)
def test_a_partial_date_is_no_date_and_keeps_its_words(text: str, expected: date | None) -> None:
    assert iso_date(text) == expected
    read = formats.read_list(un_list(an_entity(LISTED_ON=text)), "un_xml")
    assert (read.organisations[0].listed_on, read.organisations[0].listed_on_text) == (expected, text)
    assert bool(read.warnings) == (expected is None and bool(text))


def test_a_quality_that_is_not_known_is_weak() -> None:
    alias = "<ENTITY_ALIAS><QUALITY>Excellent</QUALITY><ALIAS_NAME>RLB</ALIAS_NAME></ENTITY_ALIAS>"
    read = formats.read_list(un_list(an_entity().replace("</ENTITY>", alias + "</ENTITY>")), "un_xml")
    assert read.organisations[0].names[-1].quality is AliasQuality.WEAK
    assert read.warnings


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One Name", ["One Name"]),
        ("One; Two", ["One", "Two"]),
        ("One (A; B; C)", ["One", "A", "B", "C"]),
        ("Company One (CO) ; Company Two (CT)", ["Company One (CO)", "Company Two (CT)"]),
        ("One (O) (Two (original script); Three)", ["One (O)", "Two", "Three"]),
    ],
)
def test_joined_names_are_taken_apart(text: str, parts: list[str]) -> None:
    assert list(split(text)) == parts


def test_scripts_are_told_by_their_letters() -> None:
    found = [script_of(name) for name in ("Valley Dawn", "جبهة فجر", "Долина", "谷", "계곡", "123")]
    assert found == ["Latin", "Arabic", "Cyrillic", "Han", "Hangul", ""]


def test_the_hash_of_a_pair_is_what_sha256sum_gives_over_its_names_in_order() -> None:
    import hashlib

    files = {"b.csv": b"two", "a.csv": b"one"}
    lines = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in ("a.csv", "b.csv"))
    assert digest(files) == hashlib.sha256(lines.encode()).hexdigest()
    assert digest({"any.xml": b"one"}) == hashlib.sha256(b"one").hexdigest()


def test_every_list_of_the_catalogue_has_a_format() -> None:
    assert {spec.format for spec in CATALOGUE.values()} <= FORMATS.keys()
    assert all(slug == spec.slug for slug, spec in CATALOGUE.items())


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real lists at {REAL}: set OPENIRU_DATA")
def test_the_real_un_list_reads_whole() -> None:
    read = formats.read_list(formats.open_list(REAL / "un" / "un_consolidated_2026-02-27.xml"), "un_xml")
    assert (read.entries, len(read.organisations), read.individuals_count) == (1003, 273, 730)
    assert read.published_on == date(2026, 2, 27)
    assert not read.warnings


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real lists at {REAL}: set OPENIRU_DATA")
def test_the_real_us_pair_reads_whole() -> None:
    read = formats.read_list(formats.open_list(REAL / "ofac" / "2021-07"), "ofac_csv")
    assert read.entries == 8976
    assert (len(read.organisations), read.individuals_count, read.others_count) == (3673, 4620, 683)
