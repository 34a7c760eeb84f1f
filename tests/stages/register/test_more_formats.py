"""What is particular to one form of list: joined rows, brackets in a name, editors' marks, sanctions that have ended."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from openiru.errors import Refused, Unreadable
from openiru.stages.register import formats
from openiru.stages.register.formats import FORMATS
from openiru.stages.register.formats.catalogue import CATALOGUE, known_for
from openiru.stages.register.formats.files import whole
from openiru.stages.register.formats.shapes import ParsedList, ParsedOrganisation
from openiru.terms import AliasQuality

REAL = Path(os.environ.get("OPENIRU_DATA", "data")) / "designations"
with_data = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real lists at {REAL}: set OPENIRU_DATA")


def example(name: str) -> str:
    (content,) = FORMATS[name].examples[0].values()
    return whole(content).decode()


def read(name: str, text: str) -> ParsedList:
    (file,) = FORMATS[name].examples[0]
    return formats.read_list({file: text.encode()}, name)


def names(group: ParsedOrganisation) -> list[tuple[str, AliasQuality]]:
    return [(name.name, name.quality) for name in group.names]


def schedule(*entries: str) -> str:
    items = "".join(f'<li><p class="LegListTextStandard">{entry}</p></li>' for entry in entries)
    return f'<html><body><ul class="LegUnorderedList">{items}</ul><ul><li>another list</li></ul></body></html>'


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("River Light Band.", [("River Light Band", AliasQuality.PRIMARY)]),
        (
            "River Light Band (Band of the River) (RLB)",
            [
                ("River Light Band", AliasQuality.PRIMARY),
                ("Band of the River", AliasQuality.STRONG),
                ("RLB", AliasQuality.WEAK),
            ],
        ),
        (
            "River Light Band, including the Dawn Wing",
            [("River Light Band", AliasQuality.PRIMARY), ("the Dawn Wing", AliasQuality.STRONG)],
        ),
        (
            "River Light Band (including the Dawn Wing and the Dusk Wing)",
            [
                ("River Light Band", AliasQuality.PRIMARY),
                ("the Dawn Wing", AliasQuality.STRONG),
                ("the Dusk Wing", AliasQuality.STRONG),
            ],
        ),
    ],
)
def test_a_proscribed_group_has_the_names_in_its_brackets(entry: str, expected: list[tuple[str, AliasQuality]]) -> None:
    (group,) = read("uk_proscribed", schedule(entry)).organisations
    assert names(group) == expected
    assert (group.reference, group.remarks) == ("river light band", entry)


def test_a_group_that_was_taken_off_the_schedule_is_no_entry() -> None:
    found = read("uk_proscribed", schedule("River Light Band", ". . . . .", "[. . .]", "Dawn Wing")).organisations
    assert [group.name for group in found] == ["River Light Band", "Dawn Wing"]


def test_a_page_without_the_one_list_is_refused() -> None:
    with pytest.raises(Unreadable, match="0 lists"):
        read("uk_proscribed", "<html><body><p>Page not found</p></body></html>")
    with pytest.raises(Unreadable, match="2 lists"):
        read("uk_proscribed", schedule("A Band").replace("<ul>", '<ul class="LegUnorderedList">'))


def test_an_editors_mark_inside_a_name_shows_that_the_page_has_changed() -> None:
    with pytest.raises(Unreadable, match="editor's mark"):
        read("uk_proscribed", schedule("<a>F12</a>River Light Band"))


def test_what_looks_like_a_script_on_the_page_is_no_name() -> None:
    page = schedule("River <script>var x = 1</script><em>Light</em> Band &amp; Co")
    assert "River" in read("uk_proscribed", page).organisations[0].name


def test_the_rows_of_one_entry_are_one_organisation() -> None:
    (group,) = read("uk_csv", example("uk_csv")).organisations
    assert (group.reference, group.programs, group.listed_on) == (
        "EXA0001",
        ("The Example Regulations",),
        date(2012, 7, 17),
    )
    assert (group.country, group.remarks) == ("Exampleland", "An invented group.")


def test_the_older_name_of_the_column_of_kinds_is_read_too() -> None:
    text = example("uk_csv").replace("Designation Type", '"Individual, Entity, Ship"')
    assert read("uk_csv", text) == read("uk_csv", example("uk_csv"))


def test_a_row_of_no_known_kind_makes_the_list_unreadable() -> None:
    with pytest.raises(Unreadable, match="type"):
        read("uk_csv", example("uk_csv").replace(",Entity,", ",Club,"))


def test_an_individual_with_many_rows_counts_once() -> None:
    text = example("uk_csv")
    assert read("uk_csv", text + text.splitlines(keepends=True)[-1]).individuals_count == 1


def test_a_party_that_no_sanctions_entry_names_is_not_on_the_list() -> None:
    text = example("ofac_advanced").replace('ProfileID="7001"', 'ProfileID="7009"')
    found = read("ofac_advanced", text)
    assert not found.organisations
    assert "7001: no sanctions entry" in found.warnings[0]


def test_a_number_that_the_file_does_not_explain_makes_it_unreadable() -> None:
    with pytest.raises(Unreadable, match="AliasType"):
        read("ofac_advanced", example("ofac_advanced").replace('AliasTypeID="1"', 'AliasTypeID="99"'))


def test_an_entry_of_the_advanced_list_without_a_full_date_keeps_its_words() -> None:
    (group,) = read("ofac_advanced", example("ofac_advanced").replace("<Day>17</Day>", "")).organisations
    assert (group.listed_on, group.listed_on_text) == (None, "2012-07")


def test_the_european_list_takes_its_first_strong_name() -> None:
    text = example("eu_fsf").replace('FRONT" nameLanguage="EN" strong="true"', 'FRONT" strong="false"')
    (group,) = read("eu_fsf", text).organisations
    assert group.name == "Dawn Front of the Valley"
    assert ("VALLEY DAWN FRONT", AliasQuality.WEAK) in names(group)


def ftm(**changes: list[str]) -> str:
    sanction = {"entity": ["g"], "listingDate": ["2012-07-17"]} | changes
    rows = [
        {"id": "s", "schema": "Sanction", "properties": sanction},
        {"id": "g", "schema": "Organization", "properties": {"name": ["River Light Band"]}},
        {"id": "l", "schema": "LegalEntity", "properties": {"name": ["Somebody"]}},
        {"id": "a", "schema": "Address", "properties": {"full": ["Nowhere 1"]}},
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_a_sanction_may_come_before_the_organisation_it_names() -> None:
    found = read("ftm", ftm())
    assert [group.name for group in found.organisations] == ["River Light Band"]
    assert (found.organisations[0].listed_on, found.others_count) == (date(2012, 7, 17), 1)


@pytest.mark.parametrize("changes", [{"endDate": ["2020-01-01"]}, {"status": ["Expired"]}, {"entity": ["other"]}])
def test_an_organisation_that_no_sanction_in_force_names_is_not_on_the_list(changes: dict[str, list[str]]) -> None:
    found = read("ftm", ftm(**changes))
    assert not found.organisations
    assert any("no sanction in force" in warning for warning in found.warnings)


@pytest.mark.parametrize("line", ["[]", '{"id": "g"}', '{"id": "g", "schema": "Person", "properties": {"name": "A"}}'])
def test_a_line_that_is_no_entity_makes_the_file_unreadable(line: str) -> None:
    with pytest.raises(Unreadable, match="line 5"):
        read("ftm", ftm() + line + "\n")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("count = 1", "count = 2", "count"),
        ('quality = "weak"', 'quality = "good"', "quality"),
        ("remarks =", "remark =", "not known"),
        ("e3b0", "xyz0", "SHA-256"),
        ("published_on = 2026-01-15", 'published_on = "soon"', "published"),
        ('reference = "1"', 'reference = ""', "reference"),
    ],
)
def test_a_slip_of_the_pen_in_a_list_written_by_hand_is_said(old: str, new: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read("manual", example("manual").replace(old, new))


def test_a_list_written_by_hand_names_its_document_to_those_who_confirm_it() -> None:
    found = read("manual", example("manual"))
    assert found.authority == "Exampleland"
    assert "https://example.org/first-schedule.pdf" in found.warnings[0] and "e3b0c442" in found.warnings[0]
    (group,) = read("manual", example("manual").replace("2012-07-17", '"July 2012"')).organisations
    assert (group.listed_on, group.listed_on_text) == (None, "July 2012")


def test_a_format_of_which_no_list_is_known_asks_which_list_it_is() -> None:
    assert known_for("un_xml") == CATALOGUE["un-consolidated"]
    with pytest.raises(Refused, match="list_unknown"):
        known_for("ftm")


def test_every_format_stands_in_the_how_to_with_what_it_was_tried_on() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "add-a-list.md").read_text(encoding="utf-8")
    for format_ in FORMATS.values():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{format_.name}`")]
        assert row.rstrip(" |").rpartition("| ")[2].strip("*") == format_.tried


@with_data
def test_the_published_sample_of_the_european_list_reads_whole() -> None:
    found = formats.read_list(formats.open_list(REAL / "parser_samples" / "sample_eu_fsf.xml"), "eu_fsf")
    assert (found.published_on, found.individuals_count) == (date(2020, 4, 15), 7)
    assert not found.organisations


@with_data
def test_the_real_list_of_the_us_non_sdn_reads_whole() -> None:
    path = REAL / "ofac" / "consolidated_nonsdn_2025-03-28.xml"
    found = formats.read_list(formats.open_list(path), "ofac_xml")
    assert found.declared_count == found.entries == 443


@with_data
def test_remarks_that_went_on_in_the_comments_file_are_joined() -> None:
    files = dict(formats.open_list(REAL / "ofac" / "2021-07"))
    assert "sdn_comments.csv" in files
    without = {name: content for name, content in files.items() if name != "sdn_comments.csv"}
    longer = formats.read_list(files, "ofac_csv").organisations
    shorter = formats.read_list(without, "ofac_csv").organisations
    assert [group.reference for group in longer] == [group.reference for group in shorter]
    assert sum(len(one.remarks) > len(other.remarks) for one, other in zip(longer, shorter, strict=True)) > 0


def test_addresses_and_comments_are_joined_by_number() -> None:
    files = dict(FORMATS["ofac_csv"].examples[0])
    files["add.csv"] = b'7001,1,"Main Street","Old Town","Exampleland",-0- \r\n'
    files["sdn_comments.csv"] = b'7001,"; more was said."\r\n'
    (group,) = formats.read_list(files, "ofac_csv").organisations
    assert group.country == "Exampleland" and group.remarks.endswith("; more was said.")
