"""The queue under load: accounts by the million, 200,000 open cases, 50 officers who act every 5 s on the real server.

Goal: every queue page under 100 ms at the median and 300 ms at the 95th percentile, and no case held by two. Sizes come from
QUEUE_ACCOUNTS, QUEUE_CASES, QUEUE_OFFICERS, QUEUE_SECONDS. The generator is niced and drives Granian over HTTP on loopback.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ACCOUNTS = int(os.environ.get("QUEUE_ACCOUNTS", "1000000"))
CASES = int(os.environ.get("QUEUE_CASES", "200000"))
OFFICERS = int(os.environ.get("QUEUE_OFFICERS", "50"))
SECONDS = float(os.environ.get("QUEUE_SECONDS", "120"))
EVERY = 5.0
MEDIAN, NINETY_FIFTH = 0.100, 0.300
PASSWORDLESS = "django.contrib.auth.backends.ModelBackend"

FILL = """
insert into intake_account (uuid, platform, kind, key, url, handle, stable_id, name, phone_hash, followers, first_seen,
       retain_until)
select gen_random_uuid(),
       (array['telegram','x','facebook','tiktok','instagram','youtube'])[1 + n %% 6], 'account',
       'bench:' || n, 'https://example.org/' || n, 'handle' || n, '', '', '',
       (power(10, 1 + 5 * random()))::bigint, now(), current_date + 400
from generate_series(1, %(accounts)s) n;
insert into intake_report (account_id, agency_id, address, claimed_organisation, claimed_lists, name, note, words, hashes,
       warnings, at, retain_until, line)
select id, %(agency)s, url, 'Organisation ' || (id %% 40), '{}', '', '', decode(md5(id::text), 'hex'), '[]', '{}', now(),
       current_date + 400, 1
from intake_account where key like 'bench:%%' order by id limit %(cases)s;
insert into cases_case (uuid, account_id, agency_id, state, opened_at, changed_at, close_reason, reopened_because, urgent, retain_until,
       platform, language, organisation_id, due_at, score, terms, signals, scored_at, stale, bundle, search, assessor_id)
select gen_random_uuid(), a.id, %(agency)s, case when a.id %% 10 < 8 then 'open' else 'assessed' end,
       now() - random() * interval '20 days', now(), '', '', a.id %% 20000 = 0, current_date + 400, a.platform,
       (array['ur','ar','en','ps','ur-Latn','fa',''])[1 + (random() * 6)::int], %(organisation)s + a.id %% 40,
       now() + (random() * 10 - 3) * interval '1 day', (random() * 80)::int,
       '[{"name": "reach", "points": 9, "facts": {"followers": 1200}}]', '{"followers": 1200}', now(), false,
       case when a.id %% 50 = 0 then md5((a.id / 500)::text) else '' end,
       to_tsvector('simple', a.handle || ' ' || a.key || ' Organisation ' || (a.id %% 40)), null
from intake_account a where a.key like 'bench:%%' order by a.id limit %(cases)s;
analyze;
"""


@dataclass
class Seen:
    """What the officers measured: seconds by page, what failed, and who held which case from when to when."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)
    holds: dict[int, list[tuple[float, float, str]]] = field(default_factory=lambda: defaultdict(list))
    acted: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def main() -> int:
    """Fill, serve, work, print; status 1 over a goal, after a failed page or a double hold."""
    with tempfile.TemporaryDirectory(prefix="openiru-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"OPENIRU_HOME": folder, "DJANGO_SETTINGS_MODULE": "openiru.config.settings"}
        import django

        django.setup()
        from openiru.config.command import database

        with database():
            return _run()


def _run() -> int:
    began = time.monotonic()
    cookies = _fill()
    print(f"filled in {time.monotonic() - began:.0f} s: {ACCOUNTS:,} accounts, {CASES:,} cases, {OFFICERS} officers")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = _serve(port)
    seen = Seen()
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        _work(f"http://127.0.0.1:{port}", cookies, seen)
    finally:
        server.terminate()
        server.wait(20)
    return _tell(seen)


def _fill() -> list[str]:
    """People, lists and rows by SQL; returns the session cookie of each officer."""
    from datetime import UTC, datetime

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection, transaction

    from openiru.ledger import services as ledger
    from openiru.people.models import Agency, User
    from openiru.people.roles import Role
    from openiru.stages.register.models import Organisation
    from openiru.terms import Mode

    ledger.install(mode=Mode.EXERCISE, name="Load (invented)", now=datetime.now(UTC))
    agency = Agency.objects.create(slug="bench", name="Bench")
    made = Organisation.objects.bulk_create(
        Organisation(name=f"Organisation {n}", slug=f"bench-{n}") for n in range(40)
    )
    values = {"accounts": ACCOUNTS, "cases": CASES, "agency": agency.id, "organisation": made[0].id}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in FILL.strip().split(";\n"):
            cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze cases_case")
    cookies = []
    for number in range(OFFICERS):
        role = Role.ANALYST if number % 5 else Role.APPROVER
        user = User.objects.create(
            email=f"officer{number}@example.org", name=f"Officer {number}", agency=agency, roles=[role],
            languages=["ur", "ar"], password="!",
        )  # fmt: skip
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), PASSWORDLESS
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    return cookies


def _serve(port: int) -> subprocess.Popen[bytes]:
    from openiru.config import run

    words = run.web(f"127.0.0.1:{port}")
    return subprocess.Popen(
        words,
        env={**os.environ, "OPENIRU_LISTEN": f"127.0.0.1:{port}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait(url: str) -> None:
    for _ in range(120):
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise SystemExit("the server did not come up")


def _work(base: str, cookies: list[str], seen: Seen) -> None:
    os.nice(10)
    end = time.monotonic() + SECONDS
    officers = [threading.Thread(target=_officer, args=(base, one, n, end, seen)) for n, one in enumerate(cookies)]
    for one in officers:
        one.start()
    for one in officers:
        one.join()


def _officer(base: str, cookie: str, number: int, end: float, seen: Seen) -> None:
    """One officer: looks at a queue, goes on, searches, takes the next case, reads it, and closes or gives it back."""
    rng = random.Random(number)
    csrf = "b" * 32
    headers = {"Cookie": f"{cookie}; csrftoken={csrf}", "X-CSRFToken": csrf, "Referer": base}
    with httpx.Client(base_url=base, headers=headers, timeout=60, trust_env=False) as client:
        time.sleep(rng.random() * EVERY)
        desk = Desk(client, f"officer{number}", rng, seen, approves=not number % 5)
        while time.monotonic() < end:
            began = time.monotonic()
            rng.choice(ACTS)(desk)
            with seen.lock:
                seen.acted += 1
            time.sleep(max(0.0, EVERY - (time.monotonic() - began)))
        desk.give_back()


@dataclass
class Desk:
    """One officer's window."""

    client: httpx.Client
    who: str
    rng: random.Random
    seen: Seen
    approves: bool
    case: int = 0
    since: float = 0.0
    more: str = ""

    def get(self, name: str, path: str) -> str:
        """Open a page and note how long it took."""
        return self._timed(name, lambda: self.client.get(path, follow_redirects=False))

    def post(self, name: str, path: str, **form: str) -> httpx.Response | None:
        """Submit a form, as the page does."""
        began = time.perf_counter()
        reply = self.client.post(path, data=form, follow_redirects=False)
        self._note(name, time.perf_counter() - began, reply)
        return reply

    def _timed(self, name: str, do: Callable[[], httpx.Response]) -> str:
        began = time.perf_counter()
        reply = do()
        self._note(name, time.perf_counter() - began, reply)
        return reply.text

    def _note(self, name: str, seconds: float, reply: httpx.Response) -> None:
        with self.seen.lock:
            self.seen.seconds[name].append(seconds)
            if reply.status_code >= 400 and reply.status_code != 409:
                self.seen.failed.append(f"{name} {reply.status_code}: {reply.url}")

    def give_back(self) -> None:
        """Note the end of a hold before asking to end it, so that an overlap that is found is one."""
        if self.case:
            with self.seen.lock:
                self.seen.holds[self.case].append((self.since, time.monotonic(), self.who))
            self.post("let go", f"/cases/{self.case}/let-go")
            self.case = 0


def _look(desk: Desk) -> None:
    page = desk.get("queue", "/queue")
    found = re.search(r'href="([^"]+)" rel="next"', page)
    desk.more = found.group(1).replace("&amp;", "&") if found else ""


def _further(desk: Desk) -> None:
    desk.get("queue, further", desk.more or "/queue")


def _narrow(desk: Desk) -> None:
    what = desk.rng.choice(
        (
            "platform=x",
            "language=ur",
            "language=ps&order=oldest",
            "clock=overdue",
            "skill=1",
            "platform=youtube&language=fa",
            "state=assessed",
        )
    )
    desk.get("queue, narrowed", f"/queue?{what}")


def _search(desk: Desk) -> None:
    text = desk.rng.choice(
        (f"handle{desk.rng.randrange(1, CASES)}", "Organisation 7", f"C-{desk.rng.randrange(1, CASES):06d}")
    )
    desk.get("queue, search", f"/queue?state=all&text={text}")


def _next(desk: Desk) -> None:
    desk.give_back()
    reply = desk.post("take next", "/queue/next")
    found = re.search(r"/cases/(\d+)", reply.headers.get("location", "")) if reply else None
    if found:
        desk.case, desk.since = int(found.group(1)), time.monotonic()
        desk.get("case", f"/cases/{desk.case}")


def _viewers(desk: Desk) -> None:
    if desk.case:
        desk.get("viewers", f"/cases/{desk.case}/viewers")
    else:
        _next(desk)


def _close(desk: Desk) -> None:
    if not desk.case or desk.approves:
        _next(desk)
        return
    case, since = desk.case, desk.since
    reply = desk.post("close and next", f"/cases/{case}/close", reasons="nothing on it", then="next")
    with desk.seen.lock:
        desk.seen.holds[case].append((since, since, desk.who))
    desk.case = 0
    found = re.search(r"/cases/(\d+)", reply.headers.get("location", "")) if reply else None
    if found and int(found.group(1)) != case:
        desk.case, desk.since = int(found.group(1)), time.monotonic()


def _today(desk: Desk) -> None:
    desk.get("today", "/")


ACTS: tuple[Callable[[Desk], None], ...] = (
    _look, _look, _further, _narrow, _narrow, _search, _next, _next, _next, _viewers, _close, _close, _today,
)  # fmt: skip


def _double(seen: Seen) -> int:
    """Cases that two officers held at the same time."""
    doubles = 0
    for spans in seen.holds.values():
        ordered = sorted(spans)
        doubles += sum(second[0] < first[1] and second[2] != first[2] for first, second in itertools.pairwise(ordered))
    return doubles


def _tell(seen: Seen) -> int:
    slow = []
    print(
        f"{seen.acted} actions in {SECONDS:.0f} s; the generator ran beside the server on the same {os.cpu_count()} cores"
    )
    for name, times in sorted(seen.seconds.items()):
        ordered = sorted(times)
        median, late = statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        print(f"{name:<18}{len(times):>6} times  median {median * 1000:>6.0f} ms  95th {late * 1000:>6.0f} ms")
        if median > MEDIAN or late > NINETY_FIFTH:
            slow.append(name)
    doubles = _double(seen)
    print(f"held by two: {doubles}; cases held: {len(seen.holds)}; failed: {len(seen.failed)} {seen.failed[:3]}")
    print(
        f"goal {MEDIAN * 1000:.0f} ms and {NINETY_FIFTH * 1000:.0f} ms: {'over: ' + ', '.join(slow) if slow else 'kept'}"
    )
    return int(bool(slow or doubles or seen.failed))


if __name__ == "__main__":
    sys.exit(main())
