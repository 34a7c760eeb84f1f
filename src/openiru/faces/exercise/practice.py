"""Runs one practice from its beginning to its table: the naive one outside the product, the full one through it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from django.conf import settings
from django.test.utils import override_settings

from openiru import clock
from openiru.errors import Refused
from openiru.faces.exercise import cast, full, naive, results, stand, start, world
from openiru.faces.jobs import mailroom

FULL_SIZE = 850
UNCONFIRMED = frozenset("HB")
"""Certainties of the reference that are a hypothesis or background: the run without each such rule is the sensitivity."""


def run_naive(
    home: Path, *, size: int | None = None, sensitivity: bool = False, without: str = ""
) -> dict[str, object]:
    """Send lists by mail as it was done before; the product is not used. Keeps the result for the Exercise page.

    `without` names a rule of the stand-ins that is switched off.
    """
    began = time.monotonic()
    _world(home, size)
    with stand.running(home, reply_to="127.0.0.1:9", keep=False) as platforms:
        rules = _unconfirmed(platforms.http)
        _switch_off(platforms.http, without)
        table = naive.run(home / "exercise" / "world", platforms.http, platforms.smtp)
        seconds = {"run": round(time.monotonic() - began, 2)}
        found: dict[str, object] = {
            "practice": "naive",
            "simulation": True,
            "table": {name: row for name, row in table.items() if name != "planted_wrong"},
            "planted_wrong": table["planted_wrong"],
            "unconfirmed": rules,
            "seconds": seconds,
        }
        if sensitivity:
            found["sensitivity"] = _sensitivity(home, platforms, rules)
            seconds["sensitivity"] = round(time.monotonic() - began, 2)
    results.keep(home, "naive", found)
    return found


def run_full(home: Path, *, size: int | None = None, days: int = full.DAYS, without: str = "") -> dict[str, object]:
    """Work the exercise through the product by all its roles. Keeps the result for the Exercise page.

    `without` names a rule of the stand-ins that is switched off.
    """
    began = time.monotonic()
    _world(home, size)
    start.ensure(home, size=size or FULL_SIZE)
    people = cast.actors()
    with _standing(home):
        _switch_off(settings.OPENIRU["OPENIRU_SANDBOX"], without)
        run = full.drive(people, days=days)
    now = clock.now()
    found: dict[str, object] = {
        "practice": "full",
        "simulation": True,
        "table": results.table(people["sue"], now=now),
        "why_still_there": results.why_still_there(people["sue"], now=now),
        "planted_wrong": results.planted_wrong(home / "exercise" / "world"),
        "stopped_for_review": dict(run.stopped),
        "refused_by_rules": run.refused,
        "problems_in_the_log": run.problems,
        "seconds": {**run.seconds, "all": round(time.monotonic() - began, 2)},
        "days": days,
    }
    results.keep(home, "full", found)
    return found


@contextmanager
def _standing(home: Path) -> Iterator[None]:
    """Use the stand-ins that `openiru run` started, else start them and a mail room of our own."""
    if settings.OPENIRU["OPENIRU_SANDBOX"]:
        yield
        return
    known = stand.found(home)
    if known is not None:
        with override_settings(OPENIRU={**settings.OPENIRU, **known}):
            yield
        return
    mail = f"127.0.0.1:{stand.free_port()}"
    controller = mailroom.listen(mail)
    try:
        with stand.running(home, reply_to=mail) as platforms:
            extra = {**stand.environment(platforms, mail)}
            with override_settings(OPENIRU={**settings.OPENIRU, **extra}):
                yield
    finally:
        controller.stop()


def _world(home: Path, size: int | None) -> None:
    """The home's own world, made if there is none; another size is another home."""
    folder = home / "exercise" / "world"
    if not (folder / "world.json").is_file():
        world.build(size=size or FULL_SIZE).write(folder)
        return
    lines = len((folder / "reported.csv").read_text(encoding="utf-8").splitlines()) - 1
    if size is not None and lines != size:
        raise Refused(
            "wrong_state", why=f"this home's world has {lines} accounts; another size needs another OPENIRU_HOME"
        )


def _unconfirmed(http: str) -> list[dict[str, str]]:
    """The rules that are on and of which the reference is not sure."""
    profiles = httpx.get(f"{http}/_control/rules", timeout=30, trust_env=False).json()["profiles"].values()
    rules = [rule for profile in profiles for rule in profile["rules"]]
    unsure = [rule for rule in rules if rule["on"] and UNCONFIRMED & set(rule["certainty"])]
    return [{name: rule[name] for name in ("id", "says", "certainty")} for rule in unsure]


def _switch_off(http: str, rule: str) -> None:
    if rule:
        _post(http, "rules", {rule: False})


def _sensitivity(home: Path, platforms: stand.Platforms, rules: list[dict[str, str]]) -> list[dict[str, object]]:
    """What the naive figures would be without each rule of which the reference is not sure."""
    found: list[dict[str, object]] = []
    for rule in rules:
        _post(platforms.http, "reset", {})
        _switch_off(platforms.http, rule["id"])
        table = naive.run(home / "exercise" / "world", platforms.http, platforms.smtp)
        gone = {name: row["gone"] for name, row in table.items() if name != "planted_wrong"}
        found.append({"without": rule["id"], "says": rule["says"], "certainty": rule["certainty"], "gone": gone})
        _post(platforms.http, "rules", {rule["id"]: True})
    return found


def _post(http: str, what: str, value: object) -> None:
    httpx.post(f"{http}/_control/{what}", json=value, timeout=60, trust_env=False).raise_for_status()
