"""From when to when a list carried a name: read off the versions that came into force."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from openiru.stages.register import spans
from openiru.stages.register.models import NameSpan
from tests.stages.register.test_services import NOW, RIVER, published, the_organisation, un_file

pytestmark = pytest.mark.django_db
OTHERS = tuple(f"XXe.{n}:OTHER GROUP {n}" for n in range(3, 9))
JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))


def versions(*texts: tuple[str, ...]) -> None:
    for at, (groups, day) in enumerate(zip(texts, (JANUARY, FEBRUARY, MARCH, APRIL), strict=False)):
        published(un_file(*groups, *OTHERS, on=day.isoformat()), now=NOW + timedelta(days=at))


def names(organisation: str) -> list[tuple[str, date, date | None]]:
    (track,) = spans.tracks(the_organisation(organisation).listings.all())
    return [(one.name, one.since, one.until) for one in track.names]


def test_an_alias_stands_from_the_first_version_that_has_it_to_the_first_that_has_it_not() -> None:
    versions(("XXe.1:BAND:Old Alias",), ("XXe.1:BAND:Old Alias:New Alias",), ("XXe.1:BAND:New Alias",))
    assert names("BAND") == [
        ("BAND", JANUARY, None),
        ("Old Alias", JANUARY, MARCH),
        ("New Alias", FEBRUARY, None),
    ]


def test_an_alias_that_comes_back_has_two_spans() -> None:
    versions(("XXe.1:BAND:Alias",), ("XXe.1:BAND",), ("XXe.1:BAND:Alias",))
    assert [one for one in names("BAND") if one[0] == "Alias"] == [("Alias", JANUARY, FEBRUARY), ("Alias", MARCH, None)]


def test_a_listing_that_comes_back_has_a_gap() -> None:
    versions((RIVER,), (), (RIVER,))
    (track,) = spans.tracks(the_organisation("RIVER LIGHT BAND").listings.all())
    assert track.stretches == (spans.Stretch(JANUARY, FEBRUARY), spans.Stretch(MARCH, None))
    assert track.begins == date(2011, 7, 29)


def test_a_name_carries_its_quality_and_script() -> None:
    versions((RIVER + ":جبهة",))
    one = NameSpan.objects.get(name="جبهة")
    assert (one.quality, one.script) == ("strong", "Arabic")


def test_the_same_version_again_opens_nothing_new() -> None:
    versions((RIVER,), (RIVER,))
    assert NameSpan.objects.filter(name="RIVER LIGHT BAND").count() == 1
