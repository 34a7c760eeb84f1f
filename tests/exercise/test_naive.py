"""The story's practice ends near the story's figures, by rules; complete notices do better where it did worst."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from openiru.faces.exercise import lists, naive
from openiru.faces.exercise.world import World, build
from openiru.faces.exercise.world.shapes import Planted
from openiru.sandbox.main import Running, start
from openiru.sandbox.shapes import Kind, Submission

STORY = {"facebook": 166, "instagram": 78, "tiktok": 112, "x": 84, "telegram": 57, "whatsapp": 36}
SENDER = "desk@regulator.example.org"


@pytest.fixture(scope="module")
def world() -> World:
    return build()


@pytest.fixture
def running(world: World, tmp_path: Path) -> Iterator[tuple[Path, Running]]:
    world.write(tmp_path)
    sandbox = start(tmp_path / "world.json")
    yield tmp_path, sandbox
    sandbox.stop()


def test_one_mail_a_platform_ends_near_the_storys_figures(running: tuple[Path, Running]) -> None:
    folder, sandbox = running
    table = naive.run(folder, sandbox.http, sandbox.smtp)
    wrong = table.pop("planted_wrong")
    for name, gone in STORY.items():
        assert abs(table[name]["gone"] - gone) <= 4, name
    assert abs(sum(row["gone"] for row in table.values()) - 533) <= 12
    assert sum(row["followers_gone"] for row in table.values()) > 2_000_000
    assert wrong["sent"] == wrong["planted"] == 34
    assert wrong["gone"] > 0


def test_the_rest_is_there_for_a_reason_that_can_be_read(running: tuple[Path, Running]) -> None:
    folder, sandbox = running
    naive.run(folder, sandbox.http, sandbox.smtp)
    accounts: Any = sandbox.engine.state()["accounts"]
    rest = [one for one in accounts if one["state"] == "live" and one["result"] != "never_asked"]
    reasons = Counter((one["platform"], one["result"]) for one in rest)
    assert reasons["x", "silence"] > 150
    assert all(one["rule"] for one in rest)


def test_no_quota_other_worlds_under_the_same_rules_end_elsewhere(world: World, tmp_path: Path) -> None:
    world.write(tmp_path)
    file = tmp_path / "world.json"
    raw = json.loads(file.read_text(encoding="utf-8"))
    for one in raw["accounts"]:
        one |= {"title": "Garden club", "bio": "Roses.", "posts": [], "exists": True}
    file.write_text(json.dumps(raw), encoding="utf-8")
    sandbox = start(file)
    try:
        table = naive.run(tmp_path, sandbox.http, sandbox.smtp)
    finally:
        sandbox.stop()
    assert {name: row["gone"] for name, row in table.items()} == dict.fromkeys([*STORY, "planted_wrong"], 0)


def notice(one: Planted, number: int, **changes: object) -> Mapping[str, object]:
    return {
        "schema": "openiru-notice/1",
        "reference": f"IRU-{number}",
        "kind": "referral",
        "leg": "platform_policy",
        "action": "disable_account",
        "issued_at": "2025-09-01T08:00:00+00:00",
        "territory": "",
        "authority": {"name": "Example Regulator", "email": SENDER},
        "account": {"url": one.url},
        "organisation": {
            "name": one.group.title,
            "listings": [{"reference": lists.reference(name, one.group)} for name in one.group.lists],
        },
        "items": [
            {"url": url, "ground": "solicits_participation", "why": "A call.", "language": "ur", "translation": "Join."}
            for url in one.reported_items
        ],
        "affiliation": "It speaks in the organisation's name.",
        "policy": {"line": "Violent organisations", "why": "It recruits."},
        "law": {"instrument": "Example Act", "articles": ["7"]},
        "holder_notice": {"text": "You may appeal."},
    } | changes


def refer(sandbox: Running, accounts: list[Planted]) -> None:
    """Both legs: the platform's own rules, and local law for what is still there after a month."""
    engine = sandbox.engine
    platforms = {one.name: one for one in engine.world.platforms}
    tickets = {}
    for number, one in enumerate(accounts):
        sent = Submission(Kind.NOTICE, SENDER, "[IRU]", "<a@example.org>", notice(one, number))
        tickets[one.url] = engine.receive(platforms[one.platform], sent)
    engine.move_clock(engine.now + timedelta(days=30))
    for number, one in enumerate(accounts):
        changes = {
            "kind": "order",
            "leg": "local_law",
            "action": "withhold",
            "territory": "OM",
            "previous_ticket": tickets[one.url],
        }
        document = notice(one, 10_000 + number, **changes)
        engine.receive(platforms[one.platform], Submission(Kind.NOTICE, SENDER, "[IRU]", "", document))
    engine.move_clock(engine.now + timedelta(days=30))


def test_complete_notices_through_both_legs_do_clearly_better_on_the_two_that_did_worst(
    world: World, running: tuple[Path, Running]
) -> None:
    _, sandbox = running
    refer(sandbox, [one for one in world.accounts if not one.wrong and one.group.letter != "C" and one.items])
    accounts: Any = sandbox.engine.state()["accounts"]
    states = Counter((one["platform"], one["state"]) for one in accounts)
    acted = {name: states[name, "suspended"] + states[name, "withheld"] for name in STORY}
    assert acted["x"] > 2 * STORY["x"]
    assert acted["whatsapp"] > 1.5 * STORY["whatsapp"]
    assert states["x", "withheld"] > 0


def test_even_a_complete_notice_about_a_wrong_account_is_declined_under_own_rules(
    world: World, running: tuple[Path, Running]
) -> None:
    _, sandbox = running
    engine = sandbox.engine
    wrong = [one for one in world.accounts if one.wrong]
    platforms = {one.name: one for one in engine.world.platforms}
    for number, one in enumerate(wrong):
        engine.receive(platforms[one.platform], Submission(Kind.NOTICE, SENDER, "", "", notice(one, number)))
    engine.move_clock(engine.now + timedelta(days=30))
    accounts: Any = engine.state()["accounts"]
    states = {one["url"]: one["state"] for one in accounts}
    assert {states[one.url] for one in wrong} == {"live"}
