"""Law 12: an installation is exercise or live for ever; an exercise reaches loopback only, a live one has no clock and no stand-ins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from openiru.faces import tools
from openiru.faces.exercise import start
from openiru.fetch import Fetcher
from openiru.ledger import queries, services
from openiru.ledger.models import Entry, Installation
from openiru.people import services as people
from openiru.people.actor import SYSTEM
from openiru.people.roles import Role
from openiru.stages.notices import work
from openiru.stages.notices.transports import smtp
from openiru.stages.notices.transports.shapes import NotSent, Wire
from openiru.stages.transparency.queries import Row
from openiru.terms import Mode
from tests import builders
from tests.builders import NOW
from tests.laws.asking import refused, refused_by_the_database, sql

pytestmark = pytest.mark.django_db


def with_setting(settings: Settings, **values: str) -> None:
    settings.OPENIRU = {**settings.OPENIRU, **values}


@pytest.mark.parametrize(("mode", "other"), [(Mode.LIVE, Mode.EXERCISE), (Mode.EXERCISE, Mode.LIVE)])
def test_it_is_for_ever(mode: Mode, other: Mode) -> None:
    builders.an_installation(mode)
    with refused("installation_is_for_ever"):
        services.install(mode=other, name="Unit", now=NOW)
    assert services.install(mode=mode, name="Unit", now=NOW).mode == mode
    assert Entry.objects.filter(event="installation.created").count() == 1
    with refused_by_the_database("for ever"):
        sql("update ledger_installation set mode = %s", other.value)
    with refused_by_the_database("for ever"):
        sql("delete from ledger_installation")
    with refused_by_the_database("installation_is_one"):
        sql(
            "insert into ledger_installation (id, mode, name, origin, created_at, clock_speed) values (2, 'live', '', '', now(), 1)"
        )


def test_a_live_installation_has_no_clock_of_its_own() -> None:
    builders.an_installation(Mode.LIVE)
    assert queries.clock_offset() == timedelta(0)
    with refused("live_has_no_clock"):
        services.set_clock(offset=timedelta(days=1), speed=1.0)
    for change in ("clock_offset = interval '1 day'", "clock_speed = 2"):
        with refused_by_the_database("installation_live_has_no_clock"):
            sql(f"update ledger_installation set {change}")


def test_an_exercises_clock_never_goes_back() -> None:
    builders.an_installation(Mode.EXERCISE)
    services.set_clock(offset=timedelta(days=2), speed=60.0)
    with refused("clock_never_goes_back"):
        services.set_clock(offset=timedelta(days=1), speed=60.0)
    assert queries.clock_offset() == timedelta(days=2)


def test_a_live_installation_has_no_stand_in_platforms(settings: Settings) -> None:
    with_setting(settings, OPENIRU_SANDBOX="http://127.0.0.1:9")
    with refused("live_has_no_sandbox"):
        tools.fetchers()
    builders.an_installation(Mode.LIVE)
    with refused("live_has_no_sandbox"):
        tools.fetchers()


def test_an_exercise_without_stand_ins_looks_at_nothing(settings: Settings) -> None:
    builders.an_installation(Mode.EXERCISE)
    with_setting(settings, OPENIRU_SANDBOX="")
    assert tools.fetchers() == ()
    with refused("address_forbidden"):
        tools.fetcher()


def test_stand_ins_stand_on_loopback_only(settings: Settings) -> None:
    builders.an_installation(Mode.EXERCISE)
    with_setting(settings, OPENIRU_SANDBOX="http://stand-ins.example.org")
    with refused("loopback_only"):
        tools.fetchers()
    with refused("loopback_only"):
        Fetcher("outside", sandbox="http://10.0.0.1:80")


def test_an_exercise_sends_to_loopback_only(settings: Settings) -> None:
    cast = builders.a_cast()
    builders.an_installation(Mode.EXERCISE)
    with_setting(settings, OPENIRU_SMTP="mail.example.org:25", OPENIRU_SMTP_TLS="starttls")
    assert work.wire().loopback_only
    notice = builders.a_queued_notice(cast)
    assert work.dispatch_due(actor=SYSTEM, now=NOW) == 1
    notice.refresh_from_db()
    dispatch = notice.dispatches.get()
    assert (notice.state, dispatch.state) == ("failed", "failed") and "loopback only" in dispatch.error


@pytest.mark.parametrize(
    "host", ["mail.example.org", "10.1.2.3", "127.0.0.1.example.org", "", "0.0.0.0", "[::1].example.org"]
)
def test_the_transport_itself_refuses_what_is_not_loopback(host: str) -> None:
    with pytest.raises(NotSent, match="loopback only") as caught:
        smtp.send(Wire(host, 25, "tls", loopback_only=True), "a@example.org", "b@example.org", b"x")
    assert caught.value.permanent


def test_before_it_is_installed_it_sends_nowhere_else(settings: Settings) -> None:
    with_setting(settings, OPENIRU_SMTP="[::1]:25")
    wire = work.wire()
    assert wire.loopback_only and (wire.host, wire.port) == ("::1", 25)
    builders.an_installation(Mode.LIVE)
    assert not work.wire().loopback_only


def test_mail_without_tls_leaves_no_live_installation() -> None:
    with pytest.raises(NotSent, match="without TLS"):
        smtp.send(Wire("mail.example.org", 25, "off"), "a@example.org", "b@example.org", b"x")


def test_a_live_installation_gets_no_seeded_people(tmp_path: Any) -> None:
    builders.an_installation(Mode.LIVE)
    with refused("installation_is_for_ever"):
        start.ensure(tmp_path, size=60)
    assert Installation.objects.get().mode == Mode.LIVE


def test_the_system_adds_the_first_administrator_of_a_live_installation_and_nobody_after() -> None:
    builders.an_installation(Mode.LIVE)
    first = people.NewUser("adi@example.org", "Adi", frozenset({Role.ADMINISTRATOR}))
    user, _ = people.add_user(first, actor=SYSTEM, now=NOW)
    with refused("needs_person"):
        people.add_user(people.NewUser("x@example.org", "X", frozenset({Role.APPROVER})), actor=SYSTEM, now=NOW)
    with refused("not_allowed"):
        people.make_token(user.id, label="cli", actor=SYSTEM, now=NOW)


def test_reach_and_counts_stand_beside_what_was_wrong_and_no_figure_is_of_an_officer() -> None:
    cast = builders.a_cast()
    builders.a_sent_notice(cast)
    row: Row = queries_row(cast.sue)
    assert {"wrong", "withdrawn", "reversed", "sent"} <= set(row.figures)
    assert not any(word in name for name in row.figures for word in ("officer", "analyst", "user", "target", "rank"))


def queries_row(actor: Any) -> Row:
    from openiru.stages.transparency import queries as transparency

    return transparency.compliance(actor, now=NOW)[-1]
