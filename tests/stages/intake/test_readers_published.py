"""Published files of others, where OPENIRU_DATA has them: they are read or refused by name, and none gives a row that is none."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from openiru.errors import Unreadable
from openiru.stages.intake.formats import READERS, choose, parse

DATA = os.environ.get("OPENIRU_DATA")
pytestmark = pytest.mark.skipif(
    DATA is None, reason="OPENIRU_DATA is not set: published files are read only from there"
)
BUNDLES = Path(DATA or "") / "protocols" / "stix21"


def bundles() -> list[bytes]:
    folders = ("examples", "oasis_doc_examples")
    files = [path for folder in folders for path in sorted((BUNDLES / folder).rglob("*.json"))]
    return [path.read_bytes() for path in files]


def test_the_published_bundles_are_read_and_chosen_by_what_they_show() -> None:
    taken = [content for content in bundles() if b'"bundle"' in content]
    assert len(taken) >= 10
    for content in taken:
        assert choose("some.json", content).name == "stix"
        found = parse(READERS["stix"], io.BytesIO(content))
        assert all(row.url.startswith("http") for row in found.rows)
        assert all(bad.reason for bad in found.rejected)


def test_no_published_file_of_another_kind_breaks_a_reader() -> None:
    for path in sorted((Path(DATA or "") / "protocols").rglob("*.json"))[:300]:
        content = path.read_bytes()[:300_000]
        for reader in READERS.values():
            try:
                parse(reader, io.BytesIO(content))
            except Unreadable as error:
                assert error.reason  # noqa: PT017
