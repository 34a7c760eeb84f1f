"""What the database itself refuses of watch lists, asked by raw SQL as the application's own role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from openiru.stages.intake.watching import rules
from openiru.stages.intake.watching.models import Permit, Watch
from tests import builders
from tests.builders import NOW, Cast
from tests.laws.asking import refused_by_the_database, sql
from tests.people import verbs_of_watching as made

FIND = "insert into intake_finding (watch_id, url, at, refused) values (%s, 'https://bsky.app/x', %s, '')"
PERMIT = (
    "insert into intake_permit (agency_id, connector, legal_basis, terms, per_hour, ends_on, proposed_by_id, proposed_at, "
    "approved_by_id, approved_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


@pytest.fixture
def cast(db: None) -> Cast:
    builders.an_installation()
    return builders.a_cast()


@pytest.mark.parametrize("table", ["intake_permit", "intake_watch"])
def test_nobody_approves_what_they_proposed(cast: Cast, table: str) -> None:
    one: Permit | Watch = made.a_permit(cast) if table == "intake_permit" else made.a_watch(cast)
    word = "permit" if table == "intake_permit" else "watch"
    with refused_by_the_database(f"{word}_two_people"):
        sql(
            f"update {table} set approved_by_id = proposed_by_id, approved_at = timestamptz '2026-03-02 10:00Z' where id = %s",
            one.id,
        )


@pytest.mark.parametrize("table", ["intake_permit", "intake_watch"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("ends_on = ends_on + 30", "never changed, only ended"),
        ("proposed_by_id = %(other)s", "never changed, only ended"),
        ("connector = 'mastodon'", "never changed, only ended"),
        ("approved_at = timestamptz '2026-03-02 10:00Z'", "approved_whole"),
    ],
)
def test_what_was_proposed_stays_as_it_was(cast: Cast, table: str, change: str, words: str) -> None:
    one: Permit | Watch = made.a_permit(cast) if table == "intake_permit" else made.a_watch(cast)
    with refused_by_the_database(words):
        sql(f"update {table} set {change.replace('%(other)s', str(cast.ben.person))} where id = %s", one.id)


def test_an_approval_and_an_end_are_never_taken_back(cast: Cast) -> None:
    watch = made.a_standing_watch(cast)
    with refused_by_the_database("never changed, only ended"):
        sql("update intake_watch set approved_by_id = null, approved_at = null where id = %s", watch.id)
    sql(
        "update intake_watch set ended_at = timestamptz '2026-03-02 10:00Z', ended_by_id = proposed_by_id where id = %s",
        watch.id,
    )
    with refused_by_the_database("stays ended"):
        sql("update intake_watch set ended_at = null where id = %s", watch.id)


@pytest.mark.parametrize("table", ["intake_permit", "intake_watch"])
def test_nothing_of_it_is_deleted(cast: Cast, table: str) -> None:
    made.a_standing_watch(cast)
    with refused_by_the_database("never deleted"):
        sql(f"delete from {table}")


def test_nothing_is_found_before_approval_after_the_end_or_without_a_permit(cast: Cast) -> None:
    waiting = made.a_watch(cast)
    with refused_by_the_database("two people do not let go on"):
        sql(FIND, waiting.id, NOW)
    watch = made.a_standing_watch(cast)
    sql(FIND, watch.id, NOW)
    with refused_by_the_database("two people do not let go on"):
        sql(FIND.replace("/x", "/y"), watch.id, NOW + timedelta(days=31))
    sql("update intake_permit set ended_at = timestamptz '2026-03-02 10:00Z', ended_by_id = proposed_by_id")
    with refused_by_the_database("two people do not let go on"):
        sql(FIND.replace("/x", "/y"), watch.id, NOW)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"legal_basis": ""}, "permit_says_why"),
        ({"per_hour": 0}, "permit_rate"),
        ({"per_hour": 100_000}, "permit_rate"),
        ({"connector": "telegram"}, "permit_knows_terms"),
        ({"ends_on": (NOW + rules.LONGEST + timedelta(days=1)).date()}, "a year at most"),
        ({"approved_by_id": "ben", "approved_at": NOW}, "proposed first"),
    ],
)
def test_a_permit_has_a_basis_a_rate_and_an_end(cast: Cast, changes: dict[str, object], words: str) -> None:
    row: dict[str, object] = {
        "agency_id": cast.ana.agency_id, "connector": "bluesky", "legal_basis": "Example Act", "terms": "", "per_hour": 60,
        "ends_on": made.END, "proposed_by_id": cast.ana.person, "proposed_at": NOW, "approved_by_id": None, "approved_at": None,
    }  # fmt: skip
    changed = {name: cast.ben.person if value == "ben" else value for name, value in changes.items()}
    with refused_by_the_database(words):
        sql(PERMIT, *(row | changed).values())


def test_what_is_over_cannot_be_approved(cast: Cast) -> None:
    watch = made.a_watch(cast)
    with refused_by_the_database("what is over cannot be approved"):
        sql(
            "update intake_watch set approved_by_id = %s, approved_at = %s where id = %s",
            cast.ben.person, NOW + timedelta(days=60), watch.id,
        )  # fmt: skip


def test_the_role_that_asks_is_the_applications_own(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        (name,) = cursor.fetchone()
    assert name == connection.settings_dict["USER"]
