"""`openiru run`: starts the database, the console, the worker and, in an exercise, the stand-in platforms; stops them all on Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

STOP_SECONDS = 10.0


def main(words: list[str]) -> int:
    """Run until Ctrl-C; the exit status is 1 when a process died by itself."""
    parser = argparse.ArgumentParser(prog="openiru run")
    parser.add_argument("--exercise", action="store_true", help="make a new home an exercise, with people and a world")
    parser.add_argument("--size", type=int, default=850, help="accounts in a new exercise's world")
    args = parser.parse_args(words)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    import django

    django.setup()
    from openiru.config.command import database
    from openiru.errors import Refused, Unavailable

    try:
        with database(), ExitStack() as stack:
            return _run(args, stack, stop)
    except (Refused, Unavailable) as error:
        print(f"openiru: {error}", file=sys.stderr)
        return 1


def _run(args: argparse.Namespace, stack: ExitStack, stop: threading.Event) -> int:
    from django.conf import settings

    from openiru.faces.exercise import stand, start
    from openiru.ledger import queries
    from openiru.terms import Mode

    began = time.monotonic()
    signed = start.ensure(settings.HOME, size=args.size) if args.exercise else ()
    standing = queries.installation()
    if standing is None:
        print(
            "This home is new. `openiru install --mode live --name NAME`, or `openiru run --exercise`.", file=sys.stderr
        )
        return 1
    extra: dict[str, str] = {}
    if standing.mode == Mode.EXERCISE:
        mail = f"127.0.0.1:{stand.free_port()}"
        platforms = stack.enter_context(stand.running(settings.HOME, reply_to=mail))
        extra = dict(stand.environment(platforms, mail))
        stand.tell(settings.HOME, extra)
        stack.callback(stand.forget, settings.HOME)
    listen = settings.OPENIRU["OPENIRU_LISTEN"]
    processes = [stack.enter_context(_process(words, extra)) for words in (web(listen), _worker())]
    _wait_for(listen, processes, stop)
    _tell(listen, signed, time.monotonic() - began)
    while not stop.wait(0.5):
        if any(one.poll() is not None for one in processes):
            print("openiru: a process ended by itself; stopping the others.", file=sys.stderr)
            return 1
    print("\nStopping; everything is kept.")
    return 0


def web(listen: str) -> list[str]:
    """The command that serves the console on `host:port`."""
    host, _, port = listen.rpartition(":")
    options = ["--interface", "wsgi", "--host", host, "--port", port, "--workers", "2", "--blocking-threads", "4"]
    return [sys.executable, "-m", "granian", *options, "--log-level", "warning", "openiru.config.wsgi:application"]


def _worker() -> list[str]:
    return [sys.executable, "-m", "openiru.config.worker"]


@contextmanager
def _process(words: list[str], extra: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """One child in a session of its own, so that Ctrl-C reaches us first and we stop it in order."""
    child = subprocess.Popen(words, env={**os.environ, **extra}, start_new_session=True)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait_for(listen: str, processes: list[subprocess.Popen[bytes]], stop: threading.Event) -> None:
    host, _, port = listen.rpartition(":")
    for _ in range(300):
        if stop.is_set() or any(one.poll() is not None for one in processes):
            return
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.1)


def _tell(listen: str, signed: tuple[tuple[str, str, str], ...], seconds: float) -> None:
    print(f"\nOpenIRU is ready after {seconds:.1f} s: http://{listen}/   (Ctrl-C stops it and keeps the data)")
    if signed:
        print("\nSign-ins of this exercise, shown once:")
        for email, password, role in signed:
            print(f"  {email:32} {password}   {role}")
    else:
        print("Passwords were shown when this home was made; `openiru people renew-password EMAIL` makes a new one.")
    sys.stdout.flush()
