"""A service that says where a report stands is asked; its words wait for a person and decide nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from openiru.stages.notices import followed, queries, ways, work
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Answer, Notice
from openiru.stages.notices.transports import TRANSPORTS
from openiru.terms import Platform
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.stages.notices.services import rules
from tests.stages.notices.services.server import Service, serving
from tests.stages.notices.smtp_server import nobody
from tests.stages.notices.test_ways import posts, set_lines

LINE = {"way": "cloudflare", "user": "0123456789abcdef0123456789abcdef", "secret": "cf-token"}


@pytest.fixture
def service(settings: Settings, tmp_path: Path) -> Iterator[Service]:
    with serving(rules.cloudflare, posts("/abuse-reports/")) as service:
        set_lines(settings, tmp_path, {**LINE, "url": f"{service.url}/client/v4"})
        yield service


@pytest.fixture
def notice(cast: Cast, service: Service) -> Notice:
    notice = builders.a_notice(cast, platform=Platform.WEB)
    ways.choose(notice.id, "cloudflare", "", actor=cast.cleo, now=NOW)
    sending.send(notice.id, actor=cast.cleo, now=NOW)
    work.dispatch_due(actor=SYSTEM, now=NOW)
    notice.refresh_from_db()
    assert notice.ticket == "a1b2c3d4e5f60718"
    return notice


def ask(hours: int) -> int:
    now = NOW + timedelta(hours=hours)
    return followed.ask_due(work.wire(now), actor=SYSTEM, now=now)


def test_what_a_service_says_of_a_report_waits_for_a_person_once(cast: Cast, notice: Notice) -> None:
    assert (ask(6), ask(12)) == (1, 0), "the same words are kept once"
    (message,) = queries.mailbox(cast.cleo)
    assert message.notice == notice and "in_review_count: 1" in message.body and "status: accepted" in message.body
    notice.refresh_from_db()
    assert not Answer.objects.exists() and notice.state == "received", "a count is no answer"
    assert not queries.mailbox(cast.eve).exists()


def test_a_service_that_is_not_there_changes_nothing(
    cast: Cast, notice: Notice, service: Service, settings: Settings, tmp_path: Path
) -> None:
    set_lines(settings, tmp_path, {**LINE, "url": f"http://{nobody()}/client/v4"})
    assert ask(6) == 0 and not queries.mailbox(cast.cleo).exists()
    set_lines(settings, tmp_path, {**LINE, "url": f"{service.url}/client/v4"})
    assert ask(12) == 1


def test_what_was_answered_or_withdrawn_is_not_asked_about(cast: Cast, notice: Notice) -> None:
    sending.withdraw(notice.id, reason="A mistake.", wrong=True, actor=cast.cleo, now=NOW)
    assert ask(6) == 0


def test_only_what_publishes_a_way_to_ask_is_asked() -> None:
    assert {name for name, one in TRANSPORTS.items() if one.ask} == {"cloudflare"}
