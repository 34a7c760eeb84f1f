"""Large files: read through first, taken in part by part, gone on with after a kill, nothing twice and nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from openiru.ledger.models import Entry
from openiru.stages.intake import keeping, loading, naming, producing, queries, work
from openiru.stages.intake.formats.shapes import Rejected, Row
from openiru.stages.intake.models import Account, Batch, Item, Rejection, Report
from openiru.stages.intake.naming import parts
from openiru.tlog import merkle
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

HEADING = "url,followers,note\n"


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.HOME, settings.KEYS = tmp_path, tmp_path / "keys"
    return builders.a_cast()


def a_file(folder: Path, rows: int) -> Path:
    """A table with so many rows; each hundredth names no account, each tenth a post."""
    path = folder / f"{rows}.csv"
    with path.open("w", encoding="utf-8") as target:
        target.write(HEADING)
        for number in range(rows):
            url = "hello" if number % 100 == 99 else f"https://t.me/channel{number % 700}"
            url += f"/{number + 1}" if number % 10 == 0 else ""
            target.write(f"{url},{number},note {number}\n")
    return path


def opened(path: Path, cast: Cast) -> tuple[Batch, producing.Source]:
    source = work.of_path(path, "csv")
    upload = work.check(source, cast.ana.agency_id or 0)
    return loading.open_batch(upload, actor=cast.ana, now=NOW).batch, source


def take(batch: Batch, source: producing.Source, tell: Callable[[Batch], object] = lambda _: None) -> Batch:
    return work.take(batch, source, actor=SYSTEM, clock=lambda: NOW, tell=tell)


def stored() -> tuple[int, int, int, int]:
    return Account.objects.count(), Report.objects.count(), Item.objects.count(), Rejection.objects.count()


def test_parts_together_are_the_same_as_one_piece(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "PART", 300)
    monkeypatch.setattr(producing, "PART", 10**9)
    monkeypatch.setattr(naming.parts, "__kwdefaults__", {**(naming.parts.__kwdefaults__ or {}), "size": 300})
    batch, source = opened(a_file(tmp_path, 2_000), cast)
    seen: list[int] = []
    ended = take(batch, source, lambda one: seen.append(one.done))
    assert seen == [300, 600, 900, 1200, 1500, 1800, 2000]
    assert (ended.state, ended.rows, ended.done, ended.parts, ended.rejected) == ("loaded", 2000, 2000, 7, 20)
    assert stored() == (700 - 7, 1980, 200, 20) and ended.accounts == ended.new_accounts == 693
    events = list(Entry.objects.filter(event__startswith="intake.").order_by("id").values_list("event", flat=True))
    assert events == ["intake.batch_opened", *["intake.part_taken"] * 7, "intake.batch_loaded"]


def test_the_root_of_a_batch_commits_to_each_of_its_rows(cast: Cast, tmp_path: Path) -> None:
    batch, source = opened(a_file(tmp_path, 50), cast)
    ended = take(batch, source)
    reports = Report.objects.filter(batch=ended).select_related("account").order_by("line")
    leaves = [merkle.leaf_hash(naming.leaf(report.line or 0, report.account.key)) for report in reports]
    assert ended.rows_root == merkle.root([merkle.leaf_hash(merkle.root(leaves))]).hex()


def test_several_parts_are_named_in_a_process_of_their_own(cast: Cast, tmp_path: Path) -> None:
    rows = naming.PART * 2 + 5
    batch, source = opened(a_file(tmp_path, rows), cast)
    ended = take(batch, source)
    assert (ended.state, ended.done, ended.parts) == ("loaded", rows, 3)


def test_a_part_that_is_not_the_next_one_is_refused(cast: Cast, tmp_path: Path) -> None:
    batch, source = opened(a_file(tmp_path, 30), cast)
    with source.open() as stream:
        first, second, *_ = parts(_records(stream), key=b"k", size=10)
    with refused("wrong_state"):
        loading.take_part(batch.id, second, actor=SYSTEM, now=NOW)
    loading.take_part(batch.id, first, actor=SYSTEM, now=NOW)
    with refused("wrong_state"):
        loading.take_part(batch.id, first, actor=SYSTEM, now=NOW)
    with refused("wrong_state"):
        loading.end_batch(batch.id, actor=SYSTEM, now=NOW)
    assert Report.objects.count() == 10


def _records(stream: object) -> object:
    from openiru.stages.intake.formats import READERS

    return READERS["csv"].read(stream, None)  # type: ignore[arg-type]


def test_two_loaders_never_work_on_one_batch(cast: Cast, tmp_path: Path) -> None:
    batch, source = opened(a_file(tmp_path, 30), cast)
    loading.lease(batch.id, actor=SYSTEM, now=NOW)
    with refused("held_by_other"):
        take(batch, source)
    ended = work.take(batch, source, actor=SYSTEM, clock=lambda: NOW + loading.LEASE + timedelta(seconds=1), tell=id)
    assert ended.state == "loaded"


def test_of_a_file_that_is_broken_anywhere_nothing_is_taken_in(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(
        '{"type":"bundle","id":"bundle--1","objects":[{"type":"url","spec_version":"2.1","value":"https://t.me/one"},'
    )
    digest = _kept(path, "stix", cast)
    (ended,) = work.take_waiting(actor=SYSTEM, clock=lambda: NOW)
    assert ended.state == "failed" and ended.error and stored() == (0, 0, 0, 0)
    assert not keeping.path_of(digest).exists()


def _kept(path: Path, reader: str, cast: Cast) -> str:
    from openiru.stages.intake.formats import digest_of

    with path.open("rb") as stream:
        digest = digest_of(stream)
        keeping.keep(stream, digest)
    upload = loading.Upload(path.name, digest, None, cast.ana.agency_id or 0, reader, is_kept=True)
    loading.open_batch(upload, actor=cast.ana, now=NOW)
    return digest


def test_a_kept_file_is_encrypted_at_rest_and_gone_once_it_is_in(cast: Cast, tmp_path: Path) -> None:
    digest = _kept(a_file(tmp_path, 30), "csv", cast)
    assert b"t.me" not in keeping.path_of(digest).read_bytes()
    assert (django_settings.KEYS / "intake.age").stat().st_mode & 0o077 == 0
    (ended,) = work.take_waiting(actor=SYSTEM, clock=lambda: NOW)
    assert ended.state == "loaded" and Report.objects.count() == 30
    assert not keeping.path_of(digest).exists() and work.take_waiting(actor=SYSTEM, clock=lambda: NOW) == []


def test_a_kept_file_that_is_gone_is_red_and_nothing_else_stops(cast: Cast, tmp_path: Path) -> None:
    keeping.forget(_kept(a_file(tmp_path, 30), "csv", cast))
    _kept(a_file(tmp_path, 31), "csv", cast)
    assert [one.state for one in work.take_waiting(actor=SYSTEM, clock=lambda: NOW)] == ["failed", "loaded"]


def test_a_file_that_failed_may_be_given_again(cast: Cast, tmp_path: Path) -> None:
    path = a_file(tmp_path, 30)
    keeping.forget(_kept(path, "csv", cast))
    assert [one.state for one in work.take_waiting(actor=SYSTEM, clock=lambda: NOW)] == ["failed"]
    _kept(path, "csv", cast)
    (ended,) = work.take_waiting(actor=SYSTEM, clock=lambda: NOW)
    assert (ended.state, ended.error, Report.objects.count(), Batch.objects.count()) == ("loaded", "", 30, 1)


def test_progress_says_the_rate_and_the_time_left(cast: Cast, tmp_path: Path) -> None:
    batch, _ = opened(a_file(tmp_path, 30), cast)
    assert queries.progress(batch, now=NOW).rate is None
    batch.done = 10
    found = queries.progress(batch, now=NOW + timedelta(seconds=5))
    assert (found.rate, found.left, round(found.share, 2)) == (2.0, timedelta(seconds=10), 0.33)
    batch.done, batch.ended_at = 30, LATER
    assert queries.progress(batch, now=LATER).left is None


def test_the_errors_are_a_file_whose_cells_no_spreadsheet_runs(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("url,note\nhello,a\n=1+1,b\nhttps://t.me/one,c\n", encoding="utf-8")
    batch, source = opened(path, cast)
    rows = list(queries.error_rows(take(batch, source)))
    assert [line for line, *_ in rows] == [2, 3] and rows[1][2].startswith("'=")


TEXT = st.text(alphabet=st.characters(codec=None), max_size=30)


ROW = st.builds(
    Row,
    line=st.integers(1, 10**6),
    url=st.just("https://t.me/one"),
    note=TEXT,
    name=TEXT,
    claimed_lists=st.lists(TEXT, max_size=3).map(tuple),
)


@given(st.lists(ROW, max_size=8))
def test_any_text_survives_the_way_into_a_part(rows: list[Row]) -> None:
    """One line a row, one cell a column, whatever the text: COPY reads it back as it was (but for NUL and halves of pairs)."""
    (part,) = parts(rows, key=b"k")
    lines = part.rows.split("\n")[:-1]
    assert len(lines) == len(rows) == part.named
    for line, row in zip(lines, rows, strict=True):
        cells = line.split("\t")
        assert len(cells) == 20
        assert _unescaped(cells[17]) == row.note.encode("utf-8", "replace").decode().replace("\0", "")


def _unescaped(cell: str) -> str:
    pairs = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
    found, place = [], 0
    while place < len(cell):
        two = cell[place : place + 2]
        found.append(pairs.get(two, cell[place]))
        place += 2 if two in pairs else 1
    return "".join(found)


def test_odd_texts_are_stored_as_they_are(cast: Cast) -> None:
    odd = ["\\N", "a\tb", "a\\", "line\nbreak\r", '{"x"}', "quote\"'", "نص", "\ud800", "a\0b"]
    rows = [
        Row(number, f"https://t.me/odd{number}", note=text, claimed_lists=(text,)) for number, text in enumerate(odd)
    ]
    (part,) = parts([*rows, Rejected(99, "\\N\t", "no_url")], key=b"k")
    upload = loading.Upload("a", "0" * 64, part.records, cast.ana.agency_id or 0, "csv")
    batch = loading.open_batch(upload, actor=cast.ana, now=NOW).batch
    loading.take_part(batch.id, part, actor=SYSTEM, now=NOW)
    wanted = [text.encode("utf-8", "replace").decode().replace("\0", "") for text in odd]
    assert list(Report.objects.order_by("line").values_list("note", flat=True)) == wanted
    assert [one[0] for one in Report.objects.order_by("line").values_list("claimed_lists", flat=True)] == wanted
    assert Rejection.objects.get().value == "\\N\t"


SCRIPT = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path

def now():
    return datetime.now(UTC)

def main(what, path):
    import django
    django.setup()
    from django.core.management import call_command
    from django.db.models import Sum
    from openiru.ledger.models import Entry
    from openiru.people.actor import SYSTEM
    from openiru.people.models import Agency
    from openiru.stages.intake import loading, work
    from openiru.stages.intake.models import Batch, Rejection, Report
    source = work.of_path(Path(path), "csv")
    if what == "make":
        call_command("migrate", verbosity=0)
        upload = work.check(source, Agency.objects.create(slug="a", name="A").id)
        loading.open_batch(upload, actor=SYSTEM, now=now())
    elif what == "load":
        Batch.objects.update(leased_until=None)
        work.take(Batch.objects.get(), source, actor=SYSTEM, clock=now, tell=lambda one: print(one.done, flush=True))
    batch = Batch.objects.get()
    print(json.dumps({
        "state": batch.state, "done": batch.done, "reports": batch.reports, "rejected": batch.rejected,
        "parts": batch.parts, "stored": Report.objects.count(), "bad": Rejection.objects.count(),
        "entries": Entry.objects.filter(event="intake.part_taken").count(),
    }), flush=True)

if __name__ == "__main__":
    main(*sys.argv[1:])
"""


def test_a_killed_load_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """The loader is killed twice in the middle, its naming process with it; then it goes on, and all is as if it never was.

    A database of its own, since what is killed must really have committed.
    """
    rows = naming.PART * 4 + 7
    path, script = a_file(tmp_path, rows), tmp_path / "load.py"
    script.write_text(SCRIPT)
    server = connection.settings_dict
    database = f"killed_{os.getpid()}"
    with psycopg.connect(host=server["HOST"], user=server["USER"], dbname="postgres", autocommit=True) as admin:
        admin.execute(f"create database {database}")
        url = f"postgresql://{server['USER']}@/{database}?host={server['HOST']}"
        try:
            call = partial(_called, script, path, url)
            assert call("make")["done"] == 0
            for kill_after in (1, 2):
                _killed(script, path, url, kill_after)
                found = call("look")
                assert 0 < found["done"] < rows and found["state"] == "loading"
                assert (found["reports"], found["rejected"], found["parts"]) == (
                    found["stored"],
                    found["bad"],
                    found["entries"],
                )
            ended = call("load")
            assert (ended["state"], ended["done"]) == ("loaded", rows)
            assert ended["stored"] == rows - ended["bad"] == ended["reports"] and ended["parts"] == ended["entries"]
        finally:
            admin.execute(f"drop database {database} with (force)")


def _environment(url: str) -> dict[str, str]:
    settings_module = {"DJANGO_SETTINGS_MODULE": "openiru.config.settings"}
    return {**os.environ, "PYTHONPATH": "src", "DATABASE_URL": url, **settings_module}


def _called(script: Path, path: Path, url: str, what: str) -> dict[str, Any]:
    words = (sys.executable, str(script), what, str(path))
    done = subprocess.run(words, capture_output=True, text=True, env=_environment(url), check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _killed(script: Path, path: Path, url: str, parts_before: int) -> None:
    words = (sys.executable, str(script), "load", str(path))
    child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=_environment(url))
    assert child.stdout is not None
    for _ in range(parts_before):
        assert child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()


@pytest.mark.parametrize("column", ["batch_id", "agency_id", "by_id", "reporter_id"])
def test_a_report_cannot_name_what_is_not_there(cast: Cast, column: str) -> None:
    report = builders.a_report(builders.an_account(), cast.ana)
    with refused_by_the_database("is not there"):
        sql(f"update intake_report set {column} = 999999999 where id = %s", report.id)


def test_what_a_report_names_is_never_deleted(cast: Cast, tmp_path: Path) -> None:
    batch, source = opened(a_file(tmp_path, 3), cast)
    take(batch, source)
    with refused_by_the_database("never deleted"):
        sql("delete from intake_batch where id = %s", batch.id)
