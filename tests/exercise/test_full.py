"""The full practice by the command line, in a home of its own: nothing wrong goes out, the log is whole, and it runs again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

SIZE = 60


def openiru(home: Path, *words: str, status: int = 0) -> dict[str, Any]:
    """One command in this home, its JSON; with nothing of the tests' own settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENIRU_", "DATABASE_URL", "DJANGO_"))
    }
    call = [sys.executable, "-m", "openiru.config.command", *words, "--json"]
    done = subprocess.run(
        call, env={**kept, "OPENIRU_HOME": str(home)}, capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == status, done.stderr[-3000:] + done.stdout[-1000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home that the embedded server's own account can reach, deleted afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="openiru-exercise-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def first(home: Path) -> Mapping[str, Any]:
    """The first run of the full practice."""
    return openiru(home, "exercise", "run", "--practice", "full", "--size", str(SIZE))


def test_no_account_that_was_planted_wrong_is_referred(first: Mapping[str, Any]) -> None:
    wrong = first["planted_wrong"]
    assert wrong["planted"] > 0
    assert (wrong["sent"], wrong["refused"]) == (0, wrong["planted"])


def test_complete_notices_are_acted_on_where_lists_were_not(first: Mapping[str, Any]) -> None:
    table = first["table"]
    assert table["all"]["reported"] == sum(row["reported"] for name, row in table.items() if name != "all")
    assert table["x"]["sent"] > 0 and table["x"]["acted"] > table["x"]["sent"] / 2
    assert table["all"]["wrong"] == 0 and table["all"]["unknown"] < table["all"]["sent"]


def test_claimed_and_verified_stand_apart(first: Mapping[str, Any]) -> None:
    row = first["table"]["all"]
    assert (
        row["verified_gone"] + row["withheld_here"] + row["not_visible"] + row["still_live"] + row["unknown"]
        == row["sent"]
    )
    assert row["answered"] >= row["acted"] and row["verified_gone"] > 0


def test_the_log_of_it_is_whole(first: Mapping[str, Any], home: Path) -> None:
    report = openiru(home, "ledger", "verify")
    assert report["ok"] and report["problems"] == [] and report["waiting"] == 0 and report["size"] > SIZE
    assert report["answer"] == "self-consistent, not authenticated"


@pytest.fixture(scope="module")
def exported(first: Mapping[str, Any], home: Path) -> tuple[Path, str]:
    """The public log as it is given away, and the key to pin."""
    out = home / "public-log"
    return out, openiru(home, "ledger", "export", "--out", str(out))["key"]


def test_no_address_of_the_cast_is_in_the_public_log(exported: tuple[Path, str]) -> None:
    leaves = b"".join(path.read_bytes() for path in exported[0].rglob("*") if path.is_file())
    assert b"case.approved" in leaves
    for word in (b"ana@", b"cleo@", b"@bureau", b"t.me", b"https:"):
        assert word not in leaves


def test_its_export_is_checked_with_and_without_a_pinned_key(exported: tuple[Path, str], home: Path) -> None:
    out, key = exported
    free, pinned = (
        openiru(home, "ledger", "verify", str(out)),
        openiru(home, "ledger", "verify", str(out), "--key", key),
    )
    assert (free["ok"], free["authenticated"]) == (True, False)
    assert (pinned["ok"], pinned["authenticated"]) == (True, True)
    tile = max((path for path in out.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    content = bytearray(tile.read_bytes())
    content[len(content) // 2] ^= 1
    tile.write_bytes(bytes(content))
    changed = openiru(home, "ledger", "verify", str(out), "--key", key, status=1)
    assert not changed["ok"] and not changed["authenticated"]


def test_it_runs_a_second_time_on_the_same_home(first: Mapping[str, Any], home: Path) -> None:
    again = openiru(home, "exercise", "run", "--practice", "full", "--size", str(SIZE), "--days", "2")
    assert again["planted_wrong"]["sent"] == 0
    assert again["table"]["all"]["reported"] == first["table"]["all"]["reported"]
    assert again["table"]["all"]["sent"] >= first["table"]["all"]["sent"]
    assert openiru(home, "ledger", "verify")["ok"]


def test_another_size_in_the_same_home_is_refused_in_words(first: Mapping[str, Any], home: Path) -> None:
    refused = openiru(home, "exercise", "run", "--practice", "naive", "--size", "61", status=1)
    assert refused["error"] == "wrong_state" and "OPENIRU_HOME" in refused["text"]
