"""Bad input, over every format: a clear message, and no snapshot of which a half is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from openiru.errors import Unreadable
from openiru.people.actor import SYSTEM
from openiru.stages.register import formats, queries, services, work
from openiru.stages.register.fetching import Downloader
from openiru.stages.register.formats import FORMATS
from openiru.stages.register.formats.catalogue import CATALOGUE, ListSpec
from openiru.stages.register.formats.files import whole
from openiru.stages.register.formats.shapes import Files, ListFormat, ParsedList, Tried
from openiru.stages.register.models import Listing, Organisation, PublishedList, Snapshot
from openiru.terms import ListAuthorityKind
from tests.stages.register.publisher import Publisher, publishing
from tests.stages.register.test_services import NOW, VALLEY, by_hand, published, un_file

EACH = pytest.mark.parametrize("format_", FORMATS.values(), ids=lambda one: one.name)
FETCHED = pytest.mark.parametrize(
    "format_", [one for one in FORMATS.values() if not one.by_hand], ids=lambda one: one.name
)
NAME = b"VALLEY DAWN FRONT"
DATED: Mapping[str, tuple[bytes, str]] = {
    "un_xml": (b"<LISTED_ON>2011-07-29<", "<LISTED_ON>{}<"),
    "uk_xml": (b"<DateDesignated>17/07/2012<", "<DateDesignated>{}<"),
    "uk_csv": (b"Exampleland,17/07/2012", "Exampleland,{}"),
    "eu_fsf": (b'designationDate="2012-07-17"', 'designationDate="{}"'),
    "ftm": (b'"listingDate": ["2012-07-17"]', '"listingDate": ["{}"]'),
}
"""Where each format has the day of listing as one text; the others have none, or have it in numbers."""

TWICE: Mapping[str, tuple[str, str]] = {
    "un_xml": ("<ENTITY>", "</ENTITY>"),
    "ofac_xml": ("<sdnEntry>", "</sdnEntry>"),
    "uk_xml": ("<Designation>", "</Designation>"),
    "eu_fsf": ("<sanctionEntity ", "</sanctionEntity>"),
    "uk_proscribed": ('<li class="LegListItem">', "</li>"),
    "ofac_csv": ("7001,", "\n"),
    "ofac_advanced": ('<DistinctParty FixedRef="7001"', "</DistinctParty>"),
    "ftm": ('{"id": "exa-1"', "\n"),
    "manual": ("[[organisation]]", "},\n]\n"),
}
"""How one entry begins and ends, in formats that are text with entries in it."""

ONCE_ONLY = {"uk_csv": "several rows of one Unique ID are the names of one entry, so none stands twice"}
"""Why a reference cannot stand twice in a format."""

NO_TEXT_DAY = {
    "ofac_csv": "it gives no day of listing",
    "ofac_xml": "it gives no day of listing",
    "uk_proscribed": "it gives no day of listing",
    "ofac_advanced": "it gives year, month and day as numbers",
    "manual": "TOML has dates of its own and refuses others",
}
"""Why a day of listing cannot be an odd text in a format."""


def changed(format_: ListFormat, old: bytes, new: bytes) -> Files:
    files = {name: whole(content).replace(old, new) for name, content in format_.examples[0].items()}
    assert files != {name: whole(content) for name, content in format_.examples[0].items()}
    return files


def read(format_: ListFormat, old: bytes, new: bytes) -> ParsedList:
    return formats.read_list(changed(format_, old, new), format_.name)


def read_or_reason(format_: ListFormat, old: bytes, new: bytes) -> ParsedList | str:
    """What was read, or why it could not be."""
    try:
        return read(format_, old, new)
    except Unreadable as error:
        return str(error)


@EACH
def test_an_entry_whose_own_name_is_empty_is_refused_or_said(format_: ListFormat) -> None:
    found = read_or_reason(format_, NAME, b"")
    if isinstance(found, str):
        assert "name" in found
        return
    if format_.name == "ftm":  # an entity may have several names of its own, and has one left
        assert found.organisations[0].name == "جبهة فجر الوادي"
        return
    assert any("own name is missing" in word or "without a name" in word for word in found.warnings)


@pytest.mark.parametrize("text", ["2011-00-00", "Jul. 2011", "00/00/2011"])
@pytest.mark.parametrize("form", DATED)
def test_a_day_that_is_no_day_is_no_date_keeps_its_words_and_is_said(form: str, text: str) -> None:
    old, new = DATED[form]
    found = read(FORMATS[form], old, new.format(text).encode())
    one = found.organisations[0]
    assert (one.listed_on, one.listed_on_text) == (None, text)
    assert any(repr(text) in word and "no full date" in word for word in found.warnings)


def test_a_list_written_by_hand_with_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(Unreadable):
        read(FORMATS["manual"], b"listed_on = 2012-07-17", b"listed_on = 2011-00-00")


def test_every_format_is_tried_with_it_or_says_why_it_cannot_be() -> None:
    assert set(DATED) | set(NO_TEXT_DAY) == set(FORMATS) and not set(DATED) & set(NO_TEXT_DAY)
    assert set(TWICE) | set(ONCE_ONLY) == set(FORMATS) and not set(TWICE) & set(ONCE_ONLY)


@pytest.mark.parametrize(("year", "month", "day"), [("2011", "00", "00"), ("2011", "7", ""), ("July", "x", "1")])
def test_numbers_that_are_no_day_are_no_date_and_are_said(year: str, month: str, day: str) -> None:
    old = b"<EntryEvent><Date><Year>2012</Year><Month>7</Month><Day>17</Day></Date></EntryEvent>"
    new = f"<EntryEvent><Date><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></Date></EntryEvent>"
    found = read(FORMATS["ofac_advanced"], old, new.encode())
    assert found.organisations[0].listed_on is None
    assert any("no full date" in word for word in found.warnings)


@pytest.mark.parametrize("form", TWICE)
def test_a_reference_that_stands_twice_is_one_entry_and_is_said_or_refused(form: str) -> None:
    begin, end = TWICE[form]
    text = whole(next(iter(FORMATS[form].examples[0].values()))).decode()
    start = text.index(begin)
    entry = text[start : text.index(end, start) + len(end)]
    found = read_or_reason(FORMATS[form], entry.encode(), (entry + entry).encode())
    if isinstance(found, str):
        assert "twice" in found or "count" in found
        return
    assert len({one.reference for one in found.organisations}) == len(found.organisations)
    assert any("twice" in word for word in found.warnings)


@EACH
def test_bytes_of_two_encodings_in_one_file_never_make_a_name_of_another(format_: ListFormat) -> None:
    mixed = "FRÖNT ".encode("latin-1") + "ÉTOILE".encode()
    found = read_or_reason(format_, NAME, mixed)
    assert found
    assert isinstance(found, str) or "FRÖNT ÉTOILE" not in {one.name for one in found.organisations}


def moved(form: str) -> tuple[bytes, bytes]:
    """The day of listing in a format's example, and an earlier one."""
    if form == "manual":
        return b"listed_on = 2012-07-17", b"listed_on = 2010-01-02"
    if form == "ofac_advanced":
        return b"<EntryEvent><Date><Year>2012<", b"<EntryEvent><Date><Year>2010<"
    old, new = DATED[form]
    return old, new.format("02/01/2010" if form in ("uk_xml", "uk_csv") else "2010-01-02").encode()


@pytest.mark.django_db
@pytest.mark.parametrize("form", [*DATED, "manual", "ofac_advanced"])
def test_a_listing_that_moves_back_in_time_is_taken_and_said(form: str) -> None:
    authority = "Exampleland" if form == "manual" else "UN"  # the example of a list by hand says whose it is
    spec = ListSpec("league", "League list", authority, ListAuthorityKind.NATIONAL, form)
    made = services.ensure_list("league", spec=spec, actor=SYSTEM, now=NOW)
    by_hand({name: whole(content) for name, content in FORMATS[form].examples[0].items()}, into=made)
    again = by_hand(changed(FORMATS[form], *moved(form)), into=made)
    assert any(" now, on " in word for word in again.snapshot.warnings)


@pytest.mark.django_db
@EACH
def test_what_cannot_be_read_whole_leaves_nothing_behind(format_: ListFormat) -> None:
    example = {name: whole(content) for name, content in format_.examples[0].items()}
    first = format_.files[0] if format_.files else next(iter(example))
    spec = ListSpec("league", "League list", "PK", ListAuthorityKind.NATIONAL, format_.name)
    made = services.ensure_list("league", spec=spec, actor=SYSTEM, now=NOW)
    broken = example | {first: example[first][: len(example[first]) * 2 // 3].rstrip(b"\r\n")}
    with pytest.raises(Unreadable):
        by_hand(broken, into=made)
    assert not Snapshot.objects.exists() and not Listing.objects.exists() and not Organisation.objects.exists()


@pytest.mark.django_db
def test_a_failure_in_the_middle_of_storing_leaves_the_version_before_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    published(un_file(VALLEY))
    before = Snapshot.objects.get()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("openiru.stages.register.spans.carry", fail)
    with pytest.raises(RuntimeError):
        published(un_file(VALLEY + ":New Alias", "XXe.2:RIVER", on="2026-02-02"), now=NOW + timedelta(days=1))
    assert Snapshot.objects.get() == before and Snapshot.objects.get().state == "in_force"
    assert Listing.objects.count() == 1 and not queries.screen("New Alias")["matches"]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as made:
        yield made


def a_fetched_list(publisher: Publisher, format_: ListFormat) -> PublishedList:
    """A list of this format at the loopback publisher, with all its files."""
    for name, content in format_.examples[0].items():
        publisher.files[f"lists/{name}"] = whole(content)
    first = format_.files[0] if format_.files else next(iter(format_.examples[0]))
    spec = ListSpec(
        "league", "League list", "UN", ListAuthorityKind.MULTILATERAL, format_.name, publisher.address(f"lists/{first}")
    )
    return services.ensure_list("league", spec=spec, actor=SYSTEM, now=NOW)


@pytest.mark.django_db
@FETCHED
def test_each_format_is_fetched_from_its_publisher_and_what_is_broken_is_put_aside(
    format_: ListFormat, publisher: Publisher, tmp_path: Path
) -> None:
    made = a_fetched_list(publisher, format_)
    here = Downloader(loopback=True, seconds=2)

    def update(days: int) -> work.Updated:
        now = NOW + timedelta(days=days)
        (done,) = work.update_all([made], downloader=here, folder=tmp_path, actor=SYSTEM, now=now)
        return done

    assert (update(0).state, update(1).state) == ("loaded", "unchanged")
    assert queries.screen("Valley Dawn Front")["designated"] is True
    for path, content in publisher.files.items():
        publisher.files[path] = content[: len(content) // 2].rstrip(b"\r\n")
    assert update(2).state == "quarantined"
    assert queries.screen("Valley Dawn Front")["designated"] is True
    (standing,) = queries.lists()
    assert standing.failure and standing.in_force is not None


def test_every_list_that_has_an_address_says_where_that_comes_from() -> None:
    from openiru.stages.register.formats.catalogue import UNCONFIRMED

    assert set(UNCONFIRMED) == {slug for slug, spec in CATALOGUE.items() if spec.address}
    assert {spec.authority for spec in CATALOGUE.values() if spec.address} == {"UN", "US", "UK", "EU"}


def test_every_format_says_what_it_was_tried_on() -> None:
    tried = {one.name: one.tried for one in FORMATS.values()}
    assert {name for name, how in tried.items() if how is Tried.REAL} == {"un_xml", "ofac_csv", "ofac_xml"}
    assert set(tried.values()) == set(Tried)
