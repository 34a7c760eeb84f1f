"""A worker of its own that is killed at one step: it forks, sends what is due, and the child ends with SIGKILL at that step.

Run as `python -m tests.stages.notices.killed DATABASE SMTP EVIDENCE KEYS`; it reads one line a run: `<step> <seconds from NOW>`, and
prints the steps that the child came through. A step is every I/O that sending makes: each commit, each line to and from the mail
server, each file of the store; none is named by hand, so none can be forgotten.
"""

from __future__ import annotations

import os
import signal
import smtplib
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "openiru.config.settings"

NEVER = 10**9


def main(database: str, smtp: str, evidence: str, keys: str) -> None:
    """Serve runs until the input ends."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_SMTP": smtp, "OPENIRU_SMTP_TLS": "off"}
    settings.EVIDENCE, settings.KEYS = Path(evidence), Path(keys)
    django.setup()
    from openiru.stages.notices import work

    for line in sys.stdin:
        step, seconds = (int(part) for part in line.split())
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _run(work, step, seconds, writing)
        os.close(writing)
        with os.fdopen(reading) as steps:
            passed = steps.read().split()
        _, status = os.waitpid(child, 0)
        how = "killed" if os.WIFSIGNALED(status) else f"ended {os.WEXITSTATUS(status)}"
        print(how, *passed, flush=True)


def _run(work: Any, step: int, seconds: int, report: int) -> None:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from openiru.stages.evidence import store
    from tests.builders import NOW, SYSTEM

    count = 0

    def at(name: str) -> None:
        nonlocal count
        count += 1
        os.write(report, f"{name}\n".encode())
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*words: Any, **named: Any) -> Any:
            at(name)  # between two of them there is no I/O: to be killed there is to be killed right before the second
            return real(*words, **named)

        return call

    for owner, name in (
        (BaseDatabaseWrapper, "_commit"),
        (smtplib.SMTP, "connect"),
        (smtplib.SMTP, "send"),
        (smtplib.SMTP, "getreply"),
        (store, "put"),
        (store, "get"),
    ):
        setattr(owner, name, watched(name, getattr(owner, name)))
    try:
        work.dispatch_due(actor=SYSTEM, now=NOW + timedelta(seconds=seconds))
        at("end")
    except BaseException as error:
        print(error, file=sys.stderr)
        os._exit(3)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
