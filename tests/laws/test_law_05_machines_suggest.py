"""Law 5: no path leads from a clock or a score to a notice; time proposes, people decide and send."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import openiru
from openiru import clock
from openiru.faces.jobs import ticks
from openiru.ledger import queries as ledger_queries
from openiru.ledger import services as ledger
from openiru.ledger.models import Entry
from openiru.stages.cases.models import Assessment, Case, Decision
from openiru.stages.notices import rules
from openiru.stages.notices.models import Dispatch, Notice
from openiru.terms import Leg, NoticeKind, Outcome
from tests import builders
from tests.builders import NOW
from tests.laws.asking import refused

SOURCE = Path(openiru.__file__).parent
VERBS = {"assess", "approve", "give_opinion", "compose", "send", "submitted", "remind", "settle", "withdraw"}
"""What only a person does."""


@pytest.mark.django_db
def test_time_alone_decides_composes_and_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = builders.a_cast()
    builders.an_installation()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    builders.an_assessment(cast)
    builders.an_approval(cast)
    builders.a_notice(cast)
    for _ in range(2):
        builders.a_sent_notice(cast)
    tables = (Assessment, Decision, Notice)
    before = [model.objects.count() for model in tables]
    sent = Dispatch.objects.count()
    states = dict(Case.objects.values_list("id", "state"))
    ticks.match()
    seen = Entry.objects.count()
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=60))
    for tick in ticks.TICKS:
        tick.work()
    assert [model.objects.count() for model in tables] == before
    assert dict(Case.objects.values_list("id", "state")) == states
    # A reminder is no notice (decision 22): the same notice, the same address, nobody's new decision; nothing else went out.
    reminders = Dispatch.objects.filter(purpose="reminder")
    assert Dispatch.objects.count() == sent + reminders.count() and reminders.count() == 2
    assert all(one.address == one.notice.address and one.queued_by is None for one in reminders)
    assert [one.event for one in Entry.objects.order_by("id")[seen:]] == ["notice.reminded"] * 2
    assert set(Notice.objects.values_list("state", flat=True)) == {"drafted", "sent"}


def test_no_room_that_time_or_a_machine_enters_calls_a_persons_verb() -> None:
    rooms = [
        *(SOURCE / "faces" / "jobs").glob("*.py"),
        *SOURCE.glob("stages/*/work.py"),
        *SOURCE.glob("detect/**/*.py"),
    ]
    assert len(rooms) >= 4
    for room in rooms:
        named = {
            (node.value.id, node.attr)
            for node in ast.walk(ast.parse(room.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        called = {verb for module, verb in named if verb in VERBS and module not in {"transport", "smtp"}}
        assert not called, f"{room.name} calls {called}"


CLOCKS = st.builds(
    rules.Clock,
    state=st.sampled_from(sorted(rules.FLOW)),
    leg=st.sampled_from(Leg),
    due_at=st.none() | st.datetimes().map(lambda at: at.replace(tzinfo=NOW.tzinfo)),
    reminded_at=st.none() | st.datetimes().map(lambda at: at.replace(tzinfo=NOW.tzinfo)),
    claimed=st.none() | st.sampled_from(Outcome),
)


@given(CLOCKS)
def test_the_clock_only_proposes_and_never_the_next_leg_after_the_last(notice: rules.Clock) -> None:
    proposal = rules.propose(notice, NOW)
    assert isinstance(proposal, rules.Proposal)
    if notice.leg is Leg.LOCAL_LAW:
        assert proposal is not rules.Proposal.NEXT_LEG
    if notice.state in {"drafted", "queued", "withdrawn", "closed", "failed"}:
        assert proposal is rules.Proposal.NONE


LAST = rules.Earlier(Leg.PLATFORM_POLICY, Outcome.DECLINED_NO_VIOLATION, overdue=False)


@pytest.mark.parametrize(
    ("earlier", "climbed"),
    [
        ((), False),
        ((rules.Earlier(Leg.PLATFORM_POLICY, None, overdue=False),), False),
        ((rules.Earlier(Leg.PLATFORM_POLICY, None, overdue=True),), True),
        ((LAST,), True),
        ((rules.Earlier(Leg.PLATFORM_POLICY, Outcome.DECLINED_NO_VIOLATION, False, withdrawn=True),), False),
        ((rules.Earlier(Leg.PLATFORM_POLICY, Outcome.ACCOUNT_DISABLED, overdue=False),), False),
        ((rules.Earlier(Leg.LOCAL_LAW, Outcome.DECLINED_INVALID, overdue=False),), False),
    ],
)
def test_local_law_follows_the_platforms_own_rules(earlier: tuple[rules.Earlier, ...], climbed: bool) -> None:
    rules.check_ladder(NoticeKind.REFERRAL, Leg.PLATFORM_POLICY, earlier)
    rules.check_ladder(NoticeKind.ORDER, Leg.LOCAL_LAW, earlier)
    if climbed:
        rules.check_ladder(NoticeKind.REFERRAL, Leg.LOCAL_LAW, earlier)
    else:
        with refused("ladder_not_climbed"):
            rules.check_ladder(NoticeKind.REFERRAL, Leg.LOCAL_LAW, earlier)


@pytest.mark.django_db
def test_the_next_leg_needs_its_own_two_people_and_is_refused_before_the_first_was_tried() -> None:
    cast = builders.a_cast()
    notice = builders.a_sent_notice(cast)
    decision = builders.a_reopened_case_for_local_law(cast, notice.case)
    assert decision != notice.decision and decision.assessed_by_id != decision.decided_by_id
    with refused("ladder_not_climbed"):
        builders.a_notice(cast, decision)
    Notice.objects.filter(id=notice.id).update(state="answered", claimed=Outcome.DECLINED_NO_VIOLATION)
    assert builders.a_notice(cast, decision).leg == Leg.LOCAL_LAW


@pytest.mark.django_db
def test_the_systems_entries_are_about_bytes_and_looks_never_about_decisions() -> None:
    cast = builders.a_cast()
    builders.an_installation()
    builders.a_sent_notice(cast)
    ledger.sequence  # noqa: B018 (the sequencer writes no entry of its own)
    by_system = {one.event for one in ledger_queries.latest() if one.record and one.record["actor"] == "system"}
    assert by_system <= {"installation.created", "notice.dispatched", "notice.in_doubt", "notice.failed"}
