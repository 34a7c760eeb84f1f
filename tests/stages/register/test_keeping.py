"""The bytes of a version as published: kept once, packed, held against their hash, and handed out with a reason only."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.errors import Refused, Unavailable
from openiru.ledger.models import Entry
from openiru.stages.register import formats, keeping, services
from openiru.stages.register.formats.files import digest
from openiru.stages.register.models import PublishedFile, Snapshot
from tests import builders
from tests.builders import NOW, Cast
from tests.people.verbs_until_approval import _a_list, _file

SDN = formats.FORMATS["ofac_csv"].examples[0]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=3_000))
def test_what_was_kept_comes_back_to_the_byte(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    out = tmp_path_factory.mktemp("out") / "list"
    kept = keeping.keep({"list.xml": content})
    keeping.hand_over(kept, out)
    assert out.read_bytes() == content
    assert kept[0].sha256 == digest({"list.xml": content})


def test_the_same_bytes_are_kept_once_and_nothing_half_written_stays(home: Path) -> None:
    assert keeping.keep({"a": b"one"})[0].sha256 == keeping.keep({"b": b"one"})[0].sha256
    assert len([path for path in (home / "lists").rglob("*") if path.is_file()]) == 1


def test_several_files_come_back_as_one_zip(tmp_path: Path) -> None:
    keeping.hand_over(keeping.keep(SDN), tmp_path / "sdn.zip")
    with zipfile.ZipFile(tmp_path / "sdn.zip") as packed:
        assert digest({name: packed.read(name) for name in packed.namelist()}) == digest(SDN)


@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_bytes_that_were_touched_are_not_handed_over(home: Path, harm: str) -> None:
    kept = keeping.keep({"list.xml": b"<list>what was published</list>"})
    place = next(path for path in (home / "lists").rglob("*.gz"))
    place.chmod(0o600)
    if harm == "gone":
        place.unlink()
    elif harm == "cut":
        place.write_bytes(place.read_bytes()[:-12])
    else:
        other = keeping.keep({"other.xml": b"<list>what somebody wrote</list>"})[0]
        place.write_bytes(keeping._place(other.sha256).read_bytes())
    with pytest.raises(Unavailable):
        keeping.hand_over(kept, home / "out")
    assert not (home / "out").exists()


def test_nothing_is_written_over(home: Path) -> None:
    (home / "out").write_bytes(b"mine")
    with pytest.raises(Refused, match="file_there"):
        keeping.hand_over(keeping.keep({"a": b"one"}), home / "out")
    assert (home / "out").read_bytes() == b"mine"


@pytest.fixture
def cast(db: None) -> Cast:
    return builders.a_cast()


def test_a_list_loaded_by_hand_keeps_its_bytes_and_only_an_auditor_takes_them_out(cast: Cast, home: Path) -> None:
    snapshot = _a_list(cast, 7)
    with pytest.raises(Refused, match="not_allowed"):
        services.hand_out(snapshot.id, "curious", actor=cast.ana, now=NOW)
    with pytest.raises(Refused, match="reason_missing"):
        services.hand_out(snapshot.id, " ", actor=cast.dara, now=NOW)
    files = services.hand_out(snapshot.id, "the court asks which version", actor=cast.dara, now=NOW)
    keeping.hand_over(files, home / "out.xml")
    assert (home / "out.xml").read_bytes() == _file(7)["list.xml"]
    assert Entry.objects.filter(event="register.bytes_handed_out", subject=f"snapshot:{snapshot.id}").count() == 1


def test_the_same_version_again_keeps_its_bytes_once(cast: Cast) -> None:
    assert _a_list(cast, 8) == _a_list(cast, 8)
    assert PublishedFile.objects.count() == 1


def test_the_database_never_forgets_which_files_a_version_was(cast: Cast) -> None:
    _a_list(cast, 9)
    for change in (lambda: PublishedFile.objects.all().delete(), lambda: PublishedFile.objects.update(sha256="0" * 64)):
        with pytest.raises(DatabaseError, match="kept as they were"), transaction.atomic():
            change()


def test_a_version_of_before_says_that_its_bytes_were_not_kept(cast: Cast) -> None:
    bare = Snapshot.objects.create(
        published_list=_a_list(cast, 10).published_list, sha256="ab" * 32, retrieved_at=NOW, origin="before",
        loaded_by_hand=False, state="superseded", entries=1, organisations=1, individuals=0,
    )  # fmt: skip
    with pytest.raises(Refused, match="contents_not_kept"):
        services.hand_out(bare.id, "the court asks", actor=cast.dara, now=NOW)
