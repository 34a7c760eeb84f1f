"""One real installation for the journeys: `openiru run --exercise` as a process of its own, its sign-ins, its stand-ins, its end."""

from __future__ import annotations

import atexit
import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import httpx

from openiru.faces.exercise.stand import free_port

OPENIRU = (sys.executable, "-m", "openiru.config.command")
READY = re.compile(r"ready after ([\d.]+) s")
SIGN_IN = re.compile(r"^  (?P<key>\w+)@(?P<agency>\S+)\s+(?P<password>\S+)   (?P<roles>.+)$", re.MULTILINE)
SECONDS_TO_START = 60
SECONDS_TO_STOP = 15
SIZE = 60


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of what the first start prints."""

    email: str
    password: str


@dataclass
class House:
    """An installation on a home of its own; `start` and `stop` may come again on the same data."""

    home: Path
    address: str
    people: dict[str, SignIn] = field(default_factory=dict)
    sessions: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, object] = field(default_factory=dict)
    seconds: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the console is."""
        return f"http://{self.address}"

    @property
    def environment(self) -> dict[str, str]:
        """Only what a person's own shell would give: nothing of the test run's own server or settings."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "OPENIRU_CHROMIUM") if name in os.environ}
        return {**kept, "OPENIRU_HOME": str(self.home), "OPENIRU_LISTEN": self.address}

    @property
    def printed(self) -> str:
        """All that the run printed since it was last started."""
        return (self.home / "printed.txt").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start everything and wait until it says that it is ready."""
        with (self.home / "printed.txt").open("wb") as out:
            words = (*OPENIRU, "run", "--exercise", "--size", str(SIZE))
            self.process = subprocess.Popen(words, env=self.environment, stdout=out, stderr=subprocess.STDOUT, cwd="/")
        until = time.monotonic() + SECONDS_TO_START
        while not READY.search(self.printed):
            assert self.process.poll() is None, f"it ended by itself:\n{self.printed}"
            assert time.monotonic() < until, f"not ready after {SECONDS_TO_START} s:\n{self.printed}"
            time.sleep(0.1)
        found = READY.search(self.printed)
        assert found is not None
        self.seconds = float(found.group(1))
        time.sleep(0.1)
        for line in SIGN_IN.finditer(self.printed):
            self.people[line["key"]] = SignIn(f"{line['key']}@{line['agency']}", line["password"])

    def stop(self) -> float:
        """Press Ctrl-C, and hold it to its promise: soon, status 0, nothing running, the data kept. Returns the seconds."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"still running {SECONDS_TO_STOP} s after Ctrl-C:\n{self.printed}") from None
        seconds, self.process = time.monotonic() - began, None
        assert status == 0, f"status {status}:\n{self.printed}"
        assert self.left_over() == [], "processes of this home outlived it"
        assert (self.home / "exercise" / "world" / "world.json").is_file()
        assert not (self.home / "exercise" / "running.json").exists()
        return seconds

    def left_over(self) -> list[str]:
        """Command lines of processes that belong to this home: by their environment or by a path in their words."""
        mark = str(self.home).encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words, environ = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
            except OSError:
                continue
            if mark in words or b"OPENIRU_HOME=" + mark in environ:
                found.append(words.replace(b"\0", b" ").decode(errors="replace"))
        return found

    def call(self, *words: str, status: int = 0) -> Any:
        """Call `openiru … --json` on this home, as somebody in a second terminal would."""
        done = subprocess.run(
            (*OPENIRU, *words, "--json"), env=self.environment, capture_output=True, text=True, cwd="/", timeout=180
        )
        assert done.returncode == status, f"{words}: status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """The same, without waiting for its end."""
        return subprocess.Popen(
            (*OPENIRU, *words, "--json"),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
        )

    @cached_property
    def truth(self) -> dict[str, dict[str, Any]]:
        """What each planted account really is, by address. Only the tests may look here."""
        path = self.home / "exercise" / "world" / "truth.json"
        accounts: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["accounts"]
        return accounts

    @cached_property
    def world(self) -> dict[str, dict[str, Any]]:
        """What the stand-ins show of each account, by address."""
        path = self.home / "exercise" / "world" / "world.json"
        accounts = json.loads(path.read_text(encoding="utf-8"))["accounts"]
        return {one["url"]: one for one in accounts}

    @cached_property
    def reported(self) -> dict[str, list[str]]:
        """The items that the agency's file names, by the account's address."""
        with (self.home / "exercise" / "world" / "reported.csv").open(encoding="utf-8", newline="") as file:
            return {row["url"]: row["item_urls"].split() for row in csv.DictReader(file)}

    def ahead(self, hours: int) -> None:
        """Move the clock ahead from a second terminal, and wait until the worker has told the stand-ins."""
        before = self._platform_clock()
        self.call("system", "clock", str(hours))
        until = time.monotonic() + 30
        while self._platform_clock() - before < timedelta(hours=hours) - timedelta(minutes=1):
            assert time.monotonic() < until, "the stand-ins were not told of the new time"
            time.sleep(0.2)

    def _platform_clock(self) -> datetime:
        state = httpx.get(f"{self.sandbox}/_control/state", timeout=30, trust_env=False).json()
        return datetime.fromisoformat(state["now"])

    @property
    def running(self) -> dict[str, str]:
        """What a running exercise writes down for commands that are called meanwhile."""
        found: dict[str, str] = json.loads((self.home / "exercise" / "running.json").read_text(encoding="utf-8"))
        return found

    @property
    def sandbox(self) -> str:
        """Where the stand-in platforms are."""
        return self.running["OPENIRU_SANDBOX"]

    @property
    def mail(self) -> str:
        """Where the worker takes answers by SMTP."""
        return self.running["OPENIRU_MAIL_LISTEN"]

    def platform_page(self, url: str) -> httpx.Response:
        """The page of an account as a visitor from abroad sees it."""
        path = url.removeprefix("https://")
        return httpx.get(f"{self.sandbox}/{path}", timeout=30, trust_env=False)

    def hand_in(self, form: str, package: bytes) -> str:
        """Submit a package on a platform's own form, as a person does; returns the ticket."""
        headers = {"Content-Type": "application/zip"}
        reply = httpx.post(
            f"{self.sandbox}/{form}/report-form", content=package, headers=headers, timeout=30, trust_env=False
        )
        assert reply.status_code == 200, reply.text
        return str(reply.json()["ticket"])


def build() -> House:
    """A house on a new home that others may pass through, as the server's own account must; its tables are made already."""
    home = Path(tempfile.mkdtemp(prefix="openiru-journey-"))
    home.chmod(0o755)
    subprocess.run(("cp", "-a", f"{_born()}/.", str(home)), check=True)
    return House(home, f"127.0.0.1:{free_port()}")


@lru_cache(maxsize=1)
def _born() -> Path:
    """A home that one command was run on, copied for each house: making the tables takes longer than most journeys."""
    home = Path(tempfile.mkdtemp(prefix="openiru-born-"))
    home.chmod(0o755)
    made = House(home, "127.0.0.1:1")
    words = (*OPENIRU, "register", "screen", "Nobody At All", "--json")
    subprocess.run(words, env=made.environment, cwd="/", check=True, capture_output=True)
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


def take_down(house: House) -> None:
    """Stop it, then remove the home of the test; the removal comes even when the stopping failed."""
    try:
        if house.process is not None:
            house.stop()
    finally:
        shutil.rmtree(house.home, ignore_errors=True)
