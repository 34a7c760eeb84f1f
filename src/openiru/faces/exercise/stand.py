"""Starts and stops the stand-in platforms of an exercise, and says where they are to whoever needs to know."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from openiru.errors import Unavailable

TERRITORY = "ZZ"
"""The invented country of the exercise: a code that ISO 3166 leaves to users."""


@dataclass(frozen=True, slots=True)
class Platforms:
    """Where the stand-ins listen, on loopback."""

    http: str
    smtp: str


@contextmanager
def running(home: Path, *, reply_to: str, keep: bool = True) -> Iterator[Platforms]:
    """Run the stand-ins with the home's world; with `keep` their state outlives a restart."""
    world = home / "exercise" / "world" / "world.json"
    words = [sys.executable, "-m", "openiru.sandbox.main", "--world", str(world), "--reply-to-smtp", reply_to]
    if keep:
        words += ["--state", str(home / "exercise" / "sandbox")]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        if not line:
            raise Unavailable("sandbox", f"did not start (status {child.wait(5)})", permanent=True)
        yield Platforms(**json.loads(line))
    finally:
        child.terminate()
        child.wait(10)


def environment(platforms: Platforms, mail: str) -> Mapping[str, str]:
    """The settings under which the product talks to these stand-ins and to nothing else."""
    return {
        "OPENIRU_SANDBOX": platforms.http,
        "OPENIRU_SMTP": platforms.smtp,
        "OPENIRU_SMTP_TLS": "off",
        "OPENIRU_MAIL_LISTEN": mail,
        "OPENIRU_ALLOW_LOOPBACK": "1",
        "OPENIRU_COOL_OFF": "0",
        "OPENIRU_VANTAGE": f"outside,{TERRITORY}",
    }


def tell(home: Path, extra: Mapping[str, str]) -> None:
    """Write down where running stand-ins are, for commands that are called meanwhile."""
    (home / "exercise" / "running.json").write_text(json.dumps(dict(extra)), encoding="utf-8")


def forget(home: Path) -> None:
    """The stand-ins were stopped."""
    (home / "exercise" / "running.json").unlink(missing_ok=True)


def found(home: Path) -> Mapping[str, str] | None:
    """The settings of stand-ins that `openiru run` keeps up, if it does."""
    path = home / "exercise" / "running.json"
    if not path.is_file():
        return None
    extra: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    host, _, port = extra["OPENIRU_SANDBOX"].removeprefix("http://").rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        return extra if probe.connect_ex((host, int(port))) == 0 else None


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
