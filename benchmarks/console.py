"""How long each page of the console takes on an exercise of 850 accounts (goal: none over 200 ms), beside an empty page."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 7
LIMIT = 0.200
PAGES = (
    "today",
    "queue",
    "intake",
    "notices",
    "mailbox",
    "platforms",
    "register",
    "protections",
    "appeals",
    "ledger",
    "exercise",
)


def main() -> int:
    """Time every page as the supervisor and one case as the analyst; status 1 when one is over the limit."""
    with tempfile.TemporaryDirectory(prefix="openiru-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"OPENIRU_HOME": folder, "DJANGO_SETTINGS_MODULE": "openiru.config.settings"}
        import django

        django.setup()
        from openiru.config.command import database

        with database():
            return _run(Path(folder))


def _run(home: Path) -> int:
    from django.test import Client
    from django.urls import reverse

    from openiru.faces.exercise import cast, start
    from openiru.people.models import User
    from openiru.stages.cases.models import Case

    start.ensure(home, size=850)
    slow = 0
    floor = _time(Client(), "/healthz")
    print(f"empty page (healthz): {floor * 1000:.0f} ms")
    users = {part.key: User.objects.get(email=part.email) for part in cast.CAST}
    for name in PAGES:
        client = Client()
        client.force_login(users["cleo" if name == "mailbox" else "sue"], backend=BACKEND)
        slow += _tell(name, _time(client, reverse(name)), floor)
    client = Client()
    client.force_login(users["ana"], backend=BACKEND)
    case = Case.objects.order_by("id").first()
    assert case is not None
    slow += _tell("case", _time(client, reverse("case", args=[case.id])), floor)
    return 1 if slow else 0


BACKEND = "django.contrib.auth.backends.ModelBackend"


def _time(client: object, url: str) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        reply = client.get(url, HTTP_HOST="localhost")  # type: ignore[attr-defined]
        times.append(time.perf_counter() - began)
        assert reply.status_code == 200, (url, reply.status_code)
    return statistics.median(times)


def _tell(name: str, seconds: float, floor: float) -> int:
    print(f"{name}: {seconds * 1000:.0f} ms, {seconds / floor:.1f} times the empty page")
    return int(seconds > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
