"""Law 8: every state change is one transaction with one ledger entry, or with none if it fails; leaves hold no personal data."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction

from openiru.ledger import services as ledger
from openiru.ledger.events import EVENTS
from openiru.ledger.models import Entry
from openiru.people.actor import Actor
from openiru.tlog.canonical import canonical_json
from tests import builders
from tests.builders import NAMES, NOW, Cast
from tests.laws.asking import refused_by_the_database, sql
from tests.people.table import whose
from tests.people.verbs import TABLE, Verb

pytestmark = pytest.mark.django_db
VERBS = pytest.mark.parametrize("verb", TABLE, ids=lambda verb: verb.name)


class _Broken(Exception):
    """Something that fails after the entry was written."""


@pytest.fixture
def cast() -> Cast:
    builders.an_installation()
    return builders.a_cast()


def acting(verb: Verb, cast: Cast) -> tuple[Callable[[], object], Actor]:
    do = verb.ready(cast)
    actor = whose(verb.who, cast)
    return lambda: do(actor), actor


def act(verb: Verb, cast: Cast) -> Callable[[], object]:
    return acting(verb, cast)[0]


def rows() -> dict[str, int]:
    """How many rows every table of ours has, and a sum over what is in them."""
    found: dict[str, int] = {}
    for model in apps.get_models():
        if model.__module__.startswith("openiru."):
            found[model.__name__] = hash(tuple(sorted(map(repr, model._default_manager.values_list()))))
    return found


@VERBS
def test_a_verb_writes_exactly_its_entries(verb: Verb, cast: Cast) -> None:
    do, actor = acting(verb, cast)
    last = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    do()
    written = Entry.objects.filter(id__gt=last).order_by("id")
    assert tuple(entry.event for entry in written) == verb.entries
    assert {entry.record["actor"] for entry in written if entry.record} <= {actor.id}


@VERBS
def test_a_verb_that_fails_after_its_entry_leaves_neither_entry_nor_change(
    verb: Verb, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = act(verb, cast)
    before = rows()
    written: list[object] = []
    real = ledger.append

    def append_and_break(*words: Any, **named: Any) -> None:
        written.append(real(*words, **named))
        raise _Broken

    monkeypatch.setattr(ledger, "append", append_and_break)
    if not verb.entries:
        return
    with pytest.raises(_Broken), transaction.atomic():
        do()
    monkeypatch.undo()
    assert written
    assert rows() == before


def test_an_event_that_is_not_registered_is_not_written() -> None:
    with pytest.raises(KeyError):
        ledger.append("system", "case.guessed", "case:x", now=NOW, facts={})
    assert not Entry.objects.exists()


def test_every_event_of_the_walk_is_registered_with_its_words() -> None:
    assert {event for verb in TABLE for event in verb.entries} <= set(EVENTS)
    assert all(says.endswith(".") for says in EVENTS.values())


@pytest.mark.parametrize(
    "change",
    ["event = 'case.declined'", "leaf = '\\x00'", "leaf_hash = '\\x00'", "subject = 'case:other'", "at = now()",
     "record = '{}'", "salt = '\\x00'", "id = id + 1000"],
)  # fmt: skip
def test_the_database_never_changes_an_entry(cast: Cast, change: str) -> None:
    builders.an_assessment(cast)
    with refused_by_the_database("never changed|only be erased"):
        sql(f"update ledger_entry set {change} where event = 'case.assessed'")


@pytest.mark.parametrize("statement", ["delete from ledger_entry", "truncate ledger_entry cascade"])
def test_the_database_never_deletes_an_entry(cast: Cast, statement: str) -> None:
    builders.an_assessment(cast)
    with refused_by_the_database("never deleted"):
        sql(statement)


def test_a_private_record_may_be_erased_and_nothing_else(cast: Cast) -> None:
    builders.an_assessment(cast)
    entry = Entry.objects.get(event="case.assessed")
    assert ledger.erase([entry.id]) == 1
    entry.refresh_from_db()
    assert (entry.record, entry.salt) == (None, None) and bytes(entry.leaf)
    with refused_by_the_database("only be erased"):
        sql("update ledger_entry set record = '{}', salt = '\\x00' where id = %s", entry.id)


def test_a_leaf_holds_a_salted_commitment_and_no_personal_data(cast: Cast) -> None:
    builders.a_sent_notice(cast)
    for entry in Entry.objects.all():
        leaf = json.loads(bytes(entry.leaf))
        assert set(leaf) == {"v", "at", "event", "subject", "commitment"}
        assert len(leaf["commitment"]) == 64 and bytes(entry.salt or b"") not in bytes(entry.leaf)
        words = bytes(entry.leaf).decode().lower()
        for secret in (*NAMES, "dawnvoice", "example.org", *(actor.id for actor in cast.each().values())):
            assert secret.lower() not in words
        assert canonical_json(leaf) == bytes(entry.leaf)


def test_the_same_words_twice_give_two_commitments(cast: Cast) -> None:
    one, other = (ledger.append("system", "exercise.run", "x", now=NOW, facts={"a": 1}) for _ in range(2))
    assert bytes(one.leaf) != bytes(other.leaf)
    assert isinstance(one, models.Model)
