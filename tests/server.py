"""An early pytest plug-in: one embedded PostgreSQL for the whole run, in a folder of its own, before settings are read."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path


def _start() -> None:
    """Start the server once; workers of pytest-xdist inherit the folder and only join it."""
    from openiru.config import postgres

    home = os.environ.get("OPENIRU_TEST_HOME")
    stack = ExitStack()
    if home is None:
        folder = tempfile.mkdtemp(prefix="openiru-tests-")
        Path(folder).chmod(0o755)
        home = os.environ["OPENIRU_TEST_HOME"] = folder
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ["OPENIRU_HOME"] = home
    os.environ["OPENIRU_ALLOW_LOOPBACK"] = "1"
    os.environ["OPENIRU_COOL_OFF"] = "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openiru.config.settings")
    if not os.environ.get("DATABASE_URL"):
        stack.enter_context(postgres.running(Path(home)))
    atexit.register(stack.close)


_start()
