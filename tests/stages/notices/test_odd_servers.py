"""A server that answers twice, late, or hangs up, at every line of the conversation: nothing is lost, nothing goes out twice by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from openiru.stages.notices import queries, work
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Dispatch
from openiru.stages.notices.transports import smtp
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.stages.notices.odd_smtp import HOWS, LINES, OddServer, oddly

State = Dispatch.State
NOTICES = 3


def _counted() -> tuple[int, int, int]:
    """How many are acknowledged, in doubt, queued."""
    states = Counter(Dispatch.objects.values_list("state", flat=True))
    queued = states[State.QUEUED] + states[State.LEASED]
    return states[State.SENT], states[State.IN_DOUBT] + states[State.SENDING], queued


def _holds(server: OddServer, cast: Cast) -> None:
    """Acknowledged + in doubt + queued = all; nothing doubled; nothing is called sent, or not sent, that is not."""
    assert sum(_counted()) == NOTICES
    assert len(server.seen) == len(set(server.seen))
    sent = set(Dispatch.objects.filter(state=State.SENT).values_list("message_id", flat=True))
    queued = set(Dispatch.objects.filter(state=State.QUEUED).values_list("message_id", flat=True))
    assert sent <= set(server.seen) and not queued & set(server.seen)
    doubts = set(Dispatch.objects.filter(state=State.IN_DOUBT).values_list("notice_id", flat=True))
    assert {one.id for one in queries.waiting_for_people(cast.cleo, now=NOW)["in_doubt"]} == doubts


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("line", LINES)
def test_a_server_that_breaks_the_protocol_loses_and_doubles_nothing(
    cast: Cast, mail_goes_to: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, line: str, how: str, at: int
) -> None:
    monkeypatch.setattr(smtp, "SECONDS", 0.5)
    for _ in range(NOTICES):
        builders.a_queued_notice(cast)
    with oddly(line, how, at) as server:
        mail_goes_to(server.address)
        for hours in range(4):
            work.dispatch_due(actor=SYSTEM, now=NOW + timedelta(hours=hours))
            _holds(server, cast)
        assert server.odd_once or (at > 1 and line in {"greeting", "EHLO"})
        assert _counted()[2] == 0, "what surely did not arrive went out later"
        _settled(server, cast)


def _settled(server: OddServer, cast: Cast) -> None:
    """A person asks the platform; what it does not have goes out under the same Message-ID."""
    later = NOW + timedelta(days=1)
    for one in Dispatch.objects.filter(state=State.IN_DOUBT):
        arrived = one.message_id in server.seen
        sending.settle(one.id, arrived=arrived, why="They told us.", actor=cast.cleo, now=later)
    work.dispatch_due(actor=SYSTEM, now=later)
    assert _counted() == (NOTICES, 0, 0)
    ids = sorted(Dispatch.objects.values_list("message_id", flat=True))
    assert sorted(server.seen) == ids, "each is there once, under the Message-ID that it had from the first"


@pytest.mark.parametrize("how", ["twice", "twice with a pause"])
def test_a_go_ahead_that_comes_twice_is_no_refusal(
    cast: Cast, mail_goes_to: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """The second 354 would be read as the answer to the message: as a no, it would send again what the server has."""
    monkeypatch.setattr(smtp, "SECONDS", 0.5)
    builders.a_queued_notice(cast)
    with oddly("DATA", how, 1) as server:
        mail_goes_to(server.address)
        work.dispatch_due(actor=SYSTEM, now=NOW)
        state = Dispatch.objects.get().state
        assert (state, len(server.seen)) in {(State.QUEUED, 0), (State.IN_DOUBT, 1)}
