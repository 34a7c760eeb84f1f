"""A process that approves and is killed (SIGKILL) before its n-th statement, its commit included.

Run as `python -m tests.stages.cases.killed DATABASE`; it reads `<assessment> <user> <step>` a line, forks, and prints how the child ended.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "openiru.config.settings"


def main(database: str) -> None:
    """Serve runs until the input ends."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    for line in sys.stdin:
        assessment, user, step = (int(part) for part in line.split())
        child = os.fork()
        if child == 0:
            _approve(assessment, user, step)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else f"ended {os.WEXITSTATUS(status)}", flush=True)


def _approve(assessment: int, user: int, step: int) -> None:
    from django.db import connection
    from django.db.backends.base.base import BaseDatabaseWrapper

    from openiru.people.models import User
    from openiru.people.queries import actor_for
    from openiru.stages.cases import services
    from tests.builders import NOW

    actor, count = actor_for(User.objects.get(id=user)), 0

    def at() -> None:
        nonlocal count
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def execute(do: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        at()
        return do(sql, params, many, context)

    commit = BaseDatabaseWrapper._commit

    def committing(self: BaseDatabaseWrapper) -> Any:
        at()
        done = commit(self)
        at()
        return done

    BaseDatabaseWrapper._commit = committing  # type: ignore[method-assign]
    with connection.execute_wrapper(execute):
        services.approve(assessment, reasons="Listed, quoted, captured.", actor=actor, now=NOW)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
