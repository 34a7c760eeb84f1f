"""The command `openiru`: brings the database up, then calls the command as whoever the token names."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, 1 for what a rule refused, 2 for a wrong call, 3 for a service that is down."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openiru.config.settings")
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["run"]:
        from openiru.config import run

        return run.main(words[1:])
    import django

    django.setup()
    from openiru.errors import Refused, Unavailable, Unreadable
    from openiru.faces.cli import commands, output

    args = commands.parser().parse_args(words)
    command = commands.COMMANDS[args.group, args.command]
    try:
        with database(needed=command.needs_database):
            result = commands.call(command, args)
    except (Refused, Unreadable, Unavailable) as error:
        return output.fail(error, as_json=args.json)
    return output.show(result, as_json=args.json)


@contextmanager
def database(*, needed: bool = True) -> Iterator[None]:
    """Bring the database up, with its tables; an embedded server stops when its last user leaves."""
    if not needed:
        yield
        return
    from django.conf import settings
    from django.db import connections

    from openiru.config import postgres

    if not settings.EMBEDDED:
        _migrate()
        yield
        return
    with postgres.running(Path(settings.HOME)):
        _migrate()
        try:
            yield
        finally:
            connections.close_all()


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


if __name__ == "__main__":
    sys.exit(main())
