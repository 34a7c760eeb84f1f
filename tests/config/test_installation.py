"""The embedded server and the command: up with the first user, down with the last, nobody's folder touched, any home works."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from openiru.config import environment, postgres

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home() -> Iterator[Path]:
    """A home in a short folder of its own (socket paths are limited to about 100 characters)."""
    with tempfile.TemporaryDirectory(prefix="iru-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "home"


def openiru(*words: str, home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Call the command as a person at a prompt would."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OPENIRU_")}
    clean.pop("DATABASE_URL", None)
    return subprocess.run(
        (sys.executable, "-m", "openiru.config.command", *words),
        env={**clean, "OPENIRU_HOME": str(home), **extra},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def is_up(home: Path) -> bool:
    server = postgres.describe(home)
    return postgres._call(server, "pg_ctl", "status", "-D", str(server.data), check=False).returncode == 0


def test_the_server_is_up_for_the_first_user_and_down_after_the_last(home: Path) -> None:
    with postgres.running(home) as first:
        with postgres.running(home):
            assert is_up(home)
        assert is_up(home), "one user left, the other still works"
        with psycopg.connect(first.url) as connection:
            row = connection.execute("select current_database()").fetchone()
            assert row == ("openiru",)
    assert not is_up(home)


def test_a_second_start_finds_what_the_first_one_wrote(home: Path) -> None:
    with postgres.running(home) as server, psycopg.connect(server.url) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('here')")
    with postgres.running(home) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("select word from kept").fetchone() == ("here",)


def test_the_mode_of_a_folder_that_is_not_ours_never_changes(home: Path) -> None:
    private = home.parent / "private"
    private.mkdir(mode=0o700)
    with postgres.running(private / "home"):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert stat.S_IMODE(home.parent.stat().st_mode) == 0o755
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_any_command_on_an_empty_home_initialises_and_stops_the_server_after_itself(home: Path) -> None:
    done = openiru("register", "screen", "Nobody At All", "--json", home=home)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["designated"] is False
    assert not is_up(home)


def test_a_server_of_ones_own_is_used_when_its_address_is_given(home: Path) -> None:
    other = home.parent / "other"
    with postgres.running(other) as server:
        done = openiru(
            "system",
            "install",
            "--mode",
            "exercise",
            "--name",
            "Elsewhere",
            "--json",
            home=home,
            DATABASE_URL=server.url,
        )
        assert done.returncode == 0, done.stderr
        with psycopg.connect(server.url) as connection:
            assert connection.execute("select name from ledger_installation").fetchone() == ("Elsewhere",)
    assert not (home / "postgres").exists()


def test_what_a_rule_refuses_is_said_in_json_with_its_code(home: Path) -> None:
    assert openiru("system", "install", "--mode", "live", "--name", "Unit", home=home).returncode == 0
    again = openiru("system", "install", "--mode", "exercise", "--name", "Unit", "--json", home=home)
    assert again.returncode == 1
    assert json.loads(again.stdout)["error"] == "installation_is_for_ever"
    truncated = home.parent / "un.xml"
    truncated.write_text("<CONSOLIDATED_LIST dateGenerated='2026-01-01'><INDIVIDUALS>", encoding="utf-8")
    broken = openiru("register", "load", str(truncated), "--json", home=home)
    assert broken.returncode == 1 and json.loads(broken.stdout)["ok"] is False
    assert "Traceback" not in broken.stderr


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    (tmp_path / "openiru.toml").write_text('listen = "127.0.0.1:9000"\nsmtp = "127.0.0.1:26"\n', encoding="utf-8")
    values = environment.read({"OPENIRU_HOME": str(tmp_path), "OPENIRU_SMTP": "127.0.0.1:27"})
    assert values["OPENIRU_LISTEN"] == "127.0.0.1:9000"
    assert values["OPENIRU_SMTP"] == "127.0.0.1:27"
    assert values["OPENIRU_VANTAGE"] == "outside"
